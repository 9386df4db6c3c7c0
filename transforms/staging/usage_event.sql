-- description: One row per use of the product.
-- grain: []
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
    cast(null as varchar) as program_id,
    cast(null as date) as month,
    cast(null as timestamp) as occurred_at,
    cast(null as varchar) as person_key,
    cast(null as varchar) as account_key,
    cast(null as varchar) as feature,
    cast(null as boolean) as is_value_event,
    cast(null as boolean) as is_internal
where false
