"""CONTRIBUTING.md is executed: each recipe's files are written into a copy of the tree, which must then accept them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources with the files of every recipe in it."""
    copy = tmp_path_factory.mktemp("recipes") / "tree"
    for folder in ("connectors", "transforms", "rules", "dashboards", "pipelines", "tests"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "real"))
    shutil.copyfile(ROOT / "pyproject.toml", copy / "pyproject.toml")
    blocks = BLOCK.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert {name.split("/")[0] for name, _ in blocks} == {"connectors", "transforms", "rules", "dashboards"}
    for name, text in blocks:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(text, encoding="utf-8")
    return copy


def run(tree: Path, *command: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(tree)}
    done = subprocess.run(
        [sys.executable, *command], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("tests", "name"),
    [
        ("tests/test_connector_cases.py", "acme_desk"),
        ("tests/test_signal_cases.py", "open_ticket_share"),
        ("tests/test_rule_cases.py", "two_steps"),
        ("tests/test_charts.py", "waiting_tickets"),
    ],
)
def test_a_recipe_passes_the_tests_it_names(tree: Path, tests: str, name: str) -> None:
    said = run(tree, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", tests, "-k", name)
    assert " passed" in said


def test_what_a_recipe_adds_is_in_the_catalogue(tree: Path) -> None:
    assert "Acme Desk" in run(tree, "-m", "pipelines.cli", "describe", "connector", "acme_desk")
    assert "not solved" in run(tree, "-m", "pipelines.cli", "describe", "signal", "open_ticket_share")
    assert "Two steps" in run(tree, "-m", "pipelines.cli", "describe", "model", "two_steps")


def test_a_workspace_may_use_the_new_model_and_connector(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "tickets.csv").write_text(
        "Ticket No,Opened,From,Subject\n7,2026-03-01 09:00:00,ada@customer.example,How do I export?\n", encoding="utf-8"
    )
    (tmp_path / "waystage.yaml").write_text(
        "programs: [{id: one, name: One, sources: [{connector: acme_desk, path: tickets.csv}]}]\nmodels: [two_steps]\n",
        encoding="utf-8",
    )
    assert "ready to run" in run(tree, "-m", "pipelines.cli", "check", "--workspace", str(tmp_path))
