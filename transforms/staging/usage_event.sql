-- description: One row per use of the product.
-- grain: []
-- materialized: view
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   occurred_at: when it happened
--   person_key: hashed identity of the person; null if anonymous
--   account_key: hashed identity of the customer account; null if none is known
--   feature: feature that was used
--   is_value_event: whether it counts as reaching value
--   is_internal: whether the person is staff, a test user or from a staff domain

select
    event.program_id,
    event.month,
    event.occurred_at,
    coalesce(identity.person_key, event.email, event.user_id) as person_key,
    coalesce(event.account_id, learner.account_key) as account_key,
    event.feature,
    event.is_value_event,
    coalesce(learner.is_internal, false) as is_internal
from source.usage_event as event
anti join staging.usage_event_repeat as repeated
    on repeated.file = event.file
    and repeated.row_number = event.row_number
    and repeated.program_id = event.program_id
left join staging.identity as identity
    on identity.program_id = event.program_id and identity.key = event.user_id
left join staging.learner as learner
    on learner.program_id = event.program_id
    and learner.person_key = coalesce(identity.person_key, event.email, event.user_id)
