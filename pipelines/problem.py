"""What a user did that the product cannot use, as one instruction: where, what was seen, what is legal, what to do."""

from __future__ import annotations

from collections.abc import Sequence

INTERRUPTED_QUERY = "Query interrupted"  # how DuckDB passes a Ctrl-C on that came during a query


class InvalidWorkspace(Exception):
    """The workspace or a rule pack cannot be used; nothing was read. Exit code 2."""

    def __init__(self, problems: Sequence[object]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class UserError(Exception):
    """Wrong usage: the message is the instruction. Exit code 2."""


class RunFailed(Exception):
    """The job failed and nothing was published. Exit code 1."""
