-- description: >-
--   One row per program and month: staff sends of learning content as a link to a file, as a share of staff sends of
--   learning content.
-- job: deliver
-- unit: ratio
-- direction: context
-- kind: share
-- window: T1
-- minimum_sample: 10
-- sources: [[staff_send, ticket_comment]]
-- range: [0, 1]
-- notes: >-
--   The file is another copy all the same, so it counts as one in attachment_send_share.

select
    program_id,
    month,
    count(*) filter (where is_linked_file) as numerator,
    count(*) as denominator
from staging.staff_send
group by program_id, month
