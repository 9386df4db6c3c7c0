-- description: "One row per program and month, from the program's first fact to the month judged: the spine."
-- grain: [program_id, month]
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   starts_at: first instant of the month, in UTC
--   ends_at: first instant of the next month, in UTC
--   is_complete: whether the month had ended by the close of the day judged
--   month_number: "1 for the program's first month, and so on"

-- release notes and revenue may reach back years before anyone taught anything: they do not begin a program
with fact as (
    select program_id, month from staging.learner_month
    union all
    select program_id, month from staging.enrollment
    union all
    select program_id, month from staging.content_view
    union all
    select program_id, month from staging.content_vote
    union all
    select program_id, month from staging.search
    union all
    select program_id, month from staging.guide_event
    union all
    select program_id, month from staging.certification
    union all
    select program_id, month from staging.live_session
    union all
    select program_id, month from staging.ticket
    union all
    select program_id, month from staging.staff_send
),

begun as (
    select program_id, min(month) as month
    from fact
    group by program_id
),

judged_month as (
    select cast(date_trunc('month', as_of) as date) as month
    from config.run
),

-- a program without any fact has the judged month alone, in which nothing is known
first_month as (
    select
        program.program_id,
        program.timezone,
        program.closes_at,
        coalesce(begun.month, judged_month.month) as month
    from staging.program as program
    cross join judged_month
    left join begun on begun.program_id = program.program_id
)

select
    first_month.program_id,
    calendar.month,
    calendar.starts_at,
    calendar.ends_at,
    calendar.ends_at <= first_month.closes_at as is_complete,
    row_number() over (partition by first_month.program_id order by calendar.month) as month_number
from first_month
cross join judged_month
inner join config.calendar as calendar
    on calendar.timezone = first_month.timezone
    and calendar.month between first_month.month and judged_month.month
