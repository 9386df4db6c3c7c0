"""What a reader hands on: a relation of an export's rows, and SQL for what each row holds under a name."""

from collections.abc import Callable
from dataclasses import dataclass, field

from connectors.cast import Fault


@dataclass(frozen=True)
class Rows:
    """Rows of one kind in one export.

    `text(name)` is SQL for a value as text, `native(name)` as the type the export has. `relation()` is a select with
    all that these ask for, so call it last; it has a column `_row` if `has_row`, else its order is the file's.
    """

    relation: Callable[[], str]
    names: tuple[str, ...]
    text: Callable[[str], str]
    native: Callable[[str], str]
    has_row: bool
    faults: tuple[Fault, ...] = ()
    rejects: str | None = None  # table DuckDB lists ragged CSV rows in
    blank_lines: Callable[[], list[int]] = list  # lines that are no rows, as DuckDB numbers those of ragged rows
    notes: tuple[str, ...] = field(default=())
