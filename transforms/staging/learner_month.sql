-- description: One row per external person and month in which the person learned.
-- grain: [program_id, month, person_key]
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   person_key: hashed identity of the person
--   account_key: hashed identity of the customer account; null if none is known
--   is_on_demand: whether any of it was something else than a live session
--   first_on: first day of the month on which the person learned (UTC, kept inside the month)
--   next_month: the next month in which the person learned; null if none followed

with active as (
    select
        program_id,
        month,
        person_key,
        max(account_key) as account_key,
        bool_or(surface is distinct from 'live') as is_on_demand,
        min(occurred_on) as first_on
    from staging.learner_activity
    where person_key is not null
    group by program_id, month, person_key
)

select
    program_id,
    month,
    person_key,
    account_key,
    is_on_demand,
    first_on,
    lead(month) over (partition by program_id, person_key order by month) as next_month
from active
