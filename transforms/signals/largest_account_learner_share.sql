-- description: >-
--   One row per program and month: active learners who belong to the one account with most of them, as a share of
--   active learners whose account is known.
-- job: scale
-- unit: ratio
-- direction: context
-- kind: share
-- window: T1
-- minimum_sample: 10
-- sources: [[enrollment, learning_event, content_view, live_session, guide_event]]
-- fields: [learner.account_key]
-- range: [0, 1]
-- notes: >-
--   Reach by one large customer is not reach by customers.

with account_learners as (
    select program_id, month, account_key, count(*) as learners
    from staging.learner_month
    where account_key is not null
    group by program_id, month, account_key
)

select
    program_id,
    month,
    max(learners) as numerator,
    sum(learners) as denominator
from account_learners
group by program_id, month
