-- description: >-
--   One row per program and month: for each language of the people active in the three months ending with
--   the month, the share of the 50 most used items published in it and not outdated, averaged over these
--   people.
-- job: deliver
-- unit: ratio
-- direction: up
-- kind: share
-- window: T3
-- pooled: sql
-- minimum_sample: 30
-- sources: [content_item, learner]
-- fields: [learner.locale]
-- friction: [F06]
-- range: [0, 1]
-- notes: >-
--   People are active by learning or by using the product; where nobody is, every external learner on record
--   counts. Regional variants serve their whole language. Not applicable when one language holds 95% of the
--   people whose language is known; without a row, and so unknown, where several languages are spoken and
--   the sources hold no translations. A variant is taken to exist from its last edit, so past months are
--   never flattered.

with presence as (
    select program_id, month, person_key from staging.learner_month
    union all
    select program_id, month, person_key
    from staging.usage_event
    where is_internal is not true
        and person_key is not null
),

speaker_of as (
    select program_id, person_key, created_at, lower(regexp_extract(locale, '^([A-Za-z]+)', 1)) as language
    from staging.learner
    where is_internal is not true
        and locale is not null
),

active_speaker as (
    select distinct program_month.program_id, program_month.month, speaker_of.person_key, speaker_of.language
    from speaker_of
    inner join presence
        on presence.program_id = speaker_of.program_id
        and presence.person_key = speaker_of.person_key
    inner join staging.program_month as program_month
        on program_month.program_id = presence.program_id
        and program_month.month >= presence.month
        and program_month.month - interval 2 month <= presence.month
),

active_month as (
    select distinct program_month.program_id, program_month.month
    from staging.program_month as program_month
    inner join (select distinct program_id, month from presence) as present
        on program_month.program_id = present.program_id
        and program_month.month >= present.month
        and program_month.month - interval 2 month <= present.month
),

speaker as (
    select program_id, month, language, count(*) as people
    from active_speaker
    group by program_id, month, language
    union all
    select program_month.program_id, program_month.month, speaker_of.language, count(*) as people
    from staging.program_month as program_month
    inner join speaker_of
        on program_month.program_id = speaker_of.program_id
        and coalesce(speaker_of.created_at < program_month.ends_at, true)
    left join active_month
        on program_month.program_id = active_month.program_id
        and program_month.month = active_month.month
    where active_month.month is null
    group by program_month.program_id, program_month.month, speaker_of.language
),

audience as (
    select program_id, month, sum(people) as people, max(people) < 0.95 * sum(people) as is_applicable
    from speaker
    group by program_id, month
),

item_language as (
    select
        program_id,
        content_id,
        lower(regexp_extract(source_locale, '^([A-Za-z]+)', 1)) as language,
        cast(null as timestamp) as since_at
    from staging.content_item
    where source_locale is not null
    union all
    select
        program_id,
        content_id,
        lower(regexp_extract(locale, '^([A-Za-z]+)', 1)) as language,
        edited_at as since_at
    from staging.content_variant
    where coalesce(status, 'published') = 'published'
        and is_outdated is not true
),

translated as (
    select distinct program_id
    from staging.content_variant
),

monthly_use as (
    select program_id, month, content_id, sum(use_count) as uses
    from staging.content_use
    group by program_id, month, content_id
    union all
    select program_id, month, content_id, count(*) as uses
    from staging.content_view
    where is_internal is not true
        and person_key is null
    group by program_id, month, content_id
),

item_use as (
    select
        program_month.program_id,
        program_month.month,
        item.content_id,
        coalesce(sum(monthly_use.uses), 0) as uses
    from staging.program_month as program_month
    inner join staging.content_item as item
        on program_month.program_id = item.program_id
        and coalesce(item.published_at < program_month.ends_at, true)
    left join monthly_use
        on program_month.program_id = monthly_use.program_id
        and item.content_id = monthly_use.content_id
        and program_month.month >= monthly_use.month
        and program_month.month - interval 2 month <= monthly_use.month
    where (
        coalesce(item.status, 'published') = 'published'
        or (item.status = 'archived' and item.edited_at >= program_month.ends_at)
    )
    group by program_month.program_id, program_month.month, item.content_id
),

known as (
    select item_use.program_id, item_use.month, item_use.content_id, item_use.uses
    from item_use
    inner join (select distinct program_id, content_id from item_language) as languages
        on item_use.program_id = languages.program_id
        and item_use.content_id = languages.content_id
),

ranked as (
    select
        program_id,
        month,
        content_id,
        uses,
        sum(uses) over (partition by program_id, month) as all_uses,
        row_number() over (partition by program_id, month order by uses desc, content_id) as place
    from known
),

top_item as (
    select program_id, month, content_id
    from ranked
    where place <= 50
        and (uses > 0 or all_uses = 0)
),

top_count as (
    select program_id, month, count(*) as items
    from top_item
    group by program_id, month
),

covered as (
    select
        top_item.program_id,
        top_item.month,
        item_language.language,
        count(distinct top_item.content_id) as items
    from top_item
    inner join staging.program_month as program_month
        on top_item.program_id = program_month.program_id
        and top_item.month = program_month.month
    inner join item_language
        on top_item.program_id = item_language.program_id
        and top_item.content_id = item_language.content_id
        and coalesce(item_language.since_at < program_month.ends_at, true)
    group by top_item.program_id, top_item.month, item_language.language
)

select
    speaker.program_id,
    speaker.month,
    sum(speaker.people * coalesce(covered.items, 0) / top_count.items) as numerator,
    sum(speaker.people) as denominator,
    sum(speaker.people) as sample_size,
    audience.is_applicable
from speaker
inner join audience
    on speaker.program_id = audience.program_id
    and speaker.month = audience.month
left join translated
    on speaker.program_id = translated.program_id
left join top_count
    on speaker.program_id = top_count.program_id
    and speaker.month = top_count.month
left join covered
    on speaker.program_id = covered.program_id
    and speaker.month = covered.month
    and speaker.language = covered.language
where not audience.is_applicable
    or (translated.program_id is not null and top_count.items > 0)
group by speaker.program_id, speaker.month, audience.is_applicable
