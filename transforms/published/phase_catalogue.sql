-- description: One row per model and phase, a run of stages that belong together.
-- grain: [model, phase]
-- types: {model: VARCHAR, position: INTEGER, phase: VARCHAR, job: VARCHAR, summary: VARCHAR, friction: VARCHAR,
--   key_benefit: VARCHAR, primary_challenge: VARCHAR}
-- columns:
--   model: "The maturity model, a rule pack: trainn, thought_industries or one of yours."
--   position: Its place among the phases of the model, from 1.
--   phase: The phase.
--   job: The job it is about.
--   summary: What happens in it.
--   friction: What is felt until it is done.
--   key_benefit: What it brings.
--   primary_challenge: What makes it hard.
select
    model,
    position,
    phase,
    job,
    summary,
    friction,
    key_benefit,
    primary_challenge
from judged.phase_catalogue
order by model, position
