-- description: One row per account whose start is known.
-- grain: [program_id, account_key]
-- columns:
--   program_id: program the row belongs to
--   account_key: hashed identity of the account
--   started_at: when the account became a customer
--   ended_at: when it stopped being one; null if it still is
--   landmark_at: its day 90, from which on outcomes are read, so that training always comes first
--   is_trained: whether one of its people learned before that day
--   stratum: "segment and size that comparisons hold equal: under 20, 20 to 199, 200 or more users, or unknown"

with trained as (
    select distinct account.program_id, account.account_key
    from staging.account as account
    inner join staging.learner_activity as activity
        on account.program_id = activity.program_id
        and account.account_key = activity.account_key
        and activity.occurred_on >= cast(account.started_at as date)
        and activity.occurred_on < cast(account.started_at + interval 90 day as date)
),

first_size as (
    select
        program_id,
        account_key,
        min_by(coalesce(seats, active_users), month) filter (where coalesce(seats, active_users) is not null) as users
    from staging.account_month
    group by program_id, account_key
)

select
    account.program_id,
    account.account_key,
    account.started_at,
    account.ended_at,
    account.started_at + interval 90 day as landmark_at,
    trained.account_key is not null as is_trained,
    coalesce(account.segment, '') || '|' || case
        when first_size.users is null then 'unknown'
        when first_size.users < 20 then 'small'
        when first_size.users < 200 then 'medium'
        else 'large'
    end as stratum
from staging.account as account
left join trained
    on account.program_id = trained.program_id
    and account.account_key = trained.account_key
left join first_size
    on account.program_id = first_size.program_id
    and account.account_key = first_size.account_key
where account.started_at is not null
