-- description: One row per piece of content and locale.
-- grain: [program_id, content_id, locale]
-- columns:
--   program_id: program the row belongs to
--   content_id: identity of the item
--   locale: language of the variant, lower case
--   status: published, draft or archived
--   edited_at: last edit of the variant
--   is_outdated: whether the source text has moved on since

select
    cast(null as varchar) as program_id,
    cast(null as varchar) as content_id,
    cast(null as varchar) as locale,
    cast(null as varchar) as status,
    cast(null as timestamp) as edited_at,
    cast(null as boolean) as is_outdated
where false
