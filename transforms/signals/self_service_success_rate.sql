-- description: >-
--   One row per program and month: identified help sessions with content used and no ticket from that person
--   within 24 hours, as a share of identified help sessions.
-- job: scale
-- unit: ratio
-- direction: up
-- kind: share
-- window: T6
-- minimum_sample: 30
-- sources: [content_view, ticket]
-- fields: [[content_view.person_key, search.person_key]]
-- friction: [F04, F15]
-- range: [0, 1]
-- notes: >-
--   A search without a click is a session without use. Views without a session id make one session per
--   person and day. Somebody who gives up in silence looks like a success: read it with usage and retention.

with visit as (
    select
        program_id,
        person_key,
        coalesce(session_id, cast(cast(viewed_at as date) as varchar)) as session_key,
        viewed_at as occurred_at,
        true as is_use,
        month
    from staging.content_view
    where is_internal is not true
        and person_key is not null
    union all
    select
        program_id,
        person_key,
        coalesce(session_id, cast(cast(searched_at as date) as varchar)) as session_key,
        searched_at as occurred_at,
        clicked_content_id is not null as is_use,
        month
    from staging.search
    where is_internal is not true
        and person_key is not null
),

session as (
    select
        program_id,
        person_key,
        session_key,
        min(month) as month,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        bool_or(is_use) as has_use
    from visit
    group by program_id, person_key, session_key
),

asked as (
    select distinct session.program_id, session.person_key, session.session_key
    from session
    inner join staging.ticket as ticket
        on session.program_id = ticket.program_id
        and session.person_key = ticket.requester_key
        and ticket.created_at >= session.first_at
        and ticket.created_at <= session.last_at + interval 24 hour
    where ticket.duplicate_of is null
        and ticket.is_internal is not true
        and ticket.intent is distinct from 'other'
)

select
    session.program_id,
    session.month,
    count(*) filter (where session.has_use and asked.person_key is null) as numerator,
    count(*) as denominator
from session
left join asked
    on session.program_id = asked.program_id
    and session.person_key = asked.person_key
    and session.session_key = asked.session_key
group by session.program_id, session.month
