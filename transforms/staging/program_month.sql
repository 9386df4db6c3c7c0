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
    select program_id, min(month) as month
    from staging.learner_month
    group by program_id

    union all

    select program_id, min(month) as month
    from staging.enrollment
    group by program_id

    union all

    select program_id, min(month) as month
    from staging.content_view
    group by program_id

    union all

    select program_id, min(month) as month
    from staging.content_vote
    group by program_id

    union all

    select program_id, min(month) as month
    from staging.search
    group by program_id

    union all

    select program_id, min(month) as month
    from staging.guide_event
    group by program_id

    union all

    select program_id, min(month) as month
    from staging.certification
    group by program_id

    union all

    select program_id, min(month) as month
    from staging.live_session
    group by program_id

    union all

    select program_id, min(month) as month
    from staging.ticket
    group by program_id

    union all

    select program_id, min(month) as month
    from staging.staff_send
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
        coalesce(min(fact.month), max(judged_month.month)) as month
    from staging.program as program
    cross join judged_month
    left join fact on fact.program_id = program.program_id
    group by program.program_id, program.timezone, program.closes_at
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
