-- description: One row per piece of content.
-- grain: [program_id, content_id]
-- columns:
--   program_id: program the row belongs to
--   content_id: identity of the item
--   content_type: course, lesson, video, article, guide, interactive, path, certification or other
--   topic: stable topic of the item
--   product_area: part of the product it teaches
--   collections: collections it is filed in
--   audience_tags: audiences it is meant for
--   journey_point: point of the customer journey it is meant for
--   source_locale: language it was written in
--   status: published, draft or archived
--   author_key: hashed identity of its author
--   published_at: first publication
--   edited_at: last edit of the body
--   reviewed_at: last review
--   lifecycle_path: "lifecycle phase its path serves: onboard, adopt, expand, migrate or renew"
--   published_month: program-local month of publication
--   url: "address, normalised: no scheme, query, fragment or closing slash"

select
    cast(null as varchar) as program_id,
    cast(null as varchar) as content_id,
    cast(null as varchar) as content_type,
    cast(null as varchar) as topic,
    cast(null as varchar) as product_area,
    cast(null as varchar[]) as collections,
    cast(null as varchar[]) as audience_tags,
    cast(null as varchar) as journey_point,
    cast(null as varchar) as source_locale,
    cast(null as varchar) as status,
    cast(null as varchar) as author_key,
    cast(null as timestamp) as published_at,
    cast(null as timestamp) as edited_at,
    cast(null as timestamp) as reviewed_at,
    cast(null as varchar) as lifecycle_path,
    cast(null as date) as published_month,
    cast(null as varchar) as url
where false
