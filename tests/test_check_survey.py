"""`waystage check` counts what a run would read, names gaps, and says which sources would narrow the verdict most."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.catalogue import read_catalogue
from connectors.nearest_shape import nearest_shapes, overlap
from connectors.problem import UnusableExport
from connectors.recognise import table_stream
from pipelines import cli
from rules.load import load
from rules.narrow import enabled, narrowing
from tests import tiny_world
from tests.conftest import Waystage
from transforms.catalogue import shipped

HEADERS = {name: signal.header for name, signal in shipped().signals.items()}
PACKS = [load(name).pack for name in ("trainn", "thought_industries")]


def test_check_counts_the_rows_that_a_run_reads(waystage: Waystage, published: Path) -> None:
    told = json.loads(waystage("check", "-w", published, "--json").out)["programs"]
    counted = {(one["program"], source["connector"]): 0 for one in told for source in one["sources"]}
    for one in told:
        for source in one["sources"]:
            counted[one["program"], source["connector"]] += source["rows"]
    read = tiny_world.ask(published, "select program_id, connector, sum(rows_read)::int from load group by all")
    assert counted == {(str(program), str(connector)): count for program, connector, count in read}
    ticket = next(source for source in told[0]["sources"] if source["entities"] == ["ticket"])
    asked = "select min(created_at)::varchar, max(created_at)::varchar from ticket where program_id = 'alder'"
    assert (ticket["first_at"], ticket["months_without"]) == (str(tiny_world.ask(published, asked)[0][0]), [])
    assert ticket["dated_by"] == ["created_at"]


def test_a_month_without_a_ticket_is_named_and_so_is_what_is_missing(waystage: Waystage, tmp_path: Path) -> None:
    folder = tiny_world.write(tmp_path / "ws")
    tickets = folder / "exports/alder/tickets.csv"
    kept = [line for line in tickets.read_text().splitlines() if "2024-11-" not in line and "2025-02-" not in line]
    tickets.write_text("\n".join(kept) + "\n")
    said = waystage("check", "-w", folder)
    assert said.code == 0
    assert "nothing in 2024-11, 2025-02" in said.out
    assert "gives ticket; enables " in said.out
    assert not (folder / ".waystage").exists()


def test_two_sources_are_named_that_settle_most_of_what_is_open() -> None:
    nothing = narrowing(PACKS, HEADERS, set())
    assert len(nothing.entities) == 2
    assert 0 < nothing.settled < nothing.open
    one = narrowing(PACKS, HEADERS, {"content_item", "enrollment", "learner", "account", "ticket", "content_view"})
    assert set(one.entities) & {"ticket", "content_view"} == set()
    every = {entity for header in HEADERS.values() for entity in header.entities}
    assert narrowing(PACKS, HEADERS, every).entities == ()
    assert enabled(HEADERS, every) == set(HEADERS)


@pytest.mark.parametrize("given", [{"ticket"}, {"account", "ticket"}, {"learner", "enrollment", "content_item"}])
def test_no_other_pair_settles_more(given: set[str]) -> None:
    best = narrowing(PACKS, HEADERS, given)
    assert not set(best.entities) & given
    assert best.settled == best.open - narrowing(PACKS, HEADERS, given | set(best.entities)).open


def test_a_table_of_another_shape_is_told_the_nearest_and_what_differs() -> None:
    streams = read_catalogue().connectors["zendesk_support"].streams
    with pytest.raises(UnusableExport) as refused:
        table_stream(("ticket_id", "author_id", "colour", "shade"), "x.csv", streams)
    nearest = refused.value.legal.split(" with ", 1)[0]
    assert refused.value.what_to_do.startswith(f"the nearest is {nearest}: it lacks ")
    assert f"{nearest} does not have " in refused.value.what_to_do
    assert "'colour', 'shade'" in refused.value.what_to_do


def test_each_shape_is_its_own_nearest_whatever_the_order() -> None:
    for connector in read_catalogue().connectors.values():
        for name, stream in connector.streams.items():
            fields = [field.path for field in stream.fields.values()]
            for names in (fields, fields[::-1]):
                wanted = {
                    one: [(path,) for path in map(_path, other.fields.values())]
                    for one, other in connector.streams.items()
                }
                shapes = nearest_shapes(
                    names,
                    connector.streams,
                    lambda other, wanted=wanted, streams=connector.streams: next(  # type: ignore[misc]
                        wanted[one] for one, stream in streams.items() if stream is other
                    ),
                    lambda sign, names=names: next((path for path in sign if path in names), None),  # type: ignore[misc]
                )
                first = shapes[0].split(" with ", 1)[0]
                assert set(map(_path, connector.streams[first].fields.values())) == set(fields), (
                    connector.name,
                    name,
                    first,
                )


def _path(field: object) -> str:
    return str(getattr(field, "path", ""))


def test_overlap_is_the_same_from_either_side() -> None:
    assert overlap(2, 3, 5) == overlap(2, 5, 3)
    assert (overlap(0, 0, 0), overlap(4, 4, 4)) == (0.0, 1.0)


@pytest.mark.parametrize("connector", ["freshdesk", "intercom", "hubspot", "zendesk_support"])
def test_airbyte_streams_of_another_vendor_are_told_by_their_fields(
    waystage: Waystage, tmp_path: Path, connector: str
) -> None:
    recorded = Path(__file__).parent / "real/zendesk_airbyte/all-streams.jsonl"
    (tmp_path / "all.jsonl").write_bytes(recorded.read_bytes())
    (tmp_path / "waystage.yaml").write_text(
        f"programs: [{{id: one, name: One, sources: [{{connector: {connector}, path: all.jsonl}}]}}]\n",
        encoding="utf-8",
    )
    said = waystage("check", "-w", tmp_path)
    if connector == "zendesk_support":
        assert said.code == cli.DONE, said.err
        assert "gives learner, ticket" in said.out
    else:
        assert said.code == cli.INVALID
        assert f"the file is not an export of {connector}; it looks like zendesk_" in said.err
