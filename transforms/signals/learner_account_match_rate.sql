-- description: >-
--   One row per program and month: people with learning activity in the three months ending with the month
--   whose customer account is known, as a share of all such people.
-- job: scale
-- unit: ratio
-- direction: up
-- kind: share
-- window: T3
-- pooled: sql
-- minimum_sample: 30
-- sources:
--   - account
--   - [content_view, enrollment, guide_event, learning_event, live_session]
-- friction: [F14]
-- range: [0, 1]
-- notes: >-
--   Known means an account of the account list, not merely a name that the learning platform holds. Personal
--   e-mail domains match nobody.

-- a person counts in the latest of the three months in which the person learned
with step as (
    select
        activity.program_id,
        activity.month,
        activity.next_month,
        count(*) as learners,
        count(account.account_key) as matched
    from staging.learner_month as activity
    left join staging.account as account
        on activity.program_id = account.program_id
        and activity.account_key = account.account_key
    group by activity.program_id, activity.month, activity.next_month
)

select
    program_month.program_id,
    program_month.month,
    cast(sum(step.matched) as bigint) as numerator,
    cast(sum(step.learners) as bigint) as denominator
from staging.program_month as program_month
inner join step
    on program_month.program_id = step.program_id
    and program_month.month >= step.month
    and program_month.month - interval 2 month <= step.month
    and coalesce(program_month.month < step.next_month, true)
group by program_month.program_id, program_month.month
