"""The command line as a user meets it: help, answers on stdout, the rest on stderr, instructions instead of traces."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from pipelines import cli
from pipelines.commands.run import in_short
from tests import tiny_world
from tests.conftest import Waystage
from transforms.header import HeaderError

KINDS = {"connectors": "table", "signals": "resend_request_rate", "models": "trainn", "frictions": "F01"}
KINDS |= {"intents": "how_to"}


@pytest.mark.parametrize("verb", cli.VERBS)
def test_every_verb_has_help(waystage: Waystage, verb: str) -> None:
    said = waystage(verb, "--help")
    assert (said.code, said.err) == (0, "")
    assert f"usage: waystage {verb}" in said.out


def test_help_names_every_verb_and_no_verb_is_help(waystage: Waystage) -> None:
    said = waystage("--help")
    assert said.code == 0
    assert all(verb in said.out for verb in cli.VERBS)
    assert waystage().out.startswith("usage: waystage")
    assert waystage("--version").out.startswith("waystage ")


@pytest.mark.parametrize(
    "given",
    [
        ["frobnicate"],
        ["run", "--frobnicate"],
        ["run", "--as-of", "31/12/2025"],
        ["list", "planets"],
        ["describe", "signal"],
        ["sql"],
        ["sql", "select 1", "--format", "yaml"],
        ["serve", "--port", "many"],
    ],
)
def test_wrong_usage_is_2_and_says_what_is_legal(waystage: Waystage, given: list[str]) -> None:
    said = waystage(*given)
    assert (said.code, said.out) == (2, "")
    assert said.err


NEEDS = {"explain": ["x"], "sql": ["select 1"], "whatif": ["x", "--set", "a=1"]}


@pytest.mark.parametrize("verb", ["check", "run", "explain", "whatif", "diff", "sql", "serve", "ui"])
def test_a_folder_without_a_workspace_is_told_how_to_get_one(waystage: Waystage, tmp_path: Path, verb: str) -> None:
    said = waystage(verb, *NEEDS.get(verb, []), "-w", tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "no workspace here" in said.err
    assert "waystage init" in said.err


@pytest.mark.parametrize("verb", ["explain", "whatif", "diff", "sql", "serve"])
def test_nothing_published_yet_says_how_to_publish(waystage: Waystage, tmp_path: Path, verb: str) -> None:
    tiny_world.configure(tmp_path, ["alder"])
    said = waystage(verb, *NEEDS.get(verb, []), "-w", tmp_path)
    assert (said.code, said.out) == (2, "")
    assert f"run first: waystage run --workspace {tmp_path}" in said.err


def test_sql_answers_in_four_formats(
    published: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    query = "select program_id, name from program order by 1 -- both\n;"
    assert cli.main(["sql", query, "-w", str(published), "--format", "csv"]) == 0
    assert capfdbinary.readouterr().out == b"program_id,name\nalder,Alder\nbirch,Birch\n"
    assert cli.main(["sql", query, "-w", str(published), "--format", "json"]) == 0
    told = json.loads(capfdbinary.readouterr().out)
    assert told == [{"program_id": "alder", "name": "Alder"}, {"program_id": "birch", "name": "Birch"}]
    assert cli.main(["sql", query, "-w", str(published)]) == 0
    assert b"Birch" in capfdbinary.readouterr().out
    assert cli.main(["sql", query, "-w", str(published), "--format", "parquet"]) == 0
    (tmp_path / "said.parquet").write_bytes(capfdbinary.readouterr().out)
    assert duckdb.read_parquet(str(tmp_path / "said.parquet")).fetchall() == [("alder", "Alder"), ("birch", "Birch")]


def test_sql_gives_csv_and_json_that_others_can_read(waystage: Waystage, published: Path) -> None:
    query = "select 'a, \"b\"\nc' as text, 'nan'::double as none, date '2025-06-01' as day, [1, 2] as list"
    assert json.loads(waystage("sql", query, "-w", published, "--format", "json").out) == [
        {"text": 'a, "b"\nc', "none": None, "day": "2025-06-01", "list": [1, 2]}
    ]
    said = list(csv.DictReader(io.StringIO(waystage("sql", query, "-w", published, "--format", "csv").out)))
    assert said[0]["text"] == 'a, "b"\nc'


@pytest.mark.parametrize(
    "query",
    [
        "delete from program",
        "insert into program values ('x', 'x', 'x')",
        "create table mine as select 1",
        "drop table program",
        "select 1; drop table program",
        "select 1; select 2",
        "attach '/tmp/other.duckdb'",
        "copy program to '/tmp/waystage-out.csv'",
        "copy (select 1) to '/tmp/waystage-out.csv'",
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from glob('/etc/*')",
        "set enable_external_access = true",
        "install httpfs",
        "export database '/tmp/waystage-out'",
        "selec 1",
        "select * from programme",
        "",
    ],
)
@pytest.mark.parametrize("shape", ["table", "parquet"])
def test_sql_can_neither_write_nor_leave_the_published_file(
    waystage: Waystage, published: Path, query: str, shape: str
) -> None:
    before = (published / "published/waystage.duckdb").read_bytes()
    said = waystage("sql", query, "-w", published, "--format", shape)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("waystage sql: ")
    assert (published / "published/waystage.duckdb").read_bytes() == before
    assert not list(Path("/tmp").glob("waystage-out*"))  # noqa: S108  where the queries above would write


@pytest.mark.parametrize("kind", KINDS)
def test_list_and_describe_tell_the_catalogue(waystage: Waystage, kind: str) -> None:
    listed = waystage("list", kind)
    assert (listed.code, listed.err) == (0, "")
    entries = json.loads(waystage("list", kind, "--json").out)
    assert [line.split()[0] for line in listed.out.splitlines()] == [entry["name"] for entry in entries]
    assert all(entry["title"] for entry in entries)
    name = KINDS[kind] if KINDS[kind] in {entry["name"] for entry in entries} else entries[0]["name"]
    for one in (kind, kind.removesuffix("s")):
        told = waystage("describe", one, name)
        assert (told.code, told.err) == (0, "")
        assert yaml.safe_load(told.out)["name"] == name
    assert json.loads(waystage("describe", kind, name, "--json").out)["name"] == name
    typo = name[:-1] + "zz" if len(name) > 3 else name[1:]
    wrong = waystage("describe", kind, typo)
    assert (wrong.code, wrong.out) == (2, "")
    assert f"did you mean '{name}'?" in wrong.err


def test_explain_tells_verdict_evidence_and_what_is_unknown(waystage: Waystage, published: Path) -> None:
    said = waystage("explain", "alder", "-w", published)
    assert (said.code, said.err) == (0, "")
    assert "Alder · mini · June 2025" in said.out
    assert "stage 1, Mid" in said.out
    assert "next step       Wait for evidence on account education coverage: 12 of 30 needed." in said.out
    assert "met            how_to_ticket_share" in said.out
    assert "needs <= 0.9" in said.out
    assert "what we do not know\n  account_education_coverage: 12 of 30 needed (stage 2)" in said.out
    told = json.loads(waystage("explain", "alder", "-w", published, "--json", "--month", "2025-03").out)
    assert [(one["model"], one["month"]) for one in told] == [("mini", "2025-03-01")]
    assert {one["condition"] for one in told[0]["conditions"]} == {"how_to_ticket_share", "account_education_coverage"}
    assert sum(one["probability"] for one in told[0]["probabilities"]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["aldr"], "no program 'aldr'; legal: alder, birch; did you mean 'alder'?"),
        (["alder", "--model", "mni"], "no model 'mni'; legal: mini; did you mean 'mini'?"),
        (["alder", "--month", "2031-01"], "--month 2031-01: not a month of alder; legal: 2024-09 to 2025-06"),
    ],
)
def test_explain_names_what_is_legal(waystage: Waystage, published: Path, given: list[str], told: str) -> None:
    said = waystage("explain", *given, "-w", published)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_init_makes_a_workspace_once(waystage: Waystage, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    said = waystage("init", fresh)
    assert (said.code, said.err) == (0, "")
    assert f"waystage check --workspace {fresh}" in said.out
    assert {path.name for path in fresh.iterdir()} == {"waystage.yaml", ".env.example", "README.md", "exports"}
    assert yaml.safe_load((fresh / "waystage.yaml").read_text())["models"] == ["trainn", "thought_industries"]
    checked = waystage("check", "-w", fresh)
    assert checked.code == 2  # valid, but there is no export yet
    assert "exports/zendesk" in checked.err
    (fresh / "waystage.yaml").write_text("mine")
    again = waystage("init", fresh)
    assert (again.code, again.out) == (2, "")
    assert "exists already and was left as it is" in again.err
    assert (fresh / "waystage.yaml").read_text() == "mine"
    assert waystage("init", fresh / "waystage.yaml").code == 2


def test_init_sample_copies_a_workspace_that_is_valid(waystage: Waystage, tmp_path: Path) -> None:
    said = waystage("init", tmp_path / "sample", "--sample")
    assert said.code == 0
    assert (tmp_path / "sample/waystage.yaml").is_file()
    assert not {".waystage", "published", "generate.py", "generate"} & {p.name for p in (tmp_path / "sample").iterdir()}


def test_check_tells_every_problem_at_once(waystage: Waystage, tmp_path: Path) -> None:
    folder = tiny_world.write(tmp_path / "ws")
    assert waystage("check", "-w", folder).out.splitlines()[-1] == "2 programs, 8 sources, models mini: ready to run"
    good = json.loads(waystage("check", "-w", folder, "--json").out)
    assert (good["is_valid"], good["problems"]) == (True, [])
    tickets = folder / "exports/alder/tickets.csv"
    tickets.write_text(tickets.read_text().replace("ID,Created,", "ID,Createdd,", 1))
    (folder / "exports/birch/events.csv").unlink()
    said = waystage("check", "-w", folder)
    assert said.code == 2
    assert "exports/alder/tickets.csv" in said.err
    assert "Createdd" in said.err
    assert "exports/birch/events*.csv" in said.err
    told = json.loads(waystage("check", "-w", folder, "--json").out)
    assert told["is_valid"] is False
    assert {one["program"] for one in told["problems"]} == {"alder", "birch"}
    assert not (folder / ".waystage").exists()
    settings = folder / "waystage.yaml"
    settings.write_text(settings.read_text() + "modelz: []\nlaunches: [{program: oak, from: 2025-01}]\n")
    invalid = waystage("check", "-w", folder)
    assert (invalid.code, invalid.out) == (2, "")
    assert "did you mean 'models'?" in invalid.err
    assert "waystage.yaml:" in invalid.err
    assert json.loads(waystage("check", "-w", folder, "--json").out)["is_valid"] is False


def test_the_publish_folder_may_come_from_the_environment(
    waystage: Waystage, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYSTAGE_TEST_OUT", str(published / "published"))
    tiny_world.configure(tmp_path, ["alder"], extra='publish: "${WAYSTAGE_TEST_OUT}"\n')
    assert waystage("sql", "select 1 as one", "-w", tmp_path, "--format", "csv").out == "one\n1\n"


@pytest.mark.parametrize("given", [["explain", "alder"], ["sql", "select 1"], ["--help"]])
def test_verbs_that_only_read_wait_for_no_library_they_do_not_use(published: Path, given: list[str]) -> None:
    here = [] if given == ["--help"] else ["-w", str(published)]
    script = (
        "import sys; from pipelines import cli\ntry:\n    cli.main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print({'pandas', 'numpy', 'yaml'} & {name for name in sys.modules if sys.modules[name]}, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, *given, *here], capture_output=True, text=True, check=True)
    assert done.stderr == "set()\n"


def test_a_reader_that_has_seen_enough_is_no_error(published: Path) -> None:
    query = "select * from range(1000000)"
    command = f"{sys.executable} -m pipelines.cli sql '{query}' -w {published} --format csv | head -2"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "range\n0\n", "")


@pytest.mark.parametrize("given", [["run"], ["check"], ["list", "signals"]])
def test_a_declaration_that_cannot_be_read_is_told_by_its_line(
    waystage: Waystage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: list[str]
) -> None:
    tiny_world.write(tmp_path / "ws")

    def broken() -> None:
        raise HeaderError(["transforms/signals/mine.sql:3: unknown key 'unti'; did you mean 'unit'?"])

    monkeypatch.setattr("pipelines.session.shipped", broken)
    said = waystage(*given, "-w", tmp_path / "ws")
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[0] == "transforms/signals/mine.sql:3: unknown key 'unti'; did you mean 'unit'?"


def test_what_a_run_says_of_thousands_of_exports_stays_a_mail_that_is_read() -> None:
    problems = [f"exports/{number}.csv: rejected" for number in range(1500)] + ["check staging.ticket failed"]
    said = in_short(problems)
    assert said[:50] == problems[:50]
    assert said[50] == "… and 1,401 more between these; all of them: waystage run --json"
    assert said[51:] == problems[-50:]
    assert in_short(problems[:100]) == problems[:100]
