"""Pulls what a vendor's API has: every endpoint from where it stopped, page by page, each page kept before the next.

The order is law: a page is on disk before the state says so, and a whole list is complete before it replaces the one
in force. A kill at any point therefore costs at most the page that was being read.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from connectors.problem import Problem
from connectors.pull_changes import pull_changes
from connectors.pull_contract import Endpoint, Pull
from connectors.pull_each import pull_each
from connectors.pull_http import Client, Paused, PullFault, nothing_there
from connectors.pull_pages import EndpointState, PageFile, Pages
from connectors.pull_paging import call_for, follow, records_of
from connectors.pull_run import Run, Say
from connectors.pull_settings import use
from connectors.pull_whole import pull_whole

PROBE_S = 60.0  # a check waits no longer than that for all of a source


@dataclass(frozen=True)
class Trouble:
    """Why an endpoint brought less than it should; `endpoint` is empty where it is all of the source."""

    endpoint: str
    seen: str
    legal: str
    what_to_do: str
    may_pass: bool = False

    def at(self, source: str) -> Problem:
        """The same as a problem of the source."""
        return Problem(f"{source} {self.endpoint}".strip(), 0, "", self.seen, self.legal, self.what_to_do)


@dataclass(frozen=True)
class Pulled:
    """The page files landing is to read, by endpoint; what went wrong; how many requests were made."""

    files: Mapping[str, tuple[PageFile, ...]]
    troubles: tuple[Trouble, ...]
    asked: int


def pull_source(
    pulled: Path,
    program_id: str,
    source: str,
    *,
    pull: Pull,
    given: Mapping[str, str],
    say: Say = lambda _text: None,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> Pulled:
    """Pulls one source into `<pulled>/<program>/<source>/`. What is wrong with the vendor is told, never raised."""
    settings = use(pull, given)
    pages = Pages(pulled, program_id, source)
    pages.open(settings.account)
    deadline = time.monotonic() + settings.max_minutes * 60
    client = Client(settings.place, deadline=deadline, say=lambda text: say(f"pulling {source}: {text}"), sleep=sleep)
    run = Run(source, pull, settings, pages, client, say, clock)
    try:
        troubles = _pull_all(run)
    finally:
        client.close()
    return Pulled(files_in_force(pages, pull), tuple(troubles), client.asked)


def kept_source(pulled: Path, program_id: str, source: str, *, pull: Pull, given: Mapping[str, str]) -> Pulled:
    """What earlier pulls brought, and what the first page of every list says now; nothing is written."""
    settings = use(pull, given)
    pages = Pages(pulled, program_id, source)
    pages.look(settings.account)
    client = Client(settings.place, deadline=time.monotonic() + PROBE_S)
    failed: dict[str, PullFault] = {}
    try:
        for name, endpoint in pull.endpoints.items():
            if endpoint.each:
                continue
            try:
                answer = client.ask(call_for(endpoint, settings.settings, None, settings.since))
                follow(endpoint, answer, records_of(endpoint, answer.said), None, None)
            except PullFault as fault:
                failed[name] = fault
                if fault.scope == "source":
                    break
            except Paused:
                break
    finally:
        client.close()
    return Pulled(files_in_force(pages, pull), tuple(_told(failed, client)), client.asked)


def files_in_force(pages: Pages, pull: Pull) -> dict[str, tuple[PageFile, ...]]:
    """The pages of every endpoint that landing is to read."""
    found: dict[str, tuple[PageFile, ...]] = {}
    for name in pull.endpoints:
        state = pages.state.endpoints.get(name, EndpointState())
        if not pull.is_whole(name) or state.in_force:
            found[name] = tuple(pages.named(name, state.in_force if pull.is_whole(name) else 0))
    return found


def _pull_all(run: Run) -> list[Trouble]:
    """Every endpoint in turn; one that fails leaves the others to go on."""
    failed: dict[str, PullFault] = {}
    for name, endpoint in run.pull.endpoints.items():
        state = _state(run.pages, name, endpoint)
        try:
            if endpoint.each:
                pull_each(run, name, endpoint, state)
            elif endpoint.since:
                pull_changes(run, name, endpoint, state)
            else:
                pull_whole(run, name, endpoint, state)
        except PullFault as fault:
            failed[name] = fault
            if fault.scope == "source":
                break
            if endpoint.each and not fault.may_pass:  # its parents need not wait for it
                state.building = state.parent_making = 0
                run.pages.save()
        except Paused:
            return [*_told(failed, run.client), _paused(run, name)]
    return _told(failed, run.client)


def _state(pages: Pages, name: str, endpoint: Endpoint) -> EndpointState:
    """The endpoint's state; what is asked for in another way than before begins anew, while its pages stay."""
    state = pages.state.endpoints.setdefault(name, EndpointState())
    declared = endpoint.model_dump_json(exclude={"description", "feeds", "requests_per_minute"})
    if state.declared != declared:
        state = EndpointState(declared=declared, pages=state.pages, in_force=state.in_force)
        pages.state.endpoints[name] = state
    return state


def _told(failed: Mapping[str, PullFault], client: Client) -> list[Trouble]:
    """A fault of all the source once, any other by endpoint."""
    for fault in failed.values():
        if fault.scope == "source":
            return [Trouble("", fault.seen, fault.legal, fault.what_to_do, fault.may_pass)]
    if failed and not client.has_answered and all(fault.status == 404 for fault in failed.values()):
        fault = nothing_there(client.place)
        return [Trouble("", fault.seen, fault.legal, fault.what_to_do, fault.may_pass)]
    return [Trouble(name, fault.seen, fault.legal, fault.what_to_do, fault.may_pass) for name, fault in failed.items()]


def _paused(run: Run, name: str) -> Trouble:
    given = run.given
    seen = f"the pull stopped here: its {given.max_pages:,} pages or {given.max_minutes} minutes are used up"
    todo = "run again, it goes on from there; `max_pages` and `max_minutes` of `pull:` allow for more"
    return Trouble(name, seen, "", todo)
