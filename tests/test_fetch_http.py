"""Sources over HTTP, from a server on this machine that fails in every way a server can."""

from __future__ import annotations

import base64
import io
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from connectors import fetch_http
from pipelines.problem import InvalidWorkspace
from tests.http_site import Site, serving
from tests.remote_world import ACCOUNTS, CHANGED, MORE, SECRET, bring, reason, told, workspace, written


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(fetch_http, "PAUSES_S", (0.0, 0.0))
    with serving() as state:
        yield state


def test_a_file_lands_under_its_address(tmp_path: Path, site: Site) -> None:
    report = bring(tmp_path, f"url: {site.url}/exports/accounts.csv")
    assert told(report) == {f"{site.url}/exports/accounts.csv": ("loaded", 2)}
    assert report.problems == []


@pytest.mark.parametrize("knows_conditions", [True, False])
def test_a_file_is_fetched_again_only_when_it_changed(tmp_path: Path, site: Site, knows_conditions: bool) -> None:
    site.knows_conditions = knows_conditions
    site.headers = {"ETag": '"1"'}
    source = f"url: {site.url}/accounts.csv"
    first = bring(tmp_path, source)
    kept = sorted((tmp_path / ".waystage/fetched/harborline/s").iterdir())
    again = bring(tmp_path, source)
    assert again.fingerprint == first.fingerprint
    assert sorted((tmp_path / ".waystage/fetched/harborline/s").iterdir()) == kept
    if knows_conditions:
        assert site.sent == 1
    site.body, site.headers = CHANGED.encode(), {"ETag": '"2"'}
    assert told(bring(tmp_path, source)) == {f"{site.url}/accounts.csv": ("loaded", 3)}
    assert len(list((tmp_path / ".waystage/fetched/harborline/s").iterdir())) == 2, "the old version is gone"


def test_a_busy_server_is_asked_again(tmp_path: Path, site: Site) -> None:
    site.failures = [500, 503]
    assert told(bring(tmp_path, f"url: {site.url}/accounts.csv")) == {f"{site.url}/accounts.csv": ("loaded", 2)}
    assert len(site.asked) == 3


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (404, "there is no such file on the server (404 Not Found); legal: the address of a file; correct `url:`"),
        (403, "the server refuses it (403 Forbidden); legal: credentials that may read this file"),
        (401, "the server refuses it (401 Unauthorized)"),
        (500, "the server cannot give it (500 Internal Server Error)"),
    ],
)
def test_a_refusal_is_an_instruction_and_is_not_taken_for_an_export(
    tmp_path: Path, site: Site, status: int, message: str
) -> None:
    site.status = status
    report = bring(tmp_path, f"url: {site.url}/accounts.csv")
    assert told(report) == {f"{site.url}/accounts.csv": ("rejected", 0)}
    assert message in reason(report)


def test_the_last_good_copy_stands_in_and_says_so(tmp_path: Path, site: Site) -> None:
    source = f"url: {site.url}/accounts.csv"
    fresh = bring(tmp_path, source)
    site.status = 404
    stale = bring(tmp_path, source)
    assert told(stale) == {f"{site.url}/accounts.csv": ("stale", 2)}
    assert reason(stale).startswith("not fetched, so the copy of 20")
    assert "404 Not Found" in stale.problems[0]
    assert stale.fingerprint != fresh.fingerprint, "or the published tables would not say it"
    site.status = 200
    assert bring(tmp_path, source).fingerprint == fresh.fingerprint


def test_a_copy_from_another_address_never_stands_in(tmp_path: Path, site: Site) -> None:
    bring(tmp_path, f"url: {site.url}/accounts.csv")
    site.status = 404
    assert told(bring(tmp_path, f"url: {site.url}/others.csv")) == {f"{site.url}/others.csv": ("rejected", 0)}


def test_half_a_download_is_never_landed(tmp_path: Path, site: Site) -> None:
    source = f"url: {site.url}/accounts.csv"
    site.cut_at = 40
    report = bring(tmp_path, source)
    assert told(report) == {f"{site.url}/accounts.csv": ("rejected", 0)}
    assert "cut off before its end" in reason(report)
    assert [path.name for path in (tmp_path / ".waystage/fetched").rglob("*") if path.is_file()] == ["kept.json"]
    site.cut_at = None
    assert told(bring(tmp_path, source)) == {f"{site.url}/accounts.csv": ("loaded", 2)}
    site.cut_at, site.body = 60, CHANGED.encode()
    assert told(bring(tmp_path, source)) == {f"{site.url}/accounts.csv": ("stale", 2)}


def test_a_page_to_log_in_on_is_no_export(tmp_path: Path, site: Site) -> None:
    site.body, site.headers = b"<html>log in</html>", {"Content-Type": "text/html; charset=utf-8"}
    assert "a page to log in on" in reason(bring(tmp_path, f"url: {site.url}/accounts.csv"))


def test_a_host_that_is_not_there_is_told(tmp_path: Path, site: Site) -> None:
    assert "no host is called nowhere.invalid" in reason(bring(tmp_path, "url: https://nowhere.invalid/a.csv"))
    assert "cannot be reached" in reason(bring(tmp_path / "b", "url: http://127.0.0.1:9/a.csv"))
    no_tls = reason(bring(tmp_path / "c", f"url: https://127.0.0.1:{site.port}/a.csv"))
    assert "certificate" in no_tls or "cannot be reached" in no_tls


def test_a_server_that_never_answers_is_not_waited_for_for_ever(tmp_path: Path, site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        source = f"url: http://127.0.0.1:{silent.getsockname()[1]}/a.csv\noptions: {{timeout: 0.2}}"
        assert "did not answer in time" in reason(bring(tmp_path, source))


def test_an_archive_over_http_lands_entry_by_entry(tmp_path: Path, site: Site) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in/accounts.csv", ACCOUNTS)
        archive.writestr("../more.csv", MORE)
    site.body = packed.getvalue()
    said = told(bring(tmp_path, f"url: {site.url}/download?id=7"))
    assert said == {
        f"{site.url}/download?id=7!/in/accounts.csv": ("loaded", 2),
        f"{site.url}/download?id=7!/../more.csv": ("rejected", 0),
    }
    site.status = 500
    assert {status for status, _ in told(bring(tmp_path, f"url: {site.url}/download?id=7")).values()} == {
        "stale",
        "rejected",
    }


@pytest.mark.parametrize(
    "source",
    [
        "url: {url}/accounts.csv?token=${{TOKEN}}",
        "url: {url}/${{TOKEN}}/accounts.csv",
        "url: {url_with_user}/accounts.csv",
        "url: {url}/accounts.csv\noptions: {{headers: {{Authorization: 'Bearer ${{TOKEN}}'}}}}",
    ],
)
@pytest.mark.parametrize("status", [200, 403, 404, 500])
def test_a_secret_is_sent_and_written_nowhere(  # noqa: PLR0917
    tmp_path: Path,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    status: int,
    capfd: pytest.CaptureFixture[str],
) -> None:
    secret = SECRET.replace("/", "~") if "${{TOKEN}}/" in source else SECRET  # a slash in a path is one
    monkeypatch.setenv("TOKEN", secret)
    site.status = status
    given = source.format(url=site.url, url_with_user=site.url.replace("//", "//ada:${TOKEN}@"))
    report = bring(tmp_path, given)
    asked = str(site.asked[0])
    basic = base64.b64encode(f"ada:{secret}".encode()).decode()
    assert any(spelling in asked for spelling in (secret, quote(secret, safe=""), basic)), "it is sent"
    seen = str(report) + "".join(report.problems) + "".join(capfd.readouterr())
    for spelling in (secret, "s3cr3t"):
        assert spelling not in seen
        assert spelling.encode() not in written(tmp_path)
    if status == 403:
        assert "renew ${TOKEN}" in seen


def test_a_missing_variable_is_named_before_anything_is_read(tmp_path: Path, site: Site) -> None:
    with pytest.raises(InvalidWorkspace, match=r"\$\{NOT_SET\} is not set in the environment.*export NOT_SET="):
        workspace(tmp_path, f"url: {site.url}/a.csv?token=${{NOT_SET}}")
    assert site.asked == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("url: https://ada:hunter2@host/a.csv", r"`password` is written out"),
        ("url: https://host/a.csv?sig=0123456789abcdef0123", r"`sig` is written out"),
        ("url: https://host/a.csv\noptions: {headers: {Authorization: Bearer hunter2}}", r"`Authorization` is written"),
        ("url: ftp://host/a.csv", r"seen 'ftp://host/a.csv'; legal: https"),
        ("url: https:///a.csv", r"no host or bucket"),
        ("url: https://host/a.csv\npath: a.csv", r"`path` and `url`; legal: one of"),
        ("path: a.csv\noptions: {timeout: 3}", r"`options` without `url`"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_its_secret(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(InvalidWorkspace, match=message) as caught:
        workspace(tmp_path, source)
    assert "hunter2" not in str(caught.value)
    assert "0123456789abcdef" not in str(caught.value)


def test_a_fault_elsewhere_does_not_print_what_came_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", SECRET)
    with pytest.raises(InvalidWorkspace) as caught:
        workspace(tmp_path, "url: ['https://host/${TOKEN}']\nencoding: {a: '${TOKEN}'}\ndelimiter: '${TOKEN}'")
    assert "s3cr3t" not in str(caught.value)


def test_headers_of_a_source_are_not_sent_to_where_it_is_redirected(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", SECRET)
    with serving() as elsewhere:
        site.status, site.headers = 302, {"Location": f"http://localhost:{elsewhere.port}/accounts.csv"}
        source = f"url: {site.url}/accounts.csv\noptions: {{headers: {{X-Api-Key: '${{TOKEN}}'}}}}"
        assert list(told(bring(tmp_path, source)).values()) == [("loaded", 2)]
    assert site.asked[0]["x-api-key"] == SECRET
    assert "x-api-key" not in elsewhere.asked[0]
