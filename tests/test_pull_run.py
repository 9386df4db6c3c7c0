"""A workspace that pulls, from outside: what is published, what is told, and that no secret stays anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import Waystage
from tests.pull_world import REFUSED, Reply, Zendesk, serving

TOKEN = "zz-s3cret-t0ken"  # noqa: S105
WORKSPACE = """\
as_of: 2025-01-31
models: [trainn]
programs:
  - id: harborline
    name: Harborline
    sources:
      - connector: zendesk_support
        pull:
          subdomain: acme
          since: 2025-01-01
          user: ada@acme.example
          token: ${{ZENDESK_TOKEN}}
          base_url: {url}
          requests_per_minute: 100000
"""


@pytest.fixture
def desk() -> Iterator[Zendesk]:
    desk = Zendesk()
    with serving(desk.vendor):
        yield desk


@pytest.fixture
def workspace(desk: Zendesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZENDESK_TOKEN", TOKEN)
    (tmp_path / "waystage.yaml").write_text(WORKSPACE.format(url=desk.vendor.url))
    return tmp_path


def ask(workspace: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(workspace / "published" / "waystage.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_a_pull_is_published_goes_on_from_where_it_stopped_and_leaves_no_secret(
    workspace: Path, desk: Zendesk, waystage: Waystage
) -> None:
    said = waystage("run", "--workspace", workspace)
    assert said.code == 0, said.err
    assert ask(workspace, "select count(*), count(requester_key) from ticket") == [(23, 23)]
    pages = ask(workspace, "select file, rows_read, status from load order by file")
    assert ("zendesk_support/tickets page 000005", 3, "loaded") in pages
    desk.tickets.append(desk.ticket(24, changed=100))
    before = len(desk.vendor.asked)
    said = waystage("run", "--workspace", workspace)
    assert said.code == 0, said.err
    assert ask(workspace, "select count(*) from ticket") == [(24,)]
    assert len(desk.vendor.asked) - before == 4
    kept = [path for path in workspace.rglob("*") if path.is_file()]
    assert [path for path in kept if TOKEN.encode() in path.read_bytes()] == []
    assert TOKEN not in said.out + said.err
    private = [path for path in (workspace / ".waystage" / "pulled").rglob("*.gz") if path.stat().st_mode & 0o077]
    assert private == []


@pytest.mark.usefixtures("quick")
def test_a_revoked_token_leaves_what_was_pulled_and_is_told(workspace: Path, desk: Zendesk, waystage: Waystage) -> None:
    assert waystage("run", "--workspace", workspace).code == 0
    desk.vendor.routes = {"/": lambda _asked: Reply(401, REFUSED)}
    checked = waystage("check", "--workspace", workspace)
    assert (checked.code, "the token is not accepted" in checked.err) == (3, True)
    said = waystage("run", "--workspace", workspace)
    assert said.code == 3
    assert "401" in said.err and "add an API token" in said.err, said.err
    assert said.err.count("401") == 1
    assert ask(workspace, "select count(*) from ticket") == [(23,)]
    assert ask(workspace, "select distinct status from coverage") == [("stale",)]


@pytest.mark.usefixtures("quick")
def test_one_list_that_may_not_be_read_leaves_the_others(workspace: Path, desk: Zendesk, waystage: Waystage) -> None:
    desk.vendor.routes["/api/v2/incremental/users/cursor.json"] = lambda _asked: Reply(403, {"error": "Forbidden"})
    said = waystage("run", "--workspace", workspace)
    assert said.code == 3
    assert "zendesk_support users" in said.err and "an admin's" in said.err, said.err
    assert ask(workspace, "select count(*) from ticket") == [(23,)]


def test_a_wrong_subdomain_is_named(workspace: Path, desk: Zendesk, waystage: Waystage) -> None:
    desk.vendor.routes = {}
    said = waystage("check", "--workspace", workspace)
    assert said.code == 2
    assert said.err.count("there is no such account") == 1, said.err


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("${ZENDESK_TOKEN}", TOKEN), "waystage.yaml:12: programs.0.sources.0.pull.token: a secret in the file"),
        (("${ZENDESK_TOKEN}", "${ZENDESK_TOKN}"), "${ZENDESK_TOKN} is not set in the environment"),
        (("subdomain: acme", "subdomain: https://acme.zendesk.com"), "the first part of the address"),
        (("subdomain: acme", "domain: acme"), "did you mean 'subdomain'?"),
        (("since: 2025-01-01", "since: last year"), "a day such as 2025-01-01"),
        (("connector: zendesk_support", "connector: algolia"), "'algolia' cannot be pulled; legal: "),
        (("        pull:\n", "        path: exports/\n        pull:\n"), "`path` and `pull`; legal: one of"),
    ],
)
def test_a_mistake_in_the_settings_is_told_without_asking_anybody(
    workspace: Path, desk: Zendesk, waystage: Waystage, change: tuple[str, str], told: str
) -> None:
    path = workspace / "waystage.yaml"
    path.write_text(path.read_text().replace(*change))
    said = waystage("check", "--workspace", workspace)
    assert said.code == 2
    assert told in said.err, said.err
    assert TOKEN not in said.err
    assert desk.vendor.asked == []
