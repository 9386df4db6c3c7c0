-- description: "One row per program, month and surface: who learned."
-- grain: [program_id, month, surface]
-- belongs_to: [program]
-- types: {program_id: VARCHAR, month: DATE, surface: VARCHAR, active_learners: BIGINT, active_accounts: BIGINT,
--   active_days: BIGINT}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   month: First day of the month, in the program's own time zone.
--   surface: Where the learning took place.
--   active_learners: Distinct external people.
--   active_accounts: Distinct accounts of theirs.
--   active_days: Days of a person on a piece of content.
select
    program_id,
    month,
    coalesce(surface, 'unknown') as surface,
    count(distinct person_key) as active_learners,
    count(distinct account_key) as active_accounts,
    count(*) as active_days
from staging.learner_activity
group by all
order by program_id, month, surface
