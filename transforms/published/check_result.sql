-- description: One row per check of this run.
-- grain: [check_name, table_name]
-- types: {check_name: VARCHAR, table_name: VARCHAR, passed: BOOLEAN, severity: VARCHAR, failing_rows: BIGINT,
--   text: VARCHAR}
-- columns:
--   check_name: The check, named after what it looks at.
--   table_name: The table checked.
--   passed: True when every row satisfied it.
--   severity: error or warning.
--   failing_rows: How many rows did not.
--   text: The first of them, in words.
select
    check_name,
    table_name,
    passed,
    severity,
    failing_rows,
    text
from judged.check_result
order by table_name, check_name
