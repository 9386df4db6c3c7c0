-- description: One row per landed file and source that reads it; a file read as two entities has two.
-- grain: []
-- belongs_to: [program]
-- types: {file: VARCHAR, sha256: VARCHAR, connector: VARCHAR, program_id: VARCHAR, rows_read: BIGINT,
--   rows_loaded: BIGINT, rows_rejected: BIGINT, landed_at: TIMESTAMP, status: VARCHAR, reason: VARCHAR}
-- columns:
--   file: The export, relative to the workspace; its address where it was fetched, archive.zip!/name inside an archive.
--   sha256: Its content hash.
--   connector: How it was read.
--   program_id: The program, as named in waystage.yaml.
--   rows_read: Rows it held.
--   rows_loaded: Rows in use.
--   rows_rejected: Rows kept aside; read = loaded + rejected.
--   landed_at: When it was first landed, UTC.
--   status: loaded, partial, rejected, empty, or stale where an older copy stands in for what could not be fetched.
--   reason: Why, where not everything was loaded; columns and lists that are not used.
select
    file,
    sha256,
    connector,
    program_id,
    rows_read,
    rows_loaded,
    rows_rejected,
    landed_at,
    status,
    reason
from landing.load
order by program_id, file, connector
