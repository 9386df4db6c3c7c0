-- description: One row per piece of content.
-- grain: [program_id, content_id]
-- columns:
--   program_id: program the row belongs to
--   content_id: identity of the item
--   content_type: course, lesson, video, article, guide, interactive, path, certification or other
--   topic: stable topic of the item
--   product_area: part of the product it teaches
--   collections: collections it is filed in
--   audience_tags: audiences it is meant for
--   journey_point: point of the customer journey it is meant for
--   source_locale: language it was written in
--   status: published, draft or archived; published where the source does not say
--   author_key: hashed identity of its author
--   published_at: first publication; where the source does not say, the earliest trace of the published item
--   edited_at: last edit of the body
--   reviewed_at: last review
--   is_dated: true where the source itself gives a date of publication, edit or review
--   lifecycle_path: "lifecycle phase its path serves: onboard, adopt, expand, migrate or renew"
--   published_month: program-local month of publication
--   url: "address, normalised: no scheme, query, fragment or closing slash"
--   is_copy: whether an older item of the same kind, language and place carries the same title, and it came with five or more such in a month that saw little else
--   copy_key: what an item and its copies share, a digest of title, kind, language and place; null for parts of others
--   is_targeted: whether its tags name an audience, and neither everyone nor each of three or more audiences tagged for

with newest as (
    select *
    from source.content_item
    qualify row_number() over (
        partition by program_id, source, content_id
        order by version desc nulls last, file desc, row_number desc
    ) = 1
),

ranked as (
    select
        *,
        row_number() over (
            partition by program_id, content_id
            order by version nulls first, file, row_number
        ) as recency
    from newest
),

merged as (
    select
        program_id,
        content_id,
        max_by(content_type, recency) filter (where content_type is not null) as content_type,
        max_by(topic, recency) filter (where topic is not null) as topic,
        max_by(product_area, recency) filter (where product_area is not null) as product_area,
        max_by(collections, recency) filter (where collections is not null) as collections,
        max_by(audience_tags, recency) filter (where audience_tags is not null) as audience_tags,
        max_by(journey_point, recency) filter (where journey_point is not null) as journey_point,
        max_by(source_locale, recency) filter (where source_locale is not null) as source_locale,
        max_by(status, recency) filter (where status is not null) as status,
        max_by(author_id, recency) filter (where author_id is not null) as author_id,
        max_by(published_at, recency) filter (where published_at is not null) as published_at,
        max_by(edited_at, recency) filter (where edited_at is not null) as edited_at,
        max_by(reviewed_at, recency) filter (where reviewed_at is not null) as reviewed_at,
        max_by(lifecycle_path, recency) filter (where lifecycle_path is not null) as lifecycle_path,
        max_by(url, recency) filter (where url is not null) as url,
        max_by(title, recency) filter (where title is not null) as title
    from ranked
    group by program_id, content_id
),

first_activity as (
    select
        merged.program_id,
        merged.content_id,
        cast(min(activity.occurred_on) as timestamp) as seen_at
    from staging.learner_activity as activity
    inner join merged
        on merged.program_id = activity.program_id
        and merged.content_id = activity.content_id
    where merged.published_at is null
    group by merged.program_id, merged.content_id
),

dated as (
    select
        merged.*,
        -- a copy may be called "Copy of …", "… (copy)" or "… - copy 2"
        nullif(
            regexp_replace(
                regexp_replace(lower(trim(merged.title)), '^copy of +', ''),
                ' *([(]copy *[0-9]*[)]|- copy *[0-9]*)$',
                ''
            ),
            ''
        ) as plain_title,
        coalesce(merged.content_type, 'other') in ('lesson', 'path', 'certification') as is_part,
        case
            when merged.published_at is not null then merged.published_at
            when coalesce(merged.status, 'published') = 'published'
                then least(merged.edited_at, merged.reviewed_at, first_activity.seen_at)
        end as first_published_at
    from merged
    left join first_activity using (program_id, content_id)
),

titled as (
    select
        program_id,
        content_id,
        date_trunc('month', first_published_at) as published_in,
        row_number() over (
            partition by
                program_id,
                plain_title,
                content_type,
                source_locale,
                list_sort(collections)
            order by first_published_at nulls first, content_id
        ) as place
    from dated
    where plain_title is not null
        and coalesce(status, 'published') = 'published'
        and not is_part
),

-- now and then a title comes again; a batch of them is copied
copied as (
    select titled.program_id, titled.content_id
    from titled
    inner join (
        select program_id, published_in
        from titled
        group by program_id, published_in
        having count(*) filter (where place > 1) >= 5
            and count(*) filter (where place > 1) > 0.5 * count(*)
    ) as batch
        on batch.program_id = titled.program_id
        and batch.published_in = titled.published_in
    where titled.place > 1
),

tagged as (
    select dated.program_id, dated.content_id, lower(trim(tags.tag)) as tag
    from dated
    cross join unnest(dated.audience_tags) as tags (tag)
    where trim(tags.tag) <> ''
),

-- what only one item is tagged for is no audience of the program
audience as (
    select program_id, tag
    from tagged
    group by program_id, tag
    having count(distinct content_id) > 1
),

audience_count as (
    select program_id, count(*) as audiences
    from audience
    group by program_id
),

aimed as (
    select
        tagged.program_id,
        tagged.content_id,
        bool_or(
            regexp_replace(tagged.tag, '^[^:=]*[:=] *', '')
                in ('all', 'any', 'anyone', 'everyone', 'everybody', 'general', 'public', '*')
        ) as says_everyone,
        count(distinct audience.tag) as audiences
    from tagged
    left join audience
        on audience.program_id = tagged.program_id
        and audience.tag = tagged.tag
    group by tagged.program_id, tagged.content_id
)

select
    dated.program_id,
    dated.content_id,
    coalesce(dated.content_type, 'other') as content_type,
    coalesce(label.topic, dated.topic) as topic,
    dated.product_area,
    dated.collections,
    dated.audience_tags,
    dated.journey_point,
    lower(replace(dated.source_locale, '_', '-')) as source_locale,
    coalesce(dated.status, 'published') as status,
    coalesce(identity.person_key, dated.author_id) as author_key,
    dated.first_published_at as published_at,
    dated.edited_at,
    dated.reviewed_at,
    coalesce(dated.published_at, dated.edited_at, dated.reviewed_at) is not null as is_dated,
    dated.lifecycle_path,
    cast(
        case
            when dated.first_published_at >= calendar.ends_at then calendar.month + interval 1 month
            else calendar.month
        end as date
    ) as published_month,
    rtrim(
        regexp_replace(regexp_replace(lower(trim(dated.url)), '^[a-z]+://(www[.])?', ''), '[?#].*$', ''),
        '/'
    ) as url,
    copied.content_id is not null as is_copy,
    case
        when dated.plain_title is not null and not dated.is_part then md5(
            concat_ws(
                '|',
                dated.plain_title,
                coalesce(dated.content_type, ''),
                coalesce(dated.source_locale, ''),
                case
                    when dated.collections is null then ''
                    else '[' || coalesce(array_to_string(list_sort(dated.collections), ', '), '') || ']'
                end
            )
        )
    end as copy_key,
    aimed.content_id is not null
        and not aimed.says_everyone
        and not coalesce(audience_count.audiences >= 3 and aimed.audiences = audience_count.audiences, false)
        as is_targeted
from dated
left join copied
    on copied.program_id = dated.program_id and copied.content_id = dated.content_id
left join aimed
    on aimed.program_id = dated.program_id and aimed.content_id = dated.content_id
left join audience_count on audience_count.program_id = dated.program_id
left join labels.content as label
    on label.program_id = dated.program_id and label.content_id = dated.content_id
left join staging.identity as identity
    on identity.program_id = dated.program_id and identity.key = dated.author_id
left join staging.program as program on program.program_id = dated.program_id
-- twelve hours back is never after the local month and at most one month before it
left join config.calendar as calendar
    on calendar.timezone = program.timezone
    and calendar.month = cast(date_trunc('month', dated.first_published_at - interval 12 hours) as date)
