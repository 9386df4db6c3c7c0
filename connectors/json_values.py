"""SQL for the values of JSON records under paths: every path of a record's names in one parse of it.

DuckDB fills a struct from a record in half of the time in which it looks up a list of paths.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.cast import literal, quoted
from connectors.json_objects import json_path, split_path

Tree = dict[str, "Tree | None"]  # names of a struct; None where a text is asked for
# a struct's texts write numbers in exponents otherwise than paths do, 1e+16 for 10000000000000000.0
EXPONENT = "'-?[0-9.]+e[-+][0-9]+'"


@dataclass
class Values:
    """The texts of `source`, a column of JSON, under the paths asked for: call `columns` last."""

    source: str
    paths: list[str] = field(default_factory=list)

    def text(self, path: str) -> str:
        """The column that holds the text under a dotted path."""
        if path not in self.paths:
            self.paths.append(path)
        return f"{self.source}_{self.paths.index(path)}"

    def made(self) -> list[str]:
        """What a select over the records must hold for `columns`, the records themselves aside."""
        tree, looked_up = self._divided()
        made = []
        if tree:
            made.append(f"from_json({self.source}, {literal(_structure(tree))}) as {self.source}_struct")
        if looked_up:
            listed = ", ".join(literal(json_path(path)) for path in looked_up)
            made.append(f"json_extract_string({self.source}, [{listed}]) as {self.source}_values")
        return made

    def columns(self) -> list[str]:
        """The columns of all texts, for a select over what holds `made`."""
        _, looked_up = self._divided()
        return [f"{self._value(path, looked_up)} as {self.text(path)}" for path in self.paths]

    def _value(self, path: str, looked_up: Sequence[str]) -> str:
        if path in looked_up:
            return f"{self.source}_values[{looked_up.index(path) + 1}]"
        value = ".".join([f"{self.source}_struct", *map(quoted, split_path(path))])
        may_be_number = f"{value} between '-' and ':' and contains({value}, 'e')"
        exact = f"json_extract_string({self.source}, {literal(json_path(path))})"
        return f"case when {may_be_number} and regexp_full_match({value}, {EXPONENT}) then {exact} else {value} end"

    def _divided(self) -> tuple[Tree, list[str]]:
        """The paths that one struct can hold, and the others: a struct knows no places in lists, and no case."""
        tree: Tree = {}
        looked_up = [path for path in self.paths if not _add(tree, split_path(path))]
        return tree, looked_up


def _add(tree: Tree, steps: Sequence[str]) -> bool:
    """Adds a path to the tree; False, and nothing added, where it does not fit in."""
    if not steps or any(step.startswith("[") or json.dumps(step, ensure_ascii=False) != f'"{step}"' for step in steps):
        return False
    name, *deeper = steps
    if name not in tree:
        if name.casefold() in map(str.casefold, tree):
            return False
        branch: Tree = {}
        if deeper and not _add(branch, deeper):
            return False
        tree[name] = branch if deeper else None
        return True
    inside = tree[name]
    return bool(deeper) and inside is not None and _add(inside, deeper)


def _structure(tree: Tree) -> str:
    """A struct of texts as DuckDB reads it."""
    return json.dumps(_types(tree), ensure_ascii=False)


def _types(tree: Tree) -> dict[str, object]:
    return {name: "VARCHAR" if inside is None else _types(inside) for name, inside in tree.items()}
