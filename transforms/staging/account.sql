-- description: One row per customer account.
-- grain: [program_id, account_key]
-- columns:
--   program_id: program the row belongs to
--   account_key: hashed identity of the account
--   domain: corporate e-mail domain, lower case; null for personal domains
--   started_at: when the account became a customer
--   ended_at: when it stopped being one; null if it still is
--   segment: customer segment
--   start_month: program-local month in which it started

select
    cast(null as varchar) as program_id,
    cast(null as varchar) as account_key,
    cast(null as varchar) as domain,
    cast(null as timestamp) as started_at,
    cast(null as timestamp) as ended_at,
    cast(null as varchar) as segment,
    cast(null as date) as start_month
where false
