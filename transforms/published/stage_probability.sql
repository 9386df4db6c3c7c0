-- description: One row per program, model, month and stage.
-- grain: [program_id, model, month, stage]
-- belongs_to: [stage, model_catalogue]
-- types: {program_id: VARCHAR, model: VARCHAR, month: DATE, stage: INTEGER, probability: DOUBLE}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   model: "The maturity model, a rule pack: trainn, thought_industries or one of yours."
--   month: First day of the month, in the program's own time zone.
--   stage: A stage of the model.
--   probability: Probability that the program is at this stage; the stages of a month sum to 1.
select
    program_id,
    model,
    month,
    stage,
    probability
from judged.stage_probability
order by program_id, model, month, stage
