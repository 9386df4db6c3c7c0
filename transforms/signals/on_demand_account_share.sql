-- description: >-
--   One row per program and month: accounts with learning activity outside live sessions in the twelve
--   months ending with the month, as a share of the accounts that were customers at its end.
-- job: scale
-- unit: ratio
-- direction: up
-- kind: share
-- window: T12
-- pooled: sql
-- minimum_sample: 5
-- sources:
--   - account
--   - [content_view, enrollment, guide_event, learning_event]
-- shown_without: {content_view: 0.5, guide_event: 0.5}
-- accumulates: true
-- friction: [F12]
-- range: [0, 1]
-- notes: >-
--   An attendance of a live session is not on demand, whatever recording exists.

select
    program_id,
    month,
    count(*) filter (where has_on_demand_learner) as numerator,
    count(*) as denominator
from staging.account_learning_month
group by program_id, month
