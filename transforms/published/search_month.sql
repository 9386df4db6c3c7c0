-- description: "One row per program, month and topic: what was searched for."
-- grain: [program_id, month, topic]
-- belongs_to: [program]
-- types: {program_id: VARCHAR, month: DATE, topic: VARCHAR, searches: BIGINT, searches_without_result: BIGINT,
--   searches_with_click: BIGINT}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   month: First day of the month, in the program's own time zone.
--   topic: What was searched for.
--   searches: Searches, deduplicated by session.
--   searches_without_result: Of those, without a result.
--   searches_with_click: Of those, with a click.
select
    program_id,
    month,
    coalesce(topic, 'unknown') as topic,
    count(*) as searches,
    count(*) filter (where result_count = 0) as searches_without_result,
    count(*) filter (where clicked_content_id is not null) as searches_with_click
from staging.search
where not is_internal
group by all
order by program_id, month, topic
