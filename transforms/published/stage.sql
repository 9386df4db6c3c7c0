-- description: "One row per program, model and month: the verdict."
-- grain: [program_id, model, month]
-- belongs_to: [program, model_catalogue?, run]
-- types: {program_id: VARCHAR, model: VARCHAR, month: DATE, stage: INTEGER, stage_name: VARCHAR, stage_low: INTEGER,
--   stage_high: INTEGER, confidence: DOUBLE, pending_stage: INTEGER, straddles: VARCHAR, bottleneck_job: VARCHAR,
--   next_step: VARCHAR, next_step_text: VARCHAR, is_provisional: BOOLEAN, change_cause: VARCHAR,
--   rules_version: VARCHAR, run_id: VARCHAR}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   model: "The maturity model, a rule pack: trainn, thought_industries or one of yours."
--   month: First day of the month, in the program's own time zone.
--   stage: The named stage, announced once two successive readings agree; NULL means not enough data.
--   stage_name: Its name in the model.
--   stage_low: The stage if everything unknown were not met; lower while a change is pending.
--   stage_high: The stage if everything unknown were met, and what was missed by so little that it may be chance (1 in 10).
--   confidence: Probability of the named stage, 0 to 1, carried from the sampling intervals of its signals; of that one even while another is pending.
--   pending_stage: A different stage that the latest reading shows and the next one must confirm.
--   straddles: The two stages that share the verdict, such as 2–3, or NULL.
--   bottleneck_job: The job (create, deliver, scale) holding the lowest unmet gate that can be assessed.
--   next_step: The condition that moves the stage; NULL at the top, and where later edits hide what decides.
--   next_step_text: The one next step in words, with the distance still to go; NULL where there is none.
--   is_provisional: True for the month in progress.
--   change_cause: "Why this month's stage differs from the month before: data, sources or scope. Where it does not, why an earlier run reported another stage or range for it, if rules or scope did that. NULL otherwise."
--   rules_version: Version and content hash of the rule pack in force.
--   run_id: The run that published this row.
select
    program_id,
    model,
    month,
    stage,
    stage_name,
    stage_low,
    stage_high,
    confidence,
    pending_stage,
    straddles,
    bottleneck_job,
    next_step,
    next_step_text,
    is_provisional,
    change_cause,
    rules_version,
    (select any_value(run_id) from config.run) as run_id
from judged.stage
order by program_id, model, month
