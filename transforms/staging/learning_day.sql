-- description: "One row per identifiers, piece of content, surface and day in the learning events: many events, read once."
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   learner_id: hashed id of the person; null if only an e-mail is known
--   email: hashed e-mail address; null if unknown
--   email_domain: e-mail domain
--   content_id: identity of the item
--   surface: portal, lms, in_app, widget, email or other
--   occurred_on: day of the events (UTC, kept inside the month)
--   action_rank: "strongest thing done: 4 completed, 2 started, 1 viewed, 0 only enrolled"
--   event_count: events of the day

select
    event.program_id,
    event.month,
    event.learner_id,
    event.email,
    event.email_domain,
    event.content_id,
    coalesce(event.surface, 'lms') as surface,
    greatest(event.month, least(cast(event.occurred_at as date), last_day(event.month))) as occurred_on,
    max(
        case
            when event.verb in ('completed', 'passed') then 4
            when event.verb = 'viewed' then 1
            when event.verb = 'enrolled' then 0
            else 2
        end
    ) as action_rank,
    count(*) as event_count
from source.learning_event as event
anti join staging.learning_event_repeat as repeated
    on repeated.file = event.file
    and repeated.row_number = event.row_number
    and repeated.program_id = event.program_id
group by all
