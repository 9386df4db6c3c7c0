-- description: One row per model and job.
-- grain: [model, job]
-- types: {model: VARCHAR, position: INTEGER, job: VARCHAR, summary: VARCHAR, ai_takes_over: "VARCHAR[]",
--   people_decide: "VARCHAR[]"}
-- columns:
--   model: "The maturity model, a rule pack: trainn, thought_industries or one of yours."
--   position: Its place in the order in which ties are broken, from 1.
--   job: The job.
--   summary: What it means to have solved it.
--   ai_takes_over: Work of the job that AI does.
--   people_decide: What stays a decision of people.
select
    model,
    position,
    job,
    summary,
    ai_takes_over,
    people_decide
from judged.job_catalogue
order by model, position
