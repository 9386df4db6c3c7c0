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
-- shown_without: {content_view: 0.5, guide_event: 0.5, live_session: 0.5}
-- friction: [F13]
-- range: [0, 1]
-- notes: >-
--   Tells a habit from a launch: newcomers of the month are in neither count.

-- a person counts in the latest of the three months before in which the person learned
with step as (
    select program_id, month, next_month, count(*) as learners
    from staging.learner_month
    group by program_id, month, next_month
)

select
    program_month.program_id,
    program_month.month,
    cast(coalesce(sum(step.learners) filter (where step.next_month = program_month.month), 0) as bigint) as numerator,
    cast(sum(step.learners) as bigint) as denominator
from staging.program_month as program_month
inner join step
    on program_month.program_id = step.program_id
    and program_month.month > step.month
    and program_month.month - interval 3 month <= step.month
    and coalesce(program_month.month <= step.next_month, true)
group by program_month.program_id, program_month.month
