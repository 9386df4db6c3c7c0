"""Exports as nobody should write them: whole ones of every connector, spoiled in one way or another by seeded dice."""

from __future__ import annotations

import functools
import gzip
import io
import json
import random
import re
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from connectors.contract import ColumnMap, SourceConfig

REAL = Path(__file__).parent / "real"
SAMPLE = Path(__file__).parent.parent / "data/sample/exports"
MB = 1 << 20
MOST_BYTES = 60_000  # of a whole export: what is to be found lies in its shape
SUFFIXES = {".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".gz"}
VENDORS = {
    "aspects": "xapi",
    "hubspot_fivetran": "hubspot",
    "salesforce_fivetran": "salesforce",
    "zendesk_airbyte": "zendesk_support",
    "zendesk_fivetran": "zendesk_support",
}
ACCOUNTS = {"account_id": "account_id", "name": "name", "started_at": "started_at", "domain": "domain"}
MAIL = """From ada@quarry.example Mon Jan  5 10:00:00 2026
From: Ada <ada@quarry.example>
To: help@harborline.example
Date: Mon, 5 Jan 2026 10:00:{second:02d} +0000
Message-ID: <{second}@quarry.example>
Subject: How do I export?
Content-Type: text/plain; charset=utf-8

Please help me with the export.

"""
Files = dict[str, bytes]


@dataclass(frozen=True)
class Whole:
    """An export in order."""

    connector: str
    name: str
    content: bytes
    entity: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix

    def source(self, path: str) -> SourceConfig:
        """Its source in waystage.yaml."""
        columns = {name: ColumnMap.model_validate(given) for name, given in self.columns.items()}
        return SourceConfig(
            name="fuzzed", connector=self.connector, entity=self.entity, paths=(path,), columns=columns,
            unpack_limit_gb=0.05,
        )  # fmt: skip


@dataclass(frozen=True)
class Fuzzed:
    """An export spoiled: of which one, how, and the files that came of it."""

    whole: Whole
    how: str
    files: Files


def wholes() -> list[Whole]:
    """Exports of every connector: slices of real ones, of the sample, and tables in every format."""
    found = [
        Whole(VENDORS.get(path.relative_to(REAL).parts[0], path.relative_to(REAL).parts[0]), path.name, content)
        for path in sorted(REAL.rglob("*"))
        if path.suffix in SUFFIXES and "oulad" not in path.parts
        for content in [path.read_bytes()]
        if 0 < len(content) <= MOST_BYTES
    ]
    for connector in ("zendesk_support", "zendesk_guide", "skilljar"):
        files = [path for path in sorted(SAMPLE.glob(f"*/{connector}/**/*")) if path.suffix in SUFFIXES]
        small = [path for path in files if path.stat().st_size <= MOST_BYTES]
        found += [Whole(connector, path.name, path.read_bytes()) for path in small[:: max(1, len(small) // 12)]]
    found.append(Whole("mail", "box.mbox", "".join(MAIL.format(second=second) for second in range(40)).encode()))
    found.append(Whole("mail", "one.eml", MAIL.format(second=1).partition("\n")[2].encode()))
    searches = [{"query": f"export {n}", "searched_at": f"2026-01-05T10:{n:02d}:00Z", "hits": n} for n in range(50)]
    found.append(Whole("search_log", "searches.ndjson", _lines(searches)))
    found.append(Whole("algolia", "searches.json", json.dumps({"searches": searches}).encode()))
    return [*found, *_tables()]


def _tables() -> list[Whole]:
    rows = [
        {
            "account_id": f"A-{n}",
            "name": f"Acme {n}",
            "started_at": f"2024-{n % 12 + 1:02d}-05",
            "domain": f"c{n}.example",
        }
        for n in range(200)
    ]
    table = [list(rows[0]), *([*row.values()] for row in rows)]
    csv = "\n".join(",".join(line) for line in table).encode()
    formats = {
        "accounts.csv": csv,
        "accounts.tsv": csv.replace(b",", b"\t"),
        "accounts.json": json.dumps(rows).encode(),
        "accounts.ndjson": _lines(rows),
        "accounts.parquet": _parquet(rows),
        "accounts.xlsx": workbook(table),
        "accounts.csv.gz": gzip.compress(csv),
        "accounts.zip": _zip({"inside/accounts.csv": csv}),
        "accounts.tar.gz": _tar({"inside/accounts.csv": csv}),
    }
    return [Whole("table", name, content, "account", ACCOUNTS) for name, content in formats.items()]


def _parquet(rows: list[dict[str, str]]) -> bytes:
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        path = Path(folder, "rows.parquet")
        con.execute(f"copy (select unnest(?, recursive := true)) to '{path}' (format parquet)", [rows])
        return path.read_bytes()


def _lines(rows: list[dict[str, object]] | list[dict[str, str]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def workbook(table: list[list[str]]) -> bytes:
    """A sheet of texts, and of numbers where a cell begins with `=`, as a spreadsheet saves it."""

    def cell(text: str) -> str:
        if text.startswith("="):
            return f'<c s="1"><v>{text[1:]}</v></c>'
        return f'<c t="inlineStr"><is><t>{text}</t></is></c>'

    lines = "".join(f"<row>{''.join(map(cell, line))}</row>" for line in table)
    kind = "http://schemas.openxmlformats.org"
    related = f"{kind}/officeDocument/2006/relationships"
    return _zip(
        {
            "[Content_Types].xml": f'<Types xmlns="{kind}/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{kind}/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{related}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{kind}/spreadsheetml/2006/main" xmlns:r="{related}">'
            '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{kind}/package/2006/relationships"><Relationship '
            f'Id="r1" Type="{related}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{related}/styles" Target="styles.xml"/>'
            "</Relationships>",
            "xl/styles.xml": f'<styleSheet xmlns="{kind}/spreadsheetml/2006/main"><cellXfs><xf numFmtId="0"/>'
            '<xf numFmtId="14"/></cellXfs></styleSheet>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{kind}/spreadsheetml/2006/main"><sheetData>{lines}'
            "</sheetData></worksheet>",
        }
    )


def _zip(entries: Mapping[str, bytes | str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _tar(entries: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in entries.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


Spoil = Callable[[Whole, random.Random], Files]


def _bytewise(spoil: Callable[[bytes, random.Random], bytes]) -> Spoil:
    return lambda whole, dice: {whole.name: spoil(whole.content, dice)}


def _cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content))]


def _flipped(content: bytes, dice: random.Random) -> bytes:
    flipped = bytearray(content)
    for _ in range(dice.choice([1, 3, 30])):
        flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
    return bytes(flipped)


def _overwritten(content: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(content))
    return content[:start] + dice.randbytes(dice.choice([10, 1000])) + content[start + dice.randrange(100) :]


def _with_nuls(content: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(content))
    return content[:at] + b"\0" * dice.choice([1, 5000]) + content[at:]


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _encoded(content: bytes, dice: random.Random) -> bytes:
    text = _text(content).replace("e", dice.choice("éüßЖ漢😀"))
    return text.encode(
        dice.choice(["utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "shift_jis", "koi8-r"]), "replace"
    )


def _delimited(content: bytes, dice: random.Random) -> bytes:
    return content.replace(b",", dice.choice([b";", b"|", b"\t", b"^", b", ", b"\x01", b",,"]))


def _mixed_ends(content: bytes, dice: random.Random) -> bytes:
    return b"".join(line + dice.choice([b"\n", b"\r\n", b"\r", b"\n\n"]) for line in content.split(b"\n"))


def _with_marks(content: bytes, dice: random.Random) -> bytes:
    mark = dice.choice([b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0"])
    at = 0 if dice.random() < 0.7 else dice.randrange(len(content))
    return content[:at] + mark + content[at:]


def _with_quotes(content: bytes, dice: random.Random) -> bytes:
    quoted = bytearray(content)
    for _ in range(dice.choice([1, 2, 7])):
        quoted.insert(dice.randrange(len(quoted)), ord(dice.choice("\"'\\")))
    return bytes(quoted)


def _repeated(content: bytes, dice: random.Random) -> bytes:
    """Rows and keys twice, the second time otherwise."""
    lines = content.split(b"\n")
    at = dice.randrange(len(lines))
    again = re.sub(rb"[0-4]", b"7", lines[at])
    doubled = re.sub(rb'("\w+"\s*:)', rb"\1 1, \1", content, count=dice.choice([1, 0]))
    return dice.choice([b"\n".join([*lines, again, again, lines[at]]), doubled, content + content])


DATES = rb"(?:19|20)\d\d-\d\d-\d\d"
OTHER_DATES = [
    b"0001-01-01", b"9999-12-31", b"2999-01-01", b"0000-00-00", b"-0044-03-15", b"45678", b"45678.5", b"2026-02-30",
    b"99999999999999999999", b"1e400", b"31/12/2025", b"12/31/25", b"294247-01-10", b"infinity", b"1969-12-31",
]  # fmt: skip


def _dated(content: bytes, dice: random.Random) -> bytes:
    share = dice.choice([0.1, 1.0])
    return re.sub(DATES, lambda found: dice.choice(OTHER_DATES) if dice.random() < share else found[0], content)


NUMBERS = [
    b"NaN",
    b"Infinity",
    b"-1",
    b"1e308",
    b"1e-400",
    b"18446744073709551616",
    b"0x10",
    b"1,5",
    "\uff11\uff12".encode(),
    b"--",
]


def _numbered(content: bytes, dice: random.Random) -> bytes:
    share = dice.choice([0.05, 0.5])
    return re.sub(rb"\b\d+\b", lambda found: dice.choice(NUMBERS) if dice.random() < share else found[0], content)


def _shuffled(content: bytes, dice: random.Random) -> bytes:
    lines = content.split(b"\n")
    dice.shuffle(lines)
    return b"\n".join(lines)


def _deep(whole: Whole, dice: random.Random) -> Files:
    depth = dice.choice([100, 1_000, 100_000, 1_000_000])
    deep = dice.choice([b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth])
    inside = b'[{"account_id": "A", "id": 1, "name": ' + deep + b"}]"
    return {"deep.json": dice.choice([deep, inside, b"[" * depth])}


def _long_line(whole: Whole, dice: random.Random) -> Files:
    long = dice.choice([b"x", b"x,", b'"', b'""', b"1", b"{", b" "]) * (50 * MB)
    long = long[: 50 * MB]
    at = whole.content.find(b"\n", dice.randrange(len(whole.content))) + 1
    if whole.suffix in (".json", ".jsonl", ".ndjson"):
        return {whole.name: whole.content[:at] + b'{"id": "' + long.replace(b'"', b"'") + b'"}\n' + whole.content[at:]}
    return {whole.name: whole.content[:at] + long + b"\n" + whole.content[at:]}


def _wide(whole: Whole, dice: random.Random) -> Files:
    columns = dice.choice([10_000, 1_000_000])
    header = ",".join(f"c{number}" for number in range(columns))
    row = ",".join("1" for _ in range(columns))
    if dice.random() < 0.5:
        return {"wide.csv": f"account_id,name,{header}\nA,B,{row}\n".encode()}
    keys = ", ".join(f'"c{number}": 1' for number in range(columns))
    return {"wide.json": f'[{{"account_id": "A", "id": 1, {keys}}}]'.encode()}


def _bomb(whole: Whole, dice: random.Random) -> Files:
    return BOMBS[dice.randrange(len(BOMBS))]()


@functools.cache
def _small_and_large() -> bytes:
    return _zip({"accounts.csv": bytes(100 * MB)})


BOMBS: list[Callable[[], Files]] = [
    lambda: {"bomb.zip": _small_and_large()},
    lambda: {"bomb.zip": _zip({"inner.zip": _small_and_large(), "accounts.csv": "account_id,name\nA,B\n"})},
    lambda: {"bomb.csv.gz": gzip.compress(b"account_id,name\n" + bytes(100 * MB), 1)},
    lambda: {"bomb.xlsx": _zip({"xl/workbook.xml": bytes(100 * MB), "[Content_Types].xml": "<Types/>"})},
    lambda: {"many.zip": _zip({f"{number}.csv": "account_id\n" for number in range(300)})},
]


CLIMBING = [
    "../../climbed.csv",
    "/tmp/climbed.csv",  # noqa: S108
    "..\\climbed.csv",
    "C:\\climbed.csv",
    "a/../../../climbed.csv",
    "~/climbed.csv",
]


def _climbing(whole: Whole, dice: random.Random) -> Files:
    entries = dict.fromkeys(dice.sample(CLIMBING, 3), whole.content) | {f"in/{whole.name}": whole.content}
    if dice.random() < 0.5:
        return {"climbing.zip": _zip(entries)}
    return {"climbing.tar.gz": _tar(entries)}


def _packed(whole: Whole, dice: random.Random) -> Files:
    """Packed, and spoiled then."""
    packed = dice.choice([gzip.compress, lambda content: _zip({whole.name: content})])(whole.content)
    name = f"{whole.name}.gz" if packed.startswith(b"\x1f\x8b") else f"{whole.name}.zip"
    return {name: dice.choice([_cut, _flipped, _overwritten])(packed, dice)}


def _sheet(whole: Whole, dice: random.Random) -> Files:
    """Dates as a spreadsheet has them, or a workbook that is damaged."""
    rows = [
        [f"A-{n}", f"Acme {n}", f"={dice.choice([45678, 45678.25, 0, 1, -5, 60, 2958466, 1e9])}"] for n in range(50)
    ]
    good = workbook([["account_id", "name", "started_at"], *rows])
    if dice.random() < 0.5:
        return {"book.xlsx": good}
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        entries: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    spoiled = dice.choice(sorted(entries))
    entries[spoiled] = dice.choice([_cut, _flipped, _overwritten])(bytes(entries[spoiled]), dice)  # type: ignore[arg-type]
    return {"book.xlsx": _zip(entries)}


def _misnamed(whole: Whole, dice: random.Random) -> Files:
    name = dice.choice(
        ["a.csv", "a.json", "a.parquet", "a.xlsx", "a.ndjson", "a.tsv", "a.csv.gz", "a.zip", "a.mbox", "a.eml"]
    )
    return {name: whole.content}


def _several(whole: Whole, dice: random.Random) -> Files:
    """A folder of files that are small and alike, of which some are spoiled."""
    some = [_cut, _flipped, _with_nuls, _mixed_ends, _dated, _with_quotes]
    stem, _, rest = whole.name.partition(".")
    return {
        f"{stem}-{number}.{rest}": whole.content + b"\n" * number
        if number % 3
        else dice.choice(some)(whole.content, dice)
        for number in range(9)
    }


SPOILS: Mapping[str, Spoil] = {
    "cut off": _bytewise(_cut),
    "bits flipped": _bytewise(_flipped),
    "bytes overwritten": _bytewise(_overwritten),
    "NUL bytes": _bytewise(_with_nuls),
    "another encoding": _bytewise(_encoded),
    "other delimiters": _bytewise(_delimited),
    "mixed line ends": _bytewise(_mixed_ends),
    "byte order marks": _bytewise(_with_marks),
    "stray quotes": _bytewise(_with_quotes),
    "rows and keys twice": _bytewise(_repeated),
    "dates that cannot be": _bytewise(_dated),
    "numbers that cannot be": _bytewise(_numbered),
    "lines in another order": _bytewise(_shuffled),
    "spoiled once packed": _packed,
    "another ending": _misnamed,
    "a folder partly spoiled": _several,
    "sheets and their dates": _sheet,
    "names that climb": _climbing,
    "deep JSON": _deep,
    "a bomb": _bomb,
    "a line of 50 MB": _long_line,
    "up to a million columns": _wide,
}
COSTLY = ("a bomb", "a line of 50 MB", "up to a million columns")
FORTIETHS = {how: 1 if how in COSTLY else 2 for how in SPOILS}


def fuzzed(all_wholes: list[Whole], seed: int, number: int) -> Fuzzed:
    """The export of that number; equal seeds give equal bytes."""
    dice = random.Random(f"{seed} {number}")  # noqa: S311  (mischief, not secrets)
    vendors = sorted({whole.connector for whole in all_wholes})
    vendor = dice.choice(vendors)
    whole = dice.choice([one for one in all_wholes if one.connector == vendor])
    how = dice.choices(list(FORTIETHS), list(FORTIETHS.values()))[0]
    files = SPOILS[how](whole, dice)
    return Fuzzed(whole, how, files)
