"""What differs in what two runs were given, in words: rules, workspace, sources, exports."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from rules.attribution import CAUSES
from rules.origin import Side
from rules.rows import row_set

SEVERAL = ("launch", "waiver")  # of which a program may have more than one


def given_otherwise(before: Side, after: Side) -> dict[str, list[str]]:
    """One line for each thing that differs, by cause."""
    said = {
        "rules": _rules(before, after) + _waystage(before, after),
        "scope": _settings(before, after),
        "sources": _sources(before, after),
        "data": _exports(before, after),
    }
    return {cause: said[cause] for cause in CAUSES}


def rules_by_model(side: Side) -> dict[tuple[str, str], str]:
    """The version of the rules that judged each program under each model."""
    return {(str(program), str(model)): str(version) for program, model, version in row_set(side.rules)}


def _rules(before: Side, after: Side) -> list[str]:
    old, new = rules_by_model(before), rules_by_model(after)
    found: dict[str, list[str]] = {}
    for program, model in sorted(old.keys() | new.keys()):
        was, now = old.get((program, model), "not asked"), new.get((program, model), "not asked")
        if was != now:
            found.setdefault(f"{model} {was} → {now}", []).append(program)
    return _by_programs(found, after)


def _waystage(before: Side, after: Side) -> list[str]:
    changed = {
        f"Waystage {value.split(' ')[0]} is another: it may measure and judge otherwise"
        for _, what, value in row_set(after.settings) - row_set(before.settings)
        if what == "waystage" and not before.settings.empty
    }
    return sorted(changed)


def _settings(before: Side, after: Side) -> list[str]:
    old, new = ({row for row in row_set(side.settings) if row[1] != "waystage"} for side in (before, after))
    known = [{row[0] for row in one} for one in (old, new)]
    found: dict[str, list[str]] = {}
    for program in sorted(known[0] ^ known[1]):
        found[f"{program} is {'a program now' if program in known[1] else 'no program any more'}"] = []
    changed = {(row[0], row[1]) for row in old ^ new if row[0] in known[0] & known[1]}
    for program, what in sorted(changed):
        values = [{row[2] for row in one if row[:2] == (program, what)} for one in (old, new)]
        words = what.replace("_", " ")
        if what in SEVERAL:
            for value in sorted(values[0] ^ values[1]):
                sign = "added" if value in values[1] else "removed"
                found.setdefault(f"{words} {_value(what, value)} {sign}", []).append(program)
        else:
            was, now = (", ".join(sorted(one)) or "none" for one in values)
            found.setdefault(f"{words} {was} → {now}", []).append(program)
    return _by_programs(found, after)


def _sources(before: Side, after: Side) -> list[str]:
    old, new = _states(before), _states(after)
    return [
        f"{program}: {source} {old.get((program, source), 'absent')} → {new.get((program, source), 'absent')}"
        for program, source in sorted(old.keys() | new.keys())
        if old.get((program, source)) != new.get((program, source))
    ]


def _states(side: Side) -> dict[tuple[str, str], str]:
    """What became of each source: `ok`, or by what it gives, `ok (ticket), stale (account)`, where it gives several."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for program, source, entity, status in row_set(side.sources[["program_id", "source", "entity", "status"]]):
        found.setdefault((program, source), {}).setdefault(status, []).extend([entity] if entity else [])
    return {
        source: ", ".join(
            f"{status} ({', '.join(sorted(entities))})" if entities else status
            for status, entities in sorted(by_status.items())
        )
        for source, by_status in found.items()
    }


def _exports(before: Side, after: Side) -> list[str]:
    old, new = (_by_key(side.exports, ["program_id", "source"], "fingerprint") for side in (before, after))
    return [
        f"{program}: the exports of {source}"
        for program, source in sorted(old.keys() & new.keys())
        if old[program, source] != new[program, source]
    ]


def _by_key(frame: pd.DataFrame, key: list[str], value: str) -> dict[tuple[Any, ...], str]:
    return {row[:-1]: str(row[-1]) for row in row_set(frame[[*key, value]])}


def _value(what: str, value: str) -> str:
    if what != "waiver":
        return value
    waiver = json.loads(value)
    return f"of {waiver['condition']} until {waiver['until']}"


def _by_programs(found: dict[str, list[str]], side: Side) -> list[str]:
    """The lines, with the programs where they are of some only."""
    everybody = set(side.settings["program_id"])
    return [
        text if not programs or everybody == set(programs) else f"{', '.join(programs)}: {text}"
        for text, programs in found.items()
    ]
