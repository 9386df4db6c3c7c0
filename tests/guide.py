"""docs/questions.md: each query with what the sample answers, so that the guide cannot go stale.

make run && python -m tests.guide    # writes the answers anew
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "questions.md"
SAMPLE = ROOT / "data" / "sample" / "published" / "waystage.duckdb"
AGAIN = "write the answers anew: make run && python -m tests.guide"
QUESTION = re.compile(r"^## (?P<title>.+?)\n(?P<text>.*?)```sql\n(?P<sql>.*?)```\n(?:\n(?:\|[^\n]*\n)+)?", re.S | re.M)


def answered(guide: str, database: Path) -> str:
    """The guide with every answer as the published database gives it."""
    with duckdb.connect(str(database), read_only=True) as con:

        def again(found: re.Match[str]) -> str:
            asked = f"## {found['title']}\n{found['text']}```sql\n{found['sql']}```\n"
            return "\n".join([asked, *_answer(con, found["sql"]), ""])

        return QUESTION.sub(again, guide)


def titles(guide: str) -> list[str]:
    """What is asked."""
    return [found["title"] for found in QUESTION.finditer(guide)]


def _answer(con: duckdb.DuckDBPyConnection, sql: str) -> Iterator[str]:
    """A Markdown table of the rows; keys, which differ by workspace, as numbers in their order of appearance."""
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description]
    seen: dict[object, str] = {}
    yield f"| {' | '.join(names)} |"
    yield "|" + " --- |" * len(names)
    for row in cursor.fetchall():
        cells = [
            seen.setdefault(value, f"key {len(seen) + 1}") if name.endswith("_key") and value else _shown(value)
            for name, value in zip(names, row, strict=True)
        ]
        yield f"| {' | '.join(cells)} |"


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return " ".join(str(value).split()).replace("|", "\\|")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.guide")
    parser.add_argument("database", nargs="?", type=Path, default=SAMPLE, help="the sample's, published")
    GUIDE.write_text(answered(GUIDE.read_text(encoding="utf-8"), parser.parse_args().database), encoding="utf-8")
