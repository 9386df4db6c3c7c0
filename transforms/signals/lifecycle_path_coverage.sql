-- description: >-
--   One row per program and month: parts of the customer lifecycle (onboard, adopt, expand, migrate, renew)
--   whose content was completed at least ten times in the twelve months ending with the month, of the five.
-- job: scale
-- unit: ratio
-- direction: up
-- kind: state_share
-- census: true
-- window: T12
-- pooled: sql
-- minimum_sample: 5
-- sources: [content_item, [enrollment, learning_event]]
-- friction: [F05, F15]
-- range: [0, 1]
-- notes: >-
--   Ten completions are part of the definition of a live path, not a threshold of any stage. The same person
--   completing the same item twice counts once.

with completed as (
    select distinct activity.program_id, activity.month, activity.person_key, activity.content_id, item.lifecycle_path
    from staging.learner_activity as activity
    inner join staging.content_item as item
        on activity.program_id = item.program_id
        and activity.content_id = item.content_id
    where activity.action = 'completed'
        and activity.person_key is not null
        and item.lifecycle_path is not null
),

path_completion as (
    select distinct
        program_month.program_id,
        program_month.month,
        completed.lifecycle_path,
        completed.person_key,
        completed.content_id
    from staging.program_month as program_month
    inner join completed
        on program_month.program_id = completed.program_id
        and program_month.month >= completed.month
        and program_month.month - interval 11 month <= completed.month
),

path as (
    select program_id, month, lifecycle_path, count(*) as completions
    from path_completion
    group by program_id, month, lifecycle_path
)

select
    program_month.program_id,
    program_month.month,
    count(path.lifecycle_path) as numerator,
    5 as denominator
from staging.program_month as program_month
left join path
    on program_month.program_id = path.program_id
    and program_month.month = path.month
    and path.completions >= 10
group by program_month.program_id, program_month.month
