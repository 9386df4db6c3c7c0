"""How one page leads to the next: what to ask for, and what an answer says of the pages after it. No network here."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.pull_contract import Endpoint, Since, filled
from connectors.pull_http import Answer, Call, PullFault, own_path

LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).timestamp()  # where nobody says since when
MILLISECONDS = 1e11  # epoch numbers above this are no seconds
Position = str | int | None


@dataclass(frozen=True)
class Next:
    """Where the list goes on. With `is_last`, `position` is where the next pull begins, if the vendor keeps it."""

    position: Position
    begun_at: float | None
    is_last: bool


def call_for(endpoint: Endpoint, settings: Mapping[str, str], position: Position, begun_at: float | None) -> Call:
    """The request for a page. `begun_at`: seconds since 1970, for an endpoint with `since`."""
    paging, since = endpoint.paging, endpoint.since
    path = filled(endpoint.path, settings)
    if paging.kind == "link" and position is not None:
        return Call(str(position), {}, endpoint.method, None, endpoint.requests_per_minute)
    params: dict[str, Any] = {
        name: ",".join(map(str, value)) if isinstance(value, list) else value
        for name, value in filled(endpoint.params, settings).items()
    }
    body: dict[str, Any] = filled(endpoint.body, settings)
    sent: dict[str, Any] = {}
    if since is not None and not (paging.is_alone and position is not None):
        sent[since.send] = as_sent(since, LONG_AGO if begun_at is None else begun_at)
    if paging.kind == "number":
        sent[paging.send] = 1 if position is None else position
    elif paging.kind == "token" and position is not None:
        sent[paging.send] = position
    for name, value in sent.items():
        if endpoint.method == "POST" and ("." in name or name in body):
            _put(body, name, value)
        else:
            params[name] = value
    given = body if endpoint.method == "POST" else None
    return Call(path, params, endpoint.method, given, endpoint.requests_per_minute)


def records_of(endpoint: Endpoint, said: Any) -> list[Any]:
    """The records of a page. PullFault where it has another shape than declared."""
    if endpoint.records == ".":
        found = [said] if isinstance(said, dict) else None
    else:
        found = dig(said, endpoint.records) if endpoint.records else said
    if isinstance(found, list):
        return found
    wanted = f"a list `{endpoint.records}`" if endpoint.records not in ("", ".") else "records"
    keys = ", ".join(sorted(said)[:12]) if isinstance(said, dict) else "no keys"
    raise _drift(endpoint, f"holds not {wanted}, but: {keys}")


def follow(endpoint: Endpoint, answer: Answer, records: list[Any], position: Position, begun_at: float | None) -> Next:
    """What comes after a page. PullFault where it neither ends nor goes on."""
    paging, since = endpoint.paging, endpoint.since
    if paging.kind == "single":
        return _last(endpoint, answer, None, begun_at)
    if paging.kind == "number":
        return _numbered(endpoint, answer, records, position, begun_at)
    found = dig(answer.said, paging.next) if paging.next else answer.next_link
    token = _token(endpoint, found)
    if paging.end and not isinstance(dig(answer.said, paging.end), bool):
        raise _drift(endpoint, f"does not say `{paging.end}`, which tells its last page")
    is_last = (
        (bool(dig(answer.said, paging.end)) if paging.end else token is None)
        or (bool(paging.more) and dig(answer.said, paging.more) is False)
        or (paging.is_until_empty and not records)
    )
    if is_last:
        keeps = since is not None and since.goes_on == "token"
        return _last(endpoint, answer, (token or position) if keeps else None, begun_at)
    if token is None:
        raise _drift(endpoint, f"is not the last page and has no `{paging.next or 'Link header'}`")
    if token == position and not paging.is_until_empty:
        raise PullFault(
            f"{endpoint.path} gives the same page again and again",
            "a next page that is another one",
            "run again; where it stays so, tell the vendor",
        )
    return Next(token, begun_at, is_last=False)


def _token(endpoint: Endpoint, found: Any) -> Position:
    if found in (None, "", False):
        return None
    return own_path(str(found)) if endpoint.paging.kind == "link" else found if isinstance(found, int) else str(found)


def _numbered(
    endpoint: Endpoint, answer: Answer, records: list[Any], position: Position, begun_at: float | None
) -> Next:
    paging, since = endpoint.paging, endpoint.since
    number = 1 if position is None else int(position)
    if paging.total:
        total = dig(answer.said, paging.total)
        if not isinstance(total, int):
            raise _drift(endpoint, f"does not say `{paging.total}`, how many pages there are")
        is_last = number >= total
    else:
        is_last = len(records) < max(paging.size, 1)
    if is_last:
        return _last(endpoint, answer, None, begun_at)
    newest = newest_of(since, records) if since is not None and since.is_moved else None
    if newest is not None and newest - 1 > (LONG_AGO if begun_at is None else begun_at):
        return Next(None, newest - 1, is_last=False)  # the last second again: a page may end within it
    if paging.most and number >= paging.most:
        raise PullFault(
            f"{endpoint.path} ends at page {paging.most}, and there is more",
            f"{paging.most} pages at most",
            "pull from a later day: give `pull:` a `since:`" if since else "export the rest to a file",
        )
    return Next(number + 1, begun_at, is_last=False)


def _last(endpoint: Endpoint, answer: Answer, position: Position, begun_at: float | None) -> Next:
    told = dig(answer.said, endpoint.since.next) if endpoint.since and endpoint.since.next else None
    return Next(position, seconds(told) or begun_at, is_last=True)


def newest_of(since: Since, records: list[Any]) -> float | None:
    """When the newest of the records changed."""
    times = (seconds(dig(record, since.field)) for record in records)
    return max((time for time in times if time is not None), default=None)


def seconds(value: Any) -> float | None:
    """A vendor's time as seconds since 1970; None where it is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return value / 1000 if value > MILLISECONDS else float(value)
    try:
        time = dt.datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=dt.UTC)).timestamp()


def as_sent(since: Since, time: float) -> str | int:
    """A time as the vendor wants it."""
    if since.format == "epoch":
        return int(time)
    return dt.datetime.fromtimestamp(int(time), dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def dig(said: Any, path: str) -> Any:
    """The value at a dotted path, None where there is none."""
    for name in path.split("."):
        said = said.get(name) if isinstance(said, dict) else None
    return said


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    *folders, name = path.split(".")
    for folder in folders:
        body = body.setdefault(folder, {})
    body[name] = value


def _drift(endpoint: Endpoint, seen: str) -> PullFault:
    return PullFault(
        f"the answer of {endpoint.path} {seen}",
        "the shape that this connector was written for",
        "check `base_url`; if the vendor changed its API, update Waystage",
    )
