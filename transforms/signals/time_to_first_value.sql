-- description: >-
--   One row per program and month: median days from account start to the first value event, over accounts
--   started in the twelve months ending with the month; accounts not there yet are censored, not dropped.
-- job: scale
-- unit: days
-- direction: down
-- kind: median
-- window: T12
-- pooled: sql
-- minimum_sample: 30
-- sources: [account, usage_event]
-- fields: [account.started_at]
-- friction: [F13]
-- range: [0, null]
-- notes: >-
--   Product-limit estimate: the first day on which at most half of the accounts are still without value.
--   NULL while fewer than half got there; the interval comes from the band around the curve and ends at the
--   longest follow-up where the band never crosses.

with first_value as (
    select program_id, account_key, min(occurred_at) as valued_at
    from staging.usage_event
    where is_value_event
        and is_internal is not true
        and account_key is not null
    group by program_id, account_key
),

follow_up as (
    select
        program_month.program_id,
        program_month.month,
        coalesce(
            first_value.valued_at < least(program_month.ends_at, coalesce(account.ended_at, program_month.ends_at)),
            false
        ) as is_reached,
        greatest(
            date_diff(
                'day',
                account.started_at,
                least(
                    program_month.ends_at,
                    coalesce(account.ended_at, program_month.ends_at),
                    coalesce(first_value.valued_at, program_month.ends_at)
                )
            ),
            0
        ) as days
    from staging.program_month as program_month
    inner join staging.account as account
        on program_month.program_id = account.program_id
        and account.started_at < program_month.ends_at
        and account.started_at >= program_month.ends_at - interval 12 month
    left join first_value
        on account.program_id = first_value.program_id
        and account.account_key = first_value.account_key
),

by_day as (
    select
        program_id,
        month,
        days,
        count(*) filter (where is_reached) as reached,
        count(*) as leaving
    from follow_up
    group by program_id, month, days
),

at_risk as (
    select
        program_id,
        month,
        days,
        reached,
        sum(leaving) over (partition by program_id, month order by days desc) as risk,
        sum(leaving) over (partition by program_id, month) as accounts,
        max(days) over (partition by program_id, month) as longest
    from by_day
),

survival as (
    select
        program_id,
        month,
        days,
        accounts,
        longest,
        exp(sum(case when reached = risk then -700.0 else ln(1.0 - reached / risk) end) over up_to) as not_yet,
        sum(case when reached = risk then 0.0 else reached / (risk * (risk - reached)) end) over up_to as greenwood
    from at_risk
    window up_to as (partition by program_id, month order by days)
)

select
    program_id,
    month,
    cast(min(days) filter (where not_yet <= 0.5 + 1e-9) as double) as value,
    cast(
        coalesce(min(days) filter (where not_yet * (1 - 1.959964 * sqrt(greenwood)) <= 0.5), max(longest)) as double
    ) as low,
    cast(
        coalesce(min(days) filter (where not_yet * (1 + 1.959964 * sqrt(greenwood)) <= 0.5), max(longest)) as double
    ) as high,
    max(accounts) as sample_size
from survival
group by program_id, month
