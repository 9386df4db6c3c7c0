-- description: >-
--   One row per program and month: staff sends of learning content, per account that was a customer in the
--   month.
-- job: deliver
-- unit: per account
-- direction: down
-- kind: rate
-- window: T3
-- minimum_sample: 10
-- sources: [account, [staff_send, ticket_comment]]
-- friction: [F10, F15]
-- range: [0, null]
-- notes: >-
--   Pooled months add up both sends and account-months, so the value stays per account and month. An account
--   without a start date counts as a customer from the beginning.

with customer as (
    select program_month.program_id, program_month.month, count(*) as accounts
    from staging.program_month as program_month
    inner join staging.account as account
        on program_month.program_id = account.program_id
        and coalesce(account.started_at < program_month.ends_at, true)
        and coalesce(account.ended_at >= program_month.starts_at, true)
    group by program_month.program_id, program_month.month
),

sent as (
    select program_id, month, count(*) as sends
    from staging.staff_send
    group by program_id, month
)

select
    customer.program_id,
    customer.month,
    coalesce(sent.sends, 0) as numerator,
    customer.accounts as denominator,
    customer.accounts as sample_size
from customer
left join sent
    on customer.program_id = sent.program_id
    and customer.month = sent.month
