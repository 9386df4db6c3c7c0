"""Hands landing what a pull brought: every page by a name that says where it is from, and what went wrong."""

from collections.abc import Callable
from pathlib import Path

from connectors.catalogue import CONNECTORS
from connectors.contract import SourceConfig
from connectors.fetched import Brought, Fetched
from connectors.pull_contract import read_pull

FOLDER = "pulled"  # of the workspace's state


def bring(state: Path, program_id: str, source: SourceConfig, say: Callable[[str], None], *, is_check: bool) -> Brought:
    """Pulls the source, or with `is_check` only asks whether it could be; `state` is the workspace's `.waystage`.

    A trouble stands at the newest page of the endpoint that has it, whose rows are then those of an earlier pull, and
    alone where there is no page.
    """
    from connectors.pull_api import kept_source, pull_source  # noqa: PLC0415  requests: only where it is used

    pull = read_pull(CONNECTORS / source.connector)
    assert pull is not None and source.pull is not None  # noqa: S101  the workspace was validated
    where = state / FOLDER
    if is_check:
        found = kept_source(where, program_id, source.name, pull=pull, given=source.pull)
    else:
        found = pull_source(where, program_id, source.name, pull=pull, given=source.pull, say=say)
    named = {
        endpoint: {page.path: f"{source.name}/{page.name}" for page in pages} for endpoint, pages in found.files.items()
    }
    told: dict[Path, str] = {}
    alone: list[Fetched] = []
    for trouble in found.troubles:
        problem = trouble.at(source.name)
        pages = named.get(trouble.endpoint, {}) if trouble.endpoint else _all(named)
        if pages:
            told[max(pages)] = f"not pulled to the end, so what came before is used; {problem.reason}"
        else:
            alone.append(Fetched(None, problem.file, problem.reason, trouble.may_pass))
    may_pass = any(trouble.may_pass for trouble in found.troubles)
    files = [Fetched(path, name, told.get(path), may_pass and path in told) for path, name in _all(named).items()]
    empty = () if files or alone or is_check else (f"{source.name}: the vendor answers, and every list is empty",)
    return Brought(tuple(files + alone), (), empty)


def _all(named: dict[str, dict[Path, str]]) -> dict[Path, str]:
    return {path: name for pages in named.values() for path, name in pages.items()}
