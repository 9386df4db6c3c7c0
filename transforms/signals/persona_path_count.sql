-- description: >-
--   One row per program and month: roles and segments of learners whose courses or paths were completed at
--   least ten times in the twelve months ending with the month.
-- job: scale
-- unit: count
-- direction: up
-- kind: count
-- census: true
-- window: T12
-- pooled: sql
-- minimum_sample: 0
-- sources: [content_item, learner, [enrollment, learning_event]]
-- fields:
--   - content_item.content_type
--   - content_item.audience_tags[content_type=course|path]
--   - [learner.role, learner.segment]
-- accumulates: true
-- friction: [F07]
-- range: [0, null]
-- notes: >-
--   A tag is a persona when it is the role or segment of some external learner, without regard to case, a
--   prefix such as "role:" or a closing s; use cases and tags for everybody are none. Ten completions are part
--   of the definition of a path in use. Null where no learner has a role or a segment, or no
--   course is tagged at all: the tags may be kept where nothing was exported.

with persona_name as (
    select program_id, regexp_replace(lower(trim(role)), 's$', '') as audience
    from staging.learner
    where is_internal is not true
    union
    select program_id, regexp_replace(lower(trim(segment)), 's$', '') as audience
    from staging.learner
    where is_internal is not true
),

item_tag as (
    select
        item.program_id,
        item.content_id,
        item.is_targeted,
        regexp_replace(regexp_replace(lower(trim(tags.tag)), '^[^:=]*[:=] *', ''), 's$', '') as audience
    from staging.content_item as item
    cross join unnest(item.audience_tags) as tags(tag)
    where item.content_type in ('course', 'path')
),

named as (
    select distinct persona_name.program_id
    from persona_name
    inner join item_tag
        on item_tag.program_id = persona_name.program_id
    where persona_name.audience is not null
),

audience as (
    select distinct item_tag.program_id, item_tag.content_id, item_tag.audience
    from item_tag
    inner join persona_name
        on item_tag.program_id = persona_name.program_id
        and item_tag.audience = persona_name.audience
    where item_tag.audience <> ''
        and item_tag.is_targeted
),

completed as (
    select distinct activity.program_id, activity.month, activity.person_key, activity.content_id, audience.audience
    from staging.learner_activity as activity
    inner join audience
        on activity.program_id = audience.program_id
        and activity.content_id = audience.content_id
    where activity.action = 'completed'
        and activity.person_key is not null
),

audience_completion as (
    select distinct
        program_month.program_id,
        program_month.month,
        completed.audience,
        completed.person_key,
        completed.content_id
    from staging.program_month as program_month
    inner join completed
        on program_month.program_id = completed.program_id
        and program_month.month >= completed.month
        and program_month.month - interval 11 month <= completed.month
),

persona as (
    select program_id, month, audience, count(*) as completions
    from audience_completion
    group by program_id, month, audience
)

select
    program_month.program_id,
    program_month.month,
    case when named.program_id is not null then count(persona.audience) end as value
from staging.program_month as program_month
left join named
    on program_month.program_id = named.program_id
left join persona
    on program_month.program_id = persona.program_id
    and program_month.month = persona.month
    and persona.completions >= 10
group by program_month.program_id, program_month.month, named.program_id
