-- description: One row per model and stage.
-- grain: [model, stage]
-- columns:
--   model: "The maturity model, a rule pack: trainn, thought_industries or one of yours."
--   position: Its place in the workspace's list of models, from 1; the first one leads.
--   title: Its title.
--   stage: Stage number.
--   stage_name: Stage name.
--   phase: The phase it belongs to.
--   job: The job it is about.
--   summary: What the stage is, in words.
select
    model,
    position,
    title,
    stage,
    stage_name,
    phase,
    job,
    summary
from judged.model_catalogue
order by position, stage
