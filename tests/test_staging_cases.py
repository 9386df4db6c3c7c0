"""Every `transforms/staging/<name>.cases.yaml` holds; the test id is the file and the sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case_runner import Case, load_cases, run_case, transform_unit

STAGING = Path(__file__).parents[1] / "transforms" / "staging"
CASES = [
    pytest.param(path, case, id=f"{path.name.removesuffix('.cases.yaml')}: {case.name}")
    for path in sorted(STAGING.glob("*.cases.yaml"))
    for case in load_cases(path)
]


@pytest.mark.parametrize(("path", "case"), CASES)
def test_staging_case_holds(path: Path, case: Case) -> None:
    run_case(transform_unit(path.with_name(path.name.replace(".cases.yaml", ".sql"))), case)


def test_every_entity_has_cases() -> None:
    without = [path.name for path in sorted(STAGING.glob("*.sql")) if not path.with_suffix(".cases.yaml").exists()]
    assert without == []
