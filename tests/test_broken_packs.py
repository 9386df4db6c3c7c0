# ruff: noqa: E501 - messages stand as users read them
"""Rule packs as their authors may leave them: each slip is told by file, line, what was seen and what is legal."""

from __future__ import annotations

import copy
import datetime as dt
import gzip
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from rules.lint import examine
from tests.conftest import Waystage
from transforms.catalogue import shipped

WORKSPACE = """\
models: [rules/our-model/]
programs:
  - id: harborline
    name: Harborline
    sources: [{connector: table, entity: account, path: e.csv, columns: {account_id: id}}]
"""
SOUND = """\
name: our_model
title: Ours
version: 1.0.0
lifecycle: experimental
source: Invented.
evidence_floor: 0.5
unknown_prior: 0.5
jobs: [teach, serve]
phases:
  - {name: First, job: teach, summary: Begin.}
stages:
  - {number: 1, name: Asking, job: teach, phase: First, summary: Questions come in.}
  - number: 2
    name: Answering
    job: teach
    summary: Answers go out.
    fixes: [F01]
    gate:
      all:
        - signal: how_to_ticket_share
          at_most: 0.25
          keep: 0.3
          why: Asking should be rare.
          next_step: Write it down.
          measured_as: of tickets
  - number: 3
    name: Serving
    job: serve
    summary: They help themselves.
    gate:
      all:
        - {signal: self_service_score, at_least: 4, why: Why not., next_step: Do it., measured_as: helped}
      at_least:
        count: 1
        of:
          - {signal: link_rate, at_least: 0.3, window: T2, why: Why not., next_step: Do it., measured_as: of replies}
          - {signal: article_helpfulness_rate, at_least: 0.6, why: Why not., next_step: Do it., measured_as: of votes}
"""
ONE = "        - {signal: self_service_score, at_least: 4, why"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{key}: &{key} [{', '.join([f'*{before}'] * 9)}]\n" for before, key in zip("abcdefgh", "bcdefghi", strict=True)
)

# what is changed, into what, on which line, and what is said about it
SLIPS: list[tuple[str, str, int, str]] = [
    # names that nothing has
    ("signal: how_to_ticket_share", "signal: howto_ticket_share", 20, "no signal 'howto_ticket_share', did you mean 'how_to_ticket_share'?"),
    ("fixes: [F01]", "fixes: [F19]", 17, "no friction 'F19', did you mean 'F1"),
    ("fixes: [F01]", "fixes: [repetition]", 17, "stages.1.fixes.0: seen 'repetition'; legal: a friction such as F01"),
    ("    job: serve", "    job: servce", 28, "job 'servce' is not among the pack's jobs, did you mean 'serve'?"),
    ("phase: First,", "phase: Frist,", 12, "no phase 'Frist' among the pack's phases, did you mean 'First'?"),
    ("job: teach, summary: Begin.", "job: tech, summary: Begin.", 10, "job 'tech' is not among the pack's jobs, did you mean 'teach'?"),
    ("    fixes: [F01]", "    fixs: [F01]", 17, "unknown key 'fixs', did you mean 'fixes'?"),
    ("window: T2", "window: T30", 36, "stages.2.gate.at_least.0.of.0.window: seen 'T30'; legal: T1, T2, T3, T4, T5, T6, T9, T12; did you mean 'T3'?"),
    ("lifecycle: experimental", "lifecycle: experimntal", 4, "legal: experimental, stable, deprecated; did you mean 'experimental'?"),
    ("name: our_model", "name: our_modl", 1, "name 'our_modl' differs from its folder 'our-model'; make them the same"),
    ("name: our_model", "name: Our Model", 1, "name: seen 'Our Model'; legal: lower-case letters, digits and _, a letter first"),
    ("version: 1.0.0", "version: 1.0", 3, "version: seen 1.0; legal: text; put a number or a word such as no in quotes"),
    ("version: 1.0.0", "version: one", 3, "version: seen 'one'; legal: three numbers such as 1.0.0"),
    # thresholds against what their signal can be
    ("at_most: 0.25\n          keep: 0.3", "at_least: 0.25\n          keep: 0.2", 21, "for how_to_ticket_share lower is better; use at_most, not at_least"),
    ("at_most: 0.25\n          keep: 0.3", "at_most: -0.1", 21, "how_to_ticket_share never passes 0, so this can never be met"),
    ("at_most: 0.25\n          keep: 0.3", "at_most: 1", 21, "how_to_ticket_share is never on the wrong side of 1: always met"),
    ("link_rate, at_least: 0.3", "link_rate, at_least: 60", 36, "link_rate never passes 1, so this can never be met; shares are written as 0.6, not 60"),
    ("keep: 0.3", "keep: 0.2", 22, "keep 0.2 is stricter than the threshold 0.25; make it looser"),
    ("keep: 0.3", "keep: 1", 22, "how_to_ticket_share is never on the wrong side of keep 1: once met, never lost"),
    ("keep: 0.3", "keep: 0.3\n          reach: true", 23, "a launch cannot lower a value, so reach says nothing of at_most; remove it"),
    ("at_most: 0.25", "at_most: .nan", 21, "stages.1.gate.all.0.at_most: seen nan; legal: a finite number"),
    ("at_most: 0.25", "at_most: .inf", 21, "stages.1.gate.all.0.at_most: seen inf; legal: a finite number"),
    ("at_most: 0.25", "at_most: '0.25'", 21, "seen '0.25'; legal: a number such as 0.6, without quotes"),
    ("at_most: 0.25", "at_most: yes", 21, "seen True; legal: a number such as 0.6, without quotes"),
    ("at_most: 0.25", "at_most: 1e999999", 21, "legal: a number such as 0.6"),
    ("at_most: 0.25\n          keep", "keep", 20, "give exactly one of at_least and at_most"),
    ("at_most: 0.25", "at_most: 0.25\n          at_least: 0.1", 20, "give exactly one of at_least and at_most"),
    ("link_rate, at_least: 0.3, window: T2", "certification_rate, at_least: 0.3", 36, "certification_rate is already measured over T12; write window: T12"),
    ("link_rate, at_least: 0.3, window: T2", "learner_return_rate, at_least: 0.3, window: T12", 36, "window T12 is longer than T3, the most learner_return_rate may pool"),
    ("self_service_score, at_least: 4", "content_author_count, at_least: 2.5", 32, "content_author_count counts whole things; ask for a whole number, not 2.5"),
    ("self_service_score, at_least: 4", "external_learner_opportunity_count, at_most: 4, window: T12", 32, "is 0 where nothing happens: silence alone would meet this"),
    # a stage that ageing or growing alone would raise
    ("self_service_score, at_least: 4", "content_base_size, at_least: 40, window: T1", 32, "content_base_size is context: it grows with age and size, and no stage may rest on it; remove it"),
    # gaps, overlaps, what can never be met and what is free
    ("number: 3", "number: 4", 26, "stage 4 leaves a gap: 3 comes next"),
    ("number: 3", "number: 2", 26, "stage 2 leaves an overlap: 3 comes next"),
    ("number: 3", "number: third", 26, "stages.2.number: seen 'third'; legal: a whole number, without quotes"),
    ("name: Serving", "name: Answering", 27, "stage 2 is called 'Answering' too; rename one"),
    ("jobs: [teach, serve]", "jobs: [teach, serve, grow]", 8, "no stage of job 'grow' has a gate, so it is never judged; give it one or remove it"),
    ("jobs: [teach, serve]", "jobs: [teach, serve, teach]", 8, "'teach' is given twice; keep one"),
    ("summary: Begin.}", "summary: Begin.}\n  - {name: Last, job: serve, summary: End.}", 11, "no stage is of phase 'Last'; name it in a stage or remove it"),
    ("count: 1", "count: 3", 34, "at least 3 of 2 can never be met; lower the count"),
    ("count: 1", "count: 2", 34, "at least 2 of 2 is all of them; move them to 'all'"),
    ("count: 1", "count: 0", 34, "legal: greater than or equal to 1"),
    ("self_service_score, at_least: 4", "how_to_ticket_share, id: again, at_most: 0.4", 32, "how_to_ticket_share <= 0.4 is implied by stage 2; ask for more or remove it"),
    ("link_rate, at_least: 0.3, window: T2", "self_service_score, id: again, at_least: 3", 36, "self_service_score >= 3 is implied by stage 3"),
    ("self_service_score, at_least: 4", "how_to_ticket_share, id: again, at_least: 0.5", 32, "how_to_ticket_share contradicts stage 2: both can never be met"),
    ("signal: link_rate", "signal: self_service_score", 36, "condition 'self_service_score' is also in stage 3; give this one an id of its own"),
    ("evidence_floor: 0.5", "evidence_floor: 0", 6, "an evidence floor of 0 names a stage without any evidence; raise it"),
    ("evidence_floor: 0.5", "evidence_floor: 50", 6, "legal: less than or equal to 1"),
    # YAML that is none, or says another thing
    ("title: Ours", "title: Ours\ntitle: Theirs", 3, "key 'title' is given twice, first on line 2; keep one"),
    ("title: Ours", "title: [Ours", 3, "not valid YAML: expected ',' or ']'"),
    ("title: Ours", "\ttitle: Ours", 2, "not valid YAML: found character '\\t'"),
    ("title: Ours", "title: !!python/object/apply:os.system [id]", 2, "could not determine a constructor"),
    ("title: Ours", "title: Ours\n---\nname: other", 3, "not valid YAML"),
    ("title: Ours", "title: Ours # \0", 2, "special characters are not allowed"),
    ("title: Ours", "title: &a [*a]", 1, "an alias that holds itself"),
    ("title: Ours", BOMB + "title: Ours", 1, "more than 1,000,000 values once its aliases are written out"),
    ("stages:\n", "stages: {}\nstags:\n", 11, "stages: seen {}; legal: a list, each item after `- `"),
    ("      all:\n" + ONE, "      all: some\n      of:\n" + ONE, 31, "stages.2.gate.all: seen 'some'; legal: a list, each item after `- `"),
    ("          next_step: Write it down.\n", "", 20, "missing key 'next_step' in stages.1.gate.all.0"),
    ("why: Asking should be rare.", "why: no", 23, "seen False; legal: text; put a number or a word such as no in quotes"),
]  # fmt: skip

FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "model.yaml:1: nothing is declared here"),
    "only a comment": (b"# to do\n", "model.yaml:1: nothing is declared here"),
    "a list": (b"- name: our_model\n", "model.yaml:1: the file: seen [{'name': 'our_model'}]; legal: keys and values"),
    "another encoding": (SOUND.encode("utf-16"), "model.yaml:1: not UTF-8 at byte 0; save it as UTF-8"),
    "one stray byte": (SOUND.replace("Ours", "Our\xe9").encode("latin-1"), "not UTF-8 at byte 26; save it as UTF-8"),
    "packed": (gzip.compress(SOUND.encode()), "model.yaml:1: not UTF-8 at byte 1"),
}


def workspace(folder: Path, pack: str | bytes) -> Path:
    """A workspace with one pack of its own and no export."""
    (folder / "rules/our-model").mkdir(parents=True)
    (folder / "waystage.yaml").write_text(WORKSPACE, encoding="utf-8")
    (folder / "rules/our-model/model.yaml").write_bytes(pack if isinstance(pack, bytes) else pack.encode())
    return folder


def test_the_pack_that_the_slips_are_made_in_is_sound(waystage: Waystage, tmp_path: Path) -> None:
    said = waystage("check", "-w", workspace(tmp_path, SOUND))
    assert "model.yaml" not in said.err
    assert "e.csv: no file matches" in said.err  # the exports were looked at: the rules are sound


@pytest.mark.parametrize("slip", SLIPS, ids=[slip[3][:60] for slip in SLIPS])
def test_a_slip_is_told_by_its_line_and_nothing_is_read(
    waystage: Waystage, tmp_path: Path, slip: tuple[str, str, int, str]
) -> None:
    old, new, line, told = slip
    assert SOUND.count(old) == 1
    folder = workspace(tmp_path, SOUND.replace(old, new))
    said = waystage("check", "-w", folder)
    assert (said.code, said.out) == (2, "")
    lines = said.err.splitlines()
    assert any(f"rules/our-model/model.yaml:{line}: " in one and told in one for one in lines), said.err
    assert lines[-1].endswith("nothing was read")
    assert not (folder / ".waystage").exists()


JUNK = (None, "x", 7, -1, True, float("nan"), 10**400, [], [[]], {}, {"x": "x"}, [{"x": 1}], dt.date(2026, 1, 1))


def places(data: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place of a declaration."""
    yield path
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from places(value, (*path, key))


def test_whatever_stands_anywhere_is_told_and_never_breaks_the_reading(tmp_path: Path) -> None:
    workspace(tmp_path, SOUND)
    file = tmp_path / "rules/our-model/model.yaml"
    headers = {name: signal.header for name, signal in shipped().signals.items()}
    sound = yaml.safe_load(SOUND)
    everywhere = list(places(sound))
    dealt = random.Random(1)  # noqa: S311  (which slips to try, not a secret)
    for path in everywhere:
        for junk in [*dealt.sample(JUNK, 3), "absent"]:
            spoiled = copy.deepcopy(sound)
            within = spoiled
            for key in path[:-1]:
                within = within[key]
            if not path:
                spoiled = junk
            elif junk == "absent":
                del within[path[-1]]
            else:
                within[path[-1]] = junk
            file.write_text(yaml.safe_dump(spoiled, sort_keys=False), encoding="utf-8")
            pack, problems = examine("rules/our-model", tmp_path, headers, ["F01"])
            assert problems or pack is not None, (path, junk)
            assert all(problem.line >= 1 and problem.message for problem in problems)


@pytest.mark.parametrize(("content", "told"), FILES.values(), ids=FILES)
def test_a_file_that_holds_no_pack_is_told(waystage: Waystage, tmp_path: Path, content: bytes, told: str) -> None:
    said = waystage("check", "-w", workspace(tmp_path, content))
    assert (said.code, said.out) == (2, "")
    assert told in said.err


@pytest.mark.parametrize(
    ("models", "told"),
    [
        ("rules/our-modl/", "no rule pack or folder 'rules/our-modl/'"),
        ("trainnn", "no rule pack or folder 'trainnn', did you mean 'trainn'?"),
        ("rules/", "rules:1: no model.yaml in this folder; write one, or: waystage new model rules"),
        ("rules/our-model/model.yaml/x", "no rule pack or folder"),
        ("x" * 5000, "cannot be looked for (File name too long)"),
        ("rules/our-model/, rules/our-model/model.yaml", "the model 'our_model' is listed twice"),
    ],
    ids=["no such folder", "a name misspelt", "a folder without a pack", "below a file", "too long", "twice"],
)
def test_a_model_that_is_not_there_is_told(waystage: Waystage, tmp_path: Path, models: str, told: str) -> None:
    folder = workspace(tmp_path, SOUND)
    (folder / "waystage.yaml").write_text(WORKSPACE.replace("rules/our-model/", models), encoding="utf-8")
    said = waystage("check", "-w", folder)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_all_that_is_wrong_is_told_at_once_in_pack_and_workspace(waystage: Waystage, tmp_path: Path) -> None:
    broken = (
        SOUND.replace("signal: link_rate", "signal: link_rat")
        .replace("count: 1", "count: 3")
        .replace("          next_step: Write it down.\n", "")
        .replace("keep: 0.3", "keep: 0.2")
        .replace("lifecycle: experimental", "lifecycle: old")
        .replace("number: 3", "number: 5")
    )
    folder = workspace(tmp_path, broken)
    settings = WORKSPACE + "modelz: []\n"
    (folder / "waystage.yaml").write_text(settings, encoding="utf-8")
    for verb in ("check", "run"):
        said = waystage(verb, "-w", folder)
        assert (said.code, said.out) == (2, "")
        for told in (
            "waystage.yaml:6: modelz: unknown key",
            "model.yaml:4: lifecycle: seen 'old'",
            "model.yaml:20: missing key 'next_step'",
            "model.yaml:22: keep 0.2 is stricter",
            "model.yaml:25: stage 5 leaves a gap",
            "model.yaml:33: at least 3 of 2 can never be met",
            "model.yaml:35: no signal 'link_rat', did you mean 'link_rate'?",
        ):
            assert told in said.err, said.err
        assert said.err.splitlines()[-1] == "7 problems; nothing was read"
        assert not (folder / ".waystage").exists()


@pytest.mark.parametrize(
    ("waiver", "told"),
    [
        ("condition: link_rat", "waystage.yaml:7: waivers.0.condition: unknown condition 'link_rat'; legal: a condition of our_model: waystage describe model NAME; did you mean 'link_rate'?"),
        ("condition: link_rate, model: trainn", "waystage.yaml:7: waivers.0.model: unknown model 'trainn'; legal: our_model"),
        ("condition: topic_coverage_rate, model: our_model", "unknown condition 'topic_coverage_rate' of our_model"),
        ("condition: link_rate, program: harborlin", "waivers.0.program: unknown program id 'harborlin'; legal: harborline; did you mean 'harborline'?"),
        ("condition: link_rate, until: never", "waivers.0.until: seen 'never'; legal: a date such as 2026-06-30"),
        ("condition: link_rate, reason: ''", "waivers.0.reason: seen ''; legal: at least one character"),
    ],
)  # fmt: skip
def test_a_waiver_that_excuses_nothing_is_told(waystage: Waystage, tmp_path: Path, waiver: str, told: str) -> None:
    folder = workspace(tmp_path, SOUND)
    known = {"program": "harborline", "reason": "agreed", "owner": "head", "until": "2026-12-31"}
    given = dict(part.split(": ") for part in waiver.split(", "))
    line = ", ".join(f"{key}: {value}" for key, value in (known | given).items())
    (folder / "waystage.yaml").write_text(f"{WORKSPACE}waivers:\n  - {{{line}}}\n", encoding="utf-8")
    said = waystage("check", "-w", folder)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert not (folder / ".waystage").exists()
