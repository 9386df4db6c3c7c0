"""What goes wrong inside a step is told without the values that engines repeat in their messages.

Dagster keeps such a message in its event log, an alert sends it on, a report of it goes to strangers: no row of anybody
belongs there. Where it went wrong stays in the trace. WAYSTAGE_DEBUG=1 tells it all.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from connectors.machine import instruction
from connectors.outline import quotes_outlined
from pipelines.problem import INTERRUPTED_QUERY, InvalidWorkspace, RunFailed, UserError
from pipelines.warehouse import DamagedWarehouse, is_damage

Given = ParamSpec("Given")
Made = TypeVar("Made")


class StepFailed(Exception):
    """An error of Waystage's own, as it may be told."""


def unquoted(step: Callable[Given, Made]) -> Callable[Given, Made]:
    """The step, raising StepFailed for whatever goes wrong in it that no user can mend."""

    @functools.wraps(step)
    def told(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        try:
            return step(*args, **kwargs)
        except (InvalidWorkspace, RunFailed, UserError):
            raise
        except Exception as error:
            if str(error) == INTERRUPTED_QUERY or os.environ.get("WAYSTAGE_DEBUG"):
                raise
            if is_damage(error):
                raise DamagedWarehouse from None
            if lacking := instruction(error):
                raise RunFailed(f"{lacking}; nothing was published") from None
            first = next(iter(str(error).splitlines()), "")
            said = StepFailed(f"{type(error).__name__}: {quotes_outlined(first)}")
            said.__traceback__ = error.__traceback__
        # outside of the handler: what is raised there keeps the error it was made of
        raise said

    return told
