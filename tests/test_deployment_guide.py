"""What docs/deployment.md tells to copy: units that systemd takes, a cron line that mails what it says."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

GUIDE = (Path(__file__).parent.parent / "docs/deployment.md").read_text(encoding="utf-8")
UNITS = dict(re.findall(r"```ini file=(\S+)\n(.*?)```", GUIDE, re.DOTALL))


@pytest.mark.parametrize("name", UNITS)
def test_the_units_are_ones_that_systemd_takes(name: str, tmp_path: Path) -> None:
    for other, text in UNITS.items():  # a timer is read with its service; the paths are another machine's
        said = re.sub(r"/opt/waystage/bin/[\w-]+", shutil.which("true") or "/bin/true", text)
        (tmp_path / other).write_text(said.replace("User=waystage", "User=root"), encoding="utf-8")
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[method-assign, assignment]
    unit.read_string(UNITS[name])
    assert unit.has_section("Timer" if name.endswith(".timer") else "Service")
    if verify := shutil.which("systemd-analyze"):
        done = subprocess.run([verify, "verify", str(tmp_path / name)], capture_output=True, text=True, check=False)
        about_us = [line for line in done.stderr.splitlines() if name in line or "Unknown" in line]
        assert (done.returncode, about_us) == (0, [])


def test_the_cron_line_mails_what_somebody_should_read_and_else_nothing(world: Path) -> None:
    [line] = re.findall(r"^0 2 \* \* \*  (.*)$", GUIDE, re.MULTILINE)
    command = line.replace("/srv/waystage/academy", str(world))
    command = command.replace("/opt/waystage/bin/waystage", f"{sys.executable} -m pipelines.cli")

    def night() -> tuple[int, str]:
        root = str(Path(__file__).parent.parent)  # as cron does it: a bare shell, and all that is said is the mail
        done = subprocess.run(["/bin/sh", "-c", command], env={"PYTHONPATH": root, "PATH": "/usr/bin:/bin"},
                              capture_output=True, text=True, check=False)  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    assert night() == (0, "")
    (world / "exports/birch/tickets.csv").write_bytes(b"\x00\x01")
    code, mail = night()
    assert code == 3
    assert mail.splitlines()[0].startswith("exports/birch/tickets.csv: rejected, 0 of ")
    assert all(len(line) < 400 for line in mail.splitlines())
    with (world / "waystage.yaml").open("a") as settings:
        settings.write("schedul: 0 2 * * *\n")
    code, mail = night()
    assert (code, "did you mean 'schedule'?" in mail, "nothing was read" in mail) == (2, True, True)
