-- description: One row per piece of content.
-- grain: [program_id, content_id]
-- belongs_to: [program]
-- types: {program_id: VARCHAR, content_id: VARCHAR, content_type: VARCHAR, topic: VARCHAR, status: VARCHAR,
--   journey_point: VARCHAR, lifecycle_path: VARCHAR, audience_tags: "VARCHAR[]", collections: "VARCHAR[]",
--   published_at: TIMESTAMP, edited_at: TIMESTAMP, reviewed_at: TIMESTAMP}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   content_id: The piece of content.
--   content_type: course, lesson, video, article, guide, interactive, path, certification or other.
--   topic: Its topic.
--   status: published, draft or archived.
--   journey_point: Where in the journey it belongs.
--   lifecycle_path: onboard, adopt, expand, migrate or renew.
--   audience_tags: Whom it is for.
--   collections: Where it is filed.
--   published_at: First published, UTC.
--   edited_at: Last edited, UTC.
--   reviewed_at: Last reviewed, UTC.
select
    program_id,
    content_id,
    content_type,
    topic,
    status,
    journey_point,
    lifecycle_path,
    audience_tags,
    collections,
    published_at,
    edited_at,
    reviewed_at
from staging.content_item
order by program_id, content_id
