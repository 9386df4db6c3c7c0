-- description: One row per attendance of a live session.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   started_at: when it began
--   duration_s: time attended, in seconds
--   person_key: hashed identity of the person; null if anonymous
--   account_key: hashed identity of the customer account; null if none is known
--   content_id: course it belongs to
--   session_id: identity of the session
--   is_internal: whether the person is staff, a test user or from a staff domain

select
    cast(null as varchar) as program_id,
    cast(null as date) as month,
    cast(null as timestamp) as started_at,
    cast(null as double) as duration_s,
    cast(null as varchar) as person_key,
    cast(null as varchar) as account_key,
    cast(null as varchar) as content_id,
    cast(null as varchar) as session_id,
    cast(null as boolean) as is_internal
where false
