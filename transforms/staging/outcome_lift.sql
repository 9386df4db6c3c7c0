-- description: >-
--   One row per program, month and outcome of accounts whose outcome fell due in the twelve months ending with
--   the month, where some stratum has both trained and untrained ones.
-- grain: [program_id, month, outcome]
-- columns:
--   program_id: program the row belongs to
--   month: program-local month, first day
--   outcome: adoption or retention
--   account_count: accounts of the strata that have both arms
--   gap: >-
--     share that reached the outcome, trained minus untrained, by direct standardisation over the strata
--   standard_error: standard error of the gap

with arm as (
    select
        program_month.program_id,
        program_month.month,
        account.outcome,
        account.stratum,
        count(*) filter (where account.is_trained) as trained,
        count(*) filter (where account.is_trained and account.is_reached) as trained_reached,
        count(*) filter (where not account.is_trained) as untrained,
        count(*) filter (where not account.is_trained and account.is_reached) as untrained_reached
    from staging.program_month as program_month
    inner join staging.account_outcome as account
        on program_month.program_id = account.program_id
        and account.due_at <= program_month.ends_at
        and account.due_at > program_month.ends_at - interval 12 month
    group by program_month.program_id, program_month.month, account.outcome, account.stratum
),

compared as (
    select
        program_id,
        month,
        outcome,
        trained + untrained as accounts,
        1.0 * trained_reached / trained - 1.0 * untrained_reached / untrained as gap,
        (trained_reached + 1.0) * (trained - trained_reached + 1.0) / power(trained + 2.0, 2) / trained
            + (untrained_reached + 1.0) * (untrained - untrained_reached + 1.0) / power(untrained + 2.0, 2) / untrained
            as variance
    from arm
    where trained > 0
        and untrained > 0
)

select
    program_id,
    month,
    outcome,
    sum(accounts) as account_count,
    sum(accounts * gap) / sum(accounts) as gap,
    sqrt(sum(accounts * accounts * variance)) / sum(accounts) as standard_error
from compared
group by program_id, month, outcome
