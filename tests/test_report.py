"""`waystage report`: one sheet of PDF a program, or what to do where there can be none."""

import re
from pathlib import Path

import pytest

from tests.conftest import Waystage


def printer(folder: Path, script: str) -> str:
    """A program that Waystage takes for a Chromium."""
    program = folder / "chromium"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


@pytest.mark.browser
@pytest.mark.parametrize(("paper", "width"), [("a4", 594), ("letter", 612)])
def test_a_program_is_one_sheet_of_the_paper_asked_for(
    chromium: str, published: Path, tmp_path: Path, waystage: Waystage, *, paper: str, width: int
) -> None:
    file = tmp_path / "alder.pdf"
    file.write_bytes(b"of last month")
    said = waystage("report", "alder", "-w", published, "--pdf", file, "--paper", paper)
    assert (said.code, said.out, said.err) == (0, f"{file}\n", "")
    content = file.read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1
    assert re.search(rb"/MediaBox \[0 0 (\d+)", content)[1] == str(width).encode()
    assert [path.name for path in tmp_path.iterdir()] == ["alder.pdf"]


def test_what_needs_more_than_a_sheet_is_printed_smaller(
    published: Path, tmp_path: Path, waystage: Waystage, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (
        'for one in "$@"; do case $one in --print-to-pdf=*) file="${one#*=}";; file://*) page="${one#file://}";;\n'
        'esac; done; echo "/Type /Page" > "$file"; echo print >> "$(dirname "$0")/printed"\n'
        'grep -q zoom:0.88 "$(dirname "$page")/../assets/site.css" || echo "/Type /Page" >> "$file"'
    )
    tools = tmp_path / "tools"
    tools.mkdir()
    monkeypatch.setenv("WAYSTAGE_CHROMIUM", printer(tools, script))
    file = tmp_path / "alder.pdf"
    assert waystage("report", "alder", "-w", published, "--pdf", file).code == 0
    assert file.read_text() == "/Type /Page\n"
    assert (tools / "printed").read_text().count("print") == 3


def test_without_a_chromium_it_says_what_to_install(
    published: Path, tmp_path: Path, waystage: Waystage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WAYSTAGE_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    said = waystage("report", "alder", "-w", published, "--pdf", tmp_path / "alder.pdf")
    assert (said.code, said.out) == (2, "")
    assert "a PDF needs a Chromium, and none is on PATH; install one" in said.err
    monkeypatch.setenv("WAYSTAGE_CHROMIUM", "/nowhere/chromium")
    said = waystage("report", "alder", "-w", published, "--pdf", tmp_path / "alder.pdf")
    assert said.code == 2
    assert "WAYSTAGE_CHROMIUM=/nowhere/chromium: no such program" in said.err


@pytest.mark.parametrize(
    ("program", "file", "said"),
    [
        ("aldr", "a.pdf", "no program 'aldr'; "),
        ("alder", "missing/a.pdf", "missing: no such folder; make it, or name another file with --pdf"),
        ("alder", "", ": cannot be written (Is a directory); name another file with --pdf"),
    ],
)
def test_what_cannot_be_written_is_an_instruction(
    published: Path,
    tmp_path: Path,
    waystage: Waystage,
    monkeypatch: pytest.MonkeyPatch,
    *,
    program: str,
    file: str,
    said: str,
) -> None:
    tools, target = tmp_path / "tools", tmp_path / "reports"
    tools.mkdir()
    target.mkdir()
    script = 'for one in "$@"; do case $one in --print-to-pdf=*) echo %PDF- > "${one#*=}";; esac; done'
    monkeypatch.setenv("WAYSTAGE_CHROMIUM", printer(tools, script))
    answer = waystage("report", program, "-w", published, "--pdf", target / file)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert list(target.iterdir()) == []


def test_a_chromium_that_prints_nothing_leaves_the_earlier_file(
    published: Path, tmp_path: Path, waystage: Waystage, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "alder.pdf"
    file.write_bytes(b"of last month")
    monkeypatch.setenv("WAYSTAGE_CHROMIUM", printer(tmp_path, "echo no display >&2; exit 1"))
    said = waystage("report", "alder", "-w", published, "--pdf", file)
    assert (said.code, said.out) == (1, "")
    assert "printed nothing: no display" in said.err
    assert file.read_bytes() == b"of last month"
