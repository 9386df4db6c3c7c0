"""The catalogue as people read it: the same declarations the pipeline runs, one dict an entry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from connectors.pull_contract import Pull

Entry = dict[str, Any]
RULES = Path(__file__).parent.parent / "rules"


def connectors(workspace: Path | None = None) -> dict[str, Entry]:
    """Connectors with their streams and the entities they give; `table` with what each entity takes.

    With a `workspace` also those that it brings itself.
    """
    from connectors.catalogue import TABLE  # noqa: PLC0415
    from pipelines.session import declarations  # noqa: PLC0415

    declared, _ = declarations(workspace)
    entries: dict[str, Entry] = {}
    for name, source in declared.connectors.items():
        entry: Entry = {"title": source.title, "vendor": source.vendor, "lifecycle": source.lifecycle}
        entry |= {"how to get the export": source.docs, "evidence": list(source.evidence)}
        if name == TABLE:
            entry["entities"] = {
                entity.name: {
                    column: _column_line(one.type, one.required, one.description)
                    for column, one in entity.columns.items()
                }
                for entity in declared.entities.values()
            }
        else:
            entry["gives"] = [entity for connector, entity in declared.sql if connector == name]
            entry["streams"] = {key: stream.description for key, stream in source.streams.items()}
        if name in declared.pulls:
            entry["pull"] = _pull(declared.pulls[name])
        entries[name] = entry
    return entries


def _pull(pull: Pull) -> Entry:
    """What a source writes to have a vendor's API pulled, and what is asked for then."""

    def how(name: str) -> str:
        each = pull.endpoints[name].each
        per = f", per record of {each.of}" if each else ""
        return ("the whole list" if pull.is_whole(name) else "what changed") + per

    return {
        "where to get access": pull.docs,
        "whose token": pull.rights,
        "settings": {
            key: setting.description
            + (", needed" if setting.is_required else "")
            + (", as ${NAME} only" if setting.is_secret else "")
            + (f"; {setting.default} if left out" if setting.default not in (None, "0") else "")
            for key, setting in pull.keys.items()
        },
        "endpoints": {
            name: f"{endpoint.method} {endpoint.path}: {endpoint.description.rstrip('.')} ({how(name)})"
            for name, endpoint in pull.endpoints.items()
        },
        "evidence": list(pull.evidence),
    }


def signals() -> dict[str, Entry]:
    """Signals with all that their header says."""
    from pipelines.session import declarations  # noqa: PLC0415

    return {
        name: {"title": signal.header.description}
        | signal.header.model_dump(mode="json", exclude={"description"}, exclude_none=True)
        | {"sql": f"transforms/signals/{name}.sql"}
        for name, signal in sorted(declarations()[1].signals.items())
    }


def models(workspace: Path | None = None) -> dict[str, Entry]:
    """Maturity models, whole: stages, gates, thresholds, next steps. With a `workspace` also those that it names."""
    from connectors.declaration import DeclarationError  # noqa: PLC0415
    from pipelines.problem import InvalidWorkspace  # noqa: PLC0415
    from pipelines.workspace import models_named  # noqa: PLC0415
    from rules.load import available, load  # noqa: PLC0415

    entries: dict[str, Entry] = {}
    for name in dict.fromkeys([*available(), *(models_named(workspace) if workspace else [])]):
        try:
            loaded = load(name, workspace)
        except DeclarationError as error:
            raise InvalidWorkspace(error.problems) from error
        entries[loaded.pack.name] = {
            **loaded.pack.model_dump(mode="json", exclude={"name"}, exclude_none=True),
            "rules_version": loaded.rules_version,
        }
    return entries


def frictions() -> dict[str, Entry]:
    """Frictions F01 to F16: how they are felt, which signals show them, what looks like them but is not."""
    from rules.friction_catalogue import load_frictions  # noqa: PLC0415

    return {
        one.id: {"title": one.name.replace("_", " ")}
        | one.model_dump(mode="json", exclude={"id", "name"}, exclude_none=True)
        for one in load_frictions().frictions
    }


def intents() -> dict[str, Entry]:
    """Ticket intents: what each means and what it is not."""
    declared = yaml.safe_load((RULES / "intents.yaml").read_text(encoding="utf-8"))
    return {name: {"title": entry["description"]} for name, entry in declared["intents"].items()}


def entries(kind: str, workspace: Path) -> dict[str, Entry]:
    """One kind of the catalogue as it is in a workspace, which may be none."""
    own: dict[str, Callable[[Path], dict[str, Entry]]] = {"connectors": connectors, "models": models}
    return own[kind](workspace) if kind in own else KINDS[kind]()


KINDS: dict[str, Callable[[], dict[str, Entry]]] = {
    "connectors": connectors,
    "signals": signals,
    "models": models,
    "frictions": frictions,
    "intents": intents,
}


def _column_line(kind: str, is_required: bool, description: str) -> str:
    return f"{kind}{', required' if is_required else ''}: {description}"
