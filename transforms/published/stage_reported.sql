-- description: "One row per run, program, model and month: what was published then. Rows are only ever added."
-- grain: [run_id, program_id, model, month]
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
--   input_fingerprint: What had been exported by then.
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
    input_fingerprint
from history.stage_reported
order by run_id, program_id, model, month
