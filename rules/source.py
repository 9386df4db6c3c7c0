"""Reads a YAML file so that what is wrong with it can be told by file, line and nearest legal name."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Key = str | int
MOST_VALUES = 1_000_000
Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file of rules; `str()` gives `file:line: message`."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class RuleError(ValueError):
    """Files of rules that cannot be used, with every problem found in them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Document:
    """A parsed YAML file that still knows on which line each value stands."""

    file: Path
    data: Any
    root: yaml.Node

    def line(self, path: Sequence[Key]) -> int:
        """The line of the value at `path`, or of the nearest thing around it that exists."""
        node = self.root
        line = node.start_mark.line + 1
        for key in path:
            found = _child(node, key)
            if found is not None:
                line, node = found
        return line


def nearest(name: str, legal: Sequence[str]) -> str:
    """`, did you mean 'x'?`, or the legal names where none is close."""
    close = get_close_matches(name, legal, n=1, cutoff=0.6)
    if close:
        return f", did you mean {close[0]!r}?"
    listed = ", ".join(sorted(legal)[:12])
    return f"; legal here: {listed}" if listed else ""


def read(file: Path) -> Document:
    """Parse one YAML file. Raises RuleError where it is missing, is no YAML or gives a key twice."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RuleError([Problem(file, 1, "no such file; create it or correct the path")]) from None
    except UnicodeDecodeError as error:
        raise RuleError([Problem(file, 1, f"not UTF-8 at byte {error.start}; save it as UTF-8")]) from None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if root is not None and _size(root, {}) > MOST_VALUES:
            told = f"more than {MOST_VALUES:,} values once its aliases are written out; write them out, or fewer"
            raise RuleError([Problem(file, 1, told)])
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleError([Problem(file, line, f"not valid YAML: {error.problem}")]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise RuleError([Problem(file, line, f"not valid YAML: character #x{error.character:04x}")]) from None
    except RecursionError:
        raise RuleError([Problem(file, 1, "nested too deeply, or an alias that holds itself; write it out")]) from None
    if root is None:
        raise RuleError([Problem(file, 1, "the file is empty")])
    repeated = _repeated_keys(file, root)
    if repeated:
        raise RuleError(repeated)
    return Document(file, data, root)


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """Values a node holds, those of an alias each time it is used. RecursionError where one holds itself."""
    if id(node) not in known:
        parts = node.value if isinstance(node.value, list) else []
        inner = [part for pair in parts for part in (pair if isinstance(pair, tuple) else (pair,))]
        known[id(node)] = 1 + sum(_size(part, known) for part in inner)
    return known[id(node)]


def validate(shape: type[Shape], document: Document) -> Shape:
    """The document as `shape`. Raises RuleError with every problem, each on its line."""
    try:
        return shape.model_validate(document.data)
    except ValidationError as error:
        raise RuleError([_problem(shape, document, detail) for detail in error.errors()]) from None


def _problem(shape: type[BaseModel], document: Document, detail: ErrorDetails) -> Problem:
    path = detail["loc"]
    where = ".".join(str(key) for key in path)
    line = document.line(path)
    if detail["type"] == "extra_forbidden":
        legal = _fields_at(shape, path[:-1])
        return Problem(document.file, line, f"unknown key {str(path[-1])!r}{nearest(str(path[-1]), legal)}")
    if detail["type"] == "missing":
        within = ".".join(map(str, path[:-1])) or "the file"
        return Problem(document.file, line, f"missing key {str(path[-1])!r} in {within}")
    message = detail["msg"].removeprefix("Value error, ")
    seen = detail["input"]
    shown = f" (seen: {seen!r})" if isinstance(seen, str | int | float | bool) else ""
    return Problem(document.file, line, f"{where}: {message}{shown}" if where else message)


def _fields_at(shape: type[BaseModel], path: Sequence[Key]) -> list[str]:
    """Legal keys of the model reached from `shape` along an error's path."""
    current: type[BaseModel] = shape
    for key in path:
        names = {field.alias or name: field for name, field in current.model_fields.items()}
        if isinstance(key, str) and key in names:
            inner = _model_within(names[key].annotation)
            if inner is None:
                return []
            current = inner
    return [field.alias or name for name, field in current.model_fields.items()]


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is not None or get_origin(annotation) is Union:
        for inner in get_args(annotation):
            found = _model_within(inner)
            if found is not None:
                return found
    return None


def _child(node: yaml.Node, key: Key) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == str(key):
                return name.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key].start_mark.line + 1, node.value[key]
    return None


def _repeated_keys(file: Path, node: yaml.Node) -> list[Problem]:
    problems: list[Problem] = []
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for name, value in node.value:
            line = name.start_mark.line + 1
            if name.value in seen:
                message = f"key {name.value!r} is given twice, first on line {seen[name.value]}; keep one"
                problems.append(Problem(file, line, message))
            seen.setdefault(name.value, line)
            problems += _repeated_keys(file, value)
    if isinstance(node, yaml.SequenceNode):
        for value in node.value:
            problems += _repeated_keys(file, value)
    return problems
