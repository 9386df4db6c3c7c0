-- description: "One row per program, entity and source that takes over from another: the tool was changed, and the series breaks there."
-- grain: [program_id, entity, to_source]
-- belongs_to: [program]
-- types: {program_id: VARCHAR, entity: VARCHAR, month: DATE, from_source: VARCHAR, to_source: VARCHAR,
--   from_ended_at: TIMESTAMP, to_began_at: TIMESTAMP}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   entity: What both sources give.
--   month: First day of the month of the newcomer's first fact, in the program's own time zone.
--   from_source: The source that ended.
--   to_source: The source that began.
--   from_ended_at: Newest fact of the source that ended, UTC.
--   to_began_at: First fact of the source that began, UTC.
select
    program_id,
    entity,
    month,
    from_source,
    to_source,
    from_ended_at,
    to_began_at
from coverage.source_break
order by program_id, entity, month, to_source
