"""Finds rule packs by name or path and gives each its rules version."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from connectors.declaration import DeclarationError, Document, Problem, read, validate
from connectors.nearest import nearest_or_legal
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

    Raises DeclarationError with file, line and nearest legal name for everything that is wrong with it.
    """
    return load_file(_locate(name_or_path, base or Path.cwd()))


def load_file(file: Path) -> LoadedPack:
    """The pack in one model.yaml. Raises DeclarationError as `load` does."""
    document = read(file)
    pack = validate(Pack, document)
    folder = file.parent.resolve().name
    if file.name == MODEL_FILE and folder != pack.name:
        message = f"name {pack.name!r} differs from its folder {folder!r}; make them the same"
        raise DeclarationError([Problem(file, document.line(["name"]), message)])
    return LoadedPack(pack, document, rules_version(pack))


def rules_version(pack: Pack) -> str:
    """The pack's version and a hash of what it says, so that comments and line breaks change nothing."""
    said = json.dumps(pack.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return f"{pack.version}+{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def _locate(name_or_path: str, base: Path) -> Path:
    if name_or_path in available():
        return RULES / name_or_path / MODEL_FILE
    given = Path(name_or_path)
    path = given if given.is_absolute() else base / given
    if path.is_dir() and (path / MODEL_FILE).is_file():
        return path / MODEL_FILE
    if path.is_file():
        return path
    message = f"no rule pack or folder {name_or_path!r}, {nearest_or_legal(name_or_path, available())}"
    raise DeclarationError([Problem(path, 1, message)])
