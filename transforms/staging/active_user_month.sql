-- description: One row per program and month with a known number of product users.
-- grain: [program_id, month]
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   user_count: >-
--     people in product usage events; where there are none, the active users that the account months report,
--     else the seats

with used as (
    select program_id, month, count(distinct person_key) as users
    from staging.usage_event
    where is_internal is not true
    group by program_id, month
),

reported as (
    select program_id, month, sum(active_users) as active_users, sum(seats) as seats
    from staging.account_month
    group by program_id, month
),

base as (
    select
        program_month.program_id,
        program_month.month,
        coalesce(nullif(used.users, 0), nullif(reported.active_users, 0), reported.seats) as user_count
    from staging.program_month as program_month
    left join used
        on program_month.program_id = used.program_id
        and program_month.month = used.month
    left join reported
        on program_month.program_id = reported.program_id
        and program_month.month = reported.month
)

select program_id, month, user_count
from base
where user_count > 0
