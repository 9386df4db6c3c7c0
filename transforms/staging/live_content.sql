-- description: >-
--   One row per piece of content and month at whose end it was published. An archived item counts until its last edit,
--   taken as its archiving; an item whose publication date is not recorded counts in every month.
-- grain: [program_id, month, content_id]
-- materialized: view
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   content_id: identity of the item
--   content_type: course, lesson, video, article, guide, interactive, path, certification or other
--   topic: stable topic of the item
--   collections: collections it is filed in, as of today
--   audience_tags: audiences it is meant for, as of today
--   journey_point: point of the customer journey it is meant for, as of today
--   lifecycle_path: "lifecycle phase its path serves: onboard, adopt, expand, migrate or renew"
--   is_copy: whether it is a copy of an older item, as content_item tells it
--   is_targeted: whether its tags name an audience, as content_item tells it
select
    program_month.program_id,
    program_month.month,
    item.content_id,
    item.content_type,
    item.topic,
    item.collections,
    item.audience_tags,
    item.journey_point,
    item.lifecycle_path,
    item.is_copy,
    item.is_targeted
from staging.program_month as program_month
inner join staging.content_item as item
    on program_month.program_id = item.program_id
    and coalesce(item.published_at < program_month.ends_at, true)
where coalesce(item.status, 'published') = 'published'
    or (item.status = 'archived' and item.edited_at >= program_month.ends_at)
