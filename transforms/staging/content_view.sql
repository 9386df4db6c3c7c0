-- description: One row per view of a piece of content.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   viewed_at: when it was viewed
--   content_id: identity of the item
--   person_key: hashed identity of the person; null if anonymous
--   session_id: visit the view belongs to
--   account_key: hashed identity of the customer account; null if none is known
--   surface: portal, lms, in_app, widget, email or other
--   entry: search, collection, path, product, staff_link, direct or external; null if not recorded
--   is_internal: whether the person is staff, a test user or from a staff domain

select
    cast(null as varchar) as program_id,
    cast(null as date) as month,
    cast(null as timestamp) as viewed_at,
    cast(null as varchar) as content_id,
    cast(null as varchar) as person_key,
    cast(null as varchar) as session_id,
    cast(null as varchar) as account_key,
    cast(null as varchar) as surface,
    cast(null as varchar) as entry,
    cast(null as boolean) as is_internal
where false
