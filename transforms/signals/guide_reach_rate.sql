-- description: >-
--   One row per program and month: active product users who saw at least one educational in-app guide, as a
--   share of active product users.
-- job: deliver
-- unit: ratio
-- direction: up
-- kind: share
-- window: T3
-- minimum_sample: 30
-- sources: [guide_event, usage_event]
-- friction: [F11]
-- range: [0, 1]
-- notes: >-
--   Whoever meets a guide was in the product, so guide events make a user active too. Guides that announce
--   or ask are left out.

with presence as (
    select program_id, month, person_key, false as is_reached
    from staging.usage_event
    where is_internal is not true
    union all
    select program_id, month, person_key, coalesce(is_educational, false) and event = 'seen' as is_reached
    from staging.guide_event
    where is_internal is not true
),

active_user as (
    select program_id, month, person_key, bool_or(is_reached) as is_reached
    from presence
    where person_key is not null
    group by program_id, month, person_key
)

select
    program_id,
    month,
    count(*) filter (where is_reached) as numerator,
    count(*) as denominator
from active_user
group by program_id, month
