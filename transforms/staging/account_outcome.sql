-- description: >-
--   One row per outcome and account that was still a customer when training had to be done, for the outcomes that
--   the exports of its program tell.
-- grain: [program_id, account_key, outcome]
-- columns:
--   program_id: program the row belongs to
--   account_key: hashed identity of the account
--   outcome: >-
--     adoption: a value event from day 90 to day 180; time_to_value: days from day 30 to the first value event, at
--     most 150, of those without one by then; support: tickets from day 90 to day 180; retention: still a customer
--     a year after the start; expansion: more revenue within the year, in a month after day 90
--   landmark_at: its day 90 (day 30 for time_to_value); what counts as training is before, what counts as outcome after
--   due_at: when the outcome is known
--   is_trained: whether one of its people learned before the landmark
--   value: 1 or 0 where the outcome is reached or not, else days or tickets

with valued as (
    select program_id, account_key, occurred_at
    from staging.usage_event
    where is_value_event
        and is_internal is not true
        and account_key is not null
),

asked as (
    select program_id, account_key, created_at
    from staging.ticket
    where duplicate_of is null
        and is_internal is not true
        and account_key is not null
),

-- a list of accounts that never names an end does not tell who left
told as (
    select program_id, 'value' as what from valued
    union
    select program_id, 'tickets' as what from asked
    union
    select program_id, 'end' as what from staging.account where ended_at is not null
    union
    select program_id, 'end' as what from staging.account_month where churned_arr > 0
    union
    select program_id, 'growth' as what from staging.account_month where expansion_arr > 0
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
        account.program_id,
        account.account_key,
        account.started_at,
        account.landmark_at,
        account.is_trained,
        account.started_at + interval 30 day as early_at,
        coalesce(account.first_learned_on < cast(account.started_at + interval 30 day as date), false) as is_early,
        account.started_at + interval 180 day as half_year_at,
        account.started_at + interval 365 day as year_at,
        least(
            coalesce(account.ended_at, timestamp '9999-12-31 00:00:00'),
            coalesce(churned.churned_at, timestamp '9999-12-31 00:00:00')
        ) as left_at
    from staging.account_learning as account
    left join churned
        on account.program_id = churned.program_id
        and account.account_key = churned.account_key
),

counted as (
    select
        tenure.program_id,
        tenure.account_key,
        min(valued.occurred_at) as valued_at,
        count(*) filter (
            where valued.occurred_at >= tenure.landmark_at and valued.occurred_at < tenure.half_year_at
        ) as values_after
    from tenure
    inner join valued
        on tenure.program_id = valued.program_id
        and tenure.account_key = valued.account_key
    group by tenure.program_id, tenure.account_key
),

tickets as (
    select tenure.program_id, tenure.account_key, count(*) as tickets
    from tenure
    inner join asked
        on tenure.program_id = asked.program_id
        and tenure.account_key = asked.account_key
        and asked.created_at >= tenure.landmark_at
        and asked.created_at < tenure.half_year_at
    group by tenure.program_id, tenure.account_key
),

-- whole months after the landmark and within the year
grown as (
    select
        tenure.program_id,
        tenure.account_key,
        bool_or(revenue.expansion_arr > 0) as is_grown
    from tenure
    inner join staging.account_month as revenue
        on tenure.program_id = revenue.program_id
        and tenure.account_key = revenue.account_key
        and cast(revenue.month as timestamp) >= tenure.landmark_at
        and cast(revenue.month as timestamp) + interval 1 month <= tenure.year_at
    where revenue.expansion_arr is not null
    group by tenure.program_id, tenure.account_key
)

select
    tenure.program_id,
    tenure.account_key,
    'adoption' as outcome,
    tenure.landmark_at,
    tenure.half_year_at as due_at,
    tenure.is_trained,
    case when coalesce(counted.values_after, 0) > 0 then 1.0 else 0.0 end as value
from tenure
inner join told on tenure.program_id = told.program_id and told.what = 'value'
left join counted on tenure.program_id = counted.program_id and tenure.account_key = counted.account_key
where tenure.left_at >= tenure.landmark_at
union all
select
    tenure.program_id,
    tenure.account_key,
    'time_to_value' as outcome,
    tenure.early_at as landmark_at,
    tenure.half_year_at as due_at,
    tenure.is_early as is_trained,
    least(
        coalesce(1.0 * date_diff('day', cast(tenure.early_at as date), cast(counted.valued_at as date)), 150.0), 150.0
    ) as value
from tenure
inner join told on tenure.program_id = told.program_id and told.what = 'value'
left join counted on tenure.program_id = counted.program_id and tenure.account_key = counted.account_key
where tenure.left_at >= tenure.early_at
    and coalesce(counted.valued_at >= tenure.early_at, true)
union all
select
    tenure.program_id,
    tenure.account_key,
    'support' as outcome,
    tenure.landmark_at,
    tenure.half_year_at as due_at,
    tenure.is_trained,
    1.0 * coalesce(tickets.tickets, 0) as value
from tenure
inner join told on tenure.program_id = told.program_id and told.what = 'tickets'
left join tickets on tenure.program_id = tickets.program_id and tenure.account_key = tickets.account_key
where tenure.left_at >= tenure.landmark_at
union all
select
    tenure.program_id,
    tenure.account_key,
    'retention' as outcome,
    tenure.landmark_at,
    tenure.year_at as due_at,
    tenure.is_trained,
    case when tenure.left_at >= tenure.year_at then 1.0 else 0.0 end as value
from tenure
inner join told on tenure.program_id = told.program_id and told.what = 'end'
where tenure.left_at >= tenure.landmark_at
union all
select
    tenure.program_id,
    tenure.account_key,
    'expansion' as outcome,
    tenure.landmark_at,
    tenure.year_at as due_at,
    tenure.is_trained,
    case when grown.is_grown then 1.0 else 0.0 end as value
from tenure
inner join told on tenure.program_id = told.program_id and told.what = 'growth'
left join grown on tenure.program_id = grown.program_id and tenure.account_key = grown.account_key
where tenure.left_at >= tenure.landmark_at
    and (grown.account_key is not null or tenure.left_at < tenure.year_at)
