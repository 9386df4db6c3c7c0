"""A wheel is the whole product: SQL, YAML, assets, templates and sample go with it and run outside a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ["connectors", "transforms", "rules", "dashboards", "pipelines"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the tree, under its ignore rules."""
    tree = tmp_path_factory.mktemp("tree")
    for folder in [*PACKAGES, "data"]:
        shutil.copytree(ROOT / folder, tree / folder, symlinks=True)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, tree / name)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tree / "dist")]
    subprocess.run(command, cwd=tree, check=True, capture_output=True)
    return next((tree / "dist").glob("*.whl"))


def test_a_wheel_holds_all_that_is_not_python(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    kinds = {".sql", ".yaml", ".css", ".js", ".csv", ".txt", ".svg", ".html"}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for folder in PACKAGES
        for path in (ROOT / folder).rglob("*")
        if path.suffix in kinds and "__pycache__" not in path.parts
    }
    assert wanted - inside == set()
    assert len(wanted) > 150
    assert {path for path in inside if path.startswith("pipelines/template/")} >= {
        f"pipelines/template/{path.name}" for path in (ROOT / "pipelines/template").iterdir()
    }
    assert any(".env.example" in path for path in inside)
    assert "data/sample/waystage.yaml" in inside
    assert any(path.startswith("data/sample/exports/") for path in inside)
    assert not any("__pycache__" in path or "/.waystage/" in path or path.startswith("tests/") for path in inside)


def test_the_command_works_outside_a_checkout(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    packages = next((home / "lib").glob("python*")) / "site-packages"
    zipfile.ZipFile(wheel).extractall(packages)
    # the libraries come from this environment; its own editable Waystage does not, as .pth files are not read twice
    (packages / "libraries.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    python = home / "bin/python"

    def waystage(*arguments: str) -> str:
        code = "import sys; from pipelines.cli import main; sys.exit(main())"
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "WAYSTAGE"))}
        done = subprocess.run(
            [python, "-c", code, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False, env=environment
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    where = subprocess.run(
        [python, "-c", "import pipelines; print(pipelines.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(home))
    assert "usage: waystage" in waystage("--help")
    assert "resend_request_rate" in waystage("list", "signals")
    assert "made x" in waystage("init", "x", "--sample")
    assert (tmp_path / "x/waystage.yaml").is_file()
    assert "made y" in waystage("init", "y")
    assert (tmp_path / "y/.env.example").is_file()
