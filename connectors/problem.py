"""What is wrong with an export, told as an instruction."""

import re
from dataclasses import dataclass
from typing import Literal

from connectors.nearest import LONGEST_SHOWN, is_showable
from connectors.outline import is_row_of_data, outline, quotes_outlined

OF_VALUES = re.compile(r"convert|invalid input|out of range|cast|malformed", re.IGNORECASE)
Severity = Literal["error", "stale", "warning"]  # stale: an older copy stands in


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with one export. `line` counts lines of the file from 1; 0 and "" mean: all of it."""

    file: str
    line: int
    column: str
    seen: str
    legal: str
    what_to_do: str
    severity: Severity = "error"

    @property
    def reason(self) -> str:
        """The problem without its place, as kept in `load.reason`."""
        place = f"column '{self.column}': " if self.column else ""
        parts = [place + self.seen]
        if self.legal:
            parts.append(f"legal: {self.legal}")
        if self.what_to_do:
            parts.append(self.what_to_do)
        return "; ".join(parts)

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        return f"{self.file}{line}: {self.reason}"


class UnusableExport(Exception):
    """A whole file cannot be landed; carries why."""

    def __init__(self, seen: str, legal: str = "", what_to_do: str = "", column: str = "", line: int = 0) -> None:
        super().__init__(seen)
        self.seen, self.legal, self.what_to_do, self.column, self.line = seen, legal, what_to_do, column, line

    def at(self, file: str) -> Problem:
        """The problem, once it is known which file it is about."""
        return Problem(file, self.line, self.column, self.seen, self.legal, self.what_to_do)


class NoAnswer(UnusableExport):
    """Nothing came, though it was asked for a few times; it may come when it is asked for later."""


class NoRows(UnusableExport):
    """A file in order, with nothing in it."""


def unread(error: OSError) -> UnusableExport:
    """A file the system does not hand out, as an instruction."""
    return UnusableExport(
        f"the file cannot be opened ({error.strerror})",
        "a file that the user who runs Waystage may read",
        "correct its permissions, or export it again",
    )


def told_by(error: Exception) -> str:
    """What the engine says of a file it cannot read, without the values it repeats of it."""
    first = str(error).splitlines()[0] if str(error) else type(error).__name__
    return quotes_outlined(first.split(": ", 1)[-1])


def of_query(error: Exception) -> str:
    """What a database says of a query: what it names, but not the values it could not make something of."""
    first = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return quotes_outlined(first) if OF_VALUES.search(first) else first


def listing(names: list[str], most: int = 12) -> str:
    """Names in one line: the first few, and how many more. Where a header is missing, its names are people's data."""
    is_data = is_row_of_data(names)
    shown = ", ".join(f"'{_named(name, is_data)}'" for name in names[:most]) or "(none)"
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def _named(name: str, is_data: bool) -> str:
    if "@" in name:
        return "a text with @"
    if is_data:
        return outline(name)
    return name if is_showable(name) else name[:LONGEST_SHOWN] + "…"
