"""The two verbs that stay: both answer on this machine only, and nothing of them is left when they end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def served(verb: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process of a verb in a session of its own, and the address it printed first."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", verb, "-w", str(folder), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = re.match(r"(http://127\.0\.0\.1:\d+/)  \(Ctrl-C ends it\)\n", line)
        assert address, line
        yield process, address[1]
    finally:
        for one in members(process.pid):
            os.kill(one, signal.SIGKILL)
        process.wait()


def members(session: int) -> list[int]:
    """The living processes of a session."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def read(address: str, body: bytes | None = None, patience: float = 1) -> str:
    """What the address answers, asked until it does."""
    until = time.monotonic() + patience
    request = urllib.request.Request(address, body, {"content-type": "application/json"})  # noqa: S310
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def test_serve_gives_the_site_on_loopback_until_ctrl_c(published: Path) -> None:
    with served("serve", published) as (process, address):
        assert "<html" in read(address, patience=10)
        assert read(address + "index.html") == (published / "published/site/index.html").read_text()
        with pytest.raises(urllib.error.HTTPError):
            read(address + "../waystage.duckdb", patience=0)
        port = int(address.rsplit(":", 1)[1].rstrip("/"))
        with socket.socket() as outside, pytest.raises(OSError):
            outside.settimeout(2)
            outside.connect((socket.gethostbyname(socket.gethostname()), port))
            if socket.gethostbyname(socket.gethostname()).startswith("127.0.0.1"):
                raise OSError("this machine has no other address")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0


GRAPH = "{assetNodes{assetKey{path} groupName} runsOrError{... on Runs{results{pipelineName status}}}}"


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_ui_shows_graph_and_history_and_leaves_no_process(published: Path) -> None:
    with served("ui", published) as (process, address):
        answer = json.loads(read(address + "graphql", json.dumps({"query": GRAPH}).encode(), patience=150))["data"]
        assert {"exports", "landing", "staging", "signals", "verdicts", "published"} == {
            node["groupName"] for node in answer["assetNodes"]
        }
        assert {"path": ["verdicts", "stage"]} in [node["assetKey"] for node in answer["assetNodes"]]
        runs = answer["runsOrError"]["results"]
        assert ("nightly", "SUCCESS") in [(run["pipelineName"], run["status"]) for run in runs]
        assert len(members(process.pid)) > 1
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        until = time.monotonic() + 30
        while members(process.pid) and time.monotonic() < until:
            time.sleep(0.2)
        assert members(process.pid) == []
