-- description: "One row per program, model, condition and direction: the stage of the latest complete month if this one threshold were a fifth higher or lower, and had always been."
-- grain: [program_id, model, condition, direction]
-- belongs_to: [stage, condition_catalogue]
-- types: {program_id: VARCHAR, model: VARCHAR, month: DATE, condition: VARCHAR, direction: VARCHAR,
--   threshold: DOUBLE, threshold_then: DOUBLE, stage: INTEGER, stage_then: INTEGER, is_changed: BOOLEAN}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   model: "The maturity model, a rule pack: trainn, thought_industries or one of yours."
--   month: "First day of the program's latest complete month, which is judged."
--   condition: The condition whose threshold is moved.
--   direction: "Of the threshold: raised (times 1.2) or lowered (times 0.8); `keep` moves with it."
--   threshold: What the rule pack asks for.
--   threshold_then: What it would ask for, within what the signal can be.
--   stage: The stage as published; NULL means not enough data.
--   stage_then: The stage with the moved threshold.
--   is_changed: True where the two differ, so that the verdict hangs on this threshold.
select
    program_id,
    model,
    month,
    condition,
    direction,
    threshold,
    threshold_then,
    stage,
    stage_then,
    stage is distinct from stage_then as is_changed
from judged.sensitivity
order by program_id, model, condition, direction
