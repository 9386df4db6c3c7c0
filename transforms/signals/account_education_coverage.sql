-- description: >-
--   One row per program and month: accounts with at least one active learner in the twelve months ending
--   with the month, as a share of the accounts that were customers at its end.
-- job: scale
-- unit: ratio
-- direction: up
-- kind: share
-- window: T12
-- pooled: sql
-- minimum_sample: 30
-- sources:
--   - account
--   - [content_view, enrollment, guide_event, learning_event, live_session]
-- friction: [F15]
-- range: [0, 1]
-- notes: >-
--   An account that ended before the month did is in neither count; one that later ended is in both.

with taught as (
    select distinct program_id, month, account_key
    from staging.learner_month
    where account_key is not null
),

active_account as (
    select program_month.program_id, program_month.month, account.account_key
    from staging.program_month as program_month
    inner join staging.account as account
        on program_month.program_id = account.program_id
        and coalesce(account.started_at < program_month.ends_at, true)
        and coalesce(account.ended_at >= program_month.ends_at, true)
),

reached as (
    select distinct active_account.program_id, active_account.month, active_account.account_key
    from active_account
    inner join taught
        on active_account.program_id = taught.program_id
        and active_account.account_key = taught.account_key
        and active_account.month >= taught.month
        and active_account.month - interval 11 month <= taught.month
)

select
    active_account.program_id,
    active_account.month,
    count(reached.account_key) as numerator,
    count(*) as denominator
from active_account
left join reached
    on active_account.program_id = reached.program_id
    and active_account.month = reached.month
    and active_account.account_key = reached.account_key
group by active_account.program_id, active_account.month
