"""Judges programs by a rule pack: signals in, findings, stages, probabilities and jobs out.

Pure: the same frames give the same result, whatever the order of their rows. No clock, no files, no SQL.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from rules import frames
from rules.change_cause import change_causes
from rules.condition import Judged, judge
from rules.faulty import without_faults
from rules.gate import judge_gate
from rules.grid import grid_of, signals_on
from rules.job import bottleneck, judge_jobs
from rules.load import LoadedPack
from rules.missing import find_missing
from rules.next_step import next_steps
from rules.source_break import find_source_breaks
from rules.stage import announce, read_ladder
from rules.untold import find_untold
from rules.waiver import Waivers
from rules.wording import reasons
from transforms.header import SignalHeader


@dataclass(frozen=True)
class Judgement:
    """The contract's tables of one model, without run_id; months are the first day, as timestamps.

    `stage.change_cause` says why the stage differs from the month before, null where it does not; it is never
    'rules', which only a caller who compares runs can tell.
    """

    finding: pd.DataFrame
    stage: pd.DataFrame
    stage_probability: pd.DataFrame
    job: pd.DataFrame


def evaluate(
    model: LoadedPack,
    signals: pd.DataFrame,
    program_months: pd.DataFrame,
    waivers: pd.DataFrame | None,
    catalogue: Mapping[str, SignalHeader],
    *,
    coverage: pd.DataFrame | None = None,
    told: pd.DataFrame | None = None,
    breaks: pd.DataFrame | None = None,
) -> Judgement:
    """Judge every program in every month.

    signals: program_id, month, signal, status, value, low, high, numerator, denominator, sample_size, and optionally
    the message of those in error. Numbers that cannot be, such as an infinity, are in error too.
    program_months: program_id, month, is_complete, is_launch (a month in which launches cannot satisfy reach).
    waivers: program_id, condition, reason, owner, until (last day it holds; null for no end) and optionally model
    (null for every model), or None.
    catalogue: header of each signal, by name. Must hold every signal of the pack (lint says so first).
    coverage: program_id, entity, month, is_covered, to name what is missing; inferred from signals where None.
    told: program_id, month, field, has_rows, is_told, to name the field that sources leave empty.
    breaks: program_id, entity, month, from_source, to_source, where one tool took over from another.
    """
    pack = model.pack
    grid = grid_of(program_months)
    names = [condition.signal for condition in pack.conditions]
    measured, faults = without_faults(grid, signals_on(grid, signals, names), signals, catalogue)
    waiver = Waivers(grid, waivers, pack.name)
    source_breaks = find_source_breaks(grid, breaks)
    judged: dict[str, Judged] = {}
    for condition in pack.conditions:
        judged[condition.id] = judge(
            condition,
            catalogue[condition.signal],
            measured[condition.signal],
            grid,
            breaks=source_breaks,
            waived=waiver.holds(condition.id),
            unknown_prior=pack.unknown_prior,
        )
    gates = [judge_gate(stage.gate, judged) for stage in pack.stages if stage.gate]
    ladder = read_ladder(gates, pack.evidence_floor)
    announced = announce(ladder, grid, pack.straddle_share)
    missing = find_missing(grid, catalogue, signals, coverage)
    untold = find_untold(grid, catalogue, missing, told)
    why = {
        name: reasons(
            one,
            catalogue[one.condition.signal],
            grid,
            missing=missing.texts(one.condition.signal),
            untold=untold.texts(one.condition.signal, one.reading),
            waived=waiver.texts(name),
            faults=faults[one.condition.signal],
        )
        for name, one in judged.items()
    }
    step = next_steps(
        pack,
        judged,
        gates,
        ladder,
        announced,
        missing=missing,
        untold=untold,
        reasons=why,
        headers=catalogue,
        grid=grid,
    )
    return Judgement(
        finding=frames.finding(pack, grid, judged, why),
        stage=frames.stage(
            model,
            grid,
            announced,
            bottleneck=bottleneck(pack, gates),
            step=step,
            causes=change_causes(
                grid,
                announced,
                judged,
                missing=missing,
                breaks=source_breaks,
                headers=catalogue,
            ),
        ),
        stage_probability=frames.stage_probability(pack, grid, ladder),
        job=frames.job(pack, grid, judge_jobs(pack, gates)),
    )
