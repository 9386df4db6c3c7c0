"""The sample, end to end: its exports run clean, give the answers it was designed for, and can be told again."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from pipelines import relations
from tests import guide

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "sample"

# The story of ferrolake, as it was designed: month, LMS learners, hub users, onboardings, share of sends that are
# files, destinations of a new account, requests to send again, tickets about conflicting copies.
STORY = """
2024-11   0   0 3 0.90 6  1 0
2024-12   0   0 3 0.90 6  2 0
2025-01   0   0 4 0.88 7  2 1
2025-02  22   0 4 0.85 7  2 1
2025-03  35   0 5 0.82 7  3 1
2025-04  49   0 5 0.80 8  4 2
2025-05  62   0 5 0.80 8  4 2
2025-06  45   0 5 0.80 8  6 3
2025-07  28   0 5 0.81 9  8 3
2025-08  19   0 5 0.82 9  9 4
2025-09  17   0 6 0.83 9 11 4
2025-10  18   0 6 0.83 9 10 5
2025-11  14   0 6 0.84 9 11 5
2025-12  12   0 5 0.84 9 12 4
2026-01  13  38 6 0.60 6  9 3
2026-02  15  66 6 0.35 3  6 2
2026-03  14  88 7 0.18 1  4 1
2026-04  16 104 8 0.10 1  2 0
2026-05  15 117 8 0.08 1  1 0
2026-06  17 126 9 0.06 1  1 0
"""


class Told(NamedTuple):
    """A finished run of the sample: its exit code, what it said, and where it published."""

    code: int
    said: str
    folder: Path

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Rows of a query on the published database."""
        with duckdb.connect(str(self.folder / "published" / "waystage.duckdb"), read_only=True) as con:
            return con.execute(sql).fetchall()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The sample, copied and run once."""
    folder = tmp_path_factory.mktemp("sample") / "workspace"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns(".waystage", "published", "generate", "__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "run", "--workspace", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=SAMPLE.parent.parent,
    )
    return Told(done.returncode, done.stdout + done.stderr, folder)


def by_month(told: Told, sql: str, program_id: str = "ferrolake") -> dict[str, float]:
    """`month, value` rows of one program as {YYYY-MM: value}."""
    rows = told.rows(f"select strftime(month, '%Y-%m'), value from ({sql}) where program_id = '{program_id}'")
    return {str(month): float(str(value)) for month, value in rows if value is not None}


def test_nothing_of_the_sample_is_rejected(told: Told) -> None:
    assert told.code == 0, told.said
    assert told.rows("select * from rejected") == []
    assert told.rows("select * from load where status <> 'loaded'") == []
    assert told.rows("select * from coverage where status <> 'ok'") == []


def test_every_program_gets_the_answer_it_was_designed_for(told: Told) -> None:
    with (SAMPLE / "expected.csv").open(encoding="utf-8", newline="") as file:
        expected = [tuple(row.values()) for row in csv.DictReader(file)]
    published = {
        row[:3]: row
        for row in told.rows(
            """
            select program_id, model, strftime(month, '%Y-%m'), coalesce(stage::varchar, ''), stage_low::varchar,
                stage_high::varchar, coalesce(bottleneck_job, '')
            from stage
            """
        )
    }
    wrong = [(row, published.get(row[:3])) for row in expected if published.get(row[:3]) != row]
    assert wrong == []
    assert len({row[0] for row in expected}) == 8


def test_the_readme_shows_the_table_that_a_run_prints(told: Told) -> None:
    printed = [line.rstrip() for line in told.said.split("\ndatabase")[0].splitlines()]
    shown = (SAMPLE.parent.parent / "README.md").read_text(encoding="utf-8").split("```text\n")[1].splitlines()
    assert shown[: len(printed)] == printed, "paste the table of `make run` into README.md"


def test_table_explain_site_and_database_speak_of_one_friction_first(told: Told) -> None:
    """And where the next step is about something unmet, of one that it shows in."""
    published = {str(program): str(title) for program, title in told.rows(
        "select program_id, title from top_friction where month = '2026-06-01'"
    )}  # fmt: skip
    assert published["quillmoor"] == published["pellgrove"] == "findability"
    cells = {line.split()[0]: line for line in told.said.splitlines() if line and not line.startswith(" ")}
    for program, friction in published.items():
        assert f"  {friction}  " in cells[program], program
        page = (told.folder / f"published/site/programs/{program}.html").read_text(encoding="utf-8")
        holds, *_ = page.split("<h2>The next step</h2>")
        felt = holds.split("<h2>What holds it back</h2>")[-1]
        others = set(published.values()) - {friction}
        assert not [other for other in others if f"{other.capitalize()} is " in felt], program
        explained = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", "explain", program, "--workspace", str(told.folder)],
            capture_output=True, text=True, check=True, cwd=SAMPLE.parent.parent,
        ).stdout  # fmt: skip
        assert [line.split(maxsplit=1)[1].split(" (")[0] for line in explained.splitlines()
                if line.startswith("frictions ")] == [friction] * 2  # fmt: skip


def test_the_month_in_progress_is_provisional(told: Told) -> None:
    assert told.rows("select distinct month::varchar from stage where is_provisional") == [("2026-07-01",)]


def test_the_story_is_told_to_the_number(told: Told) -> None:
    lms = by_month(
        told, "select * from signal where signal = 'monthly_active_learners'", program_id="ferrolake-lms-only"
    )
    hub = by_month(told, "select * replace (numerator as value) from signal where signal = 'self_service_score'")
    files = by_month(told, "select * from signal where signal = 'attachment_send_share'")
    onboardings = by_month(
        told, "select * replace (sample_size as value) from signal where signal = 'resend_request_rate'"
    )
    resent, unsure = (
        by_month(told, f"select * replace (numerator as value) from signal where signal = '{name}'")
        for name in ("resend_request_rate", "version_confusion_ticket_share")
    )
    for line in STORY.split("\n"):
        if not line:
            continue
        month, learners, users, started, share, _, resends, confused = line.split()
        seen = (lms.get(month, 0), hub.get(month, 0), onboardings[month], round(files[month], 4))
        assert seen == (int(learners), int(users), int(started), float(share)), month
        assert (resent[month], unsure[month]) == (int(resends), int(confused)), month


def test_one_link_replaces_nine_destinations(told: Told) -> None:
    destinations = by_month(told, "select * from signal where signal = 'destinations_per_onboarding'")
    assert (destinations["2025-12"], destinations["2026-05"], destinations["2026-06"]) == (9, 1, 1)


def test_the_story_is_told_by_its_stages_and_its_events(told: Told) -> None:
    """No stage above 1 before the shift, delivery to blame, a wall where fewer than twenty learn, 4 at the end."""
    judged = told.rows(
        "select strftime(month, '%Y-%m'), stage, stage_low, stage_high, bottleneck_job from stage "
        "where program_id = 'ferrolake' and model = 'trainn' order by month"
    )
    assert max(int(str(stage)) for month, stage, *_ in judged if str(month) < "2026-01") == 1
    assert {job for month, *_, job in judged if "2025-03" <= str(month) <= "2026-04"} == {"deliver"}
    (last,) = (row for row in judged if row[0] == "2026-06")
    assert last[1:4] == (4, 4, 5)  # 5 cannot be told without outcomes
    told_of = told.rows("select kind, strftime(month, '%Y-%m') from friction_event where program_id = 'ferrolake'")
    (wall,) = (str(month) for kind, month in told_of if kind == "delivery_wall")
    assert "2025-07" <= wall <= "2025-09"  # fewer than twenty learners from August on
    assert ("launch_spike", "2025-06") in told_of
    assert ("fall", "2026-02") in told_of


def test_nothing_of_the_sample_is_flagged(told: Told) -> None:
    assert told.rows("select * from friction_event join event_catalogue using (kind) where is_integrity") == []


def test_the_guide_of_questions_gives_the_answers_that_its_queries_do(told: Told) -> None:
    written = guide.GUIDE.read_text(encoding="utf-8")
    assert guide.answered(written, told.folder / "published/waystage.duckdb") == written, guide.AGAIN
    assert len(guide.titles(written)) >= 15


def test_every_row_belongs_where_the_diagram_says(told: Told) -> None:
    for one in relations.relations():
        same = " and ".join(f'parent."{column}" = child."{column}"' for column in one.columns)
        orphans = f"select * from {one.table} as child anti join {one.parent} as parent on {same}"
        assert one.is_optional or told.rows(f"{orphans} limit 1") == [], f"{one.table} without its {one.parent}"


def test_staff_and_test_users_are_out_and_the_share_left_out_is_shown(told: Told) -> None:
    shares = by_month(told, "select * from signal where signal = 'excluded_activity_share'", program_id="osprel")
    assert 0 < shares["2026-06"] < 0.1
    page = (told.folder / "published/site/programs/osprel.html").read_text(encoding="utf-8")
    assert "of activity is left out" in page
    assert ">Left out</h2>" in (told.folder / "published/site/data-quality.html").read_text(encoding="utf-8")


def test_content_stays_flat_while_the_stage_rises(told: Told) -> None:
    size = by_month(told, "select * from signal where signal = 'content_base_size'")
    assert {size[month] for month in ("2025-11", "2026-01", "2026-04", "2026-06")} == {14 + 37 + 25}


def test_the_academy_knew_527_learners_by_the_end_of_2025() -> None:
    lines = gzip.decompress((SAMPLE / "exports/ferrolake-lms-only/skilljar/users.ndjson.gz").read_bytes()).splitlines()
    members = [json.loads(line) for line in lines]
    joined = [m["enrolled_at"] for m in members if not m["user"]["email"].endswith("@ferrolake.example")]
    ends = {"2025-02": "2025-03-01T05", "2025-05": "2025-06-01T04", "2025-12": "2026-01-01T05"}  # local midnights
    assert {m: sum(at < end for at in joined) for m, end in ends.items()} == {
        "2025-02": 74,
        "2025-05": 296,
        "2025-12": 527,
    }


def test_the_academy_alone_allows_every_stage_that_all_sources_allow(told: Told) -> None:
    outside = told.rows(
        """
        select model, month, alone.stage_low, alone.stage_high, whole.stage_low, whole.stage_high
        from stage as whole join stage as alone using (model, month)
        where whole.program_id = 'ferrolake' and alone.program_id = 'ferrolake-lms-only'
            and (alone.stage_low > whole.stage_low or alone.stage_high < whole.stage_high)
        """
    )
    assert outside == []


def test_missing_sources_never_call_a_program_failed(told: Told) -> None:
    rows = told.rows(
        """
        select stage, stage_low, stage_high from stage
        where program_id = 'ferrolake-lms-only' and model = 'trainn' and month >= '2025-06-01'
        """
    )
    assert all(stage is None and int(str(low)) == 0 and int(str(high)) >= 2 for stage, low, high in rows)


def test_telling_it_again_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SAMPLE / "generate"), str(tmp_path / "exports")], check=True)
    again, committed = _contents(tmp_path / "exports"), _contents(SAMPLE / "exports")
    assert sorted(again) == sorted(committed)
    assert [name for name in committed if again[name] != committed[name]] == []


def test_the_sample_is_small_enough_to_clone() -> None:
    assert sum(path.stat().st_size for path in (SAMPLE / "exports").rglob("*") if path.is_file()) < 10_000_000


def _contents(folder: Path) -> dict[str, bytes]:
    """File contents by relative path; gzipped ones unpacked, since zlib builds pack differently."""
    return {
        str(path.relative_to(folder)): gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
