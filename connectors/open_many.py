"""Opens the exports of one source that land together: what is told by how a CSV begins is told once for all alike."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from connectors.contract import SourceConfig
from connectors.open_export import Export, open_export

SAYS_ALL = re.compile(rb'[^"\r]*[^"\r\s\[{][^"\r]*\r?\n')  # a line that no other line makes JSON or a longer header


@dataclass
class Opener:
    """Opens files as `open_export` does. A small CSV whose first line an earlier one had is opened as that was."""

    source: SourceConfig
    _begun: dict[tuple[bytes, str], Export] = field(default_factory=dict)  # by first line and suffix

    def open(self, path: Path, copy: Path, content: bytes | None) -> Export:
        """Open `path`, which holds `content` where that is known. Raises UnusableExport."""
        if content is None:
            return open_export(path, self.source, copy)
        begin = content[: content.find(b"\n") + 1], path.name.rpartition(".")[2]
        like = self._begun.get(begin)
        if like is not None and _is_text(content):
            return replace(like, path=path, content=content)
        export = open_export(path, self.source, copy, content=content)
        # what has a path of its own was unpacked or decoded
        if export.kind == "csv" and export.path == path and SAYS_ALL.fullmatch(begin[0]):
            self._begun[begin] = export
        return export


def _is_text(content: bytes) -> bool:
    if b"\0" in content:
        return False
    try:
        return content.isascii() or bool(content.decode())
    except UnicodeDecodeError:
        return False
