"""Finds the connectors and the canonical entities: the folder or file name is the name."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from connectors.contract import NAME, Entity, Shape, Source

CONNECTORS = Path(__file__).parent
ENTITIES = CONNECTORS.parent / "transforms" / "staging"
TABLE = "table"
# the same safe loader in C where PyYAML was built with it: every command reads all declarations
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Model = TypeVar("Model", bound=Shape)


class DeclarationError(ValueError):
    """A YAML declaration of the catalogue is wrong; the text names the file, the key and what is legal."""


@dataclass(frozen=True)
class Catalogue:
    """Everything declared: connectors by name, entities by name, the SQL of each connector by entity.

    `shared` holds what several entities of one connector are read from: `connectors/<connector>/_<name>.sql`.
    """

    connectors: dict[str, Source]
    entities: dict[str, Entity]
    sql: dict[tuple[str, str], Path]  # (connector, entity) -> connectors/<connector>/<entity>.sql
    shared: dict[tuple[str, str], Path]  # (connector, name) -> connectors/<connector>/_<name>.sql


def read_catalogue(connectors: Path = CONNECTORS, entities: Path = ENTITIES) -> Catalogue:
    """Read all declarations; raises DeclarationError at the first wrong one."""
    found_entities = {
        path.stem: _read(path, Entity, {"name": path.stem})
        for path in sorted(entities.glob("*.yaml"))
        if not path.name.endswith(".cases.yaml")
    }
    found: dict[str, Source] = {}
    sql: dict[tuple[str, str], Path] = {}
    shared: dict[tuple[str, str], Path] = {}
    for path in sorted(connectors.glob("*/source.yaml")):
        source = _read(path, Source, {})
        _check_names(path, source)
        found[source.name] = source
        for query in sorted(path.parent.glob("*.sql")):
            if query.stem.startswith("_"):
                shared[source.name, query.stem[1:]] = query
                continue
            if query.stem not in found_entities:
                legal = ", ".join(found_entities)
                raise DeclarationError(f"{query}: `{query.stem}` is not an entity; legal names: {legal}")
            sql[source.name, query.stem] = query
    return Catalogue(found, found_entities, sql, shared)


def _check_names(path: Path, source: Source) -> None:
    if source.name != path.parent.name:
        raise DeclarationError(f"{path}: name `{source.name}` must equal its folder `{path.parent.name}`")
    for name in (source.name, *source.streams):
        # `__` separates owner from thing in table names
        if not NAME.fullmatch(name) or "__" in name:
            raise DeclarationError(f"{path}: `{name}` must be lower_case_with_underscores, without `__`")


def _read(path: Path, model: type[Model], given: dict[str, object]) -> Model:
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), LOADER)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise DeclarationError(f"{path}: not valid YAML: {error}") from None
    if not isinstance(data, dict):
        raise DeclarationError(f"{path}: must be a mapping of keys")
    try:
        return model.model_validate({**data, **given})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DeclarationError(f"{path}: {where}: {first['msg']}") from None
