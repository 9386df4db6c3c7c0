"""Judging some programs: what the rules say of them, by table. Blocks keep memory flat however many programs there are.

No program's verdict depends on another's, so blocks are judged side by side, in processes of their own where there are
many: the rules are Python on small arrays, one core's work each.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import pandas as pd

from rules.condition import OUTCOMES
from rules.evaluate import conclude_coded, weigh_observed
from rules.friction import LEVELS, TRENDS, measure_coded
from rules.friction_catalogue import Frictions
from rules.given import Given
from rules.load import LoadedPack
from rules.observed import observe
from rules.sensitivity import sensitivity
from transforms.header import SignalHeader

PROGRAMS = 250  # in a block: a few more take less time each, and more memory
MOST_ALONE = 2  # blocks; below it another process takes longer to start than it saves
AT_HAND = 2  # blocks for each process: the one that it judges and the next


@dataclass(frozen=True)
class Rulebook:
    """What programs are judged by."""

    packs: Sequence[LoadedPack]
    frictions: Frictions
    headers: Mapping[str, SignalHeader]

    @property
    def signals(self) -> list[str]:
        """Every signal that any of it asks about."""
        asked = {condition.signal for pack in self.packs for condition in pack.pack.conditions}
        return sorted(asked | set(self.frictions.signal_names) & set(self.headers))

    @property
    def words(self) -> dict[str, list[str]]:
        """The words that verdicts may have, by column."""
        packs = [one.pack for one in self.packs]
        conditions = [condition.id for pack in packs for condition in pack.conditions]
        jobs = [job for pack in packs for job in pack.jobs] + [one.job for one in self.frictions.frictions]
        return {
            "model": [pack.name for pack in packs],
            "condition": conditions,
            "deciding_condition": conditions,
            "signal": self.signals,
            "outcome": list(OUTCOMES),
            "comparison": [">=", "<="],
            "job": jobs,
            "friction": [one.id for one in self.frictions.frictions],
            "trend": list(TRENDS),
            "status": list(LEVELS),
        }


Block = dict[str, list[pd.DataFrame]]


def judge_block(given: Given, rulebook: Rulebook) -> Block:
    """The tables of the contract about these programs; a frame for each model where a table is about models."""
    observed = observe(given, rulebook.headers, rulebook.signals)
    weighed = [weigh_observed(pack, observed, given.waivers) for pack in rulebook.packs]
    judgements = [conclude_coded(one) for one in weighed]
    friction, event = measure_coded(
        rulebook.frictions, observed.grid, observed.measured, rulebook.headers, observed.breaks
    )
    return {
        "finding": [one.finding for one in judgements],
        "stage": [one.stage for one in judgements],
        "stage_probability": [one.stage_probability for one in judgements],
        "job": [one.job for one in judgements],
        "sensitivity": [sensitivity(one) for one in weighed],
        "friction": [friction],
        "friction_event": [event],
    }


def judge_blocks(blocks: Iterable[Given], count: int, rulebook: Rulebook) -> Iterator[Block]:
    """What is judged of each of so many blocks, in their order, a few at a time.

    This process judges, too, whatever the others have no hands for: they take as long to start as a block takes.
    """
    others = min(os.cpu_count() or 1, count) - 1
    if count <= MOST_ALONE or not others:
        for given in blocks:
            yield judge_block(given, rulebook)
        return
    # new processes, not forked ones: DuckDB's threads do not survive a fork
    with ProcessPoolExecutor(others, get_context("spawn"), _remember, (rulebook,)) as pool:
        begun: deque[Future[Block]] = deque()
        for given in blocks:
            if sum(not one.done() for one in begun) < AT_HAND * others:
                begun.append(pool.submit(_judge, given))
            else:
                begun.append(_done(judge_block(given, rulebook)))
            while begun and (begun[0].done() or len(begun) > AT_HAND * (others + 1)):
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()


def _done(block: Block) -> Future[Block]:
    future: Future[Block] = Future()
    future.set_result(block)
    return future


_rulebook: list[Rulebook] = []


def _remember(rulebook: Rulebook) -> None:
    _rulebook.append(rulebook)


def _judge(given: Given) -> Block:
    return judge_block(given, _rulebook[-1])
