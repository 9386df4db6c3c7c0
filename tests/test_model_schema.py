"""The JSON Schema that editors use: it accepts and refuses what the rules do, and explains each key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml

from pipelines.scaffold import MODEL
from rules.load import RULES, available
from rules.model import SCHEMA_FILE
from tests import small_pack, test_lint, tiny_world
from tests.test_broken_packs import SOUND

SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
PACKS = {name: (RULES / name / "model.yaml").read_text(encoding="utf-8") for name in available()} | {
    "scaffold": MODEL.format(schema="", name="ours", title="Ours"),
    "tiny world": tiny_world.PACK,
    "lint": test_lint.SOUND,
    "own": SOUND,
    "small": yaml.safe_dump(small_pack.PACK.document.data),
}


def complaints(text: str) -> list[str]:
    """What an editor would underline."""
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(yaml.safe_load(text))]


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, shape in {"Pack": schema, **schema["$defs"]}.items():
        for key, field in shape["properties"].items():
            yield f"{name}.{key}", field


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("text", PACKS.values(), ids=PACKS)
def test_a_sound_pack_has_nothing_underlined(text: str) -> None:
    assert complaints(text) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("lifecycle: experimental", "lifecycle: new"),
        ("version: 1.0.0", "version: 1.0"),
        ("    fixes: [F01]", "    fixs: [F01]"),
        ("fixes: [F01]", "fixes: [repetition]"),
        ("at_most: 0.25", "at_most: much"),
        ("at_most: 0.25", "at_most: 0.25\n          at_least: 0.1"),
        ("at_most: 0.25\n          keep", "keep"),
        ("          next_step: Write it down.\n", ""),
        ("window: T2", "window: T30"),
        ("count: 1", "count: 0"),
        ("evidence_floor: 0.5", "evidence_floor: 50"),
        ("stages:\n", "stags:\n"),
    ],
)
def test_a_slip_is_underlined_while_it_is_typed(old: str, new: str) -> None:
    assert SOUND.count(old) == 1
    assert complaints(SOUND.replace(old, new))


def test_every_key_is_explained() -> None:
    assert [name for name, field in fields(SCHEMA) if not field.get("description")] == []
    assert all(shape.get("description") for shape in [SCHEMA, *SCHEMA["$defs"].values()])
