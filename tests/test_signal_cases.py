"""Every `transforms/signals/<name>.cases.yaml` holds; the test id is the file and the sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case_runner import Case, load_cases, run_case, transform_unit

SIGNALS = Path(__file__).parents[1] / "transforms" / "signals"
CASES = [
    pytest.param(path, case, id=f"{path.name.removesuffix('.cases.yaml')}: {case.name}")
    for path in sorted(SIGNALS.glob("*.cases.yaml"))
    for case in load_cases(path)
]


@pytest.mark.parametrize(("path", "case"), CASES)
def test_signal_case_holds(path: Path, case: Case) -> None:
    run_case(transform_unit(path.with_name(path.name.replace(".cases.yaml", ".sql"))), case)


def test_every_signal_has_cases() -> None:
    without = [path.name for path in sorted(SIGNALS.glob("*.sql")) if not path.with_suffix(".cases.yaml").exists()]
    assert without == []
