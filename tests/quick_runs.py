"""Runs of `waystage` for tests that look at rows and messages: without Dagster's record of them and without the pages
of signals, which together take as long as all else of a small night.

The steps are those that the Dagster job has, one after the other. That the job runs them, records them and draws every
page is for the tests of runs, steps, their history and the site.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pipelines.night import Night
    from pipelines.session import Opened


@contextmanager
def quick_runs() -> Iterator[None]:
    """Runs begun meanwhile in this process are quick."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.commands.run.execute", _execute)
        patch.setattr("dashboards.page.signals", lambda _connection: [])
        yield


def _execute(tonight: Night, _opened: Opened, _tags: Mapping[str, str]) -> None:
    from pipelines import night  # noqa: PLC0415  seconds, and every test reads this file
    from tests.disturbed_world import judge  # noqa: PLC0415

    night.land(tonight)
    if night.is_settled(tonight):
        night.purge_text(tonight)
        night.tell(tonight)
    else:
        judge(tonight)
        night.publish_version(tonight)
