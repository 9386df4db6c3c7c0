"""Moodle's log report in several languages, its log table and web services, in their shapes (see ORIGIN.txt)."""

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest

from tests.desk_world import KEY, REAL, Desk, desk

FOLDER = REAL / "moodle"
ADA_BY_NAME = KEY.hashed("moodle", "Ada Quarry")
ADA = KEY.hashed("moodle", "7")


def landed(tmp_path: Path, what: str, timezone: str = "UTC") -> Desk:
    return desk(tmp_path / what, "moodle", [FOLDER / what], timezone=timezone)


def reason(state: Desk, name: str) -> str:
    return next(file.reason or "" for file in state.report.files if file.file.endswith(name))


def test_times_without_a_year_get_it_from_the_day_of_the_download(tmp_path: Path) -> None:
    content = (FOLDER / "report" / "logs_EX_20250605-0930.csv").read_bytes()
    assert b"\r" in content
    assert b"\n" not in content
    state = landed(tmp_path, "report")
    assert state.loads() == {"logs_EX_20250605-0930.csv": ("loaded", 4, 0)}
    assert state.rows("select occurred_at, learner_id, content_id, verb from learning_event order by 1") == [
        (dt.datetime(2024, 12, 30, 9), ADA_BY_NAME, "moodle:5", "viewed"),
        (dt.datetime(2025, 6, 3, 14, 5), ADA_BY_NAME, "moodle:cm:64", "viewed"),
    ]


def test_user_enrolled_in_course_is_about_the_affected_user(tmp_path: Path) -> None:
    assert landed(tmp_path, "report").rows("select learner_id, content_id, enrolled_at from enrollment") == [
        (ADA_BY_NAME, "moodle:5", dt.datetime(2024, 12, 29, 8))
    ]


def test_without_a_day_in_the_name_a_time_without_a_year_is_refused_with_an_instruction(tmp_path: Path) -> None:
    state = landed(tmp_path, "undated")
    assert state.loads()["renamed.csv"] == ("rejected", 4, 4)
    assert "ends in the day of the download" in reason(state, "renamed.csv")
    assert state.loads()["de.csv"] == ("partial", 3, 1)
    assert "row 3, column 'Zeit': 'aaaaaaa' is not a time" in reason(state, "de.csv")


def test_headers_events_and_dates_of_other_languages_are_read(tmp_path: Path) -> None:
    state = landed(tmp_path, "undated")
    assert state.rows("select occurred_at, verb, content_id from learning_event order by 1") == [
        (dt.datetime(2025, 3, 18, 14, 24, 3), "viewed", "moodle:5"),
        (dt.datetime(2025, 4, 18, 14, 24, 3), "viewed", "moodle:5"),
    ]
    assert state.rows("select learner_id, enrolled_at from enrollment") == [
        (ADA_BY_NAME, dt.datetime(2025, 3, 25, 14, 5, 9))
    ]


LANGUAGES = {
    "es": (
        "Hora,Nombre completo del usuario,Usuario afectado,Contexto del evento,"
        "Componente,Nombre evento,Descripción,Origen",
        "3 de mayo de 2024 09:05,Ada Quarry,-,Curso: Exports,Sistema,Curso visto,-,web",
    ),
    "fr": (
        "Heure,Nom complet de l'utilisateur,Utilisateur touché,Contexte de l'événement,"
        "Composant,Nom de l'événement,Origine",
        "3 mai 2024 09:05:00,Ada Quarry,-,Cours: Exports,Système,Cours consulté,web",
    ),
    "nl": (
        "Tijd,Volledige gebruikersnaam,Betrokken gebruiker,Gebeurteniscontext,Component,Naam gebeurtenis,Herkomst",
        "3 mei 2024 09:05,Ada Quarry,-,Cursus: Exports,Systeem,Cursus bekeken,web",
    ),
    "pt": (
        "Hora,Nome completo,Usuário afetado,Contexto do Evento,Componente,Nome do evento,Origem",
        "3 de maio de 2024 09:05,Ada Quarry,-,Curso: Exports,Sistema,Curso visto,web",
    ),
    "en": (
        "Time,User full name,Affected user,Event context,Component,Event name,Origin",
        '"3 May 2024, 9:05:00 AM",Ada Quarry,-,Course: Exports,System,Course viewed,web',
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_view_is_a_view_in_every_language(tmp_path: Path, language: str) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "export.csv").write_text("\n".join(LANGUAGES[language]) + "\n", encoding="utf-8")
    state = desk(tmp_path / "state", "moodle", [folder])
    assert state.rows("select occurred_at, learner_id, content_id, verb from learning_event") == [
        (dt.datetime(2024, 5, 3, 9, 5), ADA_BY_NAME, "moodle:Exports", "viewed")
    ], reason(state, "export.csv")


def test_times_in_figures_are_on_the_clock_of_the_source(tmp_path: Path) -> None:
    state = landed(tmp_path, "undated", timezone="America/Sao_Paulo")
    assert state.rows("select enrolled_at from enrollment") == [(dt.datetime(2025, 3, 25, 17, 5, 9),)]


def test_the_logs_table_agrees_with_the_web_services_on_who_is_who(tmp_path: Path) -> None:
    stored, served = landed(tmp_path, "tables"), landed(tmp_path, "ws")
    assert stored.rows("select learner_id, content_id, completed_at from enrollment") == [
        (ADA, "moodle:5", dt.datetime(2025, 1, 29, 9))
    ]
    assert served.rows("select learner_id, email from learner") == [(ADA, KEY.hashed("email", "ada@quarry.example"))]
    assert served.rows("select content_id, verb from learning_event") == [("moodle:cm:64", "passed")]
    assert served.rows("select content_id from content_item") == [("moodle:5",)]


def test_an_error_of_the_web_service_is_told_as_one(tmp_path: Path) -> None:
    state = landed(tmp_path, "ws")
    assert state.loads()["error.json"] == ("rejected", 1, 1)
    assert "'invalidtoken'" in reason(state, "error.json")
    assert "this is an error of the web service" in reason(state, "error.json")


@pytest.mark.parametrize("what", ["report", "undated", "ws", "tables"])
def test_no_name_of_a_person_is_landed(tmp_path: Path, what: str) -> None:
    state = landed(tmp_path, what)
    for path in (tmp_path / what).rglob("*.parquet"):
        text = json.dumps(state.rows(f"select * from read_parquet('{path}')"), default=str)
        assert "Quarry" not in text
        assert "Root Admin" not in text


def test_a_long_log_is_read_whole(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["Time", "User full name", "Affected user", "Event context", "Component", "Event name", "Origin"])
    start = dt.datetime(2025, 6, 1)
    times = [start - dt.timedelta(hours=7 * number) for number in range(3000)]
    writer.writerows(
        [f"{time.day} {time:%b, %H:%M}", f"P {n % 50}", "-", "Course: A", "System", "Course viewed", "web"]
        for n, time in enumerate(times)
    )
    (folder / "logs_A_20250602-1000.csv").write_text(rows.getvalue(), encoding="utf-8")
    state = desk(tmp_path / "state", "moodle", [folder])
    assert state.loads() == {"logs_A_20250602-1000.csv": ("loaded", 3000, 0)}
    assert [at for (at,) in state.rows("select occurred_at from learning_event order by 1 desc")] == times
