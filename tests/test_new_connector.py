"""`waystage new connector`: invented exports of unknown systems become sources that pass check, and land."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from connectors.catalogue import read_catalogue
from connectors.contract import NAME
from connectors.drafting.draft import draft_of, table_config, try_folder, try_table
from connectors.problem import UnusableExport
from tests.conftest import Waystage

REAL = Path(__file__).parent / "real"
CATALOGUE = read_catalogue()
PEOPLE = ("petra", "klein", "ana ruiz", "ada@", "lucía", "@kunde.example", "@cliente.example", "@customer.example")

TICKETS = "Ticketnummer;Erstellt am;Betreff;Beschreibung;Absender;Kundennummer;Status;Gelöst am;Bearbeiter\n" + "".join(
    f"A-{1000 + day};{day % 28 + 1:02d}.{day % 12 + 1:02d}.2025 09:15;Export {day};Wie denn?;ada{day}@kunde.example;"
    f"K-{day % 7};{'gelöst' if day % 2 else 'offen'};{'-' if day % 2 else '28.12.2025 10:00'};Petra Klein\n"
    for day in range(60)
)
LEARNERS = "ID alumno,Nombre y apellidos,Correo electrónico,Empresa,Idioma,Fecha de alta,Es empleado\n" + "".join(
    f"{1000 + n},Ana Ruiz,ana{n}@cliente.example,Cliente {n % 4},es,"
    f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/2025,{'sí' if n == 3 else 'no'}\n"
    for n in range(40)
)
PROGRESS = json.dumps(
    {
        "meta": {"page": 1},
        "registrations": [
            {
                "user": {"email": f"lucía{n}@customer.example", "fullName": "Lucía Gil"},
                "courseName": f"Course {n % 3}",
                "registeredOn": 1735689600 + 86400 * n,
                "percentComplete": f"{n % 5 * 25}%",
                "finishedOn": None if n % 5 != 4 else 1735789600 + 86400 * n,
            }
            for n in range(30)
        ],
    }
)
SEARCHES = "quand;terme de recherche;nombre de résultats;id session\n" + "".join(
    f"{n % 28 + 1:02d}/03/2025 14h{n % 60:02d};exporter {n % 5};{n % 4};s{n // 3}\n" for n in range(50)
)
WEBINARS = "Webinar ID,Attendee email,Join time,Minutes attended\n" + "".join(
    f"w{n % 3},bo{n}@customer.example,{n % 12 + 1}/{n % 28 + 1}/2025 3:0{n % 10} PM,{n + 5}\n" for n in range(40)
)
DEALS = "Negócio;Data de criação;Empresa;Valor;Fase\n" + "".join(
    f"N{n};{n % 28 + 1:02d}-05-2025;E{n % 5};R$ 1.{n:03d},50;{'ganho' if n % 2 else 'perdido'}\n" for n in range(30)
)
EXPORTS = {
    "anfragen.csv": (TICKETS, "ticket", 60),
    "alumnos.csv": (LEARNERS, "learner", 40),
    "progress.json": (PROGRESS, "enrollment", 30),
    "recherches.csv": (SEARCHES, "search", 50),
    "webinars.csv": (WEBINARS, "live_session", 40),
    "negocios.csv": (DEALS, "opportunity", 30),
}


@pytest.fixture
def workspace(waystage: Waystage, tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    assert waystage("init", folder).code == 0
    return folder


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / "exports" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def configure(folder: Path, source: str) -> None:
    """The workspace with the printed lines pasted in as its one source."""
    program = "programs:\n  - id: one\n    name: One\n    sources:\n"
    (folder / "waystage.yaml").write_text(f"{program}{source}as_of: 2026-01-31\n", encoding="utf-8")


def pasted(out: str, what: str) -> str:
    """The lines of a source that the command printed."""
    lines = out.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"      - connector: {what}"))
    end = next((n for n in range(start, len(lines)) if not lines[n].startswith("      ")), len(lines))
    return "\n".join(lines[start:end]) + "\n"


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("form", ["folder", "table"])
def test_an_unknown_export_becomes_a_source_whose_rows_all_land(
    waystage: Waystage, workspace: Path, name: str, form: str
) -> None:
    content, entity, rows = EXPORTS[name]
    path = put(workspace, name, content)
    began = time.monotonic()
    said = waystage("new", "connector", "acme", "--from", path, "-w", workspace)
    assert (said.code, said.err) == (0, "")
    assert time.monotonic() - began < 20
    assert f"tried: {rows} of {rows} rows land" in said.out
    assert {file.name for file in (workspace / "connectors/acme").iterdir()} == {
        "source.yaml", f"{entity}.sql", f"{entity}.cases.yaml"
    }  # fmt: skip
    configure(workspace, pasted(said.out, "acme" if form == "folder" else "table"))
    checked = waystage("check", "-w", workspace)
    assert (checked.code, checked.err) == (0, "")
    assert f"{rows} rows" in checked.out
    written = said.out + "".join(file.read_text() for file in (workspace / "connectors/acme").iterdir())
    assert not [name for name in PEOPLE if name in written.casefold()]


@pytest.mark.usefixtures("quick")
def test_the_published_tables_hold_what_the_export_says(waystage: Waystage, workspace: Path) -> None:
    sources = ""
    for number, name in enumerate(("anfragen.csv", "alumnos.csv")):
        said = waystage(
            "new", "connector", f"acme{number}", "--from", put(workspace, name, EXPORTS[name][0]), "-w", workspace
        )
        sources += pasted(said.out, f"acme{number}")
    configure(workspace, sources)
    assert waystage("run", "-w", workspace).code in (0, 3)
    asked = "select count(*), count(distinct account_key), count(distinct month) from ticket"
    told = json.loads(waystage("sql", asked, "-w", workspace, "--format", "json").out)[0]
    assert list(told.values()) == [60, 7, 12]
    with duckdb.connect(str(workspace / ".waystage/warehouse.duckdb"), read_only=True) as con:
        known = con.execute("select count(*), count(created_at) from staging.learner where not is_internal").fetchall()
        assert known == [(99, 39)]  # who asked, and who is in the list but no employee
        first = con.execute(
            "select created_at::varchar, solved_at::varchar from staging.ticket where ticket_id = 'A-1000'"
        )
        assert first.fetchall() == [("2025-01-01 09:15:00", "2025-12-28 10:00:00")]
    assert "acme0" in waystage("list", "connectors", "-w", workspace).out
    assert "one row per support ticket" in waystage("describe", "connector", "acme0", "-w", workspace).out.casefold()


def test_values_become_what_the_columns_mean(tmp_path: Path) -> None:
    wanted = {
        "progress.json": {"progress": "percent", "enrolled_at": "time"},
        "negocios.csv": {"amount": "comma_number", "is_won": "category"},
        "webinars.csv": {"duration_s": "integer", "started_at": "local_time"},
        "recherches.csv": {"searched_at": "local_time", "result_count": "integer"},
    }
    for name, kinds in wanted.items():
        draft = draft_of(put(tmp_path, name, EXPORTS[name][0]), name, CATALOGUE).draft
        assert {column: draft.proposal.mapped[column].profile.kind for column in kinds} == kinds
    mapped = table_config(draft_of(tmp_path / "exports/webinars.csv", "x", CATALOGUE).draft, tmp_path).columns
    assert mapped["started_at"].sql == "strptime(\"Join time\", '%m/%d/%Y %I:%M %p')"
    assert mapped["duration_s"].sql == 'cast("Minutes attended" as double) * 60'
    deals = table_config(draft_of(tmp_path / "exports/negocios.csv", "x", CATALOGUE).draft, tmp_path).columns
    assert deals["created_at"].sql == "strptime(\"Data de criação\", '%d-%m-%Y')"


def test_only_the_table_source_can_be_asked_for(waystage: Waystage, tmp_path: Path) -> None:
    said = waystage("new", "connector", "--from", put(tmp_path, "a.csv", TICKETS), "--yaml-only", "-w", tmp_path)
    assert (said.code, said.err) == (0, "")
    source = yaml.safe_load(said.out)[0]
    assert (source["entity"], source["path"]) == ("ticket", "exports/a.csv")
    assert source["columns"]["created_at"] == {"sql": "strptime(\"Erstellt am\", '%d.%m.%Y %H:%M')"}
    assert not (tmp_path / "connectors").exists()


def test_what_cannot_be_found_is_named_with_its_meaning_and_check_says_it_again(
    waystage: Waystage, workspace: Path
) -> None:
    path = put(
        workspace,
        "kurse.csv",
        "Teilnehmer,E-Mail,Kurs,Fortschritt\n" + "".join(f"{n},a{n}@x.example,Kurs {n % 3},{n}%\n" for n in range(20)),
    )
    said = waystage("new", "connector", "kurse", "--from", path, "--entity", "enrollment", "-w", workspace)
    assert said.code == 0
    assert "enrolled_at: nothing found for it. It means: When the learner was enrolled, UTC." in said.out
    for what in ("kurse", "table"):
        configure(workspace, pasted(said.out, what))
        checked = waystage("check", "-w", workspace)
        assert checked.code == 2
        assert "column 'enrolled_at': nobody has said yet which column of the export this is (TODO)" in checked.err
        assert "one of 'Teilnehmer', 'E-Mail', 'Kurs', 'Fortschritt'" in checked.err


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("zendesk_support", "there is a connector 'zendesk_support' already and it was left as it is"),
        ("table", "there is a connector 'table' already"),
        ("Acme Desk", "did you mean 'acme_desk'?"),
        ("../evil", "is no name; legal: lower_case_with_underscores"),
        ("/etc/passwd", "is no name"),
        ("a__b", "is no name"),
        ("acme;drop", "is no name"),
        ("x" * 400, "is no name"),
        ("", "give the connector a name"),
        ("mine", "exists already and was left as it is"),
        ("linked", "exists already and was left as it is"),
    ],
)
def test_a_name_that_will_not_do_is_refused_and_nothing_is_written(
    waystage: Waystage, workspace: Path, name: str, told: str
) -> None:
    (workspace / "connectors/mine").mkdir(parents=True)
    (workspace / "connectors/linked").symlink_to(workspace / "nowhere")
    said = waystage("new", "connector", name, "--from", put(workspace, "a.csv", TICKETS), "-w", workspace)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert {path.name for path in (workspace / "connectors").iterdir()} == {"mine", "linked"}
    assert not list((workspace / "connectors/mine").iterdir())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty (0 bytes)"),
        (b"a,b\n", "the file has no rows"),
        (b"\x00\x01\x02", "the file is binary"),
        (b"<html>login</html>", "HTML"),
        (b'{"a": [', "cut off"),
        (b"[]", "the file has no rows"),
        (b"ada@kunde.example,2025-01-01\nbob@kunde.example,2025-01-02\n", "the first line looks like data"),
        (b"4711,2025-01-01,12\n4712,2025-01-02,13\n", "the first line looks like data"),
    ],
)
def test_a_file_that_is_no_export_is_told_as_one(
    waystage: Waystage, workspace: Path, content: bytes, told: str
) -> None:
    said = waystage("new", "connector", "acme", "--from", put(workspace, "a.csv", content), "-w", workspace)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert "@" not in said.err.replace("a text with @", "")
    assert not (workspace / "connectors").exists()


def test_a_missing_file_and_a_folder_without_a_workspace_are_told(waystage: Waystage, workspace: Path) -> None:
    assert "no such file" in waystage("new", "connector", "a", "--from", workspace / "no.csv", "-w", workspace).err
    assert waystage("new", "connector", "a").code == 2
    path = put(workspace, "a.csv", TICKETS)
    said = waystage("new", "connector", "acme", "--from", path, "-w", workspace / "exports")
    assert (said.code, "no workspace here" in said.err) == (2, True)
    wrong = waystage("new", "connector", "acme", "--from", path, "-w", workspace, "--entity", "tickets")
    assert "did you mean 'ticket'?" in wrong.err


HOSTILE = {
    "quotes": 'Ticket "ID";Created\n1;2025-01-01\n2;2025-01-02\n',
    "yaml": "'ticket_id: {x}, #no';&created *at: |;!!python/object;${HOME};%TAG\n"
    + "1;2025-01-02 10:00:00;x;y;z\n" * 3,
    "sql": "ticket_id'); drop table x; --;created_at;\"subject\n1;2025-01-02 10:00:00;a\n",
    "twice": "id,id,created_at,subject\n1,2,2025-01-02 10:00:00,a\n",
    "nameless": ",created_at,subject\n1,2025-01-02 10:00:00,a\n2,2025-01-03 10:00:00,b\n",
    "brackets": "Ticket [No.],Created (UTC),Subject.line,Status = open\n1,2025-01-02 10:00:00,a,b\n",
    "emoji": "🎫 id,📅 created at,текст,件名\n1,2025-01-02 10:00:00,привет,題\n",
    "wide": ",".join(f"column {n}" for n in range(1200)) + "\n" + ",".join(["x"] * 1200) + "\n",
    "long": "id,created_at,body\n1,2025-01-02 10:00:00," + "x" * 200_000 + "\n",
    "reserved": "select,from,order,group,yes,null\n1,2025-01-02 10:00:00,a,b,c,d\n",
    "ragged": "id,created_at,subject\n1,2025-01-02 10:00:00,a,b,c\n2,2025-01-03 10:00:00,x\n",
    "newlines": 'id,"created\nat",subject\n1,2025-01-02 10:00:00,"a\nb"\n',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_headers_end_in_a_source_that_can_be_read_or_in_an_instruction(
    waystage: Waystage, workspace: Path, name: str
) -> None:
    path = put(workspace, "a.csv", HOSTILE[name])
    began = time.monotonic()
    said = waystage("new", "connector", "acme", "--from", path, "-w", workspace, "--entity", "ticket")
    assert time.monotonic() - began < 30
    assert said.code in (0, 2)
    if said.code:
        assert said.err.startswith("waystage new: ")
        return
    configure(workspace, pasted(said.out, "table"))
    checked = waystage("check", "-w", workspace)
    assert checked.code == 0 or "TODO" in checked.err, checked.err
    configure(workspace, pasted(said.out, "acme"))
    checked = waystage("check", "-w", workspace)
    assert checked.code == 0 or "TODO" in checked.err, checked.err


def test_other_encodings_envelopes_and_parts(tmp_path: Path) -> None:
    def drafted(name: str, content: bytes, **more: str) -> tuple[str, int, int]:
        path = put(tmp_path, name, content)
        found = draft_of(path, name, CATALOGUE, **more)  # type: ignore[arg-type]
        tried = try_folder("acme", found.draft, path)
        assert not tried.problems
        return found.draft.proposal.entity.name, tried.rows_loaded, tried.rows_read

    assert drafted("a.csv", TICKETS.encode("cp1252")) == ("ticket", 60, 60)
    assert drafted("b.csv", TICKETS.encode("utf-16")) == ("ticket", 60, 60)
    assert drafted("c.csv.gz", gzip.compress(TICKETS.encode())) == ("ticket", 60, 60)
    assert drafted("d.tsv", TICKETS.replace(";", "\t").encode("utf-8-sig")) == ("ticket", 60, 60)
    records = json.loads(PROGRESS)["registrations"]
    lines = "\n".join(map(json.dumps, records)).encode()
    assert drafted("e.ndjson", lines) == ("enrollment", 30, 30)
    assert drafted("f.json", json.dumps({"data": {"deep": {"registrations": records}}}).encode()) == (
        "enrollment",
        30,
        30,
    )
    people = [{"id": n, "name": "x", "email": f"a{n}@x.example"} for n in range(9)]
    two = json.dumps({"registrations": records, "users": people}).encode()
    assert drafted("g.json", two) == ("enrollment", 30, 30)
    assert drafted("g.json", two, part="users") == ("learner", 9, 9)
    messages = [{"type": "RECORD", "record": {"stream": "x__users", "data": one}} for one in people]
    assert drafted("h.jsonl", "\n".join(map(json.dumps, messages)).encode()) == ("learner", 9, 9)
    duckdb.from_csv_auto(str(tmp_path / "exports/d.tsv")).write_parquet(str(tmp_path / "exports/i.parquet"))
    assert drafted("i.parquet", (tmp_path / "exports/i.parquet").read_bytes()) == ("ticket", 60, 60)


def tables() -> Iterator[Path]:
    """Every recorded export there is."""
    for path in sorted(REAL.rglob("*")):
        if path.suffix in (".csv", ".json", ".jsonl"):
            yield path


@pytest.mark.parametrize("path", list(tables()), ids=lambda path: path.relative_to(REAL).as_posix())
def test_every_recorded_export_gets_a_proposal_that_passes_check(path: Path) -> None:
    try:
        draft = draft_of(path, "exports/x", CATALOGUE).draft
    except UnusableExport as error:
        assert error.what_to_do, error
        return
    assert NAME.fullmatch(draft.proposal.entity.name)
    tries = [try_folder("acme", draft, path)]
    tries += [try_table(draft, path, CATALOGUE)] if draft.table.is_only else []
    for tried in tries:
        assert all("(TODO)" in problem for problem in tried.problems), tried.problems
        assert bool(tried.problems) == bool(draft.proposal.missing)
        assert not tried.rows_read or tried.rows_loaded


def test_a_large_export_is_drafted_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    duckdb.sql(
        "select 'T' || i as \"Ticket ID\", timestamp '2024-01-01' + to_seconds(i * 30) as \"Created at\","
        " 'a' || i % 1000 || '@customer.example' as \"Requester email\","
        " 'Where is it ' || i as \"Subject\" from range(2000000) t(i)"
    ).write_csv(str(path))
    began = time.monotonic()
    draft = draft_of(path, "large.csv", CATALOGUE).draft
    assert time.monotonic() - began < 15
    assert draft.proposal.entity.name == "ticket"
    assert draft.rows_looked_at == 100_000
