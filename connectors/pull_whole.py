"""Pulls a whole list anew; it replaces the one in force once it is complete, so what the vendor deleted is gone."""

from connectors.pull_contract import Endpoint
from connectors.pull_http import Answer, PullFault
from connectors.pull_pages import EndpointState, read_page
from connectors.pull_paging import dig, follow, records_of
from connectors.pull_run import Run

PATIENCE_S = 72 * 3600  # how long a list waits for what is asked once per record of it


def pull_whole(run: Run, name: str, endpoint: Endpoint, state: EndpointState) -> None:
    """All pages of the list, from where an interrupted pull stopped. Raises PullFault and Paused."""
    if not state.building:
        if _is_fresh(run, state) or _is_awaited(run, name, state):
            return
        begin(run, name, state)
    has_restarted, rows = False, 0
    while True:
        try:
            answer = run.ask(endpoint, state.position, None)
        except PullFault as fault:
            if state.position is None or has_restarted or fault.status not in endpoint.paging.expired:
                raise
            has_restarted = True
            begin(run, name, state)
            continue
        records = records_of(endpoint, answer.said)
        after = follow(endpoint, answer, records, state.position, None)
        if records:
            run.pages.write(name, state.building, endpoint.file or name, state.pages + 1, answer.raw)
            state.pages += 1
        rows += len(records)
        run.tell(name, f"page {state.pages}, {rows:,} records")
        if not after.is_last:
            state.position = after.position
            run.pages.save()
            continue
        lacking = _lacking(run, name, endpoint, state, answer)
        if lacking and not has_restarted:  # something came or went while pages were turned: once more
            has_restarted = True
            begin(run, name, state)
            continue
        if lacking and state.in_force:
            run.pages.drop(name, state.building)
            state.building, state.position = 0, None
            run.pages.save()
            raise lacking
        bring_into_force(run, name, state)
        if lacking:
            raise lacking
        return


def begin(run: Run, name: str, state: EndpointState) -> None:
    """Starts making the list anew, beside the one in force."""
    state.building = state.in_force + 1
    state.position, state.pages = None, 0
    run.pages.drop(name, state.building)
    run.pages.save()


def bring_into_force(run: Run, name: str, state: EndpointState) -> None:
    """The list just made is complete: it replaces the one before."""
    before = state.in_force
    state.in_force, state.building, state.position = state.building, 0, None
    state.finished_at = run.clock()
    run.pages.save()
    run.pages.drop(name, before)


def _is_fresh(run: Run, state: EndpointState) -> bool:
    return state.finished_at is not None and run.clock() - state.finished_at < run.given.refresh_hours * 3600


def _is_awaited(run: Run, name: str, state: EndpointState) -> bool:
    """True while something asked once per record of this list has yet to come to its end."""
    if state.finished_at is None or run.clock() - state.finished_at > PATIENCE_S:
        return False
    return any(
        _is_under_way(run, other) for other, one in run.pull.endpoints.items() if one.each and one.each.of == name
    )


def _is_under_way(run: Run, name: str) -> bool:
    """True where the endpoint, or one below it, is in the middle of the list it follows."""
    each, states = run.pull.endpoints[name].each, run.pages.state.endpoints
    state = states.get(name)
    if state is None or each is None:
        return False
    if state.building and state.parent_making == states[each.of].in_force:
        return True
    return any(
        _is_under_way(run, other) for other, one in run.pull.endpoints.items() if one.each and one.each.of == name
    )


def _lacking(run: Run, name: str, endpoint: Endpoint, state: EndpointState, last: Answer) -> PullFault | None:
    """What to tell where the pages hold fewer records than the vendor counts."""
    count = dig(last.said, endpoint.count) if endpoint.count else None
    if not isinstance(count, int):
        return None
    held: set[str] = set()
    for file in run.pages.files(name, state.building):
        held |= {str(dig(record, endpoint.id)) for record in records_of(endpoint, read_page(file))}
    if len(held) >= count:
        return None
    kept = "; until then the list of the last pull is used" if state.in_force else ""
    return PullFault(
        f"the pages hold {len(held):,} of the {count:,} records the vendor counts: pages are missing",
        "as many as it counts",
        f"run again; where it stays so, tell the vendor{kept}",
    )
