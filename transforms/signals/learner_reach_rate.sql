-- description: >-
--   One row per program and month: people with learning activity in the month as a share of the people who
--   used the product in it.
-- job: scale
-- unit: ratio
-- direction: up
-- kind: share
-- window: T3
-- minimum_sample: 30
-- sources:
--   - [content_view, enrollment, guide_event, learning_event, live_session]
--   - [usage_event, account_month]
-- friction: [F11, F15]
-- range: [0, 1]
-- notes: >-
--   Users are people in product usage events; where there are none, the active users that the account months
--   report, else the seats. More learners than users (readers who never signed in to the product) count as
--   all of them.

with learners as (
    select program_id, month, count(*) as learners
    from staging.learner_month
    group by program_id, month
),

used as (
    select program_id, month, count(distinct person_key) as users
    from staging.usage_event
    where is_internal is not true
    group by program_id, month
),

reported as (
    select program_id, month, sum(active_users) as active_users, sum(seats) as seats
    from staging.account_month
    group by program_id, month
),

base as (
    select
        program_month.program_id,
        program_month.month,
        coalesce(nullif(used.users, 0), nullif(reported.active_users, 0), nullif(reported.seats, 0), 0) as users
    from staging.program_month as program_month
    left join used
        on program_month.program_id = used.program_id
        and program_month.month = used.month
    left join reported
        on program_month.program_id = reported.program_id
        and program_month.month = reported.month
)

select
    base.program_id,
    base.month,
    least(coalesce(learners.learners, 0), base.users) as numerator,
    base.users as denominator
from base
left join learners
    on base.program_id = learners.program_id
    and base.month = learners.month
where base.users > 0
