-- description: One row per program.
-- grain: [program_id]
-- types: {program_id: VARCHAR, name: VARCHAR, timezone: VARCHAR}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   name: The name people call it by.
--   timezone: IANA time zone; months are months there.
select
    program_id,
    name,
    timezone
from config.program
order by program_id
