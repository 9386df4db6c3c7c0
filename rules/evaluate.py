"""Judges programs by a rule pack: signals in, findings, stages, probabilities and jobs out.

Pure: the same frames give the same result, whatever the order of their rows. No clock, no files, no SQL.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from rules import frames
from rules.change_cause import change_causes
from rules.condition import UNKNOWN, Judged, judge
from rules.gate import judge_gate
from rules.given import Given
from rules.job import bottleneck, judge_jobs
from rules.layout import in_words
from rules.load import LoadedPack
from rules.next_step import next_steps
from rules.observed import Observed, observe
from rules.stage import announce, read_ladder
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


@dataclass(frozen=True)
class Weighed:
    """Every condition of a model judged by itself, by its id, with what it was judged by; no stage yet."""

    model: LoadedPack
    observed: Observed
    judged: Mapping[str, Judged]
    waiver: Waivers


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
    """Judge every program in every month. The frames are those of `rules.given`; `catalogue` has the header of each
    signal, by name, and must hold every signal of the pack (lint says so first)."""
    return conclude(weigh(model, Given(signals, program_months, waivers, coverage, told, breaks), catalogue))


def weigh(model: LoadedPack, given: Given, headers: Mapping[str, SignalHeader]) -> Weighed:
    """Judge every condition by itself, in every program and month."""
    names = [condition.signal for condition in model.pack.conditions]
    return weigh_observed(model, observe(given, headers, names), given.waivers)


def weigh_observed(model: LoadedPack, observed: Observed, waivers: pd.DataFrame | None) -> Weighed:
    """The same of what is arrays already, for whoever asks several models."""
    pack, grid, headers = model.pack, observed.grid, observed.headers
    waiver = Waivers(grid, waivers, pack.name)
    judged = {
        condition.id: judge(
            condition,
            headers[condition.signal],
            observed.sound[condition.signal],
            grid,
            breaks=observed.breaks,
            waived=waiver.holds(condition.id),
            unknown_prior=pack.prior_of(condition),
            part=observed.parts[condition.signal],
        )
        for condition in pack.conditions
    }
    return Weighed(model, observed, judged, waiver)


def conclude(weighed: Weighed) -> Judgement:
    """From conditions to stages, jobs and the next step, in the months of the grid."""
    coded = conclude_coded(weighed)
    tables = coded.finding, coded.stage, coded.stage_probability, coded.job
    return Judgement(*map(in_words, tables))


def conclude_coded(weighed: Weighed) -> Judgement:
    """The same with words numbered (categories), for whoever writes many programs down."""
    pack, observed, judged = weighed.model.pack, weighed.observed, weighed.judged
    grid, headers, missing = observed.grid, observed.headers, observed.missing
    untold = {name: observed.untold.of(one.condition.signal, one.reading) for name, one in judged.items()}
    gates = [judge_gate(stage.gate, judged) for stage in pack.stages if stage.gate]
    ladder = read_ladder(gates, pack.evidence_floor, pack.knowledge)
    announced = announce(ladder, grid, pack.straddle_share)
    why = {
        name: reasons(
            one,
            headers[one.condition.signal],
            grid,
            missing=missing.texts(one.condition.signal),
            partial=observed.parts[one.condition.signal].texts(one.is_partial & (one.outcome == UNKNOWN)),
            untold=untold[name].texts(),
            waived=weighed.waiver.texts(name),
            faults=observed.faults[one.condition.signal],
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
        headers=headers,
        grid=grid,
    )
    return Judgement(
        finding=frames.finding(pack, grid, judged, why),
        stage=frames.stage(
            weighed.model,
            grid,
            announced,
            bottleneck=bottleneck(pack, gates),
            step=step,
            causes=change_causes(
                grid,
                announced,
                judged,
                missing=missing,
                breaks=observed.breaks,
                headers=headers,
            ),
        ),
        stage_probability=frames.stage_probability(pack, grid, ladder),
        job=frames.job(pack, grid, judge_jobs(pack, gates)),
    )
