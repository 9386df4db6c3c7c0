-- description: >-
--   One row per program and month: cannot_find tickets as a share of classified customer tickets.
-- job: deliver
-- unit: ratio
-- direction: down
-- kind: share
-- window: T12
-- minimum_sample: 30
-- sources: [ticket]
-- friction: [F04]
-- range: [0, 1]
-- notes: >-
--   Classified means that the intent is known and is not other (out-of-office replies, spam, vendor mail).
--   Duplicates, follow-ups and tickets of staff or test users are left out of both counts.

with classified as (
    select program_id, month, intent
    from staging.ticket
    where duplicate_of is null
        and is_internal is not true
        and intent not in ('other', 'non_customer')
)

select
    program_id,
    month,
    count(*) filter (where intent = 'cannot_find') as numerator,
    count(*) as denominator
from classified
group by program_id, month
