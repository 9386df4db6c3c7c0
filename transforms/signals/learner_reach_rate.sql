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
-- fields: [[usage_event.person_key, account_month.active_users, account_month.seats]]
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
)

select
    base.program_id,
    base.month,
    least(coalesce(learners.learners, 0), base.user_count) as numerator,
    base.user_count as denominator
from staging.active_user_month as base
left join learners
    on base.program_id = learners.program_id
    and base.month = learners.month
