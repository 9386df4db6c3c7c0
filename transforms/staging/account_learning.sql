-- description: One row per account whose start is known.
-- grain: [program_id, account_key]
-- columns:
--   program_id: program the row belongs to
--   account_key: hashed identity of the account
--   started_at: when the account became a customer
--   ended_at: when it stopped being one; null if it still is
--   landmark_at: its day 90, from which on outcomes are read, so that training always comes first
--   first_learned_on: the first day on which one of its people learned; null if nobody did
--   is_trained: whether that was before its day 90
--   segment: customer segment
--   users: its size, the first known number of seats, else of active users
--   prior_use: >-
--     days with product use before anyone learned, of its first 30, for one expected of an account watched as long;
--     drawn towards 1 where few days tell; null where product use was not recorded yet

with learned as (
    select account.program_id, account.account_key, min(activity.occurred_on) as first_learned_on
    from staging.account as account
    inner join staging.learner_activity as activity
        on account.program_id = activity.program_id
        and account.account_key = activity.account_key
    group by account.program_id, account.account_key
),

first_size as (
    select
        program_id,
        account_key,
        min_by(coalesce(seats, active_users), month) filter (where coalesce(seats, active_users) is not null) as users
    from staging.account_month
    group by program_id, account_key
),

recorded as (
    select program_id, cast(min(occurred_at) as date) as since
    from staging.usage_event
    group by program_id
),

-- once somebody has learned, use may be what training did: those days are not prior
watched as (
    select
        account.program_id,
        account.account_key,
        cast(account.started_at as date) as started_on,
        greatest(
            least(
                30,
                coalesce(date_diff('day', cast(account.started_at as date), learned.first_learned_on), 30),
                coalesce(date_diff('day', cast(account.started_at as date), cast(account.ended_at as date)), 30)
            ),
            0
        ) as days
    from staging.account as account
    inner join recorded
        on account.program_id = recorded.program_id
        and cast(account.started_at as date) >= recorded.since
    left join learned
        on account.program_id = learned.program_id
        and account.account_key = learned.account_key
),

used_day as (
    select distinct
        watched.program_id,
        watched.account_key,
        date_diff('day', watched.started_on, cast(usage.occurred_at as date)) as day
    from watched
    inner join staging.usage_event as usage
        on watched.program_id = usage.program_id
        and watched.account_key = usage.account_key
        and cast(usage.occurred_at as date) >= watched.started_on
        and date_diff('day', watched.started_on, cast(usage.occurred_at as date)) < watched.days
    where usage.is_internal is not true
),

account_day as (
    select watched.program_id, one.day, count(used_day.account_key) / count(*) as used_share
    from watched
    cross join unnest(generate_series(0, 29)) as one (day)
    left join used_day
        on watched.program_id = used_day.program_id
        and watched.account_key = used_day.account_key
        and one.day = used_day.day
    where one.day < watched.days
    group by watched.program_id, one.day
),

expected as (
    select program_id, day + 1 as days, sum(used_share) over (partition by program_id order by day) as used_days
    from account_day
),

used as (
    select program_id, account_key, count(*) as used_days
    from used_day
    group by program_id, account_key
),

prior as (
    select
        watched.program_id,
        watched.account_key,
        (coalesce(used.used_days, 0) + 1.0) / (coalesce(expected.used_days, 0) + 1.0) as prior_use
    from watched
    left join used
        on watched.program_id = used.program_id
        and watched.account_key = used.account_key
    left join expected
        on watched.program_id = expected.program_id
        and watched.days = expected.days
)

select
    account.program_id,
    account.account_key,
    account.started_at,
    account.ended_at,
    account.started_at + interval 90 day as landmark_at,
    learned.first_learned_on,
    coalesce(learned.first_learned_on < cast(account.started_at + interval 90 day as date), false) as is_trained,
    account.segment,
    first_size.users,
    prior.prior_use
from staging.account as account
left join learned
    on account.program_id = learned.program_id
    and account.account_key = learned.account_key
left join first_size
    on account.program_id = first_size.program_id
    and account.account_key = first_size.account_key
left join prior
    on account.program_id = prior.program_id
    and account.account_key = prior.account_key
where account.started_at is not null
