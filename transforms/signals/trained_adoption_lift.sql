-- description: >-
--   One row per program and month: accounts with a value event between day 90 and day 180, trained minus
--   untrained in percentage points, standardised over segment and size, for accounts whose day 180 fell in
--   the twelve months ending with the month.
-- job: scale
-- unit: pp
-- direction: up
-- kind: difference
-- window: T12
-- pooled: sql
-- minimum_sample: 30
-- sources:
--   - account
--   - usage_event
--   - [content_view, enrollment, guide_event, learning_event, live_session]
-- fields: [account.started_at]
-- friction: [F13]
-- range: [-100, 100]
-- notes: >-
--   Trained means an active learner within the first 90 days; the outcome is read only after day 90, among
--   accounts that were still customers then, so training always comes first. Direct standardisation over
--   segment and size (under 20, 20 to 199, 200 or more users) on strata that have both arms. Associated with
--   training, not caused by it: keen customers also train.

select
    program_id,
    month,
    100 * gap as value,
    100 * greatest(gap - 1.959964 * standard_error, -1) as low,
    100 * least(gap + 1.959964 * standard_error, 1) as high,
    account_count as sample_size
from staging.outcome_lift
where outcome = 'adoption'
