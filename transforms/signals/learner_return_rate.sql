-- description: >-
--   One row per program and month: of the people active in any of the three months before, the share active
--   again in the month.
-- job: scale
-- unit: ratio
-- direction: up
-- kind: share
-- window: T3
-- minimum_sample: 30
-- sources: [[content_view, enrollment, guide_event, learning_event, live_session]]
-- friction: [F13]
-- range: [0, 1]
-- notes: >-
--   Tells a habit from a launch: newcomers of the month are in neither count.

with active as (
    select distinct program_id, month, person_key
    from staging.learner_activity
    where person_key is not null
),

before as (
    select distinct program_month.program_id, program_month.month, active.person_key
    from staging.program_month as program_month
    inner join active
        on program_month.program_id = active.program_id
        and program_month.month > active.month
        and program_month.month - interval 3 month <= active.month
)

select before.program_id, before.month, count(active.person_key) as numerator, count(*) as denominator
from before
left join active
    on before.program_id = active.program_id
    and before.month = active.month
    and before.person_key = active.person_key
group by before.program_id, before.month
