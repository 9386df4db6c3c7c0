"""Which functions of the engine an expression of a column map may call: of texts, numbers, times, lists and JSON.

A list of what is allowed, since an engine of another version may bring functions that nobody here has heard of. None of
these reads anything but its arguments, tells of the machine or the clock, waits, or makes much of little.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

ALLOWED = frozenset(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split())
# these make a text as long as they are told to
BOUNDED = frozenset(["lpad", "repeat", "rpad"])
MOST_LENGTH = 1000
# parts of an expression, as the engine's parser names them; a subquery, a star, a window or a parameter is none of them
KINDS = {
    *("BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION"),
    *("LAMBDA", "OPERATOR"),
}


@lru_cache(maxsize=1000)  # every file of a source asks again, and an engine takes ten milliseconds to open
def forbidden_part(sql: str) -> str | None:
    """What of an expression may not stand in it, as the engine itself reads it; None where all of it may."""
    with duckdb.connect(":memory:") as con:
        said = con.execute("select json_serialize_sql(?::varchar)", [f"select {sql}"]).fetchall()[0][0]
    tree = json.loads(said)
    if tree["error"] or len(tree["statements"]) != 1:
        return "what the engine does not read as one expression"
    node = tree["statements"][0]["node"]
    if node["type"] != "SELECT_NODE" or node["from_table"]["type"] != "EMPTY" or len(node["select_list"]) != 1:
        return "more than one expression"
    for part in _parts(node["select_list"]):
        if part["class"] not in KINDS:
            return str(part["class"]).lower().replace("_", " ")
        if part["class"] == "FUNCTION" and not _is_allowed(part):
            return str(part["function_name"])
    return None


def _is_allowed(call: dict[str, Any]) -> bool:
    name = str(call["function_name"]).lower()
    if name in BOUNDED and len(call["children"]) > 1:
        length = call["children"][1].get("value", {}).get("value")
        return isinstance(length, int) and length <= MOST_LENGTH
    return name in ALLOWED


def _parts(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if "class" in one:
                yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
