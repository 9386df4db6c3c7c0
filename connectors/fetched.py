"""What a source's export is called and where it lies on this machine, once it has been brought there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit

SECRET_PARAMETER = re.compile(  # a word of a name
    r"(^|[^a-z])(sig|signature|secret|token|key|apikey|passw(or)?d|passphrase|pwd|credentials?|auth|authorization)([^a-z]|$)",
    re.IGNORECASE,
)
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
NOTHING = r"(?!)"  # matches nowhere
SHORTEST_FRAGMENT = 4
USER = re.compile(r"(?<=://)[^/\s@]*@")  # who connects, and with what password


@dataclass(frozen=True)
class Fetched:
    """One export of a source. `name` is what its user calls it; `path` is None where there is nothing to land.

    `trouble` says why there is nothing, or why what is there is an older copy; it never holds a secret. `may_pass` says
    that the other side did not answer, and may when it is asked again.
    """

    path: Path | None
    name: str
    trouble: str | None = None
    may_pass: bool = False


@dataclass(frozen=True)
class Brought:
    """All that a source names, in a stable order; files whose names are no export's; why there is nothing."""

    files: tuple[Fetched, ...]
    ignored: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Remote:
    """Where a source's exports are fetched from. It holds secrets: it is never printed, dumped or hashed."""

    address: str = field(repr=False)  # URL of files, or of a database
    shown: str  # the same as waystage.yaml has it: secrets by the name of their variable
    queries: Mapping[str, str] = field(default_factory=dict, repr=False)  # a database's: name of the rows to SQL
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)  # of the environment: name to value

    @property
    def scheme(self) -> str:
        return self.address.split("://", 1)[0].lower() if "://" in self.address else ""

    def masked(self, text: str) -> str:
        """A text of somebody else's, such as an error, with what came from the environment replaced by its name."""
        spellings = {
            spelling: f"${{{name}}}"
            for name, value in self.secrets.items()
            for part in (value, *_fragments(value))
            for spelling in (part, quote(part, safe=""), quote(part), quote_plus(part), repr(part)[1:-1])
        }
        for spelling in sorted(spellings, key=len, reverse=True):
            text = text.replace(spelling, spellings[spelling])
        return USER.sub(_masked_user, text)


def _fragments(secret: str) -> list[str]:
    """What a parser may take out of a secret and quote in its error: a password of / and @ breaks an address up."""
    if "://" in secret:
        secret = secret.split("://", 1)[1].rpartition("@")[0].partition(":")[2]
    found = {secret, *re.split(r"[/@:?#&=%+\s\[\]]", secret)}
    return [text for text in found if len(text) >= SHORTEST_FRAGMENT]


def filled_address(written: str, values: Mapping[str, str]) -> str:
    """An address with its variables filled in, each spelled as its place wants it: a password may hold a slash.

    What is all one variable, or a whole query such as `?${SAS}`, is an address already and stays as it is.
    """

    def fill(text: str, unsafe: str) -> str:
        def one(found: re.Match[str]) -> str:
            value = values.get(found[1], "")
            return quote(value, safe="") if re.search(unsafe, value) else value

        return VARIABLE.sub(one, text)

    scheme, mark, rest = written.partition("://")
    if not mark:
        return fill(written, NOTHING)
    place, question, query = rest.partition("?")
    user, at, path = place.rpartition("@") if "@" in place.split("/", 1)[0] else ("", "", place)
    pairs = [pair.partition("=") for pair in query.split("&")]
    asked = "&".join(fill(name, NOTHING) + equals + fill(value, r"[&#+%\s]") for name, equals, value in pairs)
    return fill(f"{scheme}://", NOTHING) + fill(user, r"[/@:?#\s\[\]]") + at + fill(path, r"[?#\s]") + question + asked


def shown_address(written: str) -> str:
    """An address as waystage.yaml has it, less what is secret and not taken from the environment as it should be."""
    parts = urlsplit(written)
    query = [
        (name, value if is_named(value) or not SECRET_PARAMETER.search(name) else "***")
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    host = USER.sub(_masked_user, f"://{parts.netloc}")[3:]
    before = f"{parts.scheme}://{host}" if parts.scheme else host
    return before + parts.path + ("?" + urlencode(query, safe="${}*/:") if query else "")


def _masked_user(found: re.Match[str]) -> str:
    user, colon, password = found[0][:-1].partition(":")
    return f"{user}{colon}{password if is_named(password) or not colon else '***'}@"


def is_named(value: str) -> bool:
    """Whether a value is given by the name of a variable of the environment."""
    return re.fullmatch(r"\$\{\w+\}", value) is not None
