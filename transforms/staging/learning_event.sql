-- description: "One row per learning event: one person, one piece of content, one verb at a time."
-- grain: []
-- materialized: view
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   occurred_at: when it happened
--   person_key: hashed identity of the person; null if anonymous
--   account_key: hashed identity of the customer account; null if none is known
--   content_id: identity of the item
--   verb: enrolled, launched, progressed, completed, passed, failed or viewed
--   duration_s: time spent, in seconds
--   surface: portal, lms, in_app, widget, email or other
--   is_internal: whether the person is staff, a test user or from a staff domain

select
    event.program_id,
    event.month,
    event.occurred_at,
    coalesce(identity.person_key, event.email, event.learner_id) as person_key,
    learner.account_key,
    event.content_id,
    event.verb,
    event.duration_s,
    event.surface,
    coalesce(learner.is_internal, false) as is_internal
from source.learning_event as event
anti join staging.learning_event_repeat as repeated
    on repeated.file = event.file
    and repeated.row_number = event.row_number
    and repeated.program_id = event.program_id
left join staging.identity as identity
    on identity.program_id = event.program_id and identity.key = event.learner_id
left join staging.learner as learner
    on learner.program_id = event.program_id
    and learner.person_key = coalesce(identity.person_key, event.email, event.learner_id)
