"""The site as files: what a reader finds, what a hostile name cannot do, and that it never varies."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from dashboards import theme
from dashboards.html import csv_text, embedded_json, tag
from dashboards.page import build_site
from dashboards.published import shape
from dashboards.words import amount, digits, interval, out_of, sureness
from tests.site_models import SIGNALS
from tests.site_world import CAST, HOSTILE, build

HEAVIEST = 300_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build_site(build(folder / "waystage.duckdb"), folder / "site")
    return folder / "site"


class Reader(HTMLParser):
    """The text a person reads and the elements that carry it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._skipped = 0
        self.feed(path.read_text(encoding="utf-8"))
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._skipped += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.words.append(data)

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_there_is_a_page_for_every_program_and_for_the_portfolio(built: Path) -> None:
    names = {path.relative_to(built).as_posix() for path in pages(built)}
    assert names == {
        "index.html",
        "data-quality.html",
        "method.html",
        *(f"programs/{key}.html" for key in CAST),
        *(f"signals/{signal}.html" for signal in SIGNALS),
    }


def test_a_program_page_answers_from_the_top(built: Path) -> None:
    text = Reader(built / "programs" / "harborline-academy.html").text
    order = [
        "Harborline Academy",
        "data through 17 Nov 2026",
        "Stage 1 of 5: A reusable content base",
        "Held since",
        "fairly sure (",
        "conditions assessable",
        "What holds it back",
        "The next step",
        "Give each onboarding one link",
        "Three jobs",
        "How it got here",
        "Frictions",
        "Is it worth it",
        "Every condition",
        "What we do not know",
        "No search log is connected",
        "What changed",
    ]
    places = [text.find(part) for part in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def test_the_verdict_is_of_the_last_complete_month(built: Path) -> None:
    text = Reader(built / "programs" / "quarry-learning.html").text
    assert "Stage 4 of 5" in text
    assert "Thought Industries: stage 3" in text


def test_the_model_that_the_workspace_lists_first_leads(tmp_path: Path) -> None:
    database = build(tmp_path / "waystage.duckdb", programs=("quarry-learning",))
    with duckdb.connect(str(database)) as con:
        con.execute("update model_catalogue set position = case model when 'trainn' then 2 else 1 end")
    build_site(database, tmp_path / "site")
    text = Reader(tmp_path / "site/programs/quarry-learning.html").text
    assert "Stage 3 of 5: Personalize learning" in text
    assert "Trainn: stage 4" in text


def test_too_little_evidence_is_not_a_low_stage(built: Path) -> None:
    text = Reader(built / "programs" / "tidewater-education.html").text
    assert "Not enough data to name a stage" in text
    assert "stages 0–4" in text
    portfolio = (built / "index.html").read_text(encoding="utf-8")
    ranked, apart = portfolio.split("Not enough data to place")
    assert "Tidewater Education" not in ranked.split("sortable programs")[1]
    assert "Tidewater Education" in apart


def test_a_program_without_any_rows_has_a_calm_page(built: Path) -> None:
    text = Reader(built / "programs" / "nothing-yet.html").text
    assert "Nothing to judge yet" in text
    assert "None" not in text
    assert "nan" not in text.lower().split()


def test_names_are_text_and_nothing_else(built: Path) -> None:
    for path in pages(built):
        reader = Reader(path)
        assert all("onerror" not in attributes for _, attributes in reader.tags), path
        assert not reader.all("img"), path
        inline = [s for s in reader.all("script") if s.get("type") != "application/json" and not s.get("src")]
        assert not inline, path
    text = (built / "programs" / "hostile-names.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<bdi>" in text


def test_figures_survive_as_json(built: Path) -> None:
    html = (built / "programs" / "hostile-names.html").read_text(encoding="utf-8")
    specs = re.findall(r'<script type="application/json">(.*?)</script>', html)
    assert len(specs) >= 2
    assert all(json.loads(spec)["data"] for spec in specs)
    assert all("template" not in json.loads(spec)["layout"] for spec in specs)


def test_every_page_reads_well_without_eyes_or_scripts(built: Path) -> None:
    for path in pages(built):
        reader = Reader(path)
        assert len(reader.all("h1")) == 1, path
        assert reader.all("html")[0]["lang"] == "en"
        assert reader.all("a")[0] == {"href": "#content", "class": "skip"}
        assert all(cell.get("scope") in {"row", "col"} for cell in reader.all("th")), path
        assert len(reader.all("caption")) == len(reader.all("table")), path
        for figure in reader.all("figure"):
            assert any(p.get("id") == figure["aria-labelledby"] for p in reader.all("p")), path
        ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
        assert len(ids) == len(set(ids)), path


def test_links_lead_somewhere_inside_the_site(built: Path) -> None:
    for path in pages(built):
        reader = Reader(path)
        targets = [a["href"] for a in reader.all("a")] + [s["src"] for s in reader.all("script") if "src" in s]
        for target in (t for t in targets if t and not t.startswith("#")):
            file, _, anchor = target.partition("#")
            assert (path.parent / file).resolve().is_relative_to(built.resolve()), target
            assert (path.parent / file).is_file(), f"{path}: {target}"
            if anchor:
                assert f'id="{anchor}"' in (path.parent / file).read_text(encoding="utf-8"), f"{path}: {target}"


def test_pages_are_light(built: Path) -> None:
    assert max(path.stat().st_size for path in pages(built)) <= HEAVIEST
    assert len(list(built.rglob("plotly*.js"))) == 1


def test_the_same_rows_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    build_site(build(tmp_path / "again.duckdb"), tmp_path / "site")
    for path in sorted(built.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "site" / path.relative_to(built)).read_bytes(), path


def test_downloads_open_as_data(built: Path) -> None:
    rows = list(csv.reader(io.StringIO((built / "data" / "programs.csv").read_text(encoding="utf-8"))))
    assert HOSTILE in {row[1] for row in rows}
    for path in built.rglob("*.csv"):
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8"))):
            assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in row), path


def test_a_cell_that_would_run_in_a_spreadsheet_is_disarmed() -> None:
    assert csv_text(["a"], [["=1+1"], ["+1"], ["-x"], ["@x"], ["\tx"], [-1.5], ["plain"]]).split("\r\n")[1:8] == [
        "'=1+1",
        "'+1",
        "'-x",
        "'@x",
        "'\tx",
        "-1.5",
        "plain",
    ]


@pytest.mark.parametrize("table", sorted(shape()))
def test_a_missing_table_leaves_a_site(table: str, tmp_path: Path) -> None:
    files = build_site(build(tmp_path / "w.duckdb", without=(table,), programs=("quarry-learning",)), tmp_path / "site")
    assert (tmp_path / "site" / "index.html") in files


def test_an_empty_database_leaves_a_site_that_says_so(tmp_path: Path) -> None:
    build_site(build(tmp_path / "w.duckdb", without=tuple(shape())), tmp_path / "site")
    assert "Nothing has been judged yet" in Reader(tmp_path / "site" / "index.html").text


def test_rows_in_are_rows_loaded_plus_rejected_on_the_page(built: Path) -> None:
    text = Reader(built / "data-quality.html").text
    assert "5 files held 61,750 rows: 61,725 were loaded and 25 rejected." in text
    assert '"31/02/2026" is not a date; write 2026-02-28' in text


def test_how_people_were_matched_is_told_with_its_conflicts(built: Path) -> None:
    text = Reader(built / "data-quality.html").text
    assert "1,400" in text
    assert "47% by an address beside the id, 2.6% by the same id" in text
    assert "3 ids with several addresses, 1 domain of several accounts" in text


def test_a_change_of_tool_is_told_where_the_data_and_the_program_are(built: Path) -> None:
    assert "Ticket October 2026 zendesk_support until 9 Oct 2026 freshdesk from 7 Oct 2026" in (
        Reader(built / "data-quality.html").text
    )
    told = "given by freshdesk instead of zendesk_support since October 2026; what changes there may be the tool."
    assert told in Reader(built / "programs/quarry-learning.html").text
    assert told not in Reader(built / "programs/harborline-academy.html").text


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_text_and_marks_stand_out(colours: dict[str, str]) -> None:
    for ink in ("ink", "muted", "accent"):
        for ground in ("paper", "panel", "accent-soft", "unknown-soft"):
            if (ink, ground) != ("muted", "unknown-soft"):
                assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for step in range(theme.RAMP_STEPS):
        assert contrast(colours[f"on-stage-{step}"], colours[f"stage-{step}"]) >= 4.5, step
    for mark in ("edge", "accent", "unknown"):
        assert contrast(colours[mark], colours["paper"]) >= 3, mark
    ramp = [luminance(colours[f"stage-{step}"]) for step in range(theme.RAMP_STEPS)]
    assert ramp in (sorted(ramp), sorted(ramp, reverse=True))
    assert all(contrast(colours[f"stage-{a}"], colours[f"stage-{a + 1}"]) >= 1.2 for a in range(theme.RAMP_STEPS - 1))


def test_markup_is_escaped_unless_it_is_markup() -> None:
    assert tag("p", "<b>", tag("i", "&"), title='"') == '<p title="&quot;">&lt;b&gt;<i>&amp;</i></p>'
    assert "<" not in embedded_json({"a": "</script><!--"})


def test_numbers_read_as_a_leader_says_them() -> None:
    assert [digits(v) for v in (0, 0.1234, 1.0, 12.34, 123.4, 12345.0, 1e7)] == [
        "0",
        "0.123",
        "1",
        "12.3",
        "123",
        "12,300",
        "10,000,000",
    ]
    assert amount(0.78, "ratio", share=True) == "78%"
    assert amount(79, "per 100") == "79 per 100"
    assert amount(1, "days") == "1 day"
    assert amount(None, "days") == "unknown"
    assert interval(0.61, 0.84, "ratio", share=True) == "61–84%"
    assert interval(12, 30, "per 100") == "12–30 per 100"
    assert out_of(11 / 14, 14) == "11 of 14"
    assert out_of(0.5, 500) is None
    assert [sureness(p).split(" (")[0] for p in (0.95, 0.78, 0.5, 0.2, None)] == [
        "very sure",
        "fairly sure",
        "leaning",
        "unsure",
        "unsure",
    ]
