"""Which verdicts hang on a threshold: the same answer as rules that ask for a fifth more or less."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.evaluate import evaluate, weigh
from rules.given import Given
from rules.load import LoadedPack
from rules.model import Pack
from rules.rows import plain_rows
from rules.sensitivity import sensitivity
from tests.conftest import Waystage
from tests.rule_world import program_months, signal_rows
from tests.run_world import MET
from tests.small_pack import HEADERS, MONTHS, PACK, SIGNALS, World
from tests.tiny_world import ask

cells = st.one_of(st.sampled_from([0.0, 0.25, 0.42, 0.45, 0.5, 0.55, 0.59, 1.0]), st.just("unknown"))
worlds = st.fixed_dictionaries({name: st.lists(cells, min_size=MONTHS, max_size=MONTHS) for name in SIGNALS})


def moved(condition_id: str, factor: float) -> LoadedPack:
    """The small pack with one threshold, and what it may slip to, times so much."""
    pack = PACK.pack.model_dump(mode="json")
    for stage in pack["stages"]:
        gate = stage["gate"] or {"all": [], "at_least": []}
        for one in [*gate["all"], *(one for group in gate["at_least"] for one in group["of"])]:
            if one["id"] == condition_id:
                for word in ("at_least", "at_most", "keep"):
                    one[word] = None if one[word] is None else one[word] * factor
    return LoadedPack(Pack.model_validate(pack), PACK.document, "moved")


@settings(max_examples=8, deadline=None)
@given(worlds)
def test_it_says_what_rules_with_the_moved_threshold_would(world: World) -> None:
    signals, spine = signal_rows(world, HEADERS), program_months(MONTHS)
    found = plain_rows(sensitivity(weigh(PACK, Given(signals, spine), HEADERS)))
    assert len(found) == 2 * len(PACK.pack.conditions)
    for row in found:
        factor = {"raised": 1.2, "lowered": 0.8}[row["direction"]]
        last = plain_rows(evaluate(moved(row["condition"], factor), signals, spine, None, HEADERS).stage)[-1]
        assert (row["month"], row["stage_then"]) == (last["month"], last["stage"])


def test_a_threshold_moves_within_what_the_signal_can_be() -> None:
    headers = {name: header.model_copy(update={"range": (0.0, 0.55)}) for name, header in HEADERS.items()}
    given_frames = Given(signal_rows(MET, headers), program_months(MONTHS))
    rows = plain_rows(sensitivity(weigh(PACK, given_frames, headers)))
    assert sorted(row["threshold_then"] for row in rows if row["condition"] == "base") == [0.4, 0.55]


def test_it_is_published_and_explain_counts_it(waystage: Waystage, published: Path) -> None:
    assert ask(published, "select count(*), count(distinct condition), bool_or(is_changed) from sensitivity") == [
        (8, 2, False)
    ]
    said = waystage("explain", "alder", "-w", published)
    assert "hangs on        none of 2 thresholds: a fifth more or less of any one changes nothing" in said.out
    assert "hangs on" not in waystage("explain", "alder", "-w", published, "--month", "2025-03").out
