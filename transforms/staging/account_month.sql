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

select
    cast(null as varchar) as program_id,
    cast(null as varchar) as account_key,
    cast(null as date) as month,
    cast(null as bigint) as active_users,
    cast(null as bigint) as seats,
    cast(null as varchar) as lifecycle,
    cast(null as double) as start_arr,
    cast(null as double) as expansion_arr,
    cast(null as double) as contraction_arr,
    cast(null as double) as churned_arr
where false
