-- description: One row per program and model, the newest assessment by those who run the program (`waystage assess`), and the stage it puts the program at.
-- grain: [program_id, model]
-- belongs_to: [program]
-- types: {program_id: VARCHAR, model: VARCHAR, assessed_on: DATE, month: DATE, stage_low: INTEGER,
--   stage_high: INTEGER}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   model: The maturity model.
--   assessed_on: The day of the assessment.
--   month: First day of the last complete month, which the answers are compared with.
--   stage_low: The highest stage of which, and of all below, every statement is said to be fully true.
--   stage_high: The same where what is not known is taken to be true.
select
    program_id,
    model,
    assessed_on,
    month,
    stage_low,
    stage_high
from judged.assessment
order by program_id, model
