-- description: >-
--   One row per program and month: accounts with a value event between day 90 and day 180, trained minus
--   comparable untrained ones in percentage points, for accounts whose day 180 fell in the twelve months ending
--   with the month.
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
--   accounts that were still customers then, so training always comes first. Compared are accounts about as likely
--   to train, by size, segment, prior use and start date (docs/impact.md). Associated with training, not caused
--   by it: keen customers also train. The published table `impact` has the unadjusted difference beside it.

select
    program_id,
    month,
    adjusted as value,
    adjusted_low as low,
    adjusted_high as high,
    compared_accounts as sample_size
from impact.estimate
where outcome = 'adoption'
    and status = 'observed'
