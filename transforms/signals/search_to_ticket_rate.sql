-- description: >-
--   One row per program and month: search sessions of known customers followed by a ticket of the same
--   person within 24 hours, as a share of search sessions of known customers.
-- job: deliver
-- unit: ratio
-- direction: down
-- kind: share
-- window: T12
-- minimum_sample: 30
-- sources: [search, ticket]
-- fields: [search.person_key]
-- friction: [F04]
-- range: [0, 1]
-- notes: >-
--   Where the log has no sessions, one person's searches of one day are a session. Duplicates of a ticket do
--   not count; a ticket that is out-of-office mail or spam does not either.

with session as (
    select
        program_id,
        month,
        person_key,
        coalesce(session_id, cast(cast(searched_at as date) as varchar)) as session_key,
        min(searched_at) as begun_at,
        max(searched_at) as last_searched_at
    from staging.search
    where is_internal is not true
        and person_key is not null
    group by program_id, month, person_key, coalesce(session_id, cast(cast(searched_at as date) as varchar))
),

customer_ticket as (
    select program_id, requester_key, created_at
    from staging.ticket
    where duplicate_of is null
        and is_internal is not true
        and coalesce(intent, '') not in ('other', 'non_customer')
),

judged as (
    select
        session.program_id,
        session.month,
        session.person_key,
        session.session_key,
        count(customer_ticket.created_at) as tickets
    from session
    left join customer_ticket
        on session.program_id = customer_ticket.program_id
        and session.person_key = customer_ticket.requester_key
        and session.begun_at <= customer_ticket.created_at
        and session.last_searched_at + interval 24 hour >= customer_ticket.created_at
    group by session.program_id, session.month, session.person_key, session.session_key
)

select
    program_id,
    month,
    count(*) filter (where tickets > 0) as numerator,
    count(*) as denominator
from judged
group by program_id, month
