-- description: >-
--   One row per program and month: accounts with a value event between day 90 and day 180, trained minus
--   untrained in percentage points, standardised over segment and size, for accounts whose day 180 fell in
--   the twelve months ending with the month.
-- job: scale
-- unit: pp
-- direction: up
-- kind: difference
-- window: T12
-- pooled: sql
-- minimum_sample: 30
-- sources:
--   - account
--   - usage_event
--   - [content_view, enrollment, guide_event, learning_event, live_session]
-- friction: [F13]
-- range: [-100, 100]
-- notes: >-
--   Trained means an active learner within the first 90 days; the outcome is read only after day 90, among
--   accounts that were still customers then, so training always comes first. Direct standardisation over
--   segment and size (under 20, 20 to 199, 200 or more users) on strata that have both arms. Associated with
--   training, not caused by it: keen customers also train.

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
),

adopted as (
    select distinct account.program_id, account.account_key
    from staging.account as account
    inner join staging.usage_event as usage
        on account.program_id = usage.program_id
        and account.account_key = usage.account_key
        and usage.occurred_at >= account.started_at + interval 90 day
        and usage.occurred_at < account.started_at + interval 180 day
    where usage.is_value_event
        and usage.is_internal is not true
),

observed as (
    select
        program_month.program_id,
        program_month.month,
        coalesce(account.segment, '') || '|' || case
            when first_size.users is null then 'unknown'
            when first_size.users < 20 then 'small'
            when first_size.users < 200 then 'medium'
            else 'large'
        end as stratum,
        trained.account_key is not null as is_trained,
        adopted.account_key is not null as is_kept
    from staging.program_month as program_month
    inner join staging.account as account
        on program_month.program_id = account.program_id
        and account.started_at + interval 180 day <= program_month.ends_at
        and account.started_at + interval 180 day > program_month.ends_at - interval 12 month
        and coalesce(account.ended_at >= account.started_at + interval 90 day, true)
    left join trained
        on account.program_id = trained.program_id
        and account.account_key = trained.account_key
    left join first_size
        on account.program_id = first_size.program_id
        and account.account_key = first_size.account_key
    left join adopted
        on account.program_id = adopted.program_id
        and account.account_key = adopted.account_key
),

arm as (
    select
        program_id,
        month,
        stratum,
        count(*) filter (where is_trained) as trained,
        count(*) filter (where is_trained and is_kept) as trained_kept,
        count(*) filter (where not is_trained) as untrained,
        count(*) filter (where not is_trained and is_kept) as untrained_kept
    from observed
    group by program_id, month, stratum
),

compared as (
    select
        program_id,
        month,
        trained + untrained as accounts,
        1.0 * trained_kept / trained - 1.0 * untrained_kept / untrained as gap,
        (trained_kept + 1.0) * (trained - trained_kept + 1.0) / power(trained + 2.0, 2) / trained
            + (untrained_kept + 1.0) * (untrained - untrained_kept + 1.0) / power(untrained + 2.0, 2) / untrained
            as variance
    from arm
    where trained > 0
        and untrained > 0
),

standardised as (
    select
        program_id,
        month,
        sum(accounts) as accounts,
        sum(accounts * gap) / sum(accounts) as gap,
        sqrt(sum(accounts * accounts * variance)) / sum(accounts) as standard_error
    from compared
    group by program_id, month
)

select
    program_id,
    month,
    100 * gap as value,
    100 * greatest(gap - 1.959964 * standard_error, -1) as low,
    100 * least(gap + 1.959964 * standard_error, 1) as high,
    accounts as sample_size
from standardised
