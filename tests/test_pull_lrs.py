"""Pulls from a real learning record store: Ralph with its file backend, in an environment of its own."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.pull_api import pull_source
from tests.pull_land import entities
from tests.test_pull import declared, records

# it pins libraries that Waystage has newer, so it gets an environment beside ours, kept from one run to the next
NEEDED = ("ralph-malph[backend-fs,cli,lrs]==5.1.0", "requests==2.34.2")
HOME = Path(tempfile.gettempdir(), f"waystage-ralph-5.1.0-{sys.version_info[0]}.{sys.version_info[1]}")
USER, PASSWORD = "waystage", "lrs-passw0rd"
VERB = "http://adlnet.gov/expapi/verbs/completed"
COURSE = "http://adlnet.gov/expapi/activities/course"


@dataclass(frozen=True)
class Store:
    """A running LRS."""

    endpoint: str
    file: Path

    def fill(self, count: int, at: dt.datetime) -> set[str]:
        statements = [
            {
                "id": str(uuid.uuid4()),
                "actor": {"mbox": f"mailto:p{n % 7}@quarry.example"},
                "verb": {"id": VERB},
                "object": {"id": f"https://acme.example/course/{n % 5}", "definition": {"type": COURSE}},
                "timestamp": (at + dt.timedelta(minutes=n)).isoformat(),
            }
            for n in range(count)
        ]
        if self.file.exists():  # its file backend takes one request that writes; what comes later is appended
            stored = dt.datetime.now(dt.UTC).isoformat()
            with self.file.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps({**one, "stored": stored}) + "\n" for one in statements)
            return {str(one["id"]) for one in statements}
        headers = {"X-Experience-API-Version": "1.0.3"}
        auth = (USER, PASSWORD)
        answer = requests.post(f"{self.endpoint}/statements/", json=statements, auth=auth, headers=headers, timeout=60)
        assert answer.status_code == 200, answer.text
        return {str(one["id"]) for one in statements}

    @property
    def settings(self) -> dict[str, str]:
        return {"endpoint": self.endpoint, "user": USER, "token": PASSWORD}


def _program() -> Path:
    """Ralph's interpreter; installs it where it is not yet. Skips where the index cannot be reached."""
    python = HOME / "bin" / "python"
    if not (HOME / "ready").exists():
        try:
            subprocess.run(
                [sys.executable, "-m", "venv", "--clear", HOME], check=True, capture_output=True, timeout=300
            )
            pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *NEEDED]
            subprocess.run(pip, check=True, capture_output=True, timeout=600)
            (HOME / "ready").touch()
        except (subprocess.SubprocessError, OSError) as error:
            if os.environ.get("WAYSTAGE_REQUIRE_ALL") == "1":
                raise
            pytest.skip(f"Ralph could not be installed: {error}")
    return python


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    python, folder = _program(), tmp_path / "lrs"
    (folder / "data").mkdir(parents=True)
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
        "RALPH_APP_DIR": str(folder),
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(folder / "data"),
    }
    user = ["auth", "-u", USER, "-p", PASSWORD, "-s", "all", "-N", "Ada", "-M", "mailto:ada@acme.example", "-w"]
    subprocess.run([python.with_name("ralph"), *user], env=environment, cwd=folder, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = [python, "-m", "uvicorn", "ralph.api:app", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(serve, env=environment, cwd=folder, stdout=log, stderr=log)
    try:
        for _ in range(240):
            try:
                requests.get(f"http://127.0.0.1:{port}/__lbheartbeat__", timeout=1)
                break
            except requests.ConnectionError:
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.25)
        yield Store(f"http://127.0.0.1:{port}/xAPI", folder / "data" / "fs_lrs.jsonl")
    finally:
        process.terminate()
        process.wait(20)


def test_every_statement_of_a_real_store_comes_and_then_only_the_new_ones(store: Store, tmp_path: Path) -> None:
    def pulled() -> Any:
        found = pull_source(tmp_path / "pulled", "acme", "lrs", pull=declared("xapi"), given=store.settings)
        assert found.troubles == ()
        return found

    told = store.fill(250, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    first = pulled()
    assert {one["id"] for one in records(first, "statements", "statements")} == told
    assert len(first.files["statements"]) > 2  # the store gives a hundred at most; `more` led on
    now = dt.datetime.now(dt.UTC)
    told |= store.fill(3, now)
    second = pulled()
    assert {one["id"] for one in records(second, "statements", "statements")} == told
    assert second.asked == 1
    assert len(second.files["statements"]) == len(first.files["statements"]) + 1


def test_statements_of_a_real_store_land_as_learning_events(store: Store, tmp_path: Path) -> None:
    store.fill(40, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    found, problems = entities(tmp_path / ".waystage", "xapi", store.settings)
    assert problems == []
    assert len(found["learning_event"]) == 40


def test_a_wrong_password_of_a_real_store_is_told(store: Store, tmp_path: Path) -> None:
    found = pull_source(tmp_path, "acme", "lrs", pull=declared("xapi"), given={**store.settings, "token": "wrong"})
    assert "the token is not accepted" in found.troubles[0].seen
