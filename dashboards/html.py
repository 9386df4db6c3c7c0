"""HTML that is safe by construction: whatever is not `Markup` already is escaped."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from html import escape

_VOID = frozenset({"meta", "link", "input", "br", "path", "rect", "circle", "line", "polyline"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def safe(value: object) -> Markup:
    """`value` as HTML: Markup as it is, None as nothing, anything else escaped."""
    if isinstance(value, Markup):
        return value
    return Markup("" if value is None else escape(str(value), quote=True))


def join(parts: Iterable[object], separator: str = "") -> Markup:
    """Parts one after the other, each made safe."""
    return Markup(separator.join(safe(part) for part in parts))


def tag(name: str, /, *children: object, **attributes: object) -> Markup:
    """One element. `class_`, `for_` lose the underscore, other underscores become hyphens; None and False vanish."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{safe(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID and not children:
        return Markup(f"<{name}{written}>" if name in {"meta", "link", "input", "br"} else f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{join(children)}</{name}>")


def name(text: object) -> Markup:
    """A name somebody typed: isolated, so that its writing direction cannot reorder what surrounds it."""
    return tag("bdi", text)


def parted_name(text: object) -> Markup:
    """A name made of parts, such as a file's path: lines break between them rather than within."""
    return tag("bdi", Markup(re.sub(r"([:_/])", r"\1<wbr>", safe(text))))


def embedded_json(value: object) -> Markup:
    """JSON for a `<script type="application/json">`: nothing in it can close the element."""
    text = json.dumps(value, separators=(",", ":"), sort_keys=True, allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def table(
    headings: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    caption: object,
    class_: str | None = None,
    numeric: frozenset[int] = frozenset(),
) -> Markup:
    """A table whose first cell in each row is the row's heading. Roles are spelled out because narrow screens
    show rows as blocks, which would otherwise take the table's meaning away. A `td` given as Markup is kept."""
    head = join(
        tag("th", heading, scope="col", role="columnheader", class_="number" if index in numeric else None)
        for index, heading in enumerate(headings)
    )
    around = [_around_cell(index, heading, index in numeric) for index, heading in enumerate(headings)]
    body = Markup("".join(f'<tr role="row">{_cells(row, around)}</tr>' for row in rows))
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", head, role="row"), role="rowgroup"),
        tag("tbody", body, role="rowgroup"),
        role="table",
        class_=class_,
    )


def _around_cell(index: int, heading: object, is_number: bool) -> tuple[str, str]:
    """What stands before and after a cell of a column: made once, since tables have thousands of cells."""
    kind, role = ("th", "rowheader") if index == 0 else ("td", "cell")
    cell = tag(
        kind,
        scope="row" if index == 0 else None,
        role=role,
        class_="number" if is_number else None,
        data_label=None if index == 0 else heading,
    )
    end = f"</{kind}>"
    return cell.removesuffix(end), end


def _cells(row: Sequence[object], around: Sequence[tuple[str, str]]) -> str:
    return "".join(f"{start}{safe(cell)}{end}" for cell, (start, end) in zip(row, around, strict=True))


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV that a spreadsheet opens as data: a leading apostrophe disarms text that would run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_disarmed(heading) for heading in headings])
    writer.writerows([_disarmed(cell) for cell in row] for row in rows)
    return out.getvalue()


def _disarmed(cell: object) -> object:
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + cell
    return cell
