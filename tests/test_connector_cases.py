"""Runs every connectors/*/*.cases.yaml: landed rows in, canonical rows out. A test is named by file and sentence."""

from pathlib import Path

import duckdb
import pytest

from connectors.cases import Case, difference, land_given, read_cases, unlawful_columns
from connectors.catalogue import CONNECTORS, Catalogue, read_catalogue
from connectors.declaration import DeclarationError

CATALOGUE: Catalogue = read_catalogue()
UNITS = CATALOGUE.sql | {(connector, f"_{name}"): path for (connector, name), path in CATALOGUE.shared.items()}


def collect() -> list[Case]:
    """All cases of all connectors."""
    folders = sorted({path.parent for path in CONNECTORS.glob("*/*.cases.yaml")})
    return [case for folder in folders for case in read_cases(folder)]


@pytest.mark.parametrize("case", collect(), ids=lambda case: case.id)
def test_case(case: Case) -> None:
    told = difference(CATALOGUE, case)
    assert not told, f"\n{case.id}\n\n{told}"


@pytest.mark.parametrize("unit", sorted(CATALOGUE.sql), ids="/".join)
def test_unit_gives_only_columns_of_its_entity(unit: tuple[str, str]) -> None:
    assert not unlawful_columns(CATALOGUE, *unit)


@pytest.mark.parametrize("unit", sorted(UNITS), ids="/".join)
def test_unit_has_cases_and_says_its_grain(unit: tuple[str, str]) -> None:
    path: Path = UNITS[unit]
    assert path.with_suffix(".cases.yaml").is_file(), f"write {path.with_suffix('.cases.yaml')}"
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("-- description: One row per "), f"{path}: the first sentence states the grain"


@pytest.mark.parametrize("unit", sorted(CATALOGUE.shared), ids="/".join)
def test_rows_of_a_shared_query_are_unique_by_the_grain_it_states(unit: tuple[str, str]) -> None:
    connector, name = unit
    second = CATALOGUE.shared[unit].read_text(encoding="utf-8").splitlines()[1]
    assert second.startswith("-- grain: [")
    grain = second.removeprefix("-- grain: [").removesuffix("]")
    for case in collect():
        if case.connector == connector:
            connection = duckdb.connect()
            land_given(connection, CATALOGUE, connector, case.given)
            twice = connection.execute(
                f"select {grain} from landing._{connector}__{name} group by {grain} having count(*) > 1"
            )
            assert twice.fetchall() == [], case.id


@pytest.mark.parametrize("unit", sorted(CATALOGUE.shared), ids="/".join)
def test_a_shared_query_serves_more_than_one_entity(unit: tuple[str, str]) -> None:
    connector, name = unit
    readers = [path for (owner, _), path in CATALOGUE.sql.items() if owner == connector]
    view = f"landing._{connector}__{name}\n"
    assert sum(view in path.read_text(encoding="utf-8").replace(" ", "\n") for path in readers) > 1


def test_a_slip_in_a_source_yaml_names_its_line_and_the_nearest_key(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "source.yaml").write_text(
        "name: acme\ntitle: Acme\nvendor: Acme\ndocs: none\nstreams:\n  rows:\n    description: a row\n"
        "    versoin: at\n    fields:\n      at: {type: timestamp, description: when}\n",
        encoding="utf-8",
    )
    with pytest.raises(DeclarationError, match=r"source\.yaml:8: unknown key 'versoin', did you mean 'version'\?"):
        read_catalogue(tmp_path)
