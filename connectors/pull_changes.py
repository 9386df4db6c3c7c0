"""Pulls what changed since the last time, adding its pages to those that are there."""

from connectors.pull_contract import Endpoint
from connectors.pull_http import PullFault
from connectors.pull_pages import EndpointState
from connectors.pull_paging import follow, newest_of, records_of
from connectors.pull_run import Run


def pull_changes(run: Run, name: str, endpoint: Endpoint, state: EndpointState) -> None:
    """All pages from where the last pull stopped. Raises PullFault and Paused; what came until then stays."""
    since = endpoint.since
    assert since is not None  # noqa: S101  told by the caller
    first = None if since.is_whole else run.given.since
    if not state.asked_from or _is_earlier(first, state.asked_from):
        state.begun_at, state.position, state.asked_from = first, None, str(first)
    rows, has_restarted = 0, False
    while True:
        try:
            answer = run.ask(endpoint, state.position, state.begun_at)
        except PullFault as fault:
            if state.position is None or has_restarted or fault.status not in endpoint.paging.expired:
                raise
            # the vendor forgot the place: begin again at the last time known
            has_restarted, state.position = True, None
            known = (_less(state.newest, since.overlap_s), state.begun_at)
            state.begun_at = max((time for time in known if time is not None), default=None)
            run.pages.save()
            continue
        records = records_of(endpoint, answer.said)
        newest = newest_of(since, records)
        if newest is not None:
            state.newest = min(max(newest, state.newest or newest), run.clock())
        after = follow(endpoint, answer, records, state.position, state.begun_at)
        if records:
            run.pages.write(name, 0, endpoint.file or name, state.pages + 1, answer.raw)
            state.pages += 1
        state.position, state.begun_at = after.position, after.begun_at
        if after.is_last:
            state.finished_at = run.clock()
            if since.goes_on == "time" and not since.next:
                state.begun_at = _less(state.newest, since.overlap_s) or state.begun_at
        run.pages.save()
        rows += len(records)
        run.tell(name, f"page {state.pages}, {rows:,} records")
        if after.is_last:
            return


def _is_earlier(first: float | None, before: str) -> bool:
    """True where a source asks for more of the past than it did; None is all of it."""
    if before in ("None", str(first)):
        return False
    return first is None or first < float(before)


def _less(time_s: float | None, overlap_s: int) -> float | None:
    return None if time_s is None else time_s - overlap_s
