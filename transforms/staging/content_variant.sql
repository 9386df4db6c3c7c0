-- description: One row per piece of content and locale.
-- grain: [program_id, content_id, locale]
-- columns:
--   program_id: program the row belongs to
--   content_id: identity of the item
--   locale: language of the variant, lower case
--   status: published, draft or archived
--   edited_at: last edit of the variant
--   is_outdated: whether the source text has moved on since

with newest as (
    select *
    from source.content_variant
    qualify row_number() over (
        partition by program_id, content_id, lower(replace(locale, '_', '-'))
        order by version desc nulls last, file desc, row_number desc
    ) = 1
)

select
    program_id,
    content_id,
    lower(replace(locale, '_', '-')) as locale,
    coalesce(status, 'published') as status,
    edited_at,
    coalesce(is_outdated, false) as is_outdated
from newest
