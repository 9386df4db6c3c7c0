-- description: "One row per model and condition: the thresholds in force."
-- grain: [model, condition]
-- belongs_to: [model_catalogue, signal_catalogue]
-- types: {model: VARCHAR, stage: INTEGER, stage_name: VARCHAR, job: VARCHAR, condition: VARCHAR, signal: VARCHAR,
--   asked: VARCHAR, comparison: VARCHAR, threshold: DOUBLE, "window": VARCHAR, why: VARCHAR,
--   next_step_text: VARCHAR}
-- columns:
--   model: "The maturity model, a rule pack: trainn, thought_industries or one of yours."
--   stage: The stage whose gate asks for it.
--   stage_name: Its name.
--   job: The job it is about.
--   condition: The condition.
--   signal: The signal it reads.
--   asked: "each, or so many of its group: 2 of 4."
--   comparison: ">= or <=."
--   threshold: What is asked for.
--   "window": The most months pooled.
--   why: Why it is asked for.
--   next_step_text: What to do about it.
select
    model,
    stage,
    stage_name,
    job,
    condition,
    signal,
    asked,
    comparison,
    threshold,
    "window",
    why,
    next_step_text
from judged.condition_catalogue
order by model, stage, condition
