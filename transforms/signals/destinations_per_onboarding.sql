-- description: >-
--   One row per program and month: median number of distinct files and links that staff sent to an account
--   in its first 30 days, over accounts that started in the three months ending with the month, and where
--   these are fewer than three over the three that started last within a year.
-- job: deliver
-- unit: count
-- direction: down
-- kind: median
-- window: T3
-- pooled: sql
-- minimum_sample: 3
-- sources: [account, [staff_send, ticket_comment]]
-- fields: [account.started_at, staff_send.account_key]
-- friction: [F08, F10]
-- range: [1, null]
-- notes: >-
--   Accounts whose 30 days are not over at month end are left out. So are accounts with no recorded send:
--   most of them were served through a channel we cannot see, and counting them as 0 would flatter the
--   program. The interval is that of the 95% order statistics. Not applicable where fewer than three accounts started
--   within a year: who takes on hardly anybody has no onboarding to get right.

with onboarding as (
    select
        program_month.program_id,
        program_month.month,
        account.account_key,
        account.started_at,
        program_month.month - interval 2 month <= account.start_month as is_recent
    from staging.program_month as program_month
    inner join staging.account as account
        on program_month.program_id = account.program_id
        and program_month.month >= account.start_month
        and program_month.month - interval 11 month <= account.start_month
        and program_month.ends_at - interval 30 day >= account.started_at
),

destination as (
    select
        onboarding.program_id,
        onboarding.month,
        onboarding.account_key,
        onboarding.is_recent,
        row_number() over (
            partition by onboarding.program_id, onboarding.month
            order by onboarding.started_at desc, onboarding.account_key
        ) as newest,
        count(distinct coalesce(send.content_key, send.asset_key)) as destinations
    from onboarding
    inner join staging.staff_send as send
        on onboarding.program_id = send.program_id
        and onboarding.account_key = send.account_key
        and onboarding.started_at <= send.sent_at
        and onboarding.started_at + interval 30 day > send.sent_at
    group by
        onboarding.program_id,
        onboarding.month,
        onboarding.account_key,
        onboarding.is_recent,
        onboarding.started_at
),

ranked as (
    select
        program_id,
        month,
        destinations,
        row_number() over (partition by program_id, month order by destinations) as place,
        count(*) over (partition by program_id, month) as accounts
    from destination
    where is_recent or newest <= 3
),

bounded as (
    select
        program_id,
        month,
        destinations,
        place,
        accounts,
        greatest(round(accounts / 2 - 0.98 * sqrt(accounts)), 1) as low_place
    from ranked
),

summary as (
    select
        program_id,
        month,
        median(destinations) as value,
        max(destinations) filter (where place = low_place) as low,
        max(destinations) filter (where place = accounts + 1 - low_place) as high,
        max(accounts) as sample_size
    from bounded
    group by program_id, month
)

select
    coalesce(summary.program_id, year_of.program_id) as program_id,
    coalesce(summary.month, year_of.month) as month,
    summary.value,
    summary.low,
    summary.high,
    summary.sample_size,
    year_of.started is null or year_of.started >= 3 as is_applicable
from summary
full join (select program_id, month, started from staging.onboarding_year where started < 3) as year_of
    on summary.program_id = year_of.program_id
    and summary.month = year_of.month
