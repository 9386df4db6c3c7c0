-- description: "One row per program, month and piece of content: its use."
-- grain: [program_id, month, content_id]
-- belongs_to: [content_item?]
-- types: {program_id: VARCHAR, month: DATE, content_id: VARCHAR, active_learners: BIGINT, active_accounts: BIGINT,
--   active_days: BIGINT}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   month: First day of the month, in the program's own time zone.
--   content_id: The piece of content.
--   active_learners: Distinct external people who used it.
--   active_accounts: Distinct accounts of theirs.
--   active_days: Days of a person on it.
select
    program_id,
    month,
    content_id,
    count(distinct person_key) as active_learners,
    count(distinct account_key) as active_accounts,
    count(*) as active_days
from staging.learner_activity
where content_id is not null
group by all
order by program_id, month, content_id
