-- description: >-
--   One row per program and month: active learners of known role or segment who used at least one item aimed
--   at that role or segment, as a share of active learners of known role or segment.
-- job: deliver
-- unit: ratio
-- direction: up
-- kind: share
-- window: T3
-- minimum_sample: 30
-- sources: [content_item, learner, [enrollment, learning_event, content_view, live_session, guide_event]]
-- fields: [content_item.audience_tags, [learner.role, learner.segment]]
-- shown_without: {content_view: 0.5}
-- friction: [F05, F07]
-- range: [0, 1]
-- notes: >-
--   A tag matches when it equals the role or segment without regard to case, a prefix such as "role:" or a
--   closing s. An item that also carries a tag for everyone, or one for each audience, is aimed
--   at nobody. In-app guides count where the catalogue lists them: elsewhere nobody says whom they are for, and most
--   users meet some.

with recorded as (
    select program_id
    from staging.content_item
    where array_length(audience_tags) > 0
    group by program_id
),

aimed_tag as (
    select
        item.program_id,
        item.content_id,
        regexp_replace(regexp_replace(lower(trim(tags.tag)), '^[^:=]*[:=] *', ''), 's$', '') as audience
    from staging.content_item as item
    cross join unnest(item.audience_tags) as tags(tag)
    where item.is_targeted
),

learner_audience as (
    select program_id, person_key, regexp_replace(lower(trim(role)), 's$', '') as audience
    from staging.learner
    where is_internal is not true
        and role is not null
    union
    select program_id, person_key, regexp_replace(lower(trim(segment)), 's$', '') as audience
    from staging.learner
    where is_internal is not true
        and segment is not null
),

item_use as (
    select distinct activity.program_id, activity.month, activity.person_key, activity.content_id
    from staging.learner_activity as activity
    inner join learner_audience
        on activity.program_id = learner_audience.program_id
        and activity.person_key = learner_audience.person_key
    inner join recorded
        on activity.program_id = recorded.program_id
    left join staging.content_item as item
        on activity.program_id = item.program_id
        and activity.content_id = item.content_id
    where activity.entity is distinct from 'guide_event'
        or item.content_id is not null
),

person as (
    select
        item_use.program_id,
        item_use.month,
        item_use.person_key,
        count(aimed_tag.audience) as matching_uses
    from item_use
    inner join learner_audience
        on item_use.program_id = learner_audience.program_id
        and item_use.person_key = learner_audience.person_key
    left join aimed_tag
        on item_use.program_id = aimed_tag.program_id
        and item_use.content_id = aimed_tag.content_id
        and learner_audience.audience = aimed_tag.audience
    group by item_use.program_id, item_use.month, item_use.person_key
)

select
    program_id,
    month,
    count(*) filter (where matching_uses > 0) as numerator,
    count(*) as denominator
from person
group by program_id, month
