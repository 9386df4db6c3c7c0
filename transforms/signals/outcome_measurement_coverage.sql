-- description: >-
--   One row per program and month: of four outcomes (completion, time to value, retention, expansion), those
--   for which the records of the twelve months ending with the month allow an adjusted estimate.
-- job: scale
-- unit: ratio
-- direction: up
-- kind: state_share
-- census: true
-- window: T12
-- pooled: sql
-- minimum_sample: 4
-- sources: [[enrollment, learning_event], account_month]
-- friction: [F13, F14]
-- range: [0, 1]
-- notes: >-
--   An outcome counts when at least 30 accounts have it on record (enrolments, for completion) and both
--   trained and untrained accounts are among them, trained as in trained_retention_lift; revenue must be on
--   record within the last six months. Those 30 belong to the definition of an estimate.

with past_landmark as (
    select
        program_month.program_id,
        program_month.month,
        program_month.ends_at,
        account.account_key,
        account.is_trained
    from staging.program_month as program_month
    inner join staging.account_learning as account
        on program_month.program_id = account.program_id
        and account.landmark_at <= program_month.ends_at
        and coalesce(account.ended_at >= program_month.ends_at - interval 12 month, true)
),

revenue as (
    select
        program_month.program_id,
        program_month.month,
        revenue.account_key,
        bool_or(revenue.start_arr is not null or revenue.churned_arr is not null) as has_retention,
        bool_or(revenue.expansion_arr is not null) as has_expansion
    from staging.program_month as program_month
    inner join staging.account_month as revenue
        on program_month.program_id = revenue.program_id
        and program_month.month >= revenue.month
        and program_month.month - interval 5 month <= revenue.month
    group by program_month.program_id, program_month.month, revenue.account_key
),

valued as (
    select program_id, account_key, min(occurred_at) as valued_at
    from staging.usage_event
    where is_value_event
        and is_internal is not true
        and account_key is not null
    group by program_id, account_key
),

known as (
    select
        past_landmark.program_id,
        past_landmark.month,
        past_landmark.is_trained,
        coalesce(revenue.has_retention, false) as has_retention,
        coalesce(revenue.has_expansion, false) as has_expansion,
        coalesce(valued.valued_at < past_landmark.ends_at, false) as has_value
    from past_landmark
    left join revenue
        on past_landmark.program_id = revenue.program_id
        and past_landmark.month = revenue.month
        and past_landmark.account_key = revenue.account_key
    left join valued
        on past_landmark.program_id = valued.program_id
        and past_landmark.account_key = valued.account_key
),

account_outcome as (
    select
        program_id,
        month,
        count(*) filter (where has_value) >= 30
            and bool_or(has_value and is_trained)
            and bool_or(has_value and not is_trained) as has_time_to_value,
        count(*) filter (where has_retention) >= 30
            and bool_or(has_retention and is_trained)
            and bool_or(has_retention and not is_trained) as has_retention,
        count(*) filter (where has_expansion) >= 30
            and bool_or(has_expansion and is_trained)
            and bool_or(has_expansion and not is_trained) as has_expansion
    from known
    group by program_id, month
),

completion as (
    select
        program_month.program_id,
        program_month.month,
        count(*) >= 30 and count(enrollment.completed_at) > 0 as has_completion
    from staging.program_month as program_month
    inner join staging.enrollment as enrollment
        on program_month.program_id = enrollment.program_id
        and program_month.month >= enrollment.month
        and program_month.month - interval 11 month <= enrollment.month
    where enrollment.is_internal is not true
    group by program_month.program_id, program_month.month
)

select
    program_month.program_id,
    program_month.month,
    case when completion.has_completion then 1 else 0 end
    + case when account_outcome.has_time_to_value then 1 else 0 end
    + case when account_outcome.has_retention then 1 else 0 end
    + case when account_outcome.has_expansion then 1 else 0 end as numerator,
    4 as denominator
from staging.program_month as program_month
left join completion
    on program_month.program_id = completion.program_id
    and program_month.month = completion.month
left join account_outcome
    on program_month.program_id = account_outcome.program_id
    and program_month.month = account_outcome.month
