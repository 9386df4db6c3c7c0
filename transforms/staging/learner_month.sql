-- description: One row per external person and month in which the person learned.
-- grain: [program_id, month, person_key]
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   person_key: hashed identity of the person
--   account_key: hashed identity of the customer account; null if none is known
--   is_on_demand: whether any of it was something else than a live session
--   is_guided: whether all of it was meeting guides in the product
--   first_on: first day of the month on which the person learned (UTC, kept inside the month)
--   next_month: the next month in which the person learned; null if none followed

with event_month as (
    select
        counted.program_id,
        counted.month,
        coalesce(identity.person_key, counted.email, counted.learner_id) as person_key,
        counted.first_on
    from staging.learning_event_month as counted
    left join staging.identity as identity
        on identity.program_id = counted.program_id and identity.key = counted.learner_id
    where counted.activity_count > 0
),

activity as (
    -- of learning events, which may be tens of millions, the months are counted already
    select program_id, month, person_key, account_key, surface, occurred_on, entity
    from staging.learner_activity
    where entity is distinct from 'learning_event'

    union all

    select
        event_month.program_id,
        event_month.month,
        event_month.person_key,
        learner.account_key,
        'lms' as surface,
        event_month.first_on as occurred_on,
        'learning_event' as entity
    from event_month
    left join staging.learner as learner
        on learner.program_id = event_month.program_id and learner.person_key = event_month.person_key
    where not coalesce(learner.is_internal, false)
),

active as (
    select
        program_id,
        month,
        person_key,
        max(account_key) as account_key,
        bool_or(surface is distinct from 'live') as is_on_demand,
        bool_and(entity is not distinct from 'guide_event') as is_guided,
        min(occurred_on) as first_on
    from activity
    where person_key is not null
    group by program_id, month, person_key
)

select
    program_id,
    month,
    person_key,
    account_key,
    is_on_demand,
    is_guided,
    first_on,
    lead(month) over (partition by program_id, person_key order by month) as next_month
from active
