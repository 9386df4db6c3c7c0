-- description: >-
--   One row per program, month and business outcome: trained accounts against comparable untrained ones, over the outcomes that
--   fell due in the twelve months ending with the month. Associated with training, not caused by it (docs/impact.md).
-- grain: [program_id, month, business_outcome]
-- belongs_to: [program]
-- types: {program_id: VARCHAR, month: DATE, business_outcome: VARCHAR, status: VARCHAR, unit: VARCHAR,
--   better: VARCHAR, trained_accounts: BIGINT, untrained_accounts: BIGINT, compared_accounts: BIGINT,
--   match_rate: DOUBLE, trained_value: DOUBLE, untrained_value: DOUBLE, unadjusted: DOUBLE, unadjusted_low: DOUBLE,
--   unadjusted_high: DOUBLE, adjusted: DOUBLE, adjusted_low: DOUBLE, adjusted_high: DOUBLE, imbalance: DOUBLE,
--   imbalance_left: DOUBLE, adjusted_for: VARCHAR, reason: VARCHAR}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   month: First day of the month, in the program's own time zone.
--   business_outcome: adoption, time_to_value, support, retention or expansion, as in account_outcome.
--   status: observed; too_few (comparable accounts for any figure); unknown (no source tells it).
--   unit: "pp (percentage points), days, or (tickets) per account."
--   better: "higher or lower: which way customers are better off."
--   trained_accounts: Accounts one of whose people learned before the landmark.
--   untrained_accounts: The others.
--   compared_accounts: Accounts of both kinds that had a like in the other.
--   match_rate: Share of the trained accounts that did.
--   trained_value: Mean of all trained accounts; in percent where the unit is pp.
--   untrained_value: The same of the untrained.
--   unadjusted: Trained minus untrained, as they are.
--   unadjusted_low: Lower end of its 95 % interval.
--   unadjusted_high: Upper end of its 95 % interval.
--   adjusted: Trained minus untrained among comparable accounts.
--   adjusted_low: Lower end of its 95 % interval.
--   adjusted_high: Upper end of its 95 % interval.
--   imbalance: How far apart the two are in what is adjusted for, at most, in standard deviations.
--   imbalance_left: The same after weighting; a regression takes out what is left.
--   adjusted_for: What is held equal. Tenure always is, as every account is read at the same age.
--   reason: Why there is no figure, in words.
select
    program_id,
    month,
    outcome as business_outcome,
    status,
    unit,
    better,
    trained_accounts,
    untrained_accounts,
    compared_accounts,
    match_rate,
    trained_value,
    untrained_value,
    unadjusted,
    unadjusted_low,
    unadjusted_high,
    adjusted,
    adjusted_low,
    adjusted_high,
    imbalance,
    imbalance_left,
    adjusted_for,
    reason
from impact.estimate
order by program_id, month, business_outcome
