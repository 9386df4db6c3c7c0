"""A draft as the files of a connector's folder: contract, query, cases."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from connectors.contract import Column
from connectors.drafting.profile import Profile
from connectors.drafting.propose import Mapped
from connectors.drafting.write_source import Draft, commented, meaning_of, nearest_of, scalar, unused_of, values_of
from connectors.json_objects import quote_step
from connectors.mapping import TODO


def plural(entity: str) -> str:
    """What a stream of an entity is called."""
    return {"account_month": "account_months", "search": "searches", "opportunity": "opportunities"}.get(
        entity, f"{entity}s"
    )


def folder_files(name: str, draft: Draft) -> dict[str, str]:
    """File name to text of a connector's folder: source.yaml, `<entity>.sql`, `<entity>.cases.yaml`."""
    entity = draft.proposal.entity.name
    return {
        "source.yaml": _source_yaml(name, draft),
        f"{entity}.sql": _entity_sql(name, draft),
        f"{entity}.cases.yaml": _cases_yaml(draft),
    }


def _path(draft: Draft, name: str) -> str:
    """A name of the export as a path of the contract."""
    if draft.unknown.export.kind == "json":
        return name
    return f'"{name}"' if any(mark in name for mark in ".[") else quote_step(name)


def _source_yaml(name: str, draft: Draft) -> str:
    proposal = draft.proposal
    entity = proposal.entity
    title = name.replace("_", " ").title()
    kind = {"csv": "CSV or XLSX", "json": "JSON", "parquet": "Parquet"}[draft.unknown.export.kind]
    lines = [
        f"# Drafted from one export by `waystage new connector {name}`; what is doubtful stands beside the fields.",
        f"name: {name}",
        f"title: {title}",
        f"vendor: {title}",
        f"docs: Nobody has written down yet where this {kind} is exported; say which screen or address gives it.",
        "lifecycle: experimental",
        "evidence:",
        f"  - Drafted from one export with {draft.rows_looked_at:,} rows and {len(draft.table.names)} columns;"
        " its owner has not confirmed it yet.",
        "streams:",
        f"  {plural(entity.name)}:",
        f"    description: {scalar(entity.description)}",
        f"    match: {_match(draft)}",
    ]
    key = [column for column in (() if entity.key == "all" else entity.key) if column in proposal.mapped]
    lines += [f"    key: [{', '.join(key)}]"] if key else []
    if proposal.version:
        lines.append("    version: updated_at")
    one_of = [column for column in entity.one_of if column in proposal.mapped]
    lines += [f"    one_of: [{', '.join(one_of)}]"] if len(one_of) > 1 else []
    lines.append("    fields:")
    for missing in proposal.missing:
        column = missing.columns[0]
        told = f"{meaning_of(proposal, missing)} {nearest_of(missing)}"
        spec = _spec(entity.columns[column], {"path": TODO, "required": True})
        lines += commented(f"      {column}: {spec}", (told,), "      ")
    for one in proposal.mapped.values():
        lines += commented(f"      {one.column}: {_field(draft, one)}", (*values_of(one), *one.doubts), "      ")
    if proposal.version:
        spec = _version_keys(draft, proposal.version)
        lines.append(f"      updated_at: {spec}")
    lines += [f"      # {line}" for line in unused_of(draft)]
    return "\n".join(lines) + "\n"


def _version_keys(draft: Draft, profile: Profile) -> str:
    keys: dict[str, object] = {"path": _path(draft, profile.name), "type": "timestamp"}
    if profile.local and not profile.local.months:
        keys["formats"] = [list(profile.local.formats)]
    return _flow(keys | {"description": "Last change of the row; the newest wins."})


def _match(draft: Draft) -> str:
    keys: dict[str, object] = {}
    if draft.table.key:
        keys["key"] = [draft.table.key]
    if draft.table.stream:
        keys["airbyte"] = [draft.table.stream.rsplit("__", 1)[-1]]
    required = [column for column in draft.proposal.mapped if draft.proposal.entity.columns[column].required]
    told = sorted(draft.proposal.mapped.values(), key=lambda one: (one.column not in required, -one.likeness))
    signs = [
        one.column
        for one in told
        if "=" not in one.profile.name and (draft.unknown.export.kind != "json" or one.profile.empty_share == 0)
    ]
    keys["fields"] = signs[: max(4, len(required))]
    return _flow(keys)


def _flow(keys: Mapping[str, object]) -> str:
    made = yaml.safe_dump(dict(keys), default_flow_style=True, allow_unicode=True, width=1 << 30, sort_keys=False)
    return made.strip()


def _spec(column: Column, more: Mapping[str, object]) -> str:
    keys = dict(more)
    if column.type != "text":
        keys["type"] = column.type
    if column.identity:
        keys["identity"] = column.identity
    if column.private:
        keys["private"] = True
    if column.range:
        keys["range"] = list(column.range)
    return _flow(keys | {"description": column.description})


def _field(draft: Draft, one: Mapped) -> str:
    spec = draft.proposal.entity.columns[one.column]
    keys: dict[str, object] = {"path": _path(draft, one.profile.name)}
    if spec.required and one.profile.empty_share == 0:
        keys["required"] = True
    if one.reading.lenient:
        private = {"private": True} if spec.private else {}
        told = {"description": f"{spec.description} As the export writes it."}
        return _flow(keys | dict(one.reading.keys) | private | told)
    if spec.may_be_future:
        keys["may_be_future"] = True
    return _spec(spec, keys | dict(one.reading.keys))


def _entity_sql(name: str, draft: Draft) -> str:
    proposal = draft.proposal
    entity = proposal.entity
    columns = ["_program_id", "_source", "_file", "_row"]
    fed = [*(one.columns[0] for one in proposal.missing), *proposal.mapped]
    for column in (one for one in entity.columns if one in fed):
        mapped = proposal.mapped.get(column)
        lenient = mapped.reading.lenient if mapped else ""
        columns.append(f"{lenient.replace('{c}', column)} as {column}" if lenient else column)
        if entity.columns[column].identity == "email":
            columns.append(f"{column}_domain")
    if proposal.version:
        columns.append("updated_at as _version")
    listed = ",\n    ".join(columns)
    description = entity.description.removesuffix(".")
    first = f"-- description: {description}, of {name.replace('_', ' ')}."
    return f"{first}\nselect\n    {listed}\nfrom landing.{name}__{plural(entity.name)}\n"


def _cases_yaml(draft: Draft) -> str:
    """Two invented rows through the query; what is read by an expression becomes what its examples say."""
    entity = draft.proposal.entity
    given: list[dict[str, object]] = [{}, {}]
    expect: list[dict[str, object]] = [{}, {}]
    for row in (0, 1):
        for column, one in draft.proposal.mapped.items():
            examples = one.reading.examples
            if one.reading.lenient and examples:
                given[row][column], expect[row][column] = examples[row % len(examples)]
            elif one.reading.lenient:
                given[row][column] = expect[row][column] = None
            else:
                given[row][column] = expect[row][column] = _invented(column, entity.columns[column], row)
    case = {
        "name": f"each {entity.name.replace('_', ' ')} keeps what the export says of it",
        "given": {plural(entity.name): given},
        "expect": expect,
    }
    return (
        "# Invented rows, as landed; write one case more for each thing about this export that surprised you.\n"
        + yaml.safe_dump([case], sort_keys=False, allow_unicode=True, default_flow_style=None, width=1 << 30)
    )


def _invented(column: str, spec: Column, row: int) -> object:
    if spec.identity:
        return f"key-{row + 1}"
    made: dict[str, tuple[object, object]] = {
        "timestamp": ("2026-03-01 09:00:00", "2026-03-02 10:30:00"),
        "date": ("2026-03-01", "2026-04-01"),
        "integer": (1, 0),
        "number": (0.5, 1.0),
        "boolean": (True, False),
        "list": (["alpha", "beta"], []),
    }
    if spec.accepted:
        return spec.accepted[row % len(spec.accepted)]
    return made[spec.type][row] if spec.type in made else f"{column.replace('_', ' ')} {row + 1}"
