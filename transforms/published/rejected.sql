-- description: One row per rejected row.
-- grain: []
-- types: {file: VARCHAR, row_number: BIGINT, "column": VARCHAR, reason: VARCHAR}
-- columns:
--   file: The export, relative to the workspace.
--   row_number: Row of the file, from 1; the header and blank lines are none, a break inside quotes ends none. NULL means the whole file.
--   "column": The column that could not be read.
--   reason: What was seen, what is legal and what to do.
select
    file,
    row_number,
    column_name as "column",
    reason
from landing.rejected
order by file, row_number, "column", reason
