"""A sheet of an XLSX workbook as CSV: dates as ISO text, whole numbers without a fraction, empty rows left out."""

import csv
from pathlib import Path

from connectors.problem import UnusableExport, listing


def sheet_as_csv(path: Path, sheet: str | None, target: Path) -> Path:
    """The sheet of that name, or the first, written to `target` as a UTF-8 CSV. Raises UnusableExport."""
    # imported here: only XLSX pays for it
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415

    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            raise UnusableExport(f"there is no sheet '{sheet}'", listing(names), "correct `sheet:` of the source")
        rows = book.get_sheet_by_name(sheet or names[0]).to_python()
    except CalamineError as error:
        raise UnusableExport(
            f"the file is an archive or workbook that cannot be read ({error})",
            "an XLSX workbook",
            "unpack archives first; save the workbook again as XLSX",
        ) from None
    filled = [row for row in rows if any(cell != "" for cell in row)]
    if not filled:
        others = [name for name in names if name != (sheet or names[0])]
        raise UnusableExport(
            f"the sheet '{sheet or names[0]}' is empty",
            "at least a header",
            f"name another `sheet:` ({listing(others)}), or export it again" if others else "export it again",
        )
    with target.open("w", encoding="utf-8", newline="") as plain:
        writer = csv.writer(plain, lineterminator="\n")
        writer.writerows([[_cell(cell) for cell in row] for row in filled])
    return target


def sheet_names(path: Path) -> list[str]:
    """Sheets of a workbook in their order; none where it cannot be read."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  only XLSX pays for it

    try:
        return list(CalamineWorkbook.from_path(str(path)).sheet_names)
    except CalamineError:
        return []


def _cell(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
