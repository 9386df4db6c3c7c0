-- description: One row per program, model and statement of its newest assessment, beside what the evidence says.
-- grain: [program_id, model, statement]
-- belongs_to: [assessment]
-- types: {program_id: VARCHAR, model: VARCHAR, position: INTEGER, statement: VARCHAR, stage: INTEGER, says: VARCHAR,
--   conditions: "VARCHAR[]", answer: VARCHAR, evidence: VARCHAR, gap: VARCHAR}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   model: The maturity model.
--   position: Its place among the statements of the model, from 1.
--   statement: Its name, as in the assessment.yaml of the model.
--   stage: The stage it belongs to.
--   says: The statement.
--   conditions: The conditions of the model that say the same from exports.
--   answer: fully, partly, not_yet or not_known.
--   evidence: met, not_met, unknown or not_applicable, of all its conditions in the last complete month.
--   gap: more_said_than_shown, more_shown_than_said, agrees, or cannot_be_told.
select
    program_id,
    model,
    position,
    statement,
    stage,
    says,
    conditions,
    answer,
    evidence,
    gap
from judged.assessment_answer
order by program_id, model, position
