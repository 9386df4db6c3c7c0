"""`waystage new signal|model|chart` writes files that pass what judges them, and never over others."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipelines import scaffold
from rules.lint import lint
from rules.load import load_file
from tests.conftest import Waystage
from tests.test_rule_cases import Case, judged
from transforms.catalogue import shipped


def test_a_model_of_a_workspace_passes_check(waystage: Waystage, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    source = "{connector: table, entity: account, path: a.csv, columns: {account_id: id}}"
    settings = f"programs: [{{id: one, name: One, sources: [{source}]}}]\nmodels: [our_way]\n"
    (tmp_path / "waystage.yaml").write_text(settings)
    said = waystage("new", "model", "our_way", "-w", tmp_path)
    assert (said.code, said.err) == (0, "")
    checked = waystage("check", "-w", tmp_path)
    assert (checked.code, checked.err) == (0, "")
    assert "models our_way" in checked.out
    before = (tmp_path / "our_way/model.yaml").read_bytes()
    again = waystage("new", "model", "our_way", "-w", tmp_path)
    assert (again.code, "exists already and was left as it is" in again.err) == (2, True)
    assert (tmp_path / "our_way/model.yaml").read_bytes() == before
    assert "there is a model 'trainn' already" in waystage("new", "model", "trainn", "-w", tmp_path).err


def test_a_model_of_a_checkout_comes_with_its_cases(
    waystage: Waystage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setattr(scaffold, "ROOT", tmp_path)
    said = waystage("new", "model", "our_way", "-w", tmp_path)
    assert (said.code, said.err) == (0, "")
    pack = load_file(tmp_path / "rules/our_way/model.yaml")
    assert lint(pack, {name: one.header for name, one in shipped().signals.items()}, ["F01"]) == []
    written = (tmp_path / "rules/our_way/cases.yaml").read_text(encoding="utf-8")
    for case in map(Case.model_validate, yaml.safe_load(written)):
        assert judged(pack, case) == case.expect


@pytest.mark.parametrize("kind", ["signal", "chart", "model"])
@pytest.mark.parametrize("name", ["../up", "Two Words", "", "a/b", "x" * 99])
def test_a_name_that_will_not_do_is_refused(waystage: Waystage, tmp_path: Path, kind: str, name: str) -> None:
    said = waystage("new", kind, name, "-w", tmp_path)
    assert (said.code, said.out, "is no name" in said.err) == (2, "", True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["signal", "chart"])
def test_signals_and_charts_belong_to_a_checkout(
    waystage: Waystage, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = waystage("new", kind, "mine", "-w", tmp_path)
    assert (said.code, "run this in a checkout" in said.err) == (2, True)
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setattr(scaffold, "ROOT", tmp_path)
    said = waystage("new", kind, "mine", "-w", tmp_path)
    assert (said.code, said.err) == (0, "")
    assert waystage("new", kind, "mine", "-w", tmp_path).code == 2
