-- description: One row per program, source and entity, what each source gave of each entity.
-- grain: [program_id, source, entity]
-- belongs_to: [coverage]
-- types: {program_id: VARCHAR, source: VARCHAR, entity: VARCHAR, first_at: TIMESTAMP, observed_through: DATE,
--   row_count: BIGINT, status: VARCHAR}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   source: The source, as named in waystage.yaml or after its connector.
--   entity: What it gave.
--   first_at: Its first fact, UTC.
--   observed_through: Its newest fact, UTC.
--   row_count: Rows it gave.
--   status: "ok, stale, ended (its tool is out of use), rejected or missing."
select
    program_id,
    source,
    entity,
    first_at,
    observed_through,
    row_count,
    status
from coverage.source
where entity is not null
order by program_id, source, entity
