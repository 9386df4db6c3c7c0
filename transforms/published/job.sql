-- description: One row per program, model, month and job.
-- grain: [program_id, model, month, job]
-- belongs_to: [stage, job_catalogue]
-- types: {program_id: VARCHAR, model: VARCHAR, month: DATE, job: VARCHAR, solved: BOOLEAN, reached_stage: INTEGER,
--   deciding_condition: VARCHAR}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   model: "The maturity model, a rule pack: trainn, thought_industries or one of yours."
--   month: First day of the month, in the program's own time zone.
--   job: create, deliver or scale.
--   solved: True when every gate of the job is met; NULL when that cannot be told.
--   reached_stage: The highest of the job's stages whose gate is met, with all its lower ones; NULL when none is or none can be told.
--   deciding_condition: "The condition that decides it: the unmet one, else the unknown one, else the met one nearest to failing."
select
    program_id,
    model,
    month,
    job,
    solved,
    reached_stage,
    deciding_condition
from judged.job
order by program_id, model, month, job
