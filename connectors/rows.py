"""What a reader hands on: a relation of an export's rows, and SQL for what each row holds under a name."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from connectors.cast import Fault


@dataclass(frozen=True)
class Rows:
    """Rows of one kind in one export, or in several of one shape.

    `text(name)` is SQL for a value as text, `native(name)` as the type the export has. `relation()` is a select with
    all that these ask for, so call it last; its columns `place` say where a row stands, else its order is the file's.
    """

    relation: Callable[[], str]
    names: tuple[str, ...]
    text: Callable[[str], str]
    native: Callable[[str], str]
    place: tuple[str, ...] = ()  # of JSON _is_broken, of Airbyte messages also _row; of several files also _file_no
    records: str = ""  # JSON: a select of `_record` and `_file_no`
    faults: tuple[Fault, ...] = ()
    asides: Mapping[str, str] = field(
        default_factory=dict
    )  # what faults speak of besides values; _where begins a reason
    rejects: str | None = None  # table DuckDB lists ragged CSV rows in
    blank_lines: Callable[[], list[int]] = list  # lines that are no rows, as DuckDB numbers those of ragged rows
    repeated: Callable[[str], list[str]] = lambda name: []  # CSV: as `text`, of all columns of a name
    notes: tuple[str, ...] = field(default=())
    envelope: str = "json"  # how the rows reached us, see `envelope_of`
    inner: tuple[str, ...] = ()  # of Parquet: dotted names of what is inside of structs

    @property
    def headers(self) -> tuple[str, ...]:
        """All names under which a table holds values."""
        return (*self.names, *self.inner)

    @property
    def has_row(self) -> bool:
        """True where each row knows its number: it is not that of its order."""
        return "_row" in self.place

    @property
    def is_json(self) -> bool:
        """True where a row may be no record at all, and says so."""
        return "_is_broken" in self.place


AIRBYTE_COLUMN = "_airbyte_data"  # holds whole records
LOADERS = {"_fivetran_": "fivetran", "_airbyte_": "airbyte", "_ab_": "airbyte", "_sdc_": "stitch", "_dlt_": "dlt"}


def envelope_of(headers: Iterable[str], kind: str) -> str:
    """How a table reached us: by the warehouse loader that marks its columns, else the kind of file."""
    marks = (mark for header in headers for mark in LOADERS if header.casefold().startswith(mark))
    return LOADERS.get(next(marks, ""), kind)
