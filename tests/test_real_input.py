"""Real exports nobody here wrote, run through the whole night: what arrives is what plain csv and json code counts.

Each folder of tests/real holds a slice, where it comes from (ORIGIN.txt) and a workspace; one run takes them all. None
of these programs keeps more than one or two kinds of fact, so most of what a stage needs must come out as unknown.
"""

import csv
import datetime as dt
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
import yaml

from pipelines import cli
from tests.quick_runs import quick_runs

REAL = Path(__file__).parent / "real"
AS_OF = "2024-03-31"
PUBLISHED_WITH_REJECTS = 3
NEEDS_SEARCHES = {"search_zero_result_rate", "search_click_through_rate", "search_to_ticket_rate"}
NEEDS_TICKETS = {"how_to_ticket_share", "cannot_find_ticket_share", "repeat_question_rate", "assisted_contact_rate"}
NEEDS_ENROLLMENTS = {"course_completion_rate"}
NEEDS_GUIDES = {"guide_reach_rate", "guide_completion_rate"}


@dataclass(frozen=True)
class Run:
    """One finished run: its exit code, the published database and the warehouse behind it."""

    code: int
    published: duckdb.DuckDBPyConnection
    warehouse: duckdb.DuckDBPyConnection

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self.published.execute(sql, list(values)).fetchall()

    def facts(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self.warehouse.execute(sql, list(values)).fetchall()

    def loads(self, program: str) -> dict[str, tuple[int, int, int, str]]:
        """File name -> rows read, loaded, rejected, status."""
        found = self.rows(
            "select file, rows_read, rows_loaded, rows_rejected, status from load where program_id = ?", program
        )
        return {file.rsplit("/", 1)[-1]: (*counts, status) for file, *counts, status in found}

    def observed(self, program: str) -> set[str]:
        """Signals that have a value in some month."""
        found = self.rows(
            "select distinct signal from signal where program_id = ? and status = 'observed' and value is not null",
            program,
        )
        return {name for (name,) in found}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """All real slices as the programs of one workspace."""
    workspace = tmp_path_factory.mktemp("real")
    programs: list[dict[str, Any]] = []
    for declared in sorted(REAL.glob("*/waystage.yaml")):
        folder = declared.parent
        shutil.copytree(folder, workspace / folder.name)
        for program in yaml.safe_load(declared.read_text(encoding="utf-8"))["programs"]:
            for source in program["sources"]:
                source["path"] = f"{folder.name}/{source['path']}"
            programs.append(program)
    whole = {"programs": programs, "models": ["trainn", "thought_industries"]}
    (workspace / "waystage.yaml").write_text(yaml.safe_dump(whole), encoding="utf-8")
    with quick_runs():
        code = cli.main(["run", "-w", str(workspace), "--as-of", AS_OF, "--json"])
    published = duckdb.connect(str(workspace / "published" / "waystage.duckdb"), read_only=True)
    warehouse = duckdb.connect(str(workspace / ".waystage" / "warehouse.duckdb"), read_only=True)
    yield Run(code, published, warehouse)
    published.close()
    warehouse.close()


def table(name: str) -> list[dict[str, str]]:
    """A CSV slice as plain rows."""
    with (REAL / name).open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def lines(name: str) -> list[dict[str, Any]]:
    """An NDJSON slice as plain objects."""
    return [json.loads(line) for line in (REAL / name).read_text(encoding="utf-8").splitlines()]


def local_month(stamp: str, zone: str) -> dt.date:
    """First day of the month an instant falls in at a place; an instant without offset is UTC."""
    instant = dt.datetime.fromisoformat(stamp)
    instant = instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
    return instant.astimezone(ZoneInfo(zone)).date().replace(day=1)


def active_learners(run: Run, program: str) -> dict[dt.date, int]:
    found = run.rows(
        "select month, value from signal where program_id = ? and signal = 'monthly_active_learners' and value > 0",
        program,
    )
    return {month: int(value) for month, value in found}


def test_a_run_with_rejected_rows_publishes_and_says_so(run: Run) -> None:
    assert run.code == PUBLISHED_WITH_REJECTS


def test_every_row_is_loaded_or_rejected(run: Run) -> None:
    assert run.rows("select file from load where rows_read <> rows_loaded + rows_rejected") == []


class TestXapi:
    """A week of a public course: videos only, learners by account."""

    PLACE = "Europe/Paris"
    SAID = lines("xapi/statements.jsonl")

    def test_every_statement_loads(self, run: Run) -> None:
        assert run.loads("mooc") == {"statements.jsonl": (len(self.SAID), len(self.SAID), 0, "loaded")}

    def test_completions_are_of_videos_and_nobody_is_enrolled(self, run: Run) -> None:
        completed = [s for s in self.SAID if s["verb"]["id"].endswith("/completed")]
        assert {s["object"]["definition"]["type"].rsplit("/", 1)[-1] for s in completed} == {"video"}
        counted = run.facts(
            "select count(*) from source.learning_event where program_id = 'mooc' and verb = 'completed'"
        )
        assert counted == [(len(completed),)]
        assert run.facts("select count(*) from source.enrollment where program_id = 'mooc'") == [(0,)]

    def test_people_and_content_are_as_many_as_in_the_file(self, run: Run) -> None:
        people = {s["actor"]["account"]["name"] for s in self.SAID}
        videos = {s["object"]["id"] for s in self.SAID}
        courses = {s["context"]["contextActivities"]["parent"][0]["id"] for s in self.SAID}
        assert run.facts("select count(*) from staging.learner where program_id = 'mooc'") == [(len(people),)]
        kinds = run.facts(
            "select content_type, count(*) from staging.content_item where program_id = 'mooc' group by 1 order by 1"
        )
        assert kinds == [("course", len(courses)), ("video", len(videos))]

    def test_active_learners_are_counted_by_the_programs_own_months(self, run: Run) -> None:
        active = {(local_month(s["timestamp"], self.PLACE), s["actor"]["account"]["name"]) for s in self.SAID}
        assert active_learners(run, "mooc") == Counter(month for month, _ in active)

    def test_what_a_video_player_cannot_tell_is_unknown(self, run: Run) -> None:
        absent = NEEDS_SEARCHES | NEEDS_TICKETS | NEEDS_ENROLLMENTS | NEEDS_GUIDES
        assert run.observed("mooc") & absent == set()


class TestZendeskAirbyte:
    """A sandbox as the Airbyte connector reads it: almost all of it the vendor's demo."""

    SENT = lines("zendesk_airbyte/all-streams.jsonl")

    def of(self, stream: str) -> list[dict[str, Any]]:
        return [m["record"]["data"] for m in self.SENT if m["record"]["stream"].endswith(f"__{stream}")]

    def test_used_streams_load_and_the_others_are_named(self, run: Run) -> None:
        used = sum(len(self.of(stream)) for stream in ("tickets", "users", "ticket_metrics"))
        assert run.loads("sandbox") == {"all-streams.jsonl": (used, used, 0, "loaded")}
        ((reason,),) = run.rows("select reason from load where program_id = 'sandbox'")
        assert "satisfaction_ratings" in reason

    def test_demo_tickets_are_nobodys_questions(self, run: Run) -> None:
        asked = [t for t in self.of("tickets") if t["via"]["channel"] != "sample_ticket"]
        told = run.facts("select ticket_id, follow_up_of from source.ticket where program_id = 'sandbox'")
        assert told == [(str(t["id"]), str(t["via"]["source"]["from"]["ticket_id"])) for t in asked]

    def test_agents_and_admins_are_staff(self, run: Run) -> None:
        staff = [u for u in self.of("users") if u["role"] in ("agent", "admin")]
        counted = run.facts(
            "select count(*), count(*) filter (where is_staff) from source.learner where program_id = 'sandbox'"
        )
        assert counted == [(len(self.of("users")), len(staff))]

    def test_no_address_or_subject_leaves_landing(self, run: Run) -> None:
        told = json.dumps(run.rows("select * from ticket where program_id = 'sandbox'"), default=str)
        assert "@" not in told
        assert not any(t["subject"] in told for t in self.of("tickets"))

    def test_a_help_desk_alone_says_nothing_of_learning(self, run: Run) -> None:
        assert run.observed("sandbox") & (NEEDS_SEARCHES | NEEDS_ENROLLMENTS | NEEDS_GUIDES) == set()


class TestZendeskTables:
    """The same vendor as a warehouse loader lands it, through the general connector."""

    def test_every_row_of_every_table_loads(self, run: Run) -> None:
        names = ("ticket", "ticket_comment", "user", "organization")
        expected = {f"{name}.csv": len(table(f"zendesk_fivetran/{name}.csv")) for name in names}
        assert run.loads("landed") == {file: (count, count, 0, "loaded") for file, count in expected.items()}

    def test_naive_times_are_utc_and_months_follow(self, run: Run) -> None:
        expected = Counter(local_month(t["created_at"], "UTC") for t in table("zendesk_fivetran/ticket.csv"))
        told = run.facts("select month, count(*) from source.ticket where program_id = 'landed' group by 1")
        assert dict(told) == expected

    def test_whole_number_ids_still_join(self, run: Run) -> None:
        people = {u["id"] for u in table("zendesk_fivetran/user.csv")}
        asked = [t for t in table("zendesk_fivetran/ticket.csv") if t["requester_id"] in people]
        joined = run.facts(
            "select count(*) from source.ticket as t join source.learner as l"
            " on l.program_id = t.program_id and l.learner_id = t.requester_id where t.program_id = 'landed'"
        )
        assert joined == [(len(asked),)]
        assert asked


class TestAspects:
    """Open edX tables: enrolments with grades, and video events of one course."""

    STATUS = table("aspects/dim_student_status.csv")
    VIDEO = table("aspects/video_playback_events.csv")

    def test_every_row_of_every_table_loads(self, run: Run) -> None:
        expected = {
            "dim_student_status.csv": len(self.STATUS),
            "video_playback_events.csv": len(self.VIDEO),
            "dim_course_names.csv": len(table("aspects/dim_course_names.csv")),
        }
        assert run.loads("demo-campus") == {file: (count, count, 0, "loaded") for file, count in expected.items()}

    def test_grades_and_passes_arrive_unchanged(self, run: Run) -> None:
        told = run.facts(
            "select count(*), count(*) filter (where is_passed), sum(score) from source.enrollment"
            " where program_id = 'demo-campus'"
        )
        passed = sum(row["approving_state"] == "passed" for row in self.STATUS)
        ((count, passes, score),) = told
        assert (count, passes) == (len(self.STATUS), passed)
        assert score == pytest.approx(sum(float(row["course_grade"]) for row in self.STATUS), abs=1e-9)

    def test_an_id_and_an_address_are_one_person(self, run: Run) -> None:
        # enrolments name both, video events only the id
        people = {row["actor_id"] for row in (*self.STATUS, *self.VIDEO)}
        assert run.facts("select count(*) from staging.learner where program_id = 'demo-campus'") == [(len(people),)]

    def test_watching_is_activity_and_enrolling_is_not(self, run: Run) -> None:
        active = {(local_month(row["emission_time"], "UTC"), row["actor_id"]) for row in self.VIDEO}
        assert active_learners(run, "demo-campus") == Counter(month for month, _ in active)


class TestOulad:
    """Registrations in days from the start of a module, some of them blank."""

    ROWS = table("oulad/studentRegistration.csv")

    @staticmethod
    def day(row: dict[str, str]) -> dt.date:
        start = dt.date(int(row["code_presentation"][:4]), 10 if row["code_presentation"].endswith("J") else 2, 1)
        return start + dt.timedelta(days=int(row["date_registration"]))

    def test_a_registration_without_a_date_is_rejected_with_its_row(self, run: Run) -> None:
        blank = [number for number, row in enumerate(self.ROWS, start=1) if not row["date_registration"]]
        told = run.rows("select row_number, reason from rejected where file like '%studentRegistration.csv' order by 1")
        assert [number for number, _ in told] == blank
        assert all("is empty, but required" in reason for _, reason in told)
        kept = len(self.ROWS) - len(blank)
        assert run.loads("open-university")["studentRegistration.csv"] == (len(self.ROWS), kept, len(blank), "partial")

    def test_days_before_the_start_fall_in_earlier_months(self, run: Run) -> None:
        expected = Counter(self.day(row).replace(day=1) for row in self.ROWS if row["date_registration"])
        told = run.facts(
            "select month, count(*) from source.enrollment where program_id = 'open-university' group by 1"
        )
        assert dict(told) == expected


@pytest.mark.parametrize("program", ["mooc", "sandbox", "landed", "demo-campus", "open-university"])
def test_one_kind_of_fact_is_too_little_for_a_stage(run: Run, program: str) -> None:
    last = run.rows(
        "select model, stage, stage_low, stage_high from stage where program_id = ? qualify month = max(month) over ()",
        program,
    )
    assert {model for model, *_ in last} == {"trainn", "thought_industries"}
    assert [stage for _, stage, *_ in last] == [None, None]
    assert all(low <= high for *_, low, high in last)
