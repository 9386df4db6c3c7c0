-- description: One row per model and stage.
-- grain: [model, stage]
-- belongs_to: [phase_catalogue?]
-- types: {model: VARCHAR, position: INTEGER, title: VARCHAR, stage: INTEGER, stage_name: VARCHAR, phase: VARCHAR,
--   job: VARCHAR, summary: VARCHAR, fixes: "VARCHAR[]", key_benefit: VARCHAR, primary_challenge: VARCHAR,
--   tooling: "VARCHAR[]", practices: "VARCHAR[]"}
-- columns:
--   model: "The maturity model, a rule pack: trainn, thought_industries or one of yours."
--   position: Its place in the workspace's list of models, from 1; the first one leads.
--   title: Its title.
--   stage: Stage number.
--   stage_name: Stage name.
--   phase: The phase it belongs to.
--   job: The job it is about.
--   summary: What the stage is, in words.
--   fixes: Frictions that holding the stage clears.
--   key_benefit: What holding it brings.
--   primary_challenge: What makes the next stage hard from here.
--   tooling: Tools it asks for.
--   practices: Plays that lead on from it; those of the top stage hold it.
select
    model,
    position,
    title,
    stage,
    stage_name,
    phase,
    job,
    summary,
    fixes,
    key_benefit,
    primary_challenge,
    tooling,
    practices
from judged.model_catalogue
order by position, stage
