-- description: One row per vote on a piece of content.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   voted_at: when the vote was cast
--   content_id: identity of the item
--   value: "1 for helpful, -1 for not helpful"
--   person_key: hashed identity of the person; null if anonymous
--   account_key: hashed identity of the customer account; null if none is known
--   is_internal: whether the person is staff, a test user or from a staff domain

select
    cast(null as varchar) as program_id,
    cast(null as date) as month,
    cast(null as timestamp) as voted_at,
    cast(null as varchar) as content_id,
    cast(null as bigint) as value,
    cast(null as varchar) as person_key,
    cast(null as varchar) as account_key,
    cast(null as boolean) as is_internal
where false
