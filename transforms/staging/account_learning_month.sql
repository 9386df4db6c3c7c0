-- description: One row per account and month at whose end it was a customer.
-- grain: [program_id, month, account_key]
-- materialized: view
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   account_key: hashed identity of the customer account
--   has_learner: whether any of its people learned in the twelve months ending with the month
--   has_on_demand_learner: whether any of them learned outside live sessions

with taught as (
    select program_id, month, account_key, bool_or(is_on_demand) as is_on_demand
    from staging.learner_month
    where account_key is not null
    group by program_id, month, account_key
),

customer as (
    select program_month.program_id, program_month.month, account.account_key
    from staging.program_month as program_month
    inner join staging.account as account
        on program_month.program_id = account.program_id
        and coalesce(account.started_at < program_month.ends_at, true)
        and coalesce(account.ended_at >= program_month.ends_at, true)
)

select
    customer.program_id,
    customer.month,
    customer.account_key,
    count(taught.account_key) > 0 as has_learner,
    coalesce(bool_or(taught.is_on_demand), false) as has_on_demand_learner
from customer
left join taught
    on customer.program_id = taught.program_id
    and customer.account_key = taught.account_key
    and customer.month >= taught.month
    and customer.month - interval 11 month <= taught.month
group by customer.program_id, customer.month, customer.account_key
