"""Fetches one file over HTTP(S): only when it changed, tried again while the server is busy, never half of it."""

from __future__ import annotations

import email.message
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.auth import AuthBase

from connectors.discover import is_export
from connectors.errand import PATIENCE_S, PAUSES_S, Errand, kept_as
from connectors.fetched import Fetched
from connectors.machine import is_at_fault
from connectors.problem import NoAnswer, UnusableExport

CHUNK = 1 << 20  # bytes
BUSY = {408, 425, 429, 500, 502, 503, 504}
LONGEST_PAUSE_S = 60.0
OPTIONS = {"headers", "timeout"}
ENDINGS = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/x-ndjson": ".ndjson",
    "application/vnd.apache.parquet": ".parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/zip": ".zip",
    "application/x-tar": ".tar",
}


def fetch_url(errand: Errand) -> list[Fetched]:
    """The file at the source's URL. Raises UnusableExport where it cannot be had."""
    remote = errand.remote
    if unknown := sorted(set(remote.options) - OPTIONS):
        raise UnusableExport(
            f"unknown option {unknown[0]!r}", "`headers` (name: value) and `timeout` (seconds)", "correct `options:`"
        )
    with _Session(dict(remote.options.get("headers", {}))) as session:
        try:
            return [Fetched(_fetch(session, errand), remote.shown)]
        except (requests.RequestException, OSError) as error:
            if is_at_fault(error):
                raise
            raise _told(errand, error) from None


class _Busy(requests.RequestException):
    """An answer that may be another one in a moment."""


class _Session(requests.Session):
    """Sends the source's own headers, which may hold secrets, to its own host alone."""

    def __init__(self, own: Mapping[str, str]) -> None:
        super().__init__()
        self._own = own
        self.headers["User-Agent"] = "waystage"
        self.headers.update(own)
        if any(name.lower() == "authorization" for name in own):
            self.auth = _AsGiven()  # else a password in ~/.netrc would replace it

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Called before a redirect is followed."""
        usual: Any = super()  # its types differ between versions
        usual.rebuild_auth(prepared_request, response)
        if usual.should_strip_auth(str(response.request.url), str(prepared_request.url)):
            for name in self._own:
                prepared_request.headers.pop(name, None)


class _AsGiven(AuthBase):
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def _fetch(session: requests.Session, errand: Errand) -> Path:
    for pause_s in (*PAUSES_S, None):
        try:
            return _try(session, errand)
        except (_Busy, requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            if pause_s is None or _is_hopeless(error):
                raise
            asked_s = _asked_pause_s(error.response)
            errand.say(f"trying {errand.remote.shown} again")
            time.sleep(max(pause_s, asked_s))
    raise AssertionError("the last try returns or raises")


def _try(session: requests.Session, errand: Errand) -> Path:
    cache, name, options = errand.cache, errand.remote.shown, errand.remote.options
    known = cache.path(name)
    marks: dict[str, Any] = json.loads(cache.kept[name].mark) if known else {}
    headers = {"If-None-Match": marks.get("etag"), "If-Modified-Since": marks.get("changed")}
    patience = (PATIENCE_S[0], float(options.get("timeout", PATIENCE_S[1])))
    with session.get(
        errand.remote.address, headers={k: v for k, v in headers.items() if v}, stream=True, timeout=patience
    ) as answer:
        if known and answer.status_code == requests.codes.not_modified:
            return known
        if answer.status_code in BUSY:
            raise _Busy(response=answer)
        answer.raise_for_status()
        kind = answer.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if kind == "text/html":
            raise UnusableExport(
                "the server answered with a web page, not with a file; it may be a page to log in on",
                "the address of the file itself, and credentials that open it",
                "open it in a private window of a browser, and correct `url:` or `options:`",
            )
        mark = {
            "etag": answer.headers.get("ETag"),
            "changed": answer.headers.get("Last-Modified"),
            "size": answer.headers.get("Content-Length"),
        }
        if known and mark == marks and (mark["etag"] or mark["changed"]):
            return known  # a server that knows no conditions
        with cache.part(name) as part:
            _write(answer, part, errand)
            return cache.keep(name, json.dumps(mark), part, kept_as(part, _file_name(answer, kind)))


def _write(answer: requests.Response, part: Path, errand: Errand) -> None:
    """Writes the body as it comes; a body shorter than announced raises in `iter_content`."""
    total = int(answer.headers.get("Content-Length") or 0)
    done = 0
    with part.open("wb") as file:
        for chunk in answer.iter_content(CHUNK):
            file.write(chunk)
            done += len(chunk)
            of = f" of {total / 1e6:,.1f}" if total >= done else ""
            errand.say(f"fetching {errand.remote.shown}: {done / 1e6:,.1f}{of} MB")


def _file_name(answer: requests.Response, kind: str) -> str:
    """The file's own name, as the server gives it or the address has it, with an ending that says its kind."""
    said = email.message.Message()
    said["Content-Disposition"] = answer.headers.get("Content-Disposition", "")
    name = said.get_filename() or unquote(urlsplit(str(answer.url)).path).rsplit("/", 1)[-1] or "export"
    return name if is_export(name) else name + ENDINGS.get(kind, "")


def _asked_pause_s(answer: requests.Response | None) -> float:
    asked = answer.headers.get("Retry-After", "") if answer is not None else ""
    return min(float(asked), LONGEST_PAUSE_S) if asked.isdigit() else 0.0


def _is_hopeless(error: Exception) -> bool:
    """A name nobody knows or a false certificate is no passing trouble."""
    return isinstance(error, requests.exceptions.SSLError) or "NameResolutionError" in repr(error)


def _told(errand: Errand, error: Exception) -> UnusableExport:
    answer = getattr(error, "response", None)
    host = errand.remote.masked(urlsplit(errand.remote.address).hostname or "")
    if answer is not None:
        return _refused(answer.status_code, answer.reason or "", errand)
    if isinstance(error, requests.Timeout):
        return NoAnswer(f"{host} did not answer in time", "a server that answers",
                              "try again later, or raise `timeout:` (seconds) in `options:`")  # fmt: skip
    if "NameResolutionError" in repr(error):
        return UnusableExport(
            f"no host is called {host}", "a name that is known here", "correct `url:`, or the network"
        )
    if isinstance(error, requests.exceptions.SSLError):
        return UnusableExport(f"{host} shows no valid certificate", "https with a certificate this machine trusts",
                              "have it renewed, or install its authority here (REQUESTS_CA_BUNDLE)")  # fmt: skip
    if isinstance(error, requests.exceptions.ChunkedEncodingError) or "IncompleteRead" in repr(error):
        return NoAnswer("the download was cut off before its end, each time", "a whole file", "try again later")
    if isinstance(error, requests.ConnectionError):
        return NoAnswer(f"{host} cannot be reached", "a server that takes connections from this machine",
                              "correct `url:`, or try again later")  # fmt: skip
    return UnusableExport(
        f"the address cannot be fetched ({type(error).__name__})", "https://host/file", "correct `url:`"
    )


def _refused(status: int, reason: str, errand: Errand) -> UnusableExport:
    said = f"{status} {reason}".strip()
    names = ", ".join(f"${{{name}}}" for name in errand.remote.secrets) or "the credentials"
    if status in (requests.codes.unauthorized, requests.codes.forbidden):
        return UnusableExport(
            f"the server refuses it ({said})",
            "credentials that may read this file, or a link that has not expired",
            f"renew {names}",
        )
    if status in (requests.codes.not_found, requests.codes.gone):
        return UnusableExport(
            f"there is no such file on the server ({said})", "the address of a file", "correct `url:`"
        )
    return NoAnswer(f"the server cannot give it ({said})", "an answer with the file", "try again later")
