"""A draft in words and as a source of waystage.yaml, with what is doubtful as comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from connectors.drafting.profile import LOOKED_AT_ROWS, MOST_COLUMNS, Profile
from connectors.drafting.propose import Mapped, Missing, Proposal
from connectors.drafting.unknown import Table, Unknown, shown_name
from connectors.drafting.words import is_of_people
from connectors.mapping import TODO

PLAIN = re.compile(r"[^\W\d][\w ()/.+-]*[\w)]|[^\W\d]")
YAML_WORDS = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
# columns whose words name nobody
SHOWN_VALUES = frozenset(
    {"status", "channel", "content_type", "surface", "entry", "verb", "event", "enrollment_type", "form", "is_won"}
    | {"lifecycle_path", "locale", "source_locale"}
)
MOST_LISTED = 30
WIDTH = 118


@dataclass(frozen=True)
class Draft:
    """An export, one of its tables, and what it is proposed to be."""

    unknown: Unknown
    table: Table
    profiles: Sequence[Profile]
    proposal: Proposal
    others: Sequence[Proposal]  # the next likely entities
    path: str  # as waystage.yaml would name the file

    @property
    def rows_looked_at(self) -> int:
        return self.profiles[0].rows if self.profiles else 0


def scalar(text: str) -> str:
    """A text as YAML on one line."""
    if PLAIN.fullmatch(text) and text.casefold() not in YAML_WORDS:
        return text
    made = yaml.safe_dump([text], default_flow_style=True, allow_unicode=True, width=1 << 30).strip()
    return made[1:-1]


def doubts_of(draft: Draft) -> list[str]:
    """What a person should look at before trusting the proposal, the weightiest first."""
    proposal = draft.proposal
    said = [f"{_needs(one)}: {meaning_of(proposal, one)} {nearest_of(one)}" for one in proposal.missing]
    close = [one.entity.name for one in draft.others if one.score > 0 and one.score >= 0.8 * proposal.score]
    if close:
        said.append(f"the rows may also be {' or '.join(close)}: choose with --entity")
    said += [
        f"{one.column} from '{shown_name(one.profile.name)}': {doubt}"
        for one in proposal.mapped.values()
        for doubt in one.doubts
    ]
    if draft.unknown.config.encoding:
        said.append(
            f"the file is not UTF-8 and is read as {draft.unknown.config.encoding}; look at letters with accents"
        )
    naive = [one for one in proposal.mapped.values() if one.profile.is_time and not one.profile.has_offsets]
    if naive:
        names = ", ".join(f"'{shown_name(one.profile.name)}'" for one in naive)
        said.append(f"{names}: no offset, so read as UTC; if a clock of some place wrote them, add its `timezone:`")
    said += list(draft.table.left_out[:MOST_LISTED])
    if len(draft.table.names) > MOST_COLUMNS:
        said.append(f"only the first {MOST_COLUMNS} of {len(draft.table.names):,} columns were looked at")
    if draft.rows_looked_at >= LOOKED_AT_ROWS:
        said.append(f"only the first {LOOKED_AT_ROWS:,} rows were looked at")
    return said


def _needs(missing: Missing) -> str:
    return " or ".join(missing.columns)


def meaning_of(proposal: Proposal, missing: Missing) -> str:
    """What the column that nothing feeds means."""
    described = proposal.entity.columns[missing.columns[0]].description.removesuffix(".")
    return f"nothing found for it. It means: {described}."


def nearest_of(missing: Missing) -> str:
    """The columns of the export that come nearest."""
    if not missing.candidates:
        return "No column comes near it."
    return "Nearest: " + ", ".join(f"'{shown_name(one.name)}' ({what(one)})" for one in missing.candidates) + "."


def table_source(draft: Draft) -> str:
    """The lines to put under `sources:` for connector `table`, with what is doubtful as comments."""
    proposal = draft.proposal
    lines = [
        "- connector: table",
        f"  entity: {proposal.entity.name}",
        f"  path: {scalar(draft.path)}",
    ]
    lines += [f"  {line}" for line in reading_lines(draft)]
    lines.append("  columns:")
    entries: list[tuple[str, tuple[str, ...]]] = []
    for missing in proposal.missing:
        entries.append((f"{missing.columns[0]}: {TODO}", (f"{meaning_of(proposal, missing)} {nearest_of(missing)}",)))
    for one in proposal.mapped.values():
        entries.append((f"{one.column}: {_source_of(draft, one)}", (*values_of(one), *one.doubts)))
    for text, doubts in entries:
        lines += commented(f"    {text}", doubts, "    ")
    lines += [f"    # {line}" for line in unused_of(draft)]
    return "\n".join(f"      {line}" for line in lines) + "\n"


def folder_source(name: str, draft: Draft) -> str:
    """The lines to put under `sources:` for a connector with a folder of its own."""
    lines = [f"- connector: {name}", f"  path: {scalar(draft.path)}", *(f"  {line}" for line in reading_lines(draft))]
    return "\n".join(f"      {line}" for line in lines) + "\n"


def reading_lines(draft: Draft) -> Iterator[str]:
    """What a source must say so that the file is opened and its times are read as they were meant."""
    if draft.unknown.config.encoding:
        yield f"encoding: {draft.unknown.config.encoding}"
    if draft.unknown.config.sheet:
        yield f"sheet: {scalar(draft.unknown.config.sheet)}"
    yield from _time_zone(draft.proposal)


def _time_zone(proposal: Proposal) -> Iterator[str]:
    if any(one.profile.is_time and not one.profile.has_offsets for one in proposal.mapped.values()):
        yield "# timezone: Europe/Berlin    # times in this file have no offset: UTC, unless this line says otherwise"


def commented(line: str, doubts: Sequence[str], indent: str) -> list[str]:
    """A line of YAML with its doubts: behind it, or above where they are long."""
    if not doubts:
        return [line]
    told = "; ".join(doubts)
    if len(line) + len(told) < WIDTH:
        return [f"{line}  # {told}"]
    return [*(f"{indent}# {part}" for part in _wrapped(told)), line]


def _wrapped(text: str) -> Iterator[str]:
    line = ""
    for word in text.split():
        if line and len(line) + len(word) > WIDTH - 12:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _source_of(draft: Draft, one: Mapped) -> str:
    name = draft.table.inside + one.profile.name
    if not one.reading.strict:
        return scalar(name)
    quoted = "".join(f'"{step}"' if index == 0 else f'."{step}"' for index, step in enumerate(_steps(draft, name)))
    return "{sql: " + json.dumps(one.reading.strict.replace("{c}", quoted), ensure_ascii=False) + "}"


def _steps(draft: Draft, name: str) -> list[str]:
    return name.split(".") if draft.unknown.export.kind == "json" else [name]


def what(profile: Profile) -> str:
    """What a column holds, in a few words."""
    kinds = {
        "time": "times",
        "local_time": "times",
        "email": "e-mail addresses",
        "boolean": "yes or no",
        "integer": "whole numbers",
        "number": "numbers",
        "comma_number": "numbers",
        "category": f"{len(profile.values)} kinds",
        "empty": "empty",
        "long_text": "long texts",
        "json": "lists",
    }
    parts = [kinds.get(profile.kind, profile.kind)]
    if profile.kind != "empty":
        parts.append("all different" if profile.is_unique else f"{profile.distinct:,} different")
        if profile.empty_share >= 0.005:
            parts.append(f"{profile.empty_share:.0%} empty")
    return ", ".join(parts)


def values_of(one: Mapped) -> tuple[str, ...]:
    """The words of a column of few words, where they can name nobody."""
    profile = one.profile
    shown = [text for text in profile.values if len(text) <= 30 and not re.search(r"@|\d{4}", text)]
    is_open = one.column in SHOWN_VALUES and profile.kind in ("category", "locale") and not is_of_people(profile.name)
    return (f"seen: {', '.join(shown[:8])}",) if is_open and len(shown) == len(profile.values) <= 12 else ()


def unused_of(draft: Draft) -> Iterator[str]:
    """Columns that feed nothing, and what they hold."""
    for profile in draft.proposal.unused[:MOST_LISTED]:
        if is_of_people(profile.name) and profile.kind not in ("integer", "uuid"):
            yield f"not mapped: '{shown_name(profile.name)}': names of people, or ways to reach them, are never landed"
        else:
            looks = ", ".join(profile.shapes) or "nothing"
            yield f"not mapped: '{shown_name(profile.name)}' ({what(profile)}; looks like {looks})"
    if len(draft.proposal.unused) > MOST_LISTED:
        yield f"not mapped: {len(draft.proposal.unused) - MOST_LISTED} more"
    for told in draft.table.left_out[:MOST_LISTED]:
        yield f"left out: {told}"
