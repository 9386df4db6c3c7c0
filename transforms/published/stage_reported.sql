-- description: "One row per run, program, model and month: what was published then, as reported. Rows are only ever added; what today's rules and data say of the same month, restated, is in `stage`."
-- grain: [run_id, program_id, model, month]
-- belongs_to: [run, program?]
-- types: {run_id: VARCHAR, program_id: VARCHAR, model: VARCHAR, month: DATE, stage: INTEGER, stage_low: INTEGER,
--   stage_high: INTEGER, confidence: DOUBLE, rules_version: VARCHAR, input_fingerprint: VARCHAR,
--   change_cause: VARCHAR}
-- columns:
--   run_id: The run that published this row.
--   program_id: The program, as named in waystage.yaml.
--   model: "The maturity model, a rule pack: trainn, thought_industries or one of yours."
--   month: First day of the month, in the program's own time zone.
--   stage: The stage as published by that run.
--   stage_low: Its range then.
--   stage_high: Its range then.
--   confidence: Its confidence then.
--   rules_version: The rules in force then.
--   input_fingerprint: Hash of all that decided the published rows then, exports and workspace among it.
--   change_cause: "Why this run restated the month, that is, why it gives another stage or range than the run before: rules, scope, sources or data; NULL where it does not."
select
    run_id,
    program_id,
    model,
    month,
    stage,
    stage_low,
    stage_high,
    confidence,
    rules_version,
    input_fingerprint,
    change_cause
from history.stage_reported
order by run_id, program_id, model, month
