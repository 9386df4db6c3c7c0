"""Canvas: mock responses of its interface (tests/real/canvas/ORIGIN.txt), and Canvas Data 2 written in its shape."""

import datetime as dt
import json
from pathlib import Path

import duckdb
import pytest

from tests.desk_world import KEY, REAL, Desk, desk

FOLDER = REAL / "canvas"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk(tmp_path_factory.mktemp("api"), "canvas", [FOLDER / "api"])


def person(number: int) -> str:
    return KEY.hashed("instructure", str(number))


def test_every_record_is_loaded_and_what_feeds_nothing_is_refused(api: Desk) -> None:
    for path in sorted((FOLDER / "api").glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        records = content if isinstance(content, list) else [content]
        inside = sum(len(record.get("enrollments", [])) for record in records if "sortable_name" in record)
        read = len(records) + inside
        refused = path.name == "other.json"
        assert api.loads()[path.name] == ("rejected" if refused else "loaded", read, read if refused else 0)


def test_only_student_enrolments_are_counted(api: Desk) -> None:
    students = set()
    for path in sorted((FOLDER / "api").glob("page*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        for record in content if isinstance(content, list) else []:
            for enrolment in [record, *record.get("enrollments", [])]:
                if enrolment.get("type") == "StudentEnrollment" and enrolment.get("enrollment_state") != "deleted":
                    students.add((person(int(enrolment["user_id"])), f"canvas:{enrolment['course_id']}"))
    assert students
    assert set(api.rows("select learner_id, content_id from enrollment")) == students


def test_offsets_side_by_side_are_applied(api: Desk) -> None:
    # the enrolment says -06:00, the course says -06:00 too, in another month
    assert api.rows("select enrolled_at, last_activity_at, score from enrollment where enrollment_id = '1'") == [
        (dt.datetime(2012, 4, 18, 23, 8, 51), dt.datetime(2012, 4, 18, 23, 8, 51), pytest.approx(0.7776))
    ]
    assert api.rows("select status, published_at from content_item") == [("draft", dt.datetime(2013, 5, 1, 6))]


def test_a_delete_marker_of_an_incremental_file_ends_an_enrolment(tmp_path: Path) -> None:
    state = desk(tmp_path, "canvas", [FOLDER / "data2"])
    assert {status for status, *_ in state.loads().values()} == {"loaded"}
    assert state.rows("select learner_id, completed_at, progress from enrollment") == [
        (person(10), dt.datetime(2025, 3, 1), 1)
    ]
    assert state.rows("select learner_id, locale from learner") == [(person(10), "en")]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_flat_tables_of_floats_agree_and_modules_tell_progress(tmp_path: Path, suffix: str) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    for number, path in enumerate(sorted((FOLDER / "data2_tables").glob("*.csv"))):
        target = folder / f"part-{number}.{suffix}"
        if suffix == "csv":
            target.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
        else:
            duckdb.execute(f"copy (from read_csv('{path}')) to '{target}' (format parquet)")
    state = desk(tmp_path / "state", "canvas", [folder])
    found = "select enrollment_id, content_id, learner_id, enrolled_at, completed_at, progress, score from enrollment"
    assert state.rows(found) == [
        ("1", "canvas:7", person(10), dt.datetime(2025, 1, 1), None, 0.5, pytest.approx(0.805))
    ]
    assert state.rows("select email from learner") == [(KEY.hashed("email", "ada@quarry.example"),)]
