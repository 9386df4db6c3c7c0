-- description: >-
--   One row per program and month: distinct external people with any learning activity in the month, on any
--   surface.
-- job: scale
-- unit: count
-- direction: context
-- kind: count
-- window: T3
-- minimum_sample: 0
-- sources: [[content_view, enrollment, guide_event, learning_event, live_session]]
-- range: [0, null]
-- notes: >-
--   Context only: a launch raises it whatever the program is worth. Anonymous readers are not people here.

select program_id, month, count(*) as value
from staging.learner_month
group by program_id, month
