"""What every test may use: a workspace of its own, and the `waystage` command in this process."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings

from pipelines import cli
from pipelines.chromium import find_chromium
from pipelines.problem import UserError
from tests import tiny_world
from tests.quick_runs import quick_runs


class Said(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str


Waystage = Callable[..., Said]

if os.environ.get("WAYSTAGE_REQUIRE_ALL") == "1":  # CI draws the same examples every time, a developer new ones
    settings.load_profile("ci")

# a shell starts what it puts in the background deaf to Ctrl-C, and children would be as deaf: some tests press it
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def waystage(capsys: pytest.CaptureFixture[str]) -> Waystage:
    """Runs the command as a user would and gives exit code, stdout and stderr."""

    def run(*arguments: str | Path) -> Said:
        capsys.readouterr()
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as stop:  # argparse refuses wrong usage this way
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Said(code, out, err)

    return run


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small workspace after its first run, for all tests: read it, or take a copy (`world`)."""
    folder = tiny_world.write(tmp_path_factory.mktemp("published") / "ws")
    assert cli.main(["run", "--workspace", str(folder)]) == 0
    return folder


@pytest.fixture
def world(published: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the published workspace, to change and run again."""
    copy = tmp_path / "ws"
    shutil.copytree(published, copy, symlinks=True)
    yield copy
    shutil.rmtree(copy)


@pytest.fixture
def quick() -> Iterator[None]:
    """Runs of this test keep no history in Dagster and draw no pages of signals: it looks at neither."""
    with quick_runs():
        yield


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; without one the test is skipped, unless nothing may be."""
    try:
        return find_chromium()
    except UserError as error:
        if os.environ.get("WAYSTAGE_REQUIRE_ALL") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))
