-- description: One row per program, month and signal.
-- grain: [program_id, month, signal]
-- belongs_to: [program, signal_catalogue]
-- types: {program_id: VARCHAR, month: DATE, signal: VARCHAR, status: VARCHAR, value: DOUBLE, low: DOUBLE,
--   high: DOUBLE, numerator: DOUBLE, denominator: DOUBLE, sample_size: DOUBLE, unit: VARCHAR,
--   observed_through: DATE}
-- columns:
--   program_id: The program, as named in waystage.yaml.
--   month: First day of the month, in the program's own time zone.
--   signal: The signal, one file in transforms/signals.
--   status: observed, unknown (its source did not cover the month, or there was nothing to measure) or not_applicable.
--   value: The measured value; numerator / denominator where both are present.
--   low: Lower end of the 95 % interval.
--   high: Upper end of the 95 % interval.
--   numerator: Numerator, where the value is a quotient.
--   denominator: Denominator, where the value is a quotient; in hundreds or thousands where the unit says so.
--   sample_size: How many things the value rests on; the effective number where they are weighted.
--   unit: ratio, count, days, hours, pp, per 100, per 1,000 or per account.
--   observed_through: Newest fact of the sources it needs, UTC.
select
    program_id,
    month,
    signal,
    case
        when status = 'error' or (status = 'observed' and value is null) then 'unknown'
        else status
    end as status,
    value,
    low,
    high,
    case when denominator <> 0 then numerator end as numerator,
    case when denominator <> 0 then denominator end as denominator,
    sample_size,
    unit,
    observed_through
from signal.signal
order by program_id, month, signal
