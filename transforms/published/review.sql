-- description: One row per formal review of a program that waystage.yaml lists, up to the day of the run.
-- grain: [program_id, reviewed_on]
-- belongs_to: [program]
-- types: {program_id: VARCHAR, reviewed_on: DATE}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   reviewed_on: The day of the review.
select distinct
    review.program_id,
    review.reviewed_on
from config.review
where review.reviewed_on <= (select run.as_of from config.run)
order by review.program_id, review.reviewed_on
