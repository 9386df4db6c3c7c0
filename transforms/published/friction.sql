-- description: One row per program, month and friction.
-- grain: [program_id, month, friction]
-- belongs_to: [program, friction_catalogue]
-- types: {program_id: VARCHAR, month: DATE, friction: VARCHAR, job: VARCHAR, level: DOUBLE, trend: VARCHAR,
--   slope: DOUBLE, p_value: DOUBLE, status: VARCHAR}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   month: First day of the month, in the program's own time zone.
--   friction: The friction, F01 to F16.
--   job: The job it weighs on.
--   level: How strongly it is felt, 0 to 1; NULL when its signals are unknown.
--   trend: rising, falling, steady or too short.
--   slope: Robust (rank-based) slope of the level per month.
--   p_value: p-value of the trend test.
--   status: observed or unknown.
select
    program_id,
    month,
    friction,
    job,
    level,
    trend,
    slope,
    p_value,
    status
from judged.friction
order by program_id, month, friction
