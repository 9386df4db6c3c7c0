"""Lands small files of one source together: a statement costs hardly less for one small file than for a thousand.

Only what is in perfect order is landed here. A file of another kind, or with anything wrong in it, is left for
`land_file`, which says what.
"""

import datetime as dt
import hashlib
from collections.abc import Hashable, Sequence
from contextlib import suppress
from pathlib import Path

import duckdb

from connectors.cast import literal
from connectors.catalogue import Catalogue
from connectors.convert_many import ConvertedFile, convert_many
from connectors.land_file import Job, remove_copies
from connectors.manifest import Landed
from connectors.open_export import Export
from connectors.open_many import Opener
from connectors.problem import UnusableExport
from connectors.recognise_many import Alike, recognise_many


def land_together(con: duckdb.DuckDBPyConnection, jobs: Sequence[Job], catalogue: Catalogue) -> dict[str, Landed]:
    """Land files of one source as far as nothing is wrong with them; the outcome by identity of those that landed."""
    landed: dict[str, Landed] = {}
    con.execute(f"set timezone = {literal(jobs[0].source.timezone)}")
    try:
        for opened in _readable_at_once(jobs):
            mine, exports = [job for job, _ in opened], [export for _, export in opened]
            with suppress(UnusableExport, duckdb.Error):
                for group in recognise_many(
                    con, exports, [job.file for job in mine], mine[0].source, catalogue, scratch=jobs[0].scratch
                ):
                    landed |= _land_group(con, mine, group)
    finally:
        remove_copies(jobs[0].scratch)
    return landed


def _readable_at_once(jobs: Sequence[Job]) -> list[list[tuple[Job, Export]]]:
    """The files that one statement can read, two or more at a time."""
    alike: dict[Hashable, list[tuple[Job, Export]]] = {}
    opener = Opener(jobs[0].source)
    for job in jobs:
        try:
            export = opener.open(job.path, job.scratch / job.identity, job.content)
        except (UnusableExport, OSError):
            continue
        if export.kind == "json":
            alike.setdefault(export.json_format, []).append((job, export))
        elif export.kind == "csv" and not export.lines_above:
            alike.setdefault((export.headers, export.delimiter), []).append((job, export))
    return [opened for opened in alike.values() if len(opened) > 1]


def _land_group(con: duckdb.DuckDBPyConnection, jobs: Sequence[Job], group: Alike) -> dict[str, Landed]:
    folder = jobs[0].folder
    identities = {number: jobs[number].identity for number in group.file_nos}
    _, fingerprint = next(iter(identities.values())).split("-")
    together = hashlib.sha256("\n".join(sorted(identities.values())).encode()).hexdigest()[:16]
    parts: dict[int, list[dict[str, object]]] = {number: [] for number in group.file_nos}
    rows = dict.fromkeys(group.file_nos, 0)
    spoiled: set[int] = set()
    written: list[Path] = []
    for target, inputs, relation in group.kinds:
        parquet = folder / f"{together}-{fingerprint}.{target.name}.parquet"
        beside = parquet.with_suffix(".new")
        columns, found = convert_many(con, relation, target, inputs, parquet=beside, clock=jobs[0].clock)
        beside.replace(parquet)
        written.append(parquet)
        for number in group.file_nos:
            file = found.get(number, ConvertedFile(0, False, False))
            rows[number] += file.rows_read
            if file.is_spoiled or file.rows_read != group.row_counts.get(number, file.rows_read):
                spoiled.add(number)
            parts[number].append(
                {
                    "target": target.name,
                    "parquet": parquet.name,
                    "columns": columns,
                    "has_distinct_keys": file.has_distinct_keys,
                    "file_no": number,
                }
            )
    landed_at = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0).isoformat()
    landed = {
        identities[number]: Landed(
            jobs[number].file,
            parts[number],
            None,
            rows[number],
            rows[number],
            0,
            "loaded",
            "; ".join(group.notes.get(number, ())) or None,
            landed_at,
            group.kinds[0][2].envelope,
        )
        for number in group.file_nos
        if rows[number] and number not in spoiled
    }
    if not landed:
        for parquet in written:
            parquet.unlink()
    return landed
