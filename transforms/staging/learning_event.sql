-- description: "One row per learning event: one person, one piece of content, one verb at a time."
-- grain: []
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
    cast(null as varchar) as program_id,
    cast(null as date) as month,
    cast(null as timestamp) as occurred_at,
    cast(null as varchar) as person_key,
    cast(null as varchar) as account_key,
    cast(null as varchar) as content_id,
    cast(null as varchar) as verb,
    cast(null as double) as duration_s,
    cast(null as varchar) as surface,
    cast(null as boolean) as is_internal
where false
