-- description: >-
--   One row per program and month: staff sends of learning content as a file, as a share of staff sends of
--   learning content. One link to many accounts in a day counts as one send.
-- job: deliver
-- unit: ratio
-- direction: down
-- kind: share
-- window: T12
-- minimum_sample: 30
-- sources: [[staff_send, ticket_comment]]
-- friction: [F08, F09]
-- range: [0, 1]
-- notes: >-
--   A link to a file is a file; a listed item's own address is not.
--   Sends seen in ticket replies are a part of all sends; an outbound mail or success-tool export shows the
--   rest. Links in replies and mail are known by the addresses in the content list: without these only files count.

select
    program_id,
    month,
    count(*) filter (where form = 'attachment') as numerator,
    count(*) filter (where is_broadcast is not true)
        + count(distinct concat(asset_key, cast(cast(sent_at as date) as varchar))) filter (where is_broadcast)
        as denominator
from staging.staff_send
group by program_id, month
