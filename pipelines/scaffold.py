"""`waystage new signal|model|chart`: the one place to edit, already passing what judges it."""

from __future__ import annotations

from pathlib import Path

from pipelines.problem import UserError


def scaffold(kind: str, name: str | None, workspace: Path) -> str:
    """What to print. UserError: not in this version."""
    raise UserError(
        f"new {kind} {name or 'NAME'} in {workspace}: only connectors are scaffolded so far; see CONTRIBUTING.md"
    )
