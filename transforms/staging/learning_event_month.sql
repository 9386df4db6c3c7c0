-- description: One row per source, identifiers of a person and month in which learning events name them.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   source: source of the events
--   month: program-local month, first day
--   learner_id: hashed id; null if only an e-mail is known
--   email: hashed e-mail address; null if unknown
--   email_domain: e-mail domain, lower case
--   event_count: events
--   activity_count: events that are more than being enrolled
--   first_on: day of the first such event (UTC, kept inside the month); null if there is none

-- There may be tens of millions of events. Who learned when, and who is named how often, is counted in one pass here,
-- on the identifiers as they come: finding out which person they mean is then done once a month, not once an event.
with counted as (
    select
        event.program_id,
        event.source,
        event.month,
        event.learner_id,
        event.email,
        event.email_domain,
        count(*) as event_count,
        count(*) filter (where event.verb <> 'enrolled') as activity_count,
        min(event.occurred_at) filter (where event.verb <> 'enrolled') as first_at
    from source.learning_event as event
    anti join staging.learning_event_repeat as repeated
        on repeated.file = event.file
        and repeated.row_number = event.row_number
        and repeated.program_id = event.program_id
    group by event.program_id, event.source, event.month, event.learner_id, event.email, event.email_domain
)

select
    program_id,
    source,
    month,
    learner_id,
    email,
    email_domain,
    event_count,
    activity_count,
    case
        when first_at is not null then greatest(month, least(cast(first_at as date), last_day(month)))
    end as first_on
from counted
