"""One message a run to the addresses of `alerts:`, of what is new, and nothing where nothing is.

What was last told is kept in `.waystage/alerts.json`: the run that was heard of, and the failure, if the last run
failed. A message that nobody took is told again with the next.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from dashboards.addresses import program_address
from pipelines.complaint import Complaint
from pipelines.publish import in_force, kept_versions
from pipelines.published_file import DATABASE
from pipelines.workspace import Workspace

FILE = "alerts.json"
MOST_LINKS = 10
LONGEST_FAILURE = 1000  # characters; services cut longer messages


@dataclass(frozen=True)
class _Heard:
    """The run whose news were heard, and what the failure that was last told said."""

    run_id: str | None = None
    failure: str | None = None


def complaints(workspace: Workspace) -> list[Complaint]:
    """One for each address that no service takes; what it says is a secret and is not repeated."""
    if not workspace.model.alerts:
        return []
    import apprise  # noqa: PLC0415  half a second, and few have alerts

    _hush()
    return [
        workspace.complaint(
            ("alerts", place),
            "no service takes this address" + (f" ({address.split('://', 1)[0]}://…)" if "://" in address else ""),
            "an address of Apprise such as mailtos://user:password@host or slack://tokens, best as ${NAME}",
            "see github.com/caronc/apprise/wiki",
        )
        for place, address in enumerate(workspace.model.alerts)
        if apprise.Apprise.instantiate(address, suppress_exceptions=True) is None
    ]


def tell_news(workspace: Workspace, run_id: str) -> str | None:
    """Tells what the version in force, of `run_id`, says anew; why that could not be told, if so.

    The first version has nothing to be compared with and is not told.
    """
    if not workspace.model.alerts:
        return None
    from pipelines.digest import news  # noqa: PLC0415

    told = _read(workspace)
    earlier = _version_of(workspace.publish, told.run_id)
    found = news(earlier, workspace.publish / "versions" / run_id / DATABASE) if earlier else None
    lines = list(found.lines) if found else []
    if told.failure is not None:
        lines.insert(0, "The nightly run works again.")
    title = found.title if found else "the nightly run works again"
    links = _links(workspace, found.programs if found else ())
    missed = _send(workspace, title, [*lines, *links]) if lines else []
    return _keep(workspace, _Heard(run_id), missed)


def tell_failure(workspace: Workspace, reason: str) -> str | None:
    """Tells that a run failed and published nothing, once for the same reason; why that could not be told, if so."""
    if not workspace.model.alerts:
        return None
    told = _read(workspace)
    reason = reason[:LONGEST_FAILURE]
    if told.failure == reason:
        return None
    stands = ["What was published before still stands.", *_links(workspace, ())] if in_force(workspace.publish) else []
    missed = _send(workspace, "the nightly run failed", [reason, *stands])
    return _keep(workspace, _Heard(told.run_id, reason), missed)


def _version_of(publish: Path, run_id: str | None) -> Path | None:
    """The database of that run or, where it is kept no longer, of the oldest that is; None where none was heard of."""
    if run_id is None:
        return None
    kept = kept_versions(publish)
    return publish / "versions" / (run_id if run_id in kept else kept[0]) / DATABASE


def _links(workspace: Workspace, about: Sequence[str]) -> list[str]:
    """Where to read on: the pages of the programs told of, and the site; by `site_url` where the workspace has one."""
    place = workspace.model.site_url.rstrip("/") if workspace.model.site_url else str(workspace.publish / "site")
    names = {program.id: program.name for program in workspace.programs}
    pages = [f"{names[one]}: {place}/{program_address(one)}" for one in about if one in names]
    return [*pages[:MOST_LINKS], f"Site: {place}/index.html"]


def _send(workspace: Workspace, title: str, lines: Sequence[str]) -> list[str]:
    """Sends to every address; those that did not take it, by their place in the workspace."""
    import apprise  # noqa: PLC0415

    _hush()
    missed = []
    for place, address in enumerate(workspace.model.alerts):
        service = apprise.Apprise()
        if not (service.add(address) and service.notify(title=f"Waystage: {title}", body="\n".join(lines))):
            missed.append(f"alerts.{place}")
    return missed


def _keep(workspace: Workspace, told: _Heard, missed: Sequence[str]) -> str | None:
    """Keeps what was told where anybody took it; what to say of the addresses that did not."""
    if len(missed) < len(workspace.model.alerts):
        _write(workspace, told)
        again = ""
    else:
        again = ", and is told again with the next run"
    return f"{', '.join(missed)}: the message was not taken{again}; see: waystage check" if missed else None


def _hush() -> None:
    """Apprise logs addresses, which are secrets."""
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


def _read(workspace: Workspace) -> _Heard:
    try:
        said = json.loads((workspace.state / FILE).read_text(encoding="utf-8"))
        return _Heard(**said)
    except (OSError, ValueError, TypeError):  # none yet, or not ours: as if nothing had been told
        return _Heard()


def _write(workspace: Workspace, told: _Heard) -> None:
    beside = workspace.state / f"{FILE}.new"
    beside.write_text(json.dumps(asdict(told)), encoding="utf-8")
    beside.replace(workspace.state / FILE)
