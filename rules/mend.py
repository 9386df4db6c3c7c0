"""A rule pack with what is wrong in its shape put aside, so that lint can read the rest in the same pass."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from connectors.declaration import Fault, Key
from rules.model import Pack

Path = tuple[Key, ...]
TEXT = "x"  # stands for any text or name that is missing or wrong
NUMBERS: dict[str, object] = {
    "evidence_floor": 0.5,
    "unknown_prior": 0.5,
    "straddle_share": 0.35,
    "count": 1,
    "hold": 1,
}
WORDS: dict[str, object] = {"lifecycle": "experimental", "version": "0.0.0", "window": "T1", "reach": False}
UNTOLD = ("stages", "jobs", "number", "gate", "of", "all", "at_least")  # without these there is nothing to read
COMPARED = ("at_least", "at_most", "keep")


def mend(data: Any, faults: Sequence[Fault]) -> tuple[Pack | None, list[Path]]:
    """The pack without its faults, and the places of which nothing more may be said. None where too little is left."""
    copy = deepcopy(data)
    silent: list[Path] = []
    for fault in faults:
        if not fault.path:
            return None, []
        silent.append(fault.path)
        if fault.path[-1] in ("job", "phase"):  # the list of them would miss this one
            silent.append((f"{fault.path[-1]}s",))
        condition = _condition(fault.path)
        parent = _at(copy, fault.path[:-1])
        key: Any = fault.path[-1]
        if condition and (fault.path == condition or key in COMPARED):
            silent.append(condition)
            _compare_nothing(_at(copy, condition[:-1]), condition[-1])
        elif fault.kind == "extra_forbidden":
            parent.pop(key, None)
        elif key in UNTOLD or not isinstance(parent, dict | list):
            return None, []
        else:
            parent[key] = NUMBERS.get(str(key), WORDS.get(str(key), TEXT))
    try:
        return Pack.model_validate(copy), silent
    except ValidationError:
        return None, []


def _condition(path: Path) -> Path | None:
    """The condition that a place is in: the item of `all` or `of` above it."""
    for depth in range(len(path) - 1, 0, -1):
        if path[depth - 1] in ("all", "of") and isinstance(path[depth], int):
            return path[: depth + 1]
    return None


def _compare_nothing(conditions: Any, place: Any) -> None:
    """Makes a condition whose comparison is wrong one that asks for nothing; its names are still read."""
    given: Any = conditions[place]
    given = given if isinstance(given, dict) else {}
    kept = {key: value for key, value in given.items() if key not in COMPARED}
    conditions[place] = {"signal": TEXT, "why": TEXT, "next_step": TEXT, "measured_as": TEXT, **kept, "at_least": 0.0}


def _at(data: Any, path: Path) -> Any:
    place: Any
    for place in path:
        if isinstance(data, dict) and place == 0:
            continue  # one group, written without its list
        data = data[place] if isinstance(data, list | dict) else None
    return data
