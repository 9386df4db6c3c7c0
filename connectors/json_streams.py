"""Which streams of a connector the objects of a JSON file are, told from the keys they show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatch

import duckdb

from connectors.cast import literal
from connectors.contract import Stream
from connectors.json_objects import Keys, Objects, json_path, quote_step, split_path
from connectors.problem import listing

MOST_NAMES = 200  # of an object, looked at for lists that no stream uses


@dataclass(frozen=True)
class Loader:
    """Whose messages a file holds, one an object: what it is called, and where a message has its stream and record."""

    name: str
    title: str
    stream: str
    record: str


AIRBYTE = Loader("airbyte", "Airbyte", "$.record.stream", "$.record.data")
SINGER = Loader("singer", "Singer", "$.stream", "$.record")


@dataclass(frozen=True)
class Envelope:
    """Where the records of a stream are: the objects themselves, a list in each, or messages about `streams`."""

    page: str | None = None  # path of the list
    loader: Loader | None = None
    streams: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def records(self, objects: Objects) -> str:
        """A select of `_record`, `_parent` and `_file_no` in the order of the file; of messages also `_row`, from 1."""
        place = "null as _parent, file_no as _file_no"
        if self.loader:
            chosen = ", ".join(literal(name) for name in self.streams)
            return (
                f"select json_extract(json, '{self.loader.record}') as _record, {place}, number as _row"
                f" from (select *, row_number() over () as number from {objects.relation})"
                f" where (json ->> '$.type') = 'RECORD' and (json ->> '{self.loader.stream}') in ({chosen})"
            )
        if self.page is None:
            return f"select json as _record, {place} from {objects.relation}"
        path = literal(json_path(self.page) + "[*]")
        # made beside its unnesting, a list would be made anew for every two thousand of its elements
        listed = f"select json_extract(json, {path}) as listed, file_no from {objects.relation}"
        return f"select unnest(listed) as _record, {place} from ({listed})"

    def unpacked(self, con: duckdb.DuckDBPyConnection, objects: Objects) -> tuple["Envelope", Objects]:
        """The records themselves where they are in lists of pages in memory: a page is parsed whole at each look."""
        if self.page is None or not objects.is_read:
            return self, objects
        if self.page not in objects.unpacked:
            table = f"records_{len(objects.unpacked)}"
            con.execute(
                f"create or replace temp table {table} as select _record as json, _file_no as file_no"
                f" from ({self.records(objects)})"
            )
            objects.unpacked[self.page] = replace(objects, relation=table)
        return replace(self, page=None), objects.unpacked[self.page]


def loader_of(keys: Mapping[Keys, int]) -> Loader | None:
    """Whose messages objects with these keys are, if they are any."""
    if any({"type", "stream", "record"} <= names for names in keys):
        return SINGER
    return AIRBYTE if any({"type", "record"} <= names for names in keys) else None


def wanted(stream: Stream) -> list[tuple[str, ...]]:
    """What a record of this stream shows: of each name the spellings that will do."""
    if stream.match.fields:
        return list(stream.signs)
    if stream.each:
        return [(split_path(stream.each)[0],)]
    required = [field for field in stream.fields.values() if field.required and not field.also]
    return sorted({(split_path(field.path)[0],) for field in required})


def inner_paths(streams: Mapping[str, Stream]) -> list[str]:
    """What lies below a record's own keys and yet tells its stream: dotted paths and `path=value`."""
    told = {path for stream in streams.values() for sign in wanted(stream) for path in sign}
    return sorted(path for path in told if len(split_path(path)) > 1 and not path.startswith("^."))


def shown_signs(stream: Stream, keys: Keys) -> list[bool]:
    """Of each thing that tells a record of this stream, whether these keys show it."""
    return [any(_key(path) in keys for path in sign) for sign in wanted(stream)]


def shown_as(sign: tuple[str, ...], keys: Keys) -> str | None:
    """The key by which a record shows a name in one of its spellings; of a path its first step."""
    steps = [split_path(path.removeprefix("^."))[0] for path in sign if _key(path) in keys]
    return next(iter(steps), None)


def _key(path: str) -> str:
    """A path as a record shows it: a key without its quotes, or the whole. Records show what is their elements' `^`."""
    path = path.removeprefix("^.")
    steps = split_path(path)
    return steps[0] if len(steps) == 1 else path


def file_matches(stream: Stream, file: str) -> bool:
    """True where the name of the file says that it holds this stream."""
    name = file.rsplit("/", 1)[-1].casefold()
    return any(fnmatch(name, pattern.casefold()) for pattern in stream.match.files)


def asks_for_days(streams: Iterable[Stream]) -> bool:
    """True where a stream is known by a day in the name of its file."""
    return any("[0-9]" in pattern for stream in streams for pattern in stream.match.files)


def record_streams(keys: Mapping[Keys, int], file: str, streams: Mapping[str, Stream]) -> tuple[str, ...]:
    """The streams whose records the objects themselves are, the likeliest first; none for pages."""
    counts: dict[str, int] = {}
    for names, count in sorted(keys.items(), key=lambda item: sorted(item[0])):
        for name in _candidates(streams, names, file):
            counts[name] = counts.get(name, 0) + count
    if not counts:
        return ()
    # records with nested lists may feed several streams: the record itself and one row per element
    best = max(counts, key=lambda name: counts[name])
    return (best, *(name for name in counts if name != best and (streams[name].each or streams[best].each)))


def page_keys(streams: Mapping[str, Stream]) -> list[str]:
    """Every path under which a page of this connector may hold its records."""
    return list(dict.fromkeys(key for stream in streams.values() for key in stream.match.key))


def page_streams(shown: Mapping[str, Keys | None], file: str, streams: Mapping[str, Stream]) -> dict[str, str]:
    """Stream to the path of its list, for the lists there are. `shown`: path to the keys that its records show.

    The name of a list tells no vendor, so its records must show what the stream asks for; an empty one shows nothing.
    """
    found: dict[str, str] = {}
    for key, keys in shown.items():
        named = {name: stream for name, stream in streams.items() if key in stream.match.key}
        for name in named if keys is None else _candidates(named, keys, file):
            found.setdefault(name, key)
    return found


def list_paths(keys: Iterable[Keys], streams: Mapping[str, Stream]) -> list[str]:
    """Where objects that show these keys may hold a list: what `listed_keys` is to look at."""
    shown = sorted(frozenset().union(*keys) - set(inner_paths(streams)))
    known = page_keys(streams)
    others = [path for path in map(quote_step, shown[:MOST_NAMES]) if path not in known]
    return known + others


def unused_lists(shown: Mapping[str, Keys | None], used: Mapping[str, str]) -> tuple[str, ...]:
    """A note on the lists of objects that feed no stream; both as for `page_streams`."""
    first_steps = {split_path(key)[0] for key in used.values()}
    lists = [key for key, keys in shown.items() if keys is not None]
    unused = sorted({step for key in lists if (step := split_path(key)[0]) not in first_steps})
    return (f"lists the connector does not use: {listing(unused)}",) if unused else ()


def _candidates(streams: Mapping[str, Stream], keys: Keys, file: str) -> list[str]:
    """Streams a record with these keys may be: those the file name says, else those that ask for most of the keys."""
    fitting = [name for name, stream in streams.items() if all(shown_signs(stream, keys))]
    named = [name for name in fitting if file_matches(streams[name], file)]
    if named or not fitting:
        return named
    most = max(len(wanted(streams[name])) for name in fitting)
    return [name for name in fitting if len(wanted(streams[name])) == most]
