-- description: >-
--   One row per program and month: accounts with at least one active learner in the twelve months ending
--   with the month, as a share of the accounts that were customers at its end.
-- job: scale
-- unit: ratio
-- direction: up
-- kind: share
-- window: T12
-- pooled: sql
-- minimum_sample: 30
-- sources:
--   - account
--   - [content_view, enrollment, guide_event, learning_event, live_session]
-- shown_without: {content_view: 0.5, guide_event: 0.5, live_session: 0.7}
-- accumulates: true
-- friction: [F15]
-- range: [0, 1]
-- notes: >-
--   An account that ended before the month did is in neither count; one that later ended is in both.

select
    program_id,
    month,
    count(*) filter (where has_learner) as numerator,
    count(*) as denominator
from staging.account_learning_month
group by program_id, month
