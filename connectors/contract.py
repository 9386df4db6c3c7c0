"""The shape of the two contracts landing works by, and of the configuration it is handed.

`connectors/<name>/source.yaml` says what a vendor's export looks like; `transforms/staging/<entity>.yaml`
says what a canonical entity looks like (and is the contract of connector `table`, whose `source.yaml` has no
streams).

A full `source.yaml`::

    name: zendesk_support              # = folder
    title: Zendesk Support
    vendor: Zendesk
    docs: Admin Center > Account > Tools > Reports > Export, or the incremental export API.
    lifecycle: stable                  # experimental until a real export was read (tests/real) | stable | deprecated
    evidence:
      - Field names read in the recorded responses of tests/..., 2026-11.
    streams:
      tickets:
        description: One row per ticket as last seen; a later export brings the ticket again.
        match:                         # how landing knows this stream; all four are optional
          key: tickets                 # top-level key of a page {"tickets": [...], "end_of_stream": true}
          airbyte: tickets             # Airbyte stream, or its last part after `__` (default: the name)
          files: ["*ticket*"]          # file names (globs, any case) of bare arrays, NDJSON and tables
          fields: [requester_id]       # what a record or header must show (default: required fields): a field
                                       # of the stream in any of its spellings, a dotted path, or `path=value`;
                                       # [a, b] if either will do
        each: null                     # a nested list: one row per element; parent's fields are `^.name`. In a table a
                                       # header: one row per filled cell under it, in however many columns it stands
        key: [id]
        version: updated_at            # newest wins, in the connector's SQL
        fields:
          id: {required: true, description: Number of the ticket.}  # path defaults to the field name
          requester_id: {identity: person, scope: vendor, nothing: 'guest-.*', description: Who.}  # guest-7: nobody
          requester_email:
            {path: requester.email, also: [requester_email], identity: email, description: Their address.}
          channel: {path: via.channel, description: Where it came in.}
          agent_id: {identity: person, scope: vendor, aside: true, description: Who works on it.}
                                       # aside: the row is not about them; when they are forgotten it stays, without
          tags: {type: list, description: Labels.}
          subject: {private: true, ages: created_at, description: First line.}  # goes by the workspace's `retention`
          labels: {type: list, repeats: true, description: Labels.}  # a table's header may stand over several columns
          form_id: {path: self, part: 'forms/([0-9]+)', description: Its form.}  # what the group finds in the text
          created_at: {type: timestamp, required: true, description: When it was opened, UTC.}
          updated_at: {type: timestamp, required: true, description: Last change, UTC.}
          solved_at: {type: timestamp, sentinel: never, description: When solved.}  # 1970, 0000-00-00
          opened_on:                   # as screens write it: alternatives, of which a file uses one
            {type: timestamp, formats: [["%m/%d/%Y", "%m/%d/%Y %I:%M %p"], ["%d.%m.%Y"]], description: When opened.}

All of these land in `landing.zendesk_support__tickets` with the same columns:

* API pages, one or many per file, side by side or one per line; a page may hold several streams. A list counts
  where it is empty or its first records together show what the stream asks for. Other top-level keys
  (`end_of_stream`, `next_page`, `count`, ...) are ignored::

    {"tickets": [{"id": 1, "requester_id": 7, "via": {"channel": "web"}}], "users": [], "end_of_stream": true}

* Airbyte messages, one per line; messages other than RECORD are ignored, so are streams the contract does not
  list::

    {"type": "RECORD", "record": {"stream": "x__zendesk__tickets", "data": {"id": 1, "requester_id": 7}}}

  and Singer messages, by the same names::

    {"type": "RECORD", "stream": "tickets", "record": {"id": 1, "requester_id": 7}}

* plain NDJSON and bare arrays (told apart by `files` and `fields`)::

    {"id": 1, "requester_id": 7}
    [{"id": 1, "requester_id": 7}, {"id": 2, "requester_id": 8}]

* mail (mbox, .eml): a record per message, see connectors/mail_message.py.

* CSV, TSV, Parquet and XLSX tables. A path `via.channel` also finds the headers `via.channel` and
  `via_channel`, and in Parquet the field `channel` of a struct `via`.

Any of these may be gzipped (`.gz`). Paths are dotted; a name holding a dot is quoted:
`definition.extensions."http://a.b/c"`, list elements are `[0]`. `also` lists further paths, tried in order;
the first that is present and not null wins.

A landed row carries `_program_id, _source, _instance, _seen_through, _file, _row` (_seen_through: the date under
`observed_through:` of the source; _row: number within the file, from 1) and every field of the contract, typed:
text VARCHAR, timestamp TIMESTAMP (UTC), date DATE, integer BIGINT, number DOUBLE,
boolean BOOLEAN, list VARCHAR[], json VARCHAR holding JSON text (never put a person in there: nothing inside
is hashed). Identities are 12-character keys, of type list a key for each id; an e-mail field `x` comes with
`x_domain`, the lower-case text after @. A text that is no address makes an e-mail field refuse the row; with
`may_be_other: true` it counts as no address (loaders hash columns, and some exports put another id there). Fields the
file does not have are NULL. Ids of things (`id`, `…_id`, or `scope: vendor`) are 123 where a loader made them 123.0.
Rows that break the contract are not landed but listed in `landing.rejected`.

`connectors/<name>/<entity>.sql` reads these tables and gives an entity. What several entities begin with alike stands
once, in `connectors/<name>/_<query>.sql`: one select from the landed tables, whose header gives `description` and
`grain`, and which the entities read as `landing._<name>__<query>`. Each has its cases beside it. What the connectors of
several vendors have in common stands in their family, which `family:` names: see `connectors/family.py`.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from connectors.fetched import Brought, Remote
from connectors.written_dates import DateOrder

FieldType = Literal["text", "timestamp", "date", "integer", "number", "boolean", "list", "json"]
IdentityKind = Literal["person", "email", "account"]
NAME = re.compile(r"[a-z][a-z0-9_]*")

# What each contract type becomes in DuckDB.
SQL_TYPE: Mapping[FieldType, str] = {
    "text": "VARCHAR",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "list": "VARCHAR[]",
    "json": "VARCHAR",
}


def _listed(value: object) -> object:
    """One value may be written without its brackets."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Formats = tuple[str, ...]  # of times, as strptime has them


class Shape(BaseModel):
    """Frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(Shape):
    """One typed column of an entity: what a value must be for its row to land."""

    type: FieldType = "text"
    required: bool = False
    identity: IdentityKind | None = None
    accepted: Names = ()
    range: tuple[float | None, float | None] | None = None
    private: bool = False
    ages: str = ""  # the time of its row from which the workspace's retention of text counts
    may_be_future: bool = False
    aside: bool = False  # a person whom the row mentions and is not about: it stays when they are forgotten
    may_be_other: bool = False  # an e-mail column that may hold a loader's hash or a number: such a value is no address
    sentinel: Literal["never"] | None = None
    description: str

    @model_validator(mode="after")
    def _consistent(self) -> "Column":
        if self.identity and self.type != "text" and (self.type != "list" or self.identity == "email"):
            raise ValueError(f"an identity is text or a list of ids, not {self.type}")
        if self.ages and (not self.private or self.type != "text"):
            raise ValueError("`ages` goes with private text")
        if self.aside and self.identity not in ("person", "email"):
            raise ValueError("`aside` goes with `identity: person` or `email`")
        if self.may_be_other and self.identity != "email":
            raise ValueError("`may_be_other` goes with `identity: email`")
        if self.accepted and self.type != "text":
            raise ValueError(f"`accepted` goes with text, not {self.type}")
        if self.range and self.type not in ("integer", "number"):
            raise ValueError(f"`range` goes with integer or number, not {self.type}")
        if self.sentinel and self.type not in ("timestamp", "date"):
            raise ValueError(f"`sentinel` goes with timestamp or date, not {self.type}")
        return self


class StreamField(Column):
    """A column of a stream: also says where in the export it is."""

    path: str = ""
    also: Names = ()
    # vendor: an id that means nothing outside this vendor; where it is no identity, nothing outside one instance of it
    scope: Literal["shared", "vendor"] = "shared"
    nothing: str = ""  # a regular expression, in any case: texts that stand for no value, such as (not set)
    part: str = ""  # a regular expression with one group, which finds the value within the text
    repeats: bool = False  # of columns with the same header a list takes all values, any other type the first
    formats: tuple[Formats, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths, first choice first (the stream's validator has filled in a missing one)."""
        return (self.path, *self.also)

    @model_validator(mode="after")
    def _formats_fit(self) -> "StreamField":
        if self.formats and self.type not in ("timestamp", "date"):
            raise ValueError(f"`formats` goes with timestamp or date, not {self.type}")
        return self


class Match(Shape):
    """How a stream is recognised in an export."""

    key: Names = ()
    airbyte: Names = ()
    files: Names = ()
    fields: Annotated[tuple[Names, ...], BeforeValidator(_listed)] = ()


class Stream(Shape):
    """One kind of record in a vendor's export."""

    description: str
    match: Match = Match()
    each: str | None = None
    key: Names = ()
    version: str | None = None
    one_of: Names = ()
    fields: dict[str, StreamField]

    @property
    def signs(self) -> tuple[tuple[str, ...], ...]:
        """What `match.fields` asks for: of each the paths that will do."""
        own = {name: field.paths for name, field in self.fields.items()}
        return tuple(tuple(path for name in names for path in own.get(name, (name,))) for names in self.match.fields)

    @model_validator(mode="before")
    @classmethod
    def _default_paths(cls, data: object) -> object:
        if isinstance(data, dict) and isinstance(data.get("fields"), dict):
            fields = {
                name: {**spec, "path": spec.get("path") or name} if isinstance(spec, dict) else spec
                for name, spec in data["fields"].items()
            }
            return {**data, "fields": fields}
        return data

    @model_validator(mode="after")
    def _names_exist(self) -> "Stream":
        ages = (field.ages for field in self.fields.values() if field.ages)
        named = (*self.key, *((self.version,) if self.version else ()), *self.one_of, *ages)
        for name in named:
            if name not in self.fields:
                raise ValueError(f"`{name}` is not one of the fields: {', '.join(self.fields)}")
        for name in self.fields:
            if not NAME.fullmatch(name):
                raise ValueError(f"field `{name}` must be lower_case_with_underscores")
        return self


class Source(Shape):
    """A connector's source.yaml."""

    name: str
    title: str
    vendor: str
    docs: str
    lifecycle: Literal["experimental", "stable", "deprecated"] = "stable"
    evidence: Names = ()
    needs_staff_domains: bool = False  # who wrote a row says whether it counts
    family: str | None = None
    words: dict[str, str] = {}
    streams: dict[str, Stream] = {}

    @property
    def has_local_ids(self) -> bool:
        """True where two instances of the vendor's product number their records alike."""
        fields = [field for stream in self.streams.values() for field in stream.fields.values()]
        return any(field.scope == "vendor" and not field.identity for field in fields)


class Entity(Shape):
    """A canonical entity: transforms/staging/<entity>.yaml."""

    name: str
    description: str
    kind: Literal["event", "state"]
    key: Annotated[Literal["all"] | Names, Field(union_mode="left_to_right")]
    time: str | None = None
    silence_days: int = Field(gt=0)
    one_of: Names = ()
    columns: dict[str, Column]

    @model_validator(mode="after")
    def _names_exist(self) -> "Entity":
        key = () if self.key == "all" else self.key
        for name in (*key, *((self.time,) if self.time else ()), *self.one_of):
            if name not in self.columns:
                raise ValueError(f"`{name}` is not one of the columns: {', '.join(self.columns)}")
        if (self.kind == "event") != (self.time is not None):
            raise ValueError("an event names its `time` column, a state has none")
        return self


class ColumnMap(Shape):
    """Where a canonical column comes from: an export column, a constant, or an expression over columns."""

    name: str | None = None
    value: str | int | float | bool | None = None
    sql: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, data: object) -> object:
        return {"name": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _exactly_one(self) -> "ColumnMap":
        if sum(part is not None for part in (self.name, self.value, self.sql)) != 1:
            raise ValueError("write the export's column name, {value: constant} or {sql: expression}")
        return self


class SourceConfig(Shape):
    """One source of a program, as waystage.yaml gives it."""

    name: str  # unique within the program
    connector: str
    paths: Names  # file, folder or glob; absolute, or relative to the workspace
    entity: str | None = None  # connector `table` only
    columns: dict[str, ColumnMap] = {}  # empty: headers already are canonical names
    timezone: str = "UTC"  # of times without an offset
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    instance: str | None = None  # sources of one vendor with the same one share its local ids
    observed_through: str | None = None
    stale_after_days: int = 45
    date_order: DateOrder | None = None  # of 03/04/2026; None: as told by the file, or by nobody
    snapshot: bool = False  # each export is a whole, so its lists replace those of the exports before
    ended: str | None = None  # last day its tool was in use: nothing newer is to come
    # neither where the files come from nor where they were brought to decides what they hold
    remote: Remote | None = Field(default=None, exclude=True, repr=False)
    pull: dict[str, str] | None = Field(default=None, exclude=True, repr=False)  # settings of the connector's pull.yaml
    unpack_limit_gb: float = Field(default=20, exclude=True)  # of one archive
    brought: Brought | None = Field(default=None, exclude=True, repr=False)  # by connectors.acquire

    def has_ended(self, day: dt.date) -> bool:
        """True where its tool is out of use: what stands in for a newer copy then is the newest there will be."""
        return self.ended is not None and dt.date.fromisoformat(self.ended) <= day


class ProgramConfig(Shape):
    """One program of waystage.yaml, as far as landing and checking need it."""

    id: str
    name: str
    timezone: str = "UTC"
    staff_domains: Names = ()
    locales: Names = ()
    sources: tuple[SourceConfig, ...] = ()
