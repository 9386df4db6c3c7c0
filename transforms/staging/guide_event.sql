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

select
    cast(null as varchar) as program_id,
    cast(null as date) as month,
    cast(null as timestamp) as occurred_at,
    cast(null as varchar) as guide_id,
    cast(null as varchar) as event,
    cast(null as varchar) as person_key,
    cast(null as varchar) as account_key,
    cast(null as bigint) as step_count,
    cast(null as boolean) as is_educational,
    cast(null as boolean) as is_internal
where false
