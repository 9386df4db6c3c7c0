"""Finds rule packs by name or path and gives each its rules version."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from connectors.declaration import DeclarationError, Document, Problem, check, parse, read
from connectors.nearest import nearest_or_legal
from rules.faults import told
from rules.model import Pack

RULES = Path(__file__).parent
MODEL_FILE = "model.yaml"


@dataclass(frozen=True)
class LoadedPack:
    """A pack, the file it came from, and the version every result judged by it carries."""

    pack: Pack
    document: Document
    rules_version: str


def available() -> list[str]:
    """Names of the packs that ship, in alphabetical order."""
    return sorted(folder.parent.name for folder in RULES.glob(f"*/{MODEL_FILE}"))


def load(name_or_path: str, base: Path | None = None) -> LoadedPack:
    """One pack, by its name or by the path of its folder or file (relative paths start at `base`).

    Raises DeclarationError with file, line and nearest legal name for everything that is wrong with its shape.
    """
    return load_file(locate(name_or_path, base))


def load_file(file: Path) -> LoadedPack:
    """The pack in one model.yaml. Raises DeclarationError as `load` does."""
    document = read(file)
    found = check(Pack, document)
    if isinstance(found, list):
        raise DeclarationError([Problem(file, fault.line, told(fault)) for fault in found])
    problems = misnamed(document)
    if problems:
        raise DeclarationError(problems)
    return loaded(found, document)


def loaded(pack: Pack, document: Document) -> LoadedPack:
    """A pack with the version of what it says."""
    return LoadedPack(pack, document, rules_version(pack))


def misnamed(document: Document) -> list[Problem]:
    """A pack is found by its folder, so the two must agree; `our-model` may hold `our_model`."""
    file, given = document.file, document.data
    name = given.get("name") if isinstance(given, dict) else None
    folder = file.parent.resolve().name
    if file.name != MODEL_FILE or not isinstance(name, str) or folder.replace("-", "_") == name:
        return []
    message = f"name {name!r} differs from its folder {folder!r}; make them the same"
    return [Problem(file, document.line(["name"]), message)]


def rules_version(pack: Pack) -> str:
    """The pack's version and a hash of what it says, so that comments and line breaks change nothing."""
    return f"{pack.version}+{hashlib.sha256(said(pack).encode()).hexdigest()[:8]}"


def said(pack: Pack) -> str:
    """All that the pack says, as text that `from_said` reads back."""
    return json.dumps(pack.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)


def from_said(text: str) -> LoadedPack:
    """The pack that was kept as this text. Raises DeclarationError where an older Waystage kept it in another shape."""
    document = parse(text, Path("a pack that an earlier run kept"))
    found = check(Pack, document)
    if isinstance(found, list):
        raise DeclarationError([Problem(document.file, fault.line, told(fault)) for fault in found])
    return loaded(found, document)


def locate(name_or_path: str, base: Path | None = None) -> Path:
    """The file of a pack. Raises DeclarationError where there is none."""
    if name_or_path in available():
        return RULES / name_or_path / MODEL_FILE
    path = (base or Path.cwd()) / name_or_path
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except OSError as error:
        raise DeclarationError([Problem(path, 1, f"cannot be looked for ({error.strerror})")]) from None
    if is_folder and (path / MODEL_FILE).is_file():
        return path / MODEL_FILE
    if is_file:
        return path
    if is_folder:
        message = f"no {MODEL_FILE} in this folder; write one, or: waystage new model {path.name.replace('-', '_')}"
    else:
        message = f"no rule pack or folder {name_or_path!r}, {nearest_or_legal(name_or_path, available())}"
    raise DeclarationError([Problem(path, 1, message)])
