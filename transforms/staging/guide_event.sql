-- description: One row per event of an in-app guide.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   occurred_at: when it happened
--   guide_id: identity of the guide
--   event: seen, advanced, dismissed or completed
--   person_key: hashed identity of the person; null if anonymous
--   account_key: hashed identity of the customer account; null if none is known
--   step_count: steps of the guide
--   is_educational: whether the guide teaches, rather than announces or asks
--   is_internal: whether the person is staff, a test user or from a staff domain

-- identical rows are one event
with events as (
    select distinct
        program_id, month, occurred_at, guide_id, event, learner_id, email, account_id, step_count,
        is_educational
    from source.guide_event
)

select
    events.program_id,
    events.month,
    events.occurred_at,
    events.guide_id,
    events.event,
    coalesce(identity.person_key, events.email, events.learner_id) as person_key,
    coalesce(events.account_id, learner.account_key) as account_key,
    events.step_count,
    events.is_educational,
    coalesce(learner.is_internal, false) as is_internal
from events
left join staging.identity as identity
    on identity.program_id = events.program_id and identity.key = events.learner_id
left join staging.learner as learner
    on learner.program_id = events.program_id
    and learner.person_key = coalesce(identity.person_key, events.email, events.learner_id)
