"""What a pull has brought, on disk: pages exactly as received, and how far each endpoint has come.

Below `<state>/pulled/<program>/<source>/`::

    state.json                                  # written after the page it speaks of
    tickets/tickets-000001.json.gz              # pages of an endpoint with `since`, one after another
    articles/g2/articles-000001.json.gz         # pages of a whole list, of its second making
    comments/tickets/12/comments-000001.json.gz # pages of one parent

A page is in its place whole or not at all: it is written beside, flushed to the disk and renamed. A kill between a
page and the state makes the next run write the same page again. Nobody but the user may read any of it: these are
the vendor's records as they are, people included.
"""

import gzip
import hashlib
import json
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from connectors.durable import write_whole

STATE = "state.json"
SUFFIX = ".json.gz"
VERSION = 1


class EndpointState(BaseModel):
    """How far one endpoint has come. Times are seconds since 1970, UTC."""

    declared: str = ""  # fingerprint of what pull.yaml said
    position: str | int | None = None  # token, link or number of the page to ask for next; None: the first
    pages: int = 0  # numbers given to page files
    begun_at: float | None = None  # with `since`: what is asked for is newer than this
    newest: float | None = None  # newest change seen
    asked_from: str = ""  # `since:` of the source when the pull began
    in_force: int = 0  # number of the whole list in use; 0: none yet
    building: int = 0  # number of the whole list being made; 0: none
    finished_at: float | None = None
    parent_page: int = 0  # with `each`: pages of the parent that are done
    parent_row: int = 0  # and records of the page after those
    parent_making: int = 0  # the parent's whole list that this one follows


class PullState(BaseModel):
    """How far a source has come."""

    version: int = VERSION
    place: str = ""  # fingerprint of the account; another one is another pull
    endpoints: dict[str, EndpointState] = {}


@dataclass(frozen=True)
class PageFile:
    """One page, and what people call it: `tickets page 000012`, with the path of its parent where it has one."""

    path: Path
    name: str


class Pages:
    """The folder of one source's pull."""

    def __init__(self, pulled: Path, program_id: str, source: str) -> None:
        self.folder = pulled / program_id / _slug(source)
        self.state = PullState()

    def look(self, place: str) -> None:
        """Reads the state; it is empty where it is another account's, another version's or unreadable."""
        with suppress(OSError, ValidationError):
            self.state = PullState.model_validate_json((self.folder / STATE).read_bytes())
        if self.state.version != VERSION or self.state.place != place:
            self.state = PullState()

    def open(self, place: str) -> None:
        """As `look`, and clears away what is of another account or was left behind by a kill."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.look(place)
        if self.state.place != place:
            for old in self.folder.iterdir():
                shutil.rmtree(old) if old.is_dir() else old.unlink()
            self.state = PullState(place=place)
            self.save()
        self._sweep()

    def _sweep(self) -> None:
        """Removes what a kill left behind: pages half written, and whole lists neither in force nor being made."""
        for part in self.folder.rglob(".*.part"):
            part.unlink(missing_ok=True)
        for name, state in self.state.endpoints.items():
            for making in (self.folder / name).glob("g[0-9]*"):
                if making.name not in (f"g{state.in_force}", f"g{state.building}"):
                    shutil.rmtree(making)

    def save(self) -> None:
        """Puts the state on disk, whole."""
        write_whole(self.folder / STATE, self.state.model_dump_json(indent=1, exclude_defaults=True).encode())

    def place_of(self, endpoint: str, making: int) -> Path:
        """The folder of an endpoint's pages; `making` 0 where its pages are never replaced."""
        return self.folder / endpoint / (f"g{making}" if making else "")

    def write(self, endpoint: str, making: int, file: str, number: int, raw: bytes) -> None:
        """Keeps one page; the same page gives the same bytes."""
        path = self.place_of(endpoint, making) / f"{file}-{number:06}{SUFFIX}"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, gzip.compress(raw, 6, mtime=0))

    def drop_after(self, endpoint: str, making: int, file: str, number: int) -> None:
        """Removes the pages of a parent beyond its last: it has fewer now."""
        path = self.place_of(endpoint, making) / file
        for old in path.parent.glob(f"{path.name}-*{SUFFIX}"):
            if int(old.name.removesuffix(SUFFIX).rsplit("-", 1)[1]) > number:
                old.unlink()

    def drop(self, endpoint: str, making: int) -> None:
        """Removes a whole list."""
        if making:
            shutil.rmtree(self.place_of(endpoint, making), ignore_errors=True)

    def files(self, endpoint: str, making: int) -> list[Path]:
        """All pages of an endpoint, in the order they were asked for."""
        return sorted(self.place_of(endpoint, making).rglob(f"*{SUFFIX}"))

    def named(self, endpoint: str, making: int) -> list[PageFile]:
        """As `files`, by the names that say where each is from."""
        place = self.place_of(endpoint, making)
        return [PageFile(path, _name(path.relative_to(place))) for path in self.files(endpoint, making)]


def _name(below: Path) -> str:
    file, _, number = below.name.removesuffix(SUFFIX).rpartition("-")
    return (below.parent / f"{file} page {number}").as_posix()


def read_page(path: Path) -> Any:
    """What a page says."""
    return json.loads(gzip.decompress(path.read_bytes()))


def _slug(name: str) -> str:
    """A source's name as a folder; names that would become alike are told apart."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", name)
    return plain if plain == name else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def safe(text: str) -> str:
    """An id as a part of a path: nothing climbs out of the folder."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", text) or "_"
