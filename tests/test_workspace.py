"""waystage.yaml: every mistake is one line that says where, what was seen, what is legal and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.catalogue import read_catalogue
from pipelines.problem import InvalidWorkspace
from pipelines.workspace import load
from tests import tiny_world
from tests.conftest import Waystage

GOOD = """\
programs:
  - id: harborline-academy
    name: Harborline Academy
    timezone: America/New_York
    staff_domains: [harborline.example]
    sources:
      - connector: table
        entity: account
        path: exports/accounts.csv
        columns: {account_id: Account ID}
"""


def problems(folder: Path, text: str) -> list[str]:
    (folder / "waystage.yaml").write_text(text, encoding="utf-8")
    declared = read_catalogue()
    with pytest.raises(InvalidWorkspace) as caught:
        load(folder, set(declared.connectors), set(declared.entities))
    return [str(problem) for problem in caught.value.problems]


def test_a_good_workspace_has_its_defaults(tmp_path: Path) -> None:
    (tmp_path / "waystage.yaml").write_text(GOOD, encoding="utf-8")
    declared = read_catalogue()
    workspace = load(tmp_path, set(declared.connectors), set(declared.entities))
    assert workspace.model.models == ["trainn", "thought_industries"]
    assert workspace.model.schedule == "0 2 * * *"
    assert workspace.publish == (tmp_path / "published").resolve()
    assert workspace.programs[0].sources[0].name == "table:account"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "timezone: America/New_York",
            "timezone: America/New_Yrok",
            "waystage.yaml:4: programs.0.timezone: seen 'America/New_Yrok'; legal: an IANA time zone such as "
            "Europe/Berlin; did you mean 'America/New_York'?",
        ),
        (
            "staff_domains:",
            "staf_domains:",
            "waystage.yaml:5: programs.0.staf_domains: unknown key; legal: id, name, timezone, staff_domains, locales, "
            "sources; did you mean 'staff_domains'?",
        ),
        (
            "id: harborline-academy",
            "id: Harborline Academy",
            "waystage.yaml:2: programs.0.id: seen 'Harborline Academy'; legal: lower-case letters, digits and single "
            "hyphens, such as harborline-academy; rename it",
        ),
        (
            "connector: table",
            "connector: zendesk_suport",
            "did you mean 'zendesk_support'?",
        ),
        (
            "entity: account",
            "entity: acount",
            "did you mean 'account'?",
        ),
        (
            "        path: exports/accounts.csv\n",
            "",
            "waystage.yaml:7: programs.0.sources.0: neither `path` nor `url` nor `connection` nor `pull`; legal: one "
            "of `path` (file, folder, glob or archive), `url`, `connection` with `query`, and `pull`; give one of them",
        ),
        (
            "path: exports/accounts.csv",
            "path: ${WAYSTAGE_TEST_UNSET}/accounts.csv",
            "${WAYSTAGE_TEST_UNSET} is not set in the environment",
        ),
        ("    name: Harborline Academy\n", "", "programs.0.name: missing"),
        ("programs:", "programs: [", "waystage.yaml:"),
        ("    name: Harborline Academy", "    name: A\n    name: B", "given twice"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    found = problems(tmp_path, GOOD.replace(old, new))
    assert any(message in problem for problem in found), found
    assert all(problem.startswith("waystage.yaml:") for problem in found)


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    text = GOOD + "waivers:\n  - {program: x, condition: c, reason: r, owner: o, until: 2026-12-31}\npublsh: here\n"
    assert len(problems(tmp_path, text.replace("timezone:", "time_zone:"))) >= 2


def test_names_are_checked_once_the_shape_is_right(tmp_path: Path) -> None:
    twice = GOOD + GOOD.removeprefix("programs:\n")
    launch = "launches:\n  - {program: harborlne, from: 2026-03, surface: portal}\n"
    found = problems(tmp_path, twice + launch)
    assert any("'harborline-academy' is used twice" in problem for problem in found)
    assert any("unknown program id 'harborlne'" in problem for problem in found)


def test_a_wrong_workspace_exits_2_and_reads_nothing(tmp_path: Path, waystage: Waystage) -> None:
    (tmp_path / "waystage.yaml").write_text(GOOD.replace("entity: account", "entity: acount"), encoding="utf-8")
    for verb in ("run", "check"):
        said = waystage(verb, "--workspace", tmp_path)
        assert said.code == 2
        assert "unknown entity 'acount'" in said.err
    assert not (tmp_path / ".waystage").exists()


def test_a_folder_without_a_workspace_says_what_to_do(tmp_path: Path, waystage: Waystage) -> None:
    said = waystage("run", "--workspace", tmp_path)
    assert said.code == 2
    assert "waystage init" in said.err


def test_secrets_from_the_environment_are_filled_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYSTAGE_TEST_FOLDER", "exports")
    text = GOOD.replace("path: exports/", "path: ${WAYSTAGE_TEST_FOLDER}/")
    (tmp_path / "waystage.yaml").write_text(text, encoding="utf-8")
    declared = read_catalogue()
    workspace = load(tmp_path, set(declared.connectors), set(declared.entities))
    assert workspace.programs[0].sources[0].paths == ("exports/accounts.csv",)


def test_a_friction_that_a_rule_pack_names_wrongly_is_told(tmp_path: Path, waystage: Waystage) -> None:
    folder = tiny_world.write(tmp_path / "ws")
    pack = folder / "mini/model.yaml"
    pack.write_text(pack.read_text().replace("summary: Little yet.}", "summary: Little yet., fixes: [F61]}"))
    said = waystage("check", "-w", folder)
    assert said.code == 2
    assert "no friction 'F61', did you mean 'F16'?" in said.out + said.err
