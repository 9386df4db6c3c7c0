-- description: >-
--   One row per program and month: accounts that were sent one and the same link within one day, at most, as a
--   share of the accounts listed.
-- job: deliver
-- unit: ratio
-- direction: context
-- kind: share
-- window: T1
-- minimum_sample: 10
-- sources: [[staff_send, ticket_comment], account]
-- range: [0, 1]
-- notes: >-
--   Counted where it is a broadcast: ten accounts and a third of all.

with daily as (
    select program_id, month, asset_key, cast(sent_at as date) as sent_on, count(distinct account_key) as accounts
    from staging.staff_send
    where is_broadcast
    group by program_id, month, asset_key, cast(sent_at as date)
),

largest as (
    select program_id, month, max(accounts) as accounts
    from daily
    group by program_id, month
),

listed as (
    select program_id, count(*) as accounts
    from staging.account
    group by program_id
)

select
    program_month.program_id,
    program_month.month,
    coalesce(largest.accounts, 0) as numerator,
    listed.accounts as denominator
from staging.program_month as program_month
inner join listed on listed.program_id = program_month.program_id
left join largest
    on largest.program_id = program_month.program_id
    and largest.month = program_month.month
