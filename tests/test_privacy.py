"""Nothing personal leaves landing: not in results, logs, messages or the run history, whatever goes wrong."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines import cli, night
from tests import tiny_world
from tests.conftest import Waystage
from tests.places import holding

CANARY = tiny_world.CANARY
NAME = f"Pat {CANARY.title()}"
# columns shifted by one, names where words or numbers belong, a file without its header, a file cut off
SPOILED = {
    "tickets-shifted.csv": ",".join(tiny_world.TICKET_HEADER)
    + f"\nT1,{NAME},a@{CANARY}.example,x,{NAME},y,o,{NAME}"
    + f"\nT2,2025-01-01,{NAME},x,{CANARY} subject,{CANARY} body,o,open"
    + f"\n{CANARY} who wrote over the rows\n",
    "tickets-bare.csv": f"T3,2025-01-01T00:00:00,b@{CANARY}.example,{NAME},{CANARY} subject,body,o,open\n",
    "events-shifted.csv": f"Event,When,Learner,Content,Verb\nE1,+49 170 {CANARY},c@{CANARY}.example,C1,{NAME}\n"
    + f"E2,2025-01-01,c@{CANARY}.example,C1,{NAME}\nE3,2999-01-01,c@{CANARY}.example,C1,launched\n",
}


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A workspace with exports spoiled in ways that put people's data where it does not belong, and what a run says."""
    folder = tiny_world.write(tmp_path_factory.mktemp("spoiled") / "ws", ["alder"])
    for name, text in SPOILED.items():
        (folder / "exports/alder" / name).write_text(text)
    with pytest.MonkeyPatch.context() as patch, (folder.parent / "said.txt").open("w+") as said:
        patch.setattr("sys.stdout", said)
        patch.setattr("sys.stderr", said)
        assert cli.main(["run", "-w", str(folder)]) == 3
        said.seek(0)
        yield folder, said.read()


def test_refused_rows_are_told_without_what_they_say(spoiled: tuple[Path, str]) -> None:
    folder, said = spoiled
    for rows in ("tickets-shifted.csv", "tickets-bare.csv", "events-shifted.csv"):
        assert rows in said
    assert "'Aaa Aaaaaaaa' is not" in said
    assert CANARY not in said.lower()
    assert holding(folder / ".waystage", CANARY, without=("landing",)) == []
    assert holding(folder / "published", CANARY) == []
    assert holding(folder / "published", tiny_world.PERSON_ID) == []


def test_a_run_that_fails_tells_no_value_either(
    world: Path, waystage: Waystage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise duckdb.ConversionException(
            f"Conversion Error: Could not convert string '{NAME}' to INT32\nLINE 1: {NAME}"
        )

    monkeypatch.setattr(night.labels, "build_labels", broken)
    kept = tmp_traces()
    said = waystage("run", "-w", world, "--from", "2000-01")
    assert said.code == 1
    assert "Could not convert string 'Aaa Aaaaaaaa' to INT32" in said.err
    assert holding(world / ".waystage", CANARY, without=("landing",)) == []
    for trace in tmp_traces() - kept:
        assert CANARY not in trace.read_text().lower()
        assert "in broken" in trace.read_text()  # where it went wrong is told
        trace.unlink()


def tmp_traces() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("waystage-error-*.txt"))
