"""Headers of SQL files: a YAML block in the leading ``-- `` comment lines, with a closed vocabulary.

One header feeds the table comments, the checks, the docs and the graph, so a slip in it is an error that
says where it is and which legal key was probably meant.
"""

from __future__ import annotations

from itertools import dropwhile
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from connectors.declaration import NOT_YAML, DeclarationError, Fault, Problem, check, parse
from connectors.nearest import nearest_or_legal

Kind = Literal["share", "rate", "ratio", "count", "median", "difference", "state_share"]
Unit = Literal["ratio", "count", "days", "hours", "pp", "per 100", "per 1,000", "per account"]
FrictionId = Annotated[str, StringConstraints(pattern=r"^F\d\d$")]
FIELD = r"([a-z_]+)\.([a-z_]+)(?:\[([a-z_]+)=([a-z_|]+)\])?"
FieldName = Annotated[str, StringConstraints(pattern=f"^{FIELD}$")]


class HeaderError(ValueError):
    """A header that cannot be used. The message lists every problem, one `file:line: …` per line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Header(BaseModel):
    """What every SQL file says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str = Field(min_length=1)


class EntityHeader(Header):
    """Header of `transforms/staging/<name>.sql`.

    `description` states the grain first; `grain` names the columns that are unique together (empty where
    the same thing may happen twice at one instant); `columns` describes every column, in order;
    `materialized: view` is for tables so large that a copy costs more than reading them again. Of a published table,
    `types` gives every column's DuckDB type, so that none changes with what exports hold, and `belongs_to` names the
    tables that have one row for each of its own, by all columns of their grain; with `?` where it may have none.
    """

    grain: list[str]
    columns: dict[str, str] = Field(min_length=1)
    materialized: Literal["table", "view"] = "table"
    belongs_to: list[Annotated[str, StringConstraints(pattern=r"^[a-z_]+\??$")]] = []
    types: dict[str, Annotated[str, StringConstraints(pattern=r"^[A-Z]+(\[\])?$")]] = {}

    @model_validator(mode="after")
    def _grain_is_described(self) -> EntityHeader:
        missing = [name for name in self.grain if name not in self.columns]
        if missing:
            raise ValueError(f"grain names {missing[0]!r}, which is not among columns")
        if self.types and list(self.types) != list(self.columns):
            raise ValueError("types and columns do not name the same columns in the same order")
        return self


class SignalHeader(Header):
    """Header of `transforms/signals/<name>.sql`: the formula in words, and how the numbers may be read.

    `sources` is a list of entities that are all needed; a list inside it means any one of them will do.
    `fields` lists, in the same way, the staging columns without which nothing can be measured:
    `entity.column`, or `entity.column[other=value|value]` where only some rows count.
    `shown_without` names, of the entities any of which will do, those without which the value falls short of the truth,
    and the part of it that is then seen at worst; `accumulates` says that it falls short too where not all months of
    its window are covered. A threshold that such a value misses is not known to be missed.
    `window` is the most months that judging may pool; `pooled: sql` says the SQL has already pooled them.
    `minimum_sample` is in units of the signal's sample size; `per` divides a rate's exposure. `census` says that
    what counts is a closed list of which everything was seen, so that chance has no part in the value.
    """

    job: Literal["create", "deliver", "scale"]
    unit: Unit
    direction: Literal["up", "down", "context"]
    kind: Kind
    per: Literal[1, 100, 1000] = 1
    window: Literal["T1", "T3", "T6", "T12"]
    pooled: Literal["judging", "sql"] = "judging"
    minimum_sample: int = Field(ge=0)
    sources: list[str | list[str]] = Field(min_length=1)
    fields: list[FieldName | list[FieldName]] = []
    shown_without: dict[str, Annotated[float, Field(gt=0, lt=1)]] = {}
    accumulates: bool = False
    friction: list[FrictionId] = []
    range: tuple[float | None, float | None] = (None, None)
    census: bool = False
    lifecycle: Literal["experimental", "stable", "deprecated"] = "stable"
    notes: str | None = None

    @model_validator(mode="after")
    def _keys_fit_the_kind(self) -> SignalHeader:
        if self.per != 1 and self.kind != "rate":
            raise ValueError(f"per is for kind rate only; this is a {self.kind}")
        if self.census and self.kind not in {"count", "state_share"}:
            raise ValueError(f"census is for kinds count and state_share; this is a {self.kind}")
        if (self.shown_without or self.accumulates) and self.direction != "up":
            raise ValueError(f"shown_without and accumulates are for direction up; this is {self.direction}")
        choices = sorted({name for need in self.sources if not isinstance(need, str) for name in need})
        strangers = [name for name in self.shown_without if name not in choices]
        if strangers:
            raise ValueError(
                f"shown_without names {strangers[0]!r}; legal: an entity of which sources has another in its place, "
                f"{', '.join(choices) or 'of which there is none here'}"
            )
        return self

    @property
    def window_months(self) -> int:
        """The window as a number of months."""
        return int(self.window[1:])

    @property
    def entities(self) -> set[str]:
        """Every entity that `sources` names."""
        return {name for need in self.sources for name in ([need] if isinstance(need, str) else need)}

    @property
    def field_groups(self) -> list[list[str]]:
        """The columns without which nothing can be measured: one of each group."""
        return [[field] if isinstance(field, str) else list(field) for field in self.fields]

    def is_covered_by(self, entities: set[str]) -> bool:
        """Whether the given covered entities are enough to observe this signal."""
        return all(
            need in entities if isinstance(need, str) else not entities.isdisjoint(need) for need in self.sources
        )


AnyHeader = TypeVar("AnyHeader", bound=Header)


def read_header(path: Path, model: type[AnyHeader]) -> AnyHeader:
    """The header of one SQL file. Raises HeaderError with all problems, each with its file and line."""
    return parse_header(path.read_text(encoding="utf-8"), path.as_posix(), model)


def parse_header(sql: str, where: str, model: type[AnyHeader]) -> AnyHeader:
    """The header at the top of `sql`; `where` names the file in messages. Raises HeaderError."""
    lines = []
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line[2:].removeprefix(" "))
    if not lines:
        raise HeaderError([f"{where}:1: no header; begin the file with '-- description: …'"])
    try:
        document = parse("\n".join(lines), Path(where))
    except DeclarationError as error:
        raise HeaderError([_unreadable(problem, where) for problem in error.problems]) from None
    if not isinstance(document.data, dict):
        raise HeaderError([f"{where}:1: the header must be 'key: value' lines, such as '-- description: …'"])
    found = check(model, document)
    if isinstance(found, list):
        raise HeaderError([f"{where}:{fault.line}: {_told(fault)}" for fault in found])
    return found


def without_header(sql: str) -> str:
    """The query below the header of one SQL file."""
    lines = sql.splitlines()
    return "\n".join(dropwhile(lambda line: line.startswith("--") or not line.strip(), lines)) + "\n"


def _unreadable(problem: Problem, where: str) -> str:
    hint = "; quote text that contains ': '" if problem.message.startswith(NOT_YAML) else ""
    return f"{where}:{problem.line}: the header is {problem.message}{hint}"


def _told(fault: Fault) -> str:
    """What was seen and what is legal, in the terms of a header."""
    key = str(fault.path[0]) if fault.path else ""
    if fault.kind == "extra_forbidden":
        return f"unknown key {key!r}; {nearest_or_legal(key, fault.legal)}"
    if fault.kind == "missing":
        return f"{key!r} is missing; add '-- {key}: …'"
    message = fault.message.replace("Input should be", "legal:") if fault.kind == "literal_error" else fault.message
    return f"{fault.where} is {fault.seen!r}; {message}" if key else message
