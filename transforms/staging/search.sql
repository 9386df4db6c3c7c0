-- description: One row per searcher and query in a 30-minute spell, with its best outcome.
-- grain: []
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   searched_at: when the spell began
--   query_key: hash of the normalised query text
--   topic: stable topic of the query
--   result_count: most results it returned
--   clicked_content_id: item that was opened from the results; null if none
--   person_key: hashed identity of the person; null if anonymous
--   session_id: visit the search belongs to
--   surface: portal, lms, in_app, widget, email or other
--   locale: language of the search
--   is_internal: whether the person is staff, a test user or from a staff domain

select
    cast(null as varchar) as program_id,
    cast(null as date) as month,
    cast(null as timestamp) as searched_at,
    cast(null as varchar) as query_key,
    cast(null as varchar) as topic,
    cast(null as bigint) as result_count,
    cast(null as varchar) as clicked_content_id,
    cast(null as varchar) as person_key,
    cast(null as varchar) as session_id,
    cast(null as varchar) as surface,
    cast(null as varchar) as locale,
    cast(null as boolean) as is_internal
where false
