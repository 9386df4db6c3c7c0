"""A warehouse of many programs with their signals already measured, made of one of a few: what judging alone needs.

Every program's copies have counts of their own, so that no two programs are judged by the same evidence.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.many_programs import MONTHS, cast, stretched

LAYERS = ("config", "coverage", "signal", "staging")
TABLES = (
    "config.launch",
    "config.program",
    "coverage.entity_month",
    "coverage.source_break",
    "signal.told",
    "staging.program_month",
)
SPINE = "few.staging.program_month"

# Half to twice the size of the program copied, and a tenth up or down each month; counts stay whole.
JITTERED = """
    with
    sized as (
        select signal.*, catalogue.kind,
            0.5 + 1.5 * hash(program_id, signal) / 18446744073709551615.0 as size,
            0.9 + 0.2 * hash(program_id, signal, month) / 18446744073709551615.0 as wobble,
            0.9 + 0.2 * hash(month, program_id, signal, 1) / 18446744073709551615.0 as wobble_of_hits
        from {rows} as signal
        join few.judged.signal_catalogue as catalogue using (signal)
    ),
    counted as (
        select * replace (
            case when numerator = round(numerator) then round(numerator * size * wobble * wobble_of_hits)
                else numerator * size * wobble end as numerator,
            case when denominator = round(denominator) then round(denominator * size * wobble)
                else denominator * size * wobble end as denominator,
            round(sample_size * size * wobble) as sample_size,
            case when kind = 'count' then round(value * size * wobble) else value * wobble end as value,
            low * wobble as low, high * wobble as high, least * wobble as least, most * wobble as most
        )
        from sized
    ),
    bounded as (
        select * replace (
            case when kind in ('share', 'state_share') then least(numerator, denominator) else numerator end
                as numerator,
            case when kind in ('share', 'state_share', 'rate') then denominator else sample_size end as sample_size
        )
        from counted
    ),
    valued as (
        select * replace (
            case when kind in ('median', 'difference', 'count') then value
                when denominator > 0 then numerator / denominator end as value,
            case kind when 'count' then value when 'ratio' then numerator + denominator else sample_size end
                as sample_size
        )
        from bounded
    )
    select * exclude (kind, size, wobble, wobble_of_hits) replace (
        case when kind in ('median', 'difference') then least(low, value)
            else greatest(value - 1.96 * sqrt(greatest(value, 0.01) / greatest(sample_size, 1)), 0) end as low,
        case when kind in ('median', 'difference') then greatest(high, value)
            when kind in ('share', 'state_share') then least(value + 0.98 / sqrt(greatest(sample_size, 1)), 1)
            else value + 1.96 * sqrt(greatest(value, 0.01) / greatest(sample_size, 1)) end as high
    )
    from valued
"""


def multiply_signals(few: Path, many: Path, programs: int, *, months: int = MONTHS) -> Path:
    """Write `many`: the measured signals of the warehouse `few`, as of so many programs with so many months each."""
    with duckdb.connect(str(many)) as con:
        con.execute(f"attach '{few}' as few (read_only)")
        for layer in LAYERS:
            con.execute(f"create schema {layer}")
        cast(con, "few.config.program", programs)
        for table in TABLES:
            con.execute(f"create table {table} as {stretched(con, f'few.{table}', SPINE, months)}")
        con.execute(
            """
            create table staging.learner_activity as
            with first_use as (
                select program_id, surface, min(month) as month from few.staging.learner_activity group by all
            )
            select copied_id as program_id, surface, month from first_use join copy using (program_id)
            """
        )
        # measured signal by signal, so not in the order of programs
        bare = stretched(con, "few.signal.signal", SPINE, months, is_ordered=False)
        con.execute(f"create table signal.signal as {JITTERED.format(rows=f'({bare})')}")
        con.execute("drop table copy")
    return many
