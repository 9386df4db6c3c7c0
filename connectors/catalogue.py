"""Finds the connectors and the canonical entities: the folder or file name is the name."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from connectors.contract import NAME, Entity, ProgramConfig, Source, SourceConfig
from connectors.declaration import DeclarationError, Problem, read, validate
from connectors.family import Query, inherited, read_family, with_fields
from connectors.pull_contract import Pull, read_pull

CONNECTORS = Path(__file__).parent
ENTITIES = CONNECTORS.parent / "transforms" / "staging"
TABLE = "table"
OWN = "connectors"  # a workspace's folder of its own connectors


@dataclass(frozen=True)
class Catalogue:
    """Everything declared: connectors by name, entities by name, the SQL of each connector by entity.

    `shared` holds what several entities of one connector are read from: `connectors/<connector>/_<name>.sql`; `pulls`
    how the API of a vendor is asked: `connectors/<connector>/pull.yaml`. Both kinds of SQL may be the family's.
    """

    connectors: dict[str, Source]
    entities: dict[str, Entity]
    sql: dict[tuple[str, str], Query]  # (connector, entity) -> connectors/<connector>/<entity>.sql
    shared: dict[tuple[str, str], Query]  # (connector, name) -> connectors/<connector>/_<name>.sql
    pulls: dict[str, Pull]


def read_catalogue(
    connectors: Path = CONNECTORS, entities: Path = ENTITIES, workspace: Path | None = None
) -> Catalogue:
    """Read all declarations; raises DeclarationError at the first wrong one.

    A `workspace` may have connectors of its own: its folder `connectors/` is looked through like the shipped one.
    """
    is_shipped = (connectors, entities) == (CONNECTORS, ENTITIES)
    declared = _shipped() if is_shipped else _declared(connectors, entities)
    return _with_sources(declared, own_sources(workspace, connectors), connectors)


@cache
def _shipped() -> Catalogue:
    """What ships with Waystage: a night asks for it more than once, and its declarations are many."""
    return _declared(CONNECTORS, ENTITIES)


def _declared(connectors: Path, entities: Path) -> Catalogue:
    found = {
        path.stem: _read_entity(path)
        for path in sorted(entities.glob("*.yaml"))
        if not path.name.endswith(".cases.yaml")
    }
    return _with_sources(Catalogue({}, found, {}, {}, {}), sorted(connectors.glob("*/source.yaml")), connectors)


def _with_sources(declared: Catalogue, paths: list[Path], connectors: Path) -> Catalogue:
    """The catalogue and the connectors of these files; families stand in the folder `connectors`."""
    found, sql = dict(declared.connectors), dict(declared.sql)
    shared, pulls = dict(declared.shared), dict(declared.pulls)
    for path in paths:
        source, queries = _read_source(path, connectors)
        if source.name in found:
            message = f"Waystage has a connector `{source.name}` already; give this folder and its `name:` another name"
            raise DeclarationError([Problem(path, 1, message)])
        found[source.name] = source
        if (pull := read_pull(path.parent, source.streams)) is not None:
            pulls[source.name] = pull
        for name, query in sorted(queries.items()):
            if name.startswith("_"):
                shared[source.name, name[1:]] = query
                continue
            if name not in declared.entities:
                legal = ", ".join(declared.entities)
                message = f"`{name}` is not an entity; legal names: {legal}"
                raise DeclarationError([Problem(query.path, 1, message)])
            sql[source.name, name] = query
    return Catalogue(found, declared.entities, sql, shared, pulls)


def undeclared(program: ProgramConfig, source: SourceConfig, catalogue: Catalogue) -> str | None:
    """Why a source cannot be read for want of what the workspace should say, or None."""
    if source.connector not in catalogue.connectors:
        return f"there is no connector '{source.connector}'; legal: {', '.join(catalogue.connectors)}"
    if source.connector == TABLE and source.entity not in catalogue.entities:
        return f"there is no entity '{source.entity}'; legal: {', '.join(catalogue.entities)}; add `entity:`"
    if catalogue.connectors[source.connector].needs_staff_domains and not program.staff_domains:
        return (
            f"the program names no `staff_domains`, without which {source.connector} cannot tell what was sent from"
            " what was received; legal: [my-company.com]; add `staff_domains:` to the program"
        )
    return None


def own_sources(workspace: Path | None, shipped: Path = CONNECTORS) -> list[Path]:
    """source.yaml of every connector that a workspace brings itself; a checkout's own folder is no workspace's."""
    if workspace is None:
        return []
    folder = workspace / OWN
    same = folder.is_dir() and folder.resolve() == shipped.resolve()
    return [] if same else sorted(folder.glob("*/source.yaml"))


def _check_names(path: Path, source: Source) -> None:
    if source.name != path.parent.name:
        message = f"name `{source.name}` must equal its folder `{path.parent.name}`"
        raise DeclarationError([Problem(path, 1, message)])
    for name in (source.name, *source.streams):
        # `__` separates owner from thing in table names
        if not NAME.fullmatch(name) or "__" in name:
            message = f"`{name}` must be lower_case_with_underscores, without `__`"
            raise DeclarationError([Problem(path, 1, message)])


def _read_source(path: Path, connectors: Path) -> tuple[Source, dict[str, Query]]:
    """A connector and its queries by file name without suffix: its own, and those of its family."""
    document = read(path)
    family = read_family(connectors, document)
    if family is not None:
        document = replace(document, data=with_fields(family, document.data))
    source = validate(Source, document)
    _check_names(path, source)
    queries = {query.stem: Query(query) for query in sorted(path.parent.glob("*.sql"))}
    if family is not None:
        queries = {**inherited(connectors, family, source, document, set(queries)), **queries}
    return source, queries


def _read_entity(path: Path) -> Entity:
    document = read(path)
    given = {**document.data, "name": path.stem} if isinstance(document.data, dict) else document.data
    return validate(Entity, replace(document, data=given))
