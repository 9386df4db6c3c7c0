"""Asks a vendor's API for one answer: signed, at the allowed rate, and again where a fault may pass."""

import datetime as dt
import email.utils
import json
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

import requests
import tenacity

from connectors.pull_settings import Place

TRIES = 6  # of one request where the vendor fails or the line does
REFUSALS = 30  # of one request for coming too fast, in a row
LONGEST_PAUSE_S = 60.0
TIMEOUT_S = (15.0, 120.0)  # to connect, and between two pieces of an answer
TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
BACKOFF = tenacity.wait_exponential(multiplier=1, max=LONGEST_PAUSE_S)

Scope = Literal["source", "endpoint"]


class PullFault(Exception):
    """What an endpoint, or the whole source, cannot be pulled for; worded as an instruction."""

    def __init__(self, seen: str, legal: str, what_to_do: str, scope: Scope = "endpoint", status: int = 0) -> None:
        super().__init__(seen)
        self.seen, self.legal, self.what_to_do, self.scope, self.status = seen, legal, what_to_do, scope, status
        self.may_pass = False  # by itself: it was tried again, and may be once more


class Paused(Exception):
    """The run's pages or minutes are used up; the next run goes on."""


@dataclass(frozen=True)
class Call:
    """One request. `path` begins with a slash and may hold a query of its own."""

    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    method: Literal["GET", "POST"] = "GET"
    body: Mapping[str, Any] | None = None
    requests_per_minute: int = 0


@dataclass(frozen=True)
class Answer:
    """A page as received, and what it says."""

    raw: bytes
    said: Any
    next_link: str  # of the Link header


class _Again(Exception):
    def __init__(self, fault: PullFault, pause_s: float | None, is_refusal: bool) -> None:
        super().__init__(fault.seen)
        self.fault, self.pause_s, self.is_refusal = fault, pause_s, is_refusal


class Client:
    """A session with one vendor's API.

    `deadline` is on the clock `now` (seconds); beyond it nothing is asked or waited for.
    """

    def __init__(
        self,
        place: Place,
        *,
        deadline: float,
        say: Callable[[str], None] = lambda _text: None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.place, self.has_answered, self.asked = place, False, 0
        self._deadline, self._say, self._now, self._sleep = deadline, say, now, sleep
        self._recent: dict[int, deque[float]] = {}
        self._session = requests.Session()
        self._session.auth = _Sign(place)  # set even where nothing is signed: else ~/.netrc would be

    def close(self) -> None:
        self._session.close()

    def ask(self, call: Call) -> Answer:
        """The answer, which is JSON. Raises PullFault where there will be none, and Paused at the deadline."""
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Again),
            stop=_has_tried_enough,
            wait=_pause_s,
            sleep=self._wait,
            reraise=True,
        )
        try:
            answer: Answer = retrying(self._try, call)
        except _Again as again:
            again.fault.may_pass = True
            raise again.fault from None
        self.has_answered = True
        return answer

    def _wait(self, seconds: float) -> None:
        if self._now() + seconds > self._deadline:
            raise Paused
        if seconds > 5:
            self._say(f"the vendor asks to wait {seconds:.0f} s")
        self._sleep(seconds)

    def _keep_rate(self, per_minute: int) -> None:
        """Waits until fewer than `per_minute` requests lie within the last minute; endpoints of one rate share it."""
        recent = self._recent.setdefault(per_minute, deque())
        while recent and recent[0] <= self._now() - 60:
            recent.popleft()
        if len(recent) >= per_minute:
            self._wait(recent[0] + 60 - self._now())
            recent.popleft()
        recent.append(self._now())

    def _try(self, call: Call) -> Answer:
        place = self.place
        given = 0 if place.is_rate_given else call.requests_per_minute
        self._keep_rate(given or place.requests_per_minute)
        if self._now() > self._deadline:
            raise Paused
        self.asked += 1
        try:
            with self._session.request(
                call.method,
                join(place.base_url, call.path),
                params=dict(call.params) or None,
                json=dict(call.body) if call.body is not None else None,
                timeout=TIMEOUT_S,
                allow_redirects=False,
            ) as response:
                return _read(response, call, place)
        except requests.exceptions.SSLError:
            raise PullFault(
                f"{place.base_url} shows no valid certificate",
                "an address that speaks https",
                "check the address; behind a proxy of your own set REQUESTS_CA_BUNDLE",
                "source",
            ) from None
        except requests.exceptions.InvalidURL:
            raise _no_such_place(place, "is no address") from None
        except requests.RequestException as error:  # its text holds the address, so only its kind is told
            unknown = "NameResolution" in repr(error)
            fault = PullFault(
                f"{place.base_url} {_told(error)}" + (f" while {call.path} was read" if not unknown else ""),
                "an address that answers",
                "check the address and the network, then run again: the pull goes on where it stopped",
                "source" if not self.has_answered else "endpoint",
            )
            raise _Again(fault, None, is_refusal=False) from None


def join(base_url: str, path: str) -> str:
    """The address of a path. A path that already begins with the base's own is not doubled."""
    base = urlsplit(base_url)
    prefix = base.path.rstrip("/")
    own = path if prefix and path.startswith(prefix + "/") else prefix + path
    where, _, query = own.partition("?")
    return urlunsplit((base.scheme, base.netloc, where, query, ""))


def own_path(link: str) -> str:
    """Path and query of a next link. Its host is left out: only the host that was configured gets the token."""
    parts = urlsplit(link)
    path = parts.path if parts.path.startswith("/") else f"/{parts.path}"
    return f"{path}?{parts.query}" if parts.query else path


class _Sign(requests.auth.AuthBase):
    def __init__(self, place: Place) -> None:
        self._place = place

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._place.auth is not None:
            requests.auth.HTTPBasicAuth(*(part.encode() for part in self._place.auth))(request)
        request.headers.update({"Accept": "application/json", "User-Agent": "waystage", **self._place.headers})
        return request


def _has_tried_enough(state: tenacity.RetryCallState) -> bool:
    error = state.outcome.exception() if state.outcome else None
    is_refusal = isinstance(error, _Again) and error.is_refusal
    return state.attempt_number >= (REFUSALS if is_refusal else TRIES)


def _pause_s(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.pause_s if isinstance(error, _Again) else None
    return float(BACKOFF(state)) if asked is None else asked


def _read(response: requests.Response, call: Call, place: Place) -> Answer:
    status = response.status_code
    if status == 200:
        try:
            said = json.loads(response.content)
        except ValueError:
            what = "a web page" if response.content.lstrip()[:1] == b"<" else "a page that is cut off or no JSON"
            raise _Again(
                PullFault(
                    f"{place.base_url} answers {call.path} with {what}",
                    "JSON",
                    "check `base_url` and the account: this may be a login page or a proxy",
                ),
                None,
                is_refusal=False,
            ) from None
        return Answer(response.content, said, response.links.get("next", {}).get("url", ""))
    fault = _refusal(status, call, place)
    if status in TRY_AGAIN:
        raise _Again(fault, _asked_pause(response), is_refusal=status == 429)
    raise fault


def _refusal(status: int, call: Call, place: Place) -> PullFault:
    at = f"{place.base_url} answers {status} to {call.path.partition('?')[0]}"
    if status == 401:
        return PullFault(
            f"{at}: the token is not accepted; it was revoked, has expired or is another account's",
            "a live token",
            f"make a new one and put it into the environment. {place.docs}",
            "source",
            status,
        )
    if status == 403:
        return PullFault(
            f"{at}: the token may not read this",
            f"a token with more rights: {place.rights}",
            f"give its owner the rights, or make another. {place.docs}",
            status=status,
        )
    if status in (301, 302, 303, 307, 308):
        return _no_such_place(place, f"sends {call.path.partition('?')[0]} elsewhere ({status})")
    if status == 404:
        return PullFault(
            f"{at}: there is no such list", "an account with this feature", "check the address", status=404
        )
    if status == 429:
        return PullFault(
            f"{at} again and again: too many requests",
            f"{place.requests_per_minute} a minute or fewer",
            "give `pull:` a lower `requests_per_minute`, or stop what else uses the vendor's limit",
        )
    if status >= 500 or status in TRY_AGAIN:
        return PullFault(
            f"{at}, {TRIES} times: the vendor has a fault",
            "an answer",
            "run again later; the pull goes on where it stopped",
            status=status,
        )
    return PullFault(
        f"{at}: the request is not understood",
        "the API that this connector was written for",
        "update Waystage; tell its makers the status and the path",
        status=status,
    )


def _no_such_place(place: Place, seen: str) -> PullFault:
    return PullFault(
        f"{place.base_url} {seen}: there is no such account",
        "the address at which you sign in",
        "correct the address in the source's `pull:`",
        "source",
        404,
    )


def nothing_there(place: Place) -> PullFault:
    """Every endpoint was answered with 404."""
    return _no_such_place(place, "answers 404 to everything")


def _asked_pause(response: requests.Response) -> float | None:
    """Seconds the vendor asks to wait: Retry-After as seconds or as a date, or the time its limit is reset."""
    after = response.headers.get("Retry-After", "").strip()
    with suppress(ValueError):
        return max(0.0, float(after))
    with suppress(ValueError, TypeError):
        until = email.utils.parsedate_to_datetime(after)
        return max(0.0, (until - dt.datetime.now(dt.UTC)).total_seconds())
    with suppress(ValueError):
        left = float(response.headers.get("X-RateLimit-Reset", "")) - time.time()
        return left if 0 <= left <= 3600 else None
    return None


def _told(error: requests.RequestException) -> str:
    if "NameResolution" in repr(error):
        return "is not found on the network: there is no such host"
    if isinstance(error, requests.exceptions.Timeout):
        return "does not answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return "breaks off its answer"
    return "cannot be reached, or breaks off its answer"
