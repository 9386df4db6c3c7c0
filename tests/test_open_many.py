"""Files that begin alike are opened by what the first of them told: each must open as it does by itself."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.contract import SourceConfig
from connectors.hash_ahead import Hashed, hashed_ahead
from connectors.manifest import Manifest
from connectors.open_export import CHUNK, Export, open_export, require_utf8
from connectors.open_many import Opener
from connectors.problem import UnusableExport

headers = st.sampled_from(
    [b"a,b\n", b"a;b\r\n", b"\xef\xbb\xbfa,b\n", b"a,b\r1,2\n", b'"a,\n', b'"a",b\n', b"[\n", b" [ {\n", b"a\n", b"a"]
)
bodies = st.sampled_from(
    [b"", b"1,2\n", b'{"a": 1}]\n', b"1,\0\n", b"1,\xff\n", b"1,\xc3\xa9\n", b'b",c\n', b"\r", b"\n\n", b"<p>\n"]
)
contents = st.lists(st.builds(bytes.__add__, headers, bodies), min_size=2, max_size=6)


def opened(way: Callable[[], Export]) -> Export | str:
    try:
        return way()
    except UnusableExport as error:
        return str(error.at("file"))


@given(contents, st.sampled_from([".csv", ".json", ".tsv", ""]), st.sampled_from([None, ",", "cp1252"]))
@example([b"a,b\n1,2\n", b"a,b\n1,\0\n"], ".csv", None)
@example([b"[\n1\n", b'[\n{"a": 1}]\n'], ".csv", None)
@settings(max_examples=150, deadline=None)
def test_each_opens_as_it_does_alone(files: list[bytes], suffix: str, how: str | None) -> None:
    asked = {"encoding": how} if how == "cp1252" else {"delimiter": how}
    source = SourceConfig(name="s", connector="table", entity="account", paths=(".",), **asked)
    with tempfile.TemporaryDirectory() as folder:
        opener = Opener(source)
        for number, content in enumerate(files):
            path, copy = Path(folder, f"{number}{suffix}"), Path(folder, f"copy-{number}")
            path.write_bytes(content)
            alone = opened(lambda path=path, copy=copy: open_export(path, source, copy))  # type: ignore[misc]
            among = opened(
                lambda path=path, copy=copy, content=content: opener.open(path, copy, content)  # type: ignore[misc]
            )
            assert among == alone


def test_files_are_hashed_in_their_order_and_one_that_is_gone_is_told(tmp_path: Path) -> None:
    paths = [tmp_path / str(number) for number in range(1000)]
    for path in paths:
        path.write_text(path.name)
    paths[500].unlink()
    manifest = Manifest(tmp_path)
    with ThreadPoolExecutor(1) as thread:
        found = list(hashed_ahead(paths, manifest, thread))
    assert [number for number, one in enumerate(found) if isinstance(one, OSError)] == [500]
    held = [one.content for one in found if isinstance(one, Hashed)]
    assert held == [str(number).encode() for number in itertools.chain(range(500), range(501, 1000))]
    assert not manifest.hashes  # just written: it may be written again within one tick of the clock


def test_a_line_is_never_longer_than_told(tmp_path: Path) -> None:
    path = tmp_path / "lines.json"
    for lengths in ([1], [CHUNK // 2, 2 * CHUNK, 10], [10, CHUNK + 1, CHUNK + 1], [3 * CHUNK]):
        path.write_bytes(b"\n".join(b"x" * length for length in lengths))
        assert max(lengths) <= require_utf8(path) <= max(lengths) + 2 * CHUNK
