-- description: One row per program, model, month and condition.
-- grain: [program_id, model, month, condition]
-- belongs_to: [stage, condition_catalogue, signal]
-- types: {program_id: VARCHAR, model: VARCHAR, month: DATE, stage: INTEGER, condition: VARCHAR, signal: VARCHAR,
--   outcome: VARCHAR, value: DOUBLE, low: DOUBLE, high: DOUBLE, comparison: VARCHAR, threshold: DOUBLE,
--   sample_size: DOUBLE, probability_met: DOUBLE, reason: VARCHAR}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   model: "The maturity model, a rule pack: trainn, thought_industries or one of yours."
--   month: First day of the month, in the program's own time zone.
--   stage: The stage whose gate asks for this condition.
--   condition: The condition's name, unique in its model.
--   signal: The signal it reads.
--   outcome: met, not_met, unknown, not_applicable, waived or error.
--   value: The signal's value, pooled over the fewest latest complete months that reach the minimum sample.
--   low: Lower end of its 95 % interval.
--   high: Upper end of its 95 % interval.
--   comparison: ">= or <=."
--   threshold: What the rule pack asks for.
--   sample_size: How many things the value rests on.
--   probability_met: Probability that the true value satisfies the condition; NULL when unknown.
--   reason: Why, in words.
select
    program_id,
    model,
    month,
    stage,
    condition,
    signal,
    outcome,
    value,
    low,
    high,
    comparison,
    threshold,
    sample_size,
    probability_met,
    reason
from judged.finding
order by program_id, model, month, stage, condition
