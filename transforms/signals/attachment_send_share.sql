-- description: >-
--   One row per program and month: staff sends of learning content as a file, as a share of staff sends of
--   learning content.
-- job: deliver
-- unit: ratio
-- direction: down
-- kind: share
-- window: T3
-- minimum_sample: 30
-- sources: [[staff_send, ticket_comment]]
-- friction: [F08, F09]
-- range: [0, 1]
-- notes: >-
--   Sends seen in ticket replies are a part of all sends; an outbound mail or success-tool export shows the
--   rest. Links in replies and mail are known by the addresses in the content list: without these only files count.

select
    program_id,
    month,
    count(*) filter (where form = 'attachment') as numerator,
    count(*) as denominator
from staging.staff_send
group by program_id, month
