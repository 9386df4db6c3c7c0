-- description: One row per run that published.
-- grain: [run_id]
-- types: {run_id: VARCHAR, as_of: DATE, started_at: TIMESTAMP, finished_at: TIMESTAMP, status: VARCHAR,
--   waystage_version: VARCHAR, rules_version: VARCHAR, input_fingerprint: VARCHAR}
-- columns:
--   run_id: The run that published this row.
--   as_of: The last day judged.
--   started_at: UTC.
--   finished_at: UTC.
--   status: published, or published_with_problems.
--   waystage_version: Version of Waystage.
--   rules_version: Versions of the rule packs.
--   input_fingerprint: Hash of everything that decides the published rows.
select
    run_id,
    as_of,
    started_at,
    finished_at,
    status,
    waystage_version,
    rules_version,
    input_fingerprint
from history.run
order by run_id
