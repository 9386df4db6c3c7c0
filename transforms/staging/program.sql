-- description: "One row per program: its clock."
-- grain: [program_id]
-- columns:
--   program_id: program the row belongs to
--   timezone: time zone that its months follow
--   closes_at: instant at which the day judged ends, in UTC; facts at or after it are not known yet

with judged as (
    select
        program.program_id,
        program.timezone,
        calendar.month,
        calendar.starts_at,
        calendar.ends_at,
        run.as_of + 1 as following_day
    from config.program as program
    cross join config.run as run
    left join config.calendar as calendar
        on calendar.timezone = program.timezone
        and calendar.month = cast(date_trunc('month', run.as_of) as date)
)

select
    program_id,
    timezone,
    case
        when following_day = cast(month + interval 1 month as date) then ends_at
        -- within a month the offset of its first day serves: no time-zone arithmetic per row
        else cast(following_day as timestamp) + (starts_at - cast(month as timestamp))
    end as closes_at
from judged
