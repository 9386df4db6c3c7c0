"""The shape of `connectors/<name>/pull.yaml`: what to ask a vendor's API for, and how its lists end.

A full `pull.yaml`::

    base_url: https://{subdomain}.zendesk.com      # {name} is a setting of the source's `pull:`
    docs: Admin Center > Apps and integrations > APIs > Zendesk API > add an API token.
    rights: an admin's                             # whose token it must be, told where the vendor answers 403
    settings:
      subdomain: {description: acme of acme.zendesk.com}
      user: {description: e-mail address of the admin}
      token: {description: the API token, is_secret: true}
    auth: {kind: basic, user: "{user}/token", password: "{token}"}
    requests_per_minute: 200
    endpoints:
      tickets:
        feeds: [tickets]                           # streams of source.yaml; the endpoint's own name if left out
        path: /api/v2/incremental/tickets/cursor.json
        params: {per_page: 1000}
        records: tickets                           # list in the answer; left out: the answer itself; `.`: one record
        paging: {kind: token, next: after_cursor, send: cursor, is_alone: true, end: end_of_stream}
        since: {send: start_time, format: epoch, field: generated_timestamp, goes_on: token}
        requests_per_minute: 10
      comments:
        path: "/api/v2/tickets/{id}/comments.json"
        each: {of: tickets, id: id}                # once for every record of that endpoint, as often as it comes anew
        file: "tickets/{id}/comments"              # where its pages are kept, without number and suffix
        records: comments
        paging: {kind: link, next: next_page}

An endpoint with `since` is asked for what changed after the last pull; one without is asked for everything, and its
new pages replace the old ones once they are complete, so what the vendor deleted is gone.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from connectors.contract import NAME, Names, Shape
from connectors.declaration import DeclarationError, Problem, read, validate

FILE = "pull.yaml"
Address = str | int | float | bool | list[Any] | dict[str, Any]


class Setting(Shape):
    """One key of a source's `pull:`."""

    description: str
    is_secret: bool = False  # to be given as ${NAME} only, and never shown
    is_required: bool = True
    default: str | None = None
    pattern: str = ""  # a regular expression for the whole value


# Every pull takes these as well.
COMMON = {
    "base_url": Setting(description="another address for the API: a proxy, a regional host", is_required=False),
    "since": Setting(description="first day to pull what happened, such as 2025-01-01", is_required=False),
    "max_pages": Setting(description="most pages in one run; the next goes on", is_required=False, default="20000"),
    "max_minutes": Setting(description="most minutes in one run; the next goes on", is_required=False, default="120"),
    "requests_per_minute": Setting(
        description="in place of the vendor's usual limit, where yours differs", is_required=False
    ),
    "refresh_hours": Setting(
        description="how old a whole list may get before it is pulled again", is_required=False, default="0"
    ),
}


class Auth(Shape):
    """How a request says who asks; the texts may hold `{setting}`."""

    kind: Literal["basic", "bearer", "none"]
    user: str = ""
    password: str = ""
    token: str = ""


class Paging(Shape):
    """How the pages of one list follow each other, and where they end.

    - single: there is one page.
    - token: `next` in the answer is sent as `send` for the next page.
    - link: `next` in the answer, or the Link header where it is empty, is the next address.
    - number: `send` counts the pages from 1.
    """

    kind: Literal["single", "token", "link", "number"] = "single"
    next: str = ""
    send: str = ""
    is_alone: bool = False  # the token goes without the time of `since`
    end: str = ""  # true in the answer on the last page, whatever `next` says
    more: str = ""  # false in the answer on the last page
    total: str = ""  # number: how many pages there are
    size: int = 0  # number: a page with fewer records is the last
    is_until_empty: bool = False  # the last page has no records
    most: int = 0  # pages of one list the vendor gives out
    expired: tuple[int, ...] = (400, 404, 410, 422)  # what an old token or link is answered with

    @model_validator(mode="after")
    def _is_complete(self) -> "Paging":
        if self.kind == "token" and not (self.next and self.send):
            raise ValueError("paging by token needs `next` and `send`")
        if self.kind == "number" and not (self.send and (self.size or self.total or self.is_until_empty)):
            raise ValueError("paging by number needs `send` and one of `size`, `total`, `is_until_empty`")
        return self


class Since(Shape):
    """How an endpoint is asked for what changed after some time."""

    send: str  # parameter, or dotted path in the body
    format: Literal["epoch", "iso"] = "epoch"
    field: str  # of a record: when it changed
    next: str = ""  # in the answer: where the next pull begins, instead of the newest `field`
    overlap_s: int = 0  # asked for again, because changes become visible late
    goes_on: Literal["time", "token"] = "time"  # the next pull begins there
    is_moved: bool = False  # each page is asked for from the newest change on, so that none slips past a page's end
    is_whole: bool = False  # `since:` of the source does not count: needed however old


class Each(Shape):
    """The endpoint is asked once for every record of another."""

    of: str
    id: str = "id"  # path in the record
    if_any: str = ""  # path in the record: only where this is more than zero


class Endpoint(Shape):
    """One list, or one record per parent, that the API gives."""

    path: str
    description: str = ""
    feeds: Names = ()
    method: Literal["GET", "POST"] = "GET"
    params: dict[str, Address] = Field(default_factory=dict)
    body: dict[str, Address] = Field(default_factory=dict)
    records: str = ""
    id: str = "id"
    count: str = ""  # in the answer: how many records all pages hold
    file: str = ""
    each: Each | None = None
    paging: Paging = Paging()
    since: Since | None = None
    requests_per_minute: int = 0

    @model_validator(mode="after")
    def _is_consistent(self) -> "Endpoint":
        if self.each and self.since:
            raise ValueError("an endpoint with `each` follows its parent and has no `since`")
        if self.each and "{id}" not in self.file:
            raise ValueError(
                "an endpoint with `each` needs `file` with {id}, so that no parent's pages overwrite another's"
            )
        if self.since and self.since.is_moved and self.paging.kind != "number":
            raise ValueError("`is_moved` goes with paging by number")
        return self


class Pull(Shape):
    """A connector's pull.yaml."""

    base_url: str
    docs: str
    rights: str
    settings: dict[str, Setting] = Field(default_factory=dict)
    auth: Auth
    headers: dict[str, str] = Field(default_factory=dict)
    requests_per_minute: int = Field(gt=0)
    evidence: Names = ()
    endpoints: dict[str, Endpoint]

    @property
    def keys(self) -> dict[str, Setting]:
        """Every key that the source's `pull:` may have."""
        return {**self.settings, **COMMON}

    def is_whole(self, name: str) -> bool:
        """True for an endpoint asked for everything each time, False where changes are added to what is there."""
        endpoint = self.endpoints[name]
        return self.is_whole(endpoint.each.of) if endpoint.each else endpoint.since is None

    @model_validator(mode="after")
    def _names_exist(self) -> "Pull":
        for name, endpoint in self.endpoints.items():
            if not NAME.fullmatch(name):
                raise ValueError(f"endpoint `{name}` must be lower_case_with_underscores")
            before = list(self.endpoints)[: list(self.endpoints).index(name)]
            if not endpoint.each:
                continue
            if endpoint.each.of not in before:
                raise ValueError(f"`{name}` is of `{endpoint.each.of}`, which is no endpoint above it")
            if self.endpoints[endpoint.each.of].each and not self.is_whole(endpoint.each.of):
                raise ValueError(f"`{name}` is of `{endpoint.each.of}`, whose pages change as its own parents do")
        return self


def read_pull(connector: Path, streams: Collection[str] | None = None) -> Pull | None:
    """The pull.yaml of a connector's folder, None where it has none. Raises DeclarationError for a wrong one.

    `streams`: those of its source.yaml, which the endpoints are then checked against.
    """
    path = connector / FILE
    if not path.is_file():
        return None
    document = read(path)
    pull = validate(Pull, document)
    for name, endpoint in pull.endpoints.items():
        for stream in endpoint.feeds or (name,):
            if streams is not None and stream not in streams:
                line = document.line(("endpoints", name))
                told = f"`{stream}` is not a stream of source.yaml: {', '.join(sorted(streams))}; add `feeds:`"
                raise DeclarationError([Problem(path, line, told)])
    return pull


def filled(value: Any, settings: Mapping[str, str]) -> Any:
    """The value with every `{setting}` in its texts replaced; always a copy."""
    if isinstance(value, dict):
        return {name: filled(item, settings) for name, item in value.items()}
    if isinstance(value, list):
        return [filled(item, settings) for item in value]
    return value.format_map(settings) if isinstance(value, str) else value
