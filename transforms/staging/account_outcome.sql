-- description: One row per outcome and account that was still a customer on its day 90.
-- grain: [program_id, account_key, outcome]
-- columns:
--   program_id: program the row belongs to
--   account_key: hashed identity of the account
--   outcome: "adoption: a value event between day 90 and day 180; retention: still a customer a year after the start"
--   due_at: when it shows whether the outcome is reached
--   is_trained: whether one of its people learned before day 90
--   stratum: segment and size that comparisons hold equal
--   is_reached: whether the outcome was reached

with adopted as (
    select distinct account.program_id, account.account_key
    from staging.account_learning as account
    inner join staging.usage_event as usage
        on account.program_id = usage.program_id
        and account.account_key = usage.account_key
        and usage.occurred_at >= account.landmark_at
        and usage.occurred_at < account.started_at + interval 180 day
    where usage.is_value_event
        and usage.is_internal is not true
),

-- losing all its revenue ends an account that has no end date
churned as (
    select program_id, account_key, cast(min(month) as timestamp) as churned_at
    from staging.account_month
    where churned_arr > 0
        and churned_arr >= coalesce(start_arr, 0)
    group by program_id, account_key
),

tenure as (
    select
        account.*,
        least(
            coalesce(account.ended_at, timestamp '9999-12-31 00:00:00'),
            coalesce(churned.churned_at, timestamp '9999-12-31 00:00:00')
        ) as left_at
    from staging.account_learning as account
    left join churned
        on account.program_id = churned.program_id
        and account.account_key = churned.account_key
)

select
    account.program_id,
    account.account_key,
    'adoption' as outcome,
    account.started_at + interval 180 day as due_at,
    account.is_trained,
    account.stratum,
    adopted.account_key is not null as is_reached
from staging.account_learning as account
left join adopted
    on account.program_id = adopted.program_id
    and account.account_key = adopted.account_key
where coalesce(account.ended_at >= account.landmark_at, true)
union all
select
    program_id,
    account_key,
    'retention' as outcome,
    started_at + interval 365 day as due_at,
    is_trained,
    stratum,
    left_at >= started_at + interval 365 day as is_reached
from tenure
where left_at >= landmark_at
