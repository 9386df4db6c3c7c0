"""What a user did that the product cannot use, as one instruction: where, what was seen, what is legal, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

INTERRUPTED_QUERY = "Query interrupted"  # how DuckDB passes a Ctrl-C on that came during a query


@dataclass(frozen=True, order=True)
class Complaint:
    """One problem in a file a person wrote. `line` counts from 1; 0 means the whole file."""

    file: str
    line: int
    where: str
    seen: str
    legal: str
    do: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        parts = [f"{place}: {self.where}: {self.seen}" if self.where else f"{place}: {self.seen}"]
        if self.legal:
            parts.append(f"legal: {self.legal}")
        if self.do:
            parts.append(self.do)
        return "; ".join(parts)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


class InvalidWorkspace(Exception):
    """The workspace or a rule pack cannot be used; nothing was read. Exit code 2."""

    def __init__(self, problems: Sequence[object]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class UserError(Exception):
    """Wrong usage: the message is the instruction. Exit code 2."""


class RunFailed(Exception):
    """The job failed and nothing was published. Exit code 1."""
