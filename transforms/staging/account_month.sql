-- description: "One row per account and month: product use and recurring revenue."
-- grain: [program_id, account_key, month]
-- columns:
--   program_id: program the row belongs to
--   account_key: hashed identity of the account
--   month: program-local month, first day
--   active_users: people who used the product in the month
--   seats: seats paid for
--   lifecycle: lifecycle phase of the account
--   start_arr: recurring revenue at the start of the month
--   expansion_arr: recurring revenue gained in the month
--   contraction_arr: recurring revenue reduced in the month
--   churned_arr: recurring revenue lost with the account in the month

with newest as (
    select *
    from source.account_month
    qualify row_number() over (
        partition by program_id, source, account_id, month
        order by version desc nulls last, file desc, row_number desc
    ) = 1
),

-- product use and revenue often come from different sources: each fills what it knows
ranked as (
    select
        *,
        row_number() over (
            partition by program_id, account_id, month
            order by version nulls first, file, row_number
        ) as recency
    from newest
)

select
    program_id,
    account_id as account_key,
    month,
    max_by(active_users, recency) filter (where active_users is not null) as active_users,
    max_by(seats, recency) filter (where seats is not null) as seats,
    max_by(lifecycle, recency) filter (where lifecycle is not null) as lifecycle,
    max_by(start_arr, recency) filter (where start_arr is not null) as start_arr,
    max_by(expansion_arr, recency) filter (where expansion_arr is not null) as expansion_arr,
    max_by(contraction_arr, recency) filter (where contraction_arr is not null) as contraction_arr,
    max_by(churned_arr, recency) filter (where churned_arr is not null) as churned_arr
from ranked
group by program_id, account_id, month
