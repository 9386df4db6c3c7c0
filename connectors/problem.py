"""What is wrong with an export, told as an instruction."""

from dataclasses import dataclass
from typing import Literal

from connectors.nearest import LONGEST_SHOWN, is_showable

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


class NoRows(UnusableExport):
    """A file in order, with nothing in it."""


def unread(error: OSError) -> UnusableExport:
    """A file the system does not hand out, as an instruction."""
    return UnusableExport(
        f"the file cannot be opened ({error.strerror})",
        "a file that the user who runs Waystage may read",
        "correct its permissions, or export it again",
    )


def listing(names: list[str], most: int = 12) -> str:
    """Names in one line: the first few, and how many more. Where a header is missing, its names are people's data."""
    shown = ", ".join(f"'{_named(name)}'" for name in names[:most]) or "(none)"
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def _named(name: str) -> str:
    if is_showable(name):
        return name
    return "a text with @" if "@" in name else name[:LONGEST_SHOWN] + "…"
