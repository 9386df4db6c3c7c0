-- description: >-
--   One row per program and month: requests for taught training as a share of classified customer tickets.
-- job: scale
-- unit: ratio
-- direction: down
-- kind: share
-- window: T12
-- minimum_sample: 30
-- sources: [ticket]
-- friction: [F12]
-- range: [0, 1]
-- notes: >-
--   Classified means that the intent is known and is not other.

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
    count(*) filter (where intent = 'training_request') as numerator,
    count(*) as denominator
from classified
group by program_id, month
