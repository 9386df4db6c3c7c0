-- description: One row per external person, piece of content, surface and day on which the person learned.
-- grain: [program_id, month, person_key, surface, content_id, occurred_on]
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   person_key: hashed identity of the person
--   account_key: hashed identity of the customer account; null if none is known
--   surface: portal, lms, in_app, widget, email, live or other
--   content_id: item the person learned from; null if not recorded
--   occurred_on: day of the activity (UTC, kept inside the month)
--   action: "strongest thing done that day: completed, attended, started or viewed"

select
    cast(null as varchar) as program_id,
    cast(null as date) as month,
    cast(null as varchar) as person_key,
    cast(null as varchar) as account_key,
    cast(null as varchar) as surface,
    cast(null as varchar) as content_id,
    cast(null as date) as occurred_on,
    cast(null as varchar) as action
where false
