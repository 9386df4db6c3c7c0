"""Reads what people declare in YAML, so that what is wrong with it can be told by file, line and nearest legal key."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from connectors.nearest import nearest_or_legal

Key = str | int
Shape = TypeVar("Shape", bound=BaseModel)
NOT_YAML = "not valid YAML"
# the same safe loader in C where PyYAML was built with it: every command reads all declarations
MOST_VALUES = 1_000_000  # a few lines of aliases of aliases stand for more than memory holds
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a declaration; `str()` gives `file:line: message`."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class DeclarationError(ValueError):
    """Declarations that cannot be used, with every problem found in them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Document:
    """Parsed YAML that still knows on which line each value stands."""

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
        return int(line)


@dataclass(frozen=True)
class Fault:
    """One way in which a document differs from its shape. `kind` is pydantic's; `legal` are the keys around it."""

    path: tuple[Key, ...]
    line: int
    kind: str
    seen: object
    message: str
    legal: tuple[str, ...]

    @property
    def where(self) -> str:
        """The path as people write it, `stages.0.gate`; empty for the whole document."""
        return ".".join(str(key) for key in self.path)

    def __str__(self) -> str:
        if self.kind == "extra_forbidden":
            key = str(self.path[-1])
            return f"unknown key {key!r}, {nearest_or_legal(key, self.legal)}"
        if self.kind == "missing":
            within = ".".join(map(str, self.path[:-1])) or "the file"
            return f"missing key {str(self.path[-1])!r} in {within}"
        shown = f" (seen: {self.seen!r})" if isinstance(self.seen, str | int | float | bool) else ""
        return f"{self.where}: {self.message}{shown}" if self.path else self.message


def read(file: Path) -> Document:
    """Parse one YAML file. Raises DeclarationError where it is missing, is no YAML or gives a key twice."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DeclarationError([Problem(file, 1, "no such file; create it or correct the path")]) from None
    except UnicodeDecodeError as error:
        raise DeclarationError([Problem(file, 1, f"not UTF-8 at byte {error.start}; save it as UTF-8")]) from None
    except OSError as error:
        raise DeclarationError([Problem(file, 1, f"cannot be read ({error.strerror})")]) from None
    return parse(text, file)


def parse(text: str, file: Path) -> Document:
    """Parse YAML; `file` is what messages name. Raises DeclarationError as `read` does."""
    try:
        try:
            root, data = _load(text, LOADER)
        except yaml.YAMLError:
            root, data = _load(text, yaml.SafeLoader)  # says better what is wrong
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or getattr(error, "reason", error)
        line = mark.line + 1 if mark else text.count("\n", 0, getattr(error, "position", 0)) + 1
        raise DeclarationError([Problem(file, line, f"{NOT_YAML}: {said}")]) from None
    except ValueError as error:  # 2026-02-31, or a number of thousands of digits
        raise DeclarationError([Problem(file, 1, f"{NOT_YAML}: a date or number that is none ({error})")]) from None
    except RecursionError:
        told = "nested too deeply, or an alias that holds itself; write it out"
        raise DeclarationError([Problem(file, 1, told)]) from None
    except _TooManyValues:
        told = f"more than {MOST_VALUES:,} values once its aliases are written out; use fewer"
        raise DeclarationError([Problem(file, 1, told)]) from None
    if root is None:
        raise DeclarationError([Problem(file, 1, "nothing is declared here")])
    repeated = _repeated_keys(file, root)
    if repeated:
        raise DeclarationError(repeated)
    return Document(file, data, root)


def check(shape: type[Shape], document: Document) -> Shape | list[Fault]:
    """The document as `shape`, or every way in which it is not one."""
    try:
        return shape.model_validate(document.data)
    except ValidationError as error:
        return [_fault(shape, document, detail) for detail in error.errors()]


def validate(shape: type[Shape], document: Document) -> Shape:
    """The document as `shape`. Raises DeclarationError with every problem, each on its line."""
    found = check(shape, document)
    if isinstance(found, list):
        raise DeclarationError([Problem(document.file, fault.line, str(fault)) for fault in found])
    return found


class _TooManyValues(Exception):
    pass


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """Values a node holds, those of an alias each time it is used. RecursionError where one holds itself."""
    if id(node) not in known:
        parts = node.value if isinstance(node.value, list) else []
        inner = [part for pair in parts for part in (pair if isinstance(pair, tuple) else (pair,))]
        known[id(node)] = 1 + sum(_size(part, known) for part in inner)
    return known[id(node)]


def _load(text: str, loader_class: Any) -> tuple[yaml.Node | None, Any]:
    loader = loader_class(text)
    try:
        root = loader.get_single_node()
        if root is not None and _size(root, {}) > MOST_VALUES:
            raise _TooManyValues
        return root, None if root is None else loader.construct_document(root)
    finally:
        loader.dispose()


def _fault(shape: type[BaseModel], document: Document, detail: ErrorDetails) -> Fault:
    # pydantic names the members of a union it tried as if they were keys
    path = tuple(key for key in detail["loc"] if key not in ("str", "int", "float", "bool", "dict[str,any]"))
    message = detail["msg"].removeprefix("Value error, ")
    legal = tuple(_keys_at(shape, path[:-1]))
    return Fault(path, document.line(path), detail["type"], detail["input"], message, legal)


def _keys_at(shape: type[BaseModel], path: Sequence[Key]) -> list[str]:
    """Legal keys of the model reached from `shape` along a path."""
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
    found = (_model_within(inner) for inner in get_args(annotation))
    return next((model for model in found if model is not None), None)


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
