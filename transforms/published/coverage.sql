-- description: "One row per program, source and entity: what was connected and how far it reaches."
-- grain: [program_id, source, entity]
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   source: The source, as named in waystage.yaml or after its connector.
--   connector: How it is read.
--   entity: What it gives.
--   first_at: Its first fact, UTC.
--   observed_through: Its newest fact, UTC.
--   row_count: Rows it gave.
--   status: ok, stale, rejected or missing.
select
    program_id,
    source,
    connector,
    entity,
    first_at,
    observed_through,
    row_count,
    status
from coverage.source
order by program_id, source, entity
