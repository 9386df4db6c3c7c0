"""Runs every *.cases.yaml of connectors/: landed rows in, canonical rows out. A test is named by file and sentence."""

import re
from functools import cache
from pathlib import Path

import duckdb
import pytest

from connectors.cases import Case, difference, land_given, read_cases, unlawful_columns
from connectors.catalogue import CONNECTORS, Catalogue, read_catalogue
from connectors.declaration import DeclarationError
from connectors.family import FOLDER, Query

CATALOGUE: Catalogue = read_catalogue()
UNITS = CATALOGUE.sql | {(connector, f"_{name}"): path for (connector, name), path in CATALOGUE.shared.items()}


def collect() -> list[Case]:
    """All cases of all connectors, those of a family once for every member."""
    cases: list[Case] = []
    for name, connector in CATALOGUE.connectors.items():
        cases += read_cases(CONNECTORS / name)
        if connector.family:
            cases += read_cases(CONNECTORS / FOLDER / connector.family, name)
    return cases


CASES = collect()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case) -> None:
    told = difference(CATALOGUE, case)
    assert not told, f"\n{case.id}\n\n{told}"


@pytest.mark.parametrize("unit", sorted(CATALOGUE.sql), ids="/".join)
def test_unit_gives_only_columns_of_its_entity(unit: tuple[str, str]) -> None:
    assert not unlawful_columns(CATALOGUE, *unit)


@pytest.mark.parametrize("unit", sorted(UNITS), ids="/".join)
def test_unit_has_cases_and_says_its_grain(unit: tuple[str, str]) -> None:
    path = UNITS[unit].path
    own = CONNECTORS / unit[0] / f"{unit[1]}.cases.yaml"  # where members of a family have no streams in common
    assert own.is_file() or path.with_suffix(".cases.yaml").is_file(), f"write {path.with_suffix('.cases.yaml')}"
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("-- description: One row per "), f"{path}: the first sentence states the grain"


@pytest.mark.parametrize("unit", sorted(CATALOGUE.shared), ids="/".join)
def test_rows_of_a_shared_query_are_unique_by_the_grain_it_states(unit: tuple[str, str]) -> None:
    connector, name = unit
    assert CATALOGUE.shared[unit].text.splitlines()[1].startswith("-- grain: [")
    assert [case for case, query in repeats(connector) if query == name] == []


@cache
def repeats(connector: str) -> list[tuple[str, str]]:
    """Cases, and shared queries that give rows with the same grain there: each case is landed once for all queries."""
    found = []
    grains = {
        name: query.text.splitlines()[1].removeprefix("-- grain: [").removesuffix("]")
        for (owner, name), query in CATALOGUE.shared.items()
        if owner == connector
    }
    twice = " union all ".join(
        f"(select '{name}' from landing._{connector}__{name} group by {grain} having count(*) > 1)"
        for name, grain in grains.items()
    )
    for case in CASES:
        if case.connector == connector:
            with duckdb.connect() as connection:
                land_given(connection, CATALOGUE, connector, case.given)
                found += [(case.id, str(name)) for (name,) in connection.execute(twice).fetchall()]
    return found


def readers(query: Query) -> set[tuple[str, str]]:
    """Units that read the view of a shared query, in whichever connector it is one."""
    views = {
        f"landing._{owner}__{name}" for (owner, name), shared in CATALOGUE.shared.items() if shared.path == query.path
    }
    return {unit for unit, other in UNITS.items() if views & set(re.findall(r"landing\._\w+", other.text))}


@pytest.mark.parametrize("unit", sorted(CATALOGUE.shared), ids="/".join)
def test_a_shared_query_serves_more_than_one_entity_or_is_what_its_family_asks_for(unit: tuple[str, str]) -> None:
    query, source = CATALOGUE.shared[unit], CATALOGUE.connectors[unit[0]]
    found = readers(query)
    is_asked_for = query.member is None and any(UNITS[reader].member for reader in found)
    replaces = source.family and (CONNECTORS / FOLDER / source.family / f"_{unit[1]}.sql").is_file()
    assert is_asked_for or replaces or len(found) > 1


def test_a_slip_in_a_source_yaml_names_its_line_and_the_nearest_key(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "source.yaml").write_text(
        "name: acme\ntitle: Acme\nvendor: Acme\ndocs: none\nstreams:\n  rows:\n    description: a row\n"
        "    versoin: at\n    fields:\n      at: {type: timestamp, description: when}\n",
        encoding="utf-8",
    )
    with pytest.raises(DeclarationError, match=r"source\.yaml:8: unknown key 'versoin', did you mean 'version'\?"):
        read_catalogue(tmp_path)


MEMBER = """\
name: acme
title: Acme
vendor: Acme
docs: none
family: lms
words:
  staff: admin
streams:
  users:
    description: a person
    fields: {email: {path: Mail}}
  courses:
    description: a course
    fields: {id: {path: No}}
  enrollments:
    description: an enrolment
    fields: {user_id: {path: Who}}
"""


def member(folder: Path, text: str) -> Catalogue:
    """The catalogue of the shipped connectors and one more, a member of a shipped family."""
    (folder / "connectors" / "acme").mkdir(parents=True)
    (folder / "connectors" / "acme" / "source.yaml").write_text(text, encoding="utf-8")
    return read_catalogue(workspace=folder)


def test_a_member_of_a_family_gives_its_entities_from_a_source_yaml_alone(tmp_path: Path) -> None:
    catalogue = member(tmp_path, MEMBER)
    assert sorted(name for connector, name in catalogue.sql if connector == "acme") == ["enrollment", "learner"]
    assert catalogue.connectors["acme"].streams["users"].fields["email"].identity == "email"
    given = {"enrollments": [{"user_id": "u", "course_id": "c"}], "users": [{"id": "u", "role": "Admin"}]}
    expect = [{"learner_id": "u", "is_staff": True}]
    assert not difference(catalogue, Case("acme", "learner", "staff are told by the member's word", given, expect))
    expect = [{"learner_id": "u", "content_id": "acme:c"}]
    assert not difference(catalogue, Case("acme", "enrollment", "content has the member's name", given, expect))


@pytest.mark.parametrize(
    ("seen", "written", "told"),
    [
        ("family: lms", "family: lsm", r"acme/source\.yaml:5: there is no family `lsm`; did you mean 'lms'\?"),
        ("staff: admin", "staf: admin", r"source\.yaml:7: unknown word `staf`, did you mean 'staff'\?"),
        ("staff: admin", "passed: ok", r"source\.yaml:6: `words:` lacks `staff`: Roles of those who run the platform"),
        (
            "  courses:\n    description: a course\n    fields: {id: {path: No}}\n",
            "",
            r"source\.yaml:8: stream `courses` is missing, which the family reads",
        ),
        ("path: Mail", "paht: Mail", r"source\.yaml:11: unknown key 'paht', did you mean 'path'\?"),
    ],
)
def test_a_slip_of_a_member_names_its_line_and_what_is_legal(
    tmp_path: Path, seen: str, written: str, told: str
) -> None:
    with pytest.raises(DeclarationError, match=told):
        member(tmp_path, MEMBER.replace(seen, written))
