"""Pulls what is asked for once per record of another endpoint: the votes of each article, the parts of each ticket."""

from typing import Any

from connectors.pull_contract import Endpoint
from connectors.pull_http import PullFault
from connectors.pull_pages import EndpointState, read_page, safe
from connectors.pull_paging import Position, dig, follow, records_of
from connectors.pull_run import Run
from connectors.pull_whole import begin, bring_into_force


def pull_each(run: Run, name: str, endpoint: Endpoint, state: EndpointState) -> None:
    """Every parent of a whole list, or every one that came anew. Raises PullFault and Paused; the next pull goes on."""
    each = endpoint.each
    assert each is not None  # noqa: S101  told by the caller
    parent, above = run.pages.state.endpoints[each.of], run.pull.endpoints[each.of]
    is_whole = run.pull.is_whole(name)
    if is_whole:
        if not parent.in_force or (state.parent_making == parent.in_force and not state.building):
            return
        if state.parent_making != parent.in_force:
            begin(run, name, state)
            state.parent_making, state.parent_page, state.parent_row = parent.in_force, 0, 0
            run.pages.save()
    files = run.pages.files(each.of, parent.in_force if is_whole else 0)
    for number, file in enumerate(files[state.parent_page :], state.parent_page):
        records = records_of(above, read_page(file))
        for row, record in enumerate(records[state.parent_row :], state.parent_row):
            key = dig(record, each.id)
            if key is None or (each.if_any and not dig(record, each.if_any)):
                continue
            run.tell(name, f"{each.of} page {number + 1} of {len(files)}, record {row + 1}")
            _pull_one(run, name, endpoint, state, str(key))
            state.parent_row = row + 1
            run.pages.save()
        state.parent_page, state.parent_row = number + 1, 0
        run.pages.save()
    if is_whole:
        bring_into_force(run, name, state)


def _pull_one(run: Run, name: str, endpoint: Endpoint, state: EndpointState, key: str) -> None:
    """All pages of one parent, in place of those it had; none where it is gone."""
    file = endpoint.file.format(id=safe(key))
    position: Position = None
    number = 0
    while True:
        try:
            answer = run.ask(endpoint, position, None, {"id": safe(key)})
        except PullFault as fault:
            if fault.status != 404 or position is not None:
                raise
            break  # removed since its parent was listed
        records: list[Any] = records_of(endpoint, answer.said)
        after = follow(endpoint, answer, records, position, None)
        if records:
            number += 1
            run.pages.write(name, state.building, file, number, answer.raw)
        if after.is_last:
            break
        position = after.position
    run.pages.drop_after(name, state.building, file, number)
