-- description: >-
--   One row per program and month: audiences narrower than everybody whose courses or paths were completed
--   at least ten times in the twelve months ending with the month.
-- job: scale
-- unit: count
-- direction: up
-- kind: count
-- census: true
-- window: T12
-- pooled: sql
-- minimum_sample: 0
-- sources: [content_item, [enrollment, learning_event]]
-- friction: [F07]
-- range: [0, null]
-- notes: >-
--   Tags that mean everybody name no persona. Ten completions are part of the definition of a path in use.

with audience as (
    select distinct program_id, content_id, lower(trim(tag)) as audience
    from (
        select program_id, content_id, unnest(audience_tags) as tag
        from staging.content_item
        where content_type in ('course', 'path')
    ) as tagged
    where lower(trim(tag)) not in ('', 'all', 'any', 'anyone', 'everyone', 'everybody', 'general', 'public', '*')
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
    count(persona.audience) as value
from staging.program_month as program_month
left join persona
    on program_month.program_id = persona.program_id
    and program_month.month = persona.month
    and persona.completions >= 10
group by program_month.program_id, program_month.month
