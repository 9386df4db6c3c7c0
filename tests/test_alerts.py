"""Alerts: one message a run of what is new, to a real webhook and a real mail server, and never a secret."""

from __future__ import annotations

import email
import email.policy
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from pipelines import definitions
from pipelines.instance import home_of, open_instance
from tests.conftest import Waystage
from tests.tiny_world import in_force
from tests.webhook import HIDDEN, Webhook, serving

FAILURE = "the nightly run failed"

pytestmark = pytest.mark.usefixtures("quick")  # but for the run that Dagster begins itself


@pytest.fixture
def hook(world: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    """The small workspace with one address for alerts, by its name in the environment."""
    with (world / "waystage.yaml").open("a", encoding="utf-8") as settings:
        settings.write("alerts: ['${TEAM_HOOK}']\n")
    with serving() as webhook:
        monkeypatch.setenv("TEAM_HOOK", webhook.address)
        yield webhook


def _ask_more(world: Path) -> None:
    pack = world / "mini/model.yaml"
    pack.write_text(pack.read_text(encoding="utf-8").replace("at_most: 0.9", "at_most: 0.01"), encoding="utf-8")


def _spoil(world: Path) -> None:
    (world / "exports/birch/tickets.csv").write_bytes(b"\x00\x01")


def test_what_is_new_is_told_once_and_nothing_where_nothing_is(world: Path, hook: Webhook, waystage: Waystage) -> None:
    assert waystage("run", "-w", world, "--from", "2025-01").code == 0
    assert hook.messages == []  # the first version that may be told has nothing to be compared with
    assert waystage("run", "-w", world, "--from", "2025-01").code == 0
    assert waystage("run", "-w", world).code == 0
    assert hook.messages == []
    _ask_more(world)
    said = waystage("run", "-w", world)
    assert (said.code, len(hook.messages)) == (0, 1)
    assert hook.messages[0]["title"] == "Waystage: 2 stages moved"
    assert "Alder (Mini): stage 1, Mid → stage 0, Low in June 2025" in hook.last
    assert ": how to ticket share " in hook.last
    assert f"Site: {world / 'published/site/index.html'}" in hook.last
    linked = re.findall(r"(Alder|Birch|Site): (/.*\.html)", hook.last)
    assert [name for name, page in linked if Path(page).is_file()] == ["Alder", "Birch", "Site"]
    _spoil(world)
    assert waystage("run", "-w", world).code == 3
    assert "source in trouble" in hook.last or "sources in trouble" in hook.last
    assert "Birch: exports/birch/tickets.csv: refused (" in hook.last
    assert "stage 1, Mid → stage 0" not in hook.last
    assert waystage("run", "-w", world, "--from", "2025-01").code == 3  # still refused, and known to be
    assert len(hook.messages) == 2
    assert HIDDEN not in said.out + said.err
    kept = [path for path in world.rglob("*") if path.is_file() and HIDDEN.encode() in path.read_bytes()]
    assert kept == []


def test_a_run_that_fails_is_told_once_with_its_reason_and_so_is_its_recovery(
    world: Path, hook: Webhook, waystage: Waystage
) -> None:
    assert waystage("run", "-w", world, "--from", "2025-01").code == 0
    standing = in_force(world)
    in_the_way = world / "published" / "waystage.duckdb"
    in_the_way.unlink()
    in_the_way.write_text("of somebody else", encoding="utf-8")
    for _night in range(2):
        assert waystage("run", "-w", world, "--from", "2025-01").code == 1
    assert [message["title"] for message in hook.messages] == [f"Waystage: {FAILURE}"]
    assert f"{in_the_way} is in the way of publishing; move it elsewhere" in hook.last
    assert in_force(world) == standing
    in_the_way.unlink()
    assert waystage("run", "-w", world, "--from", "2025-01").code == 0
    assert hook.messages[-1]["title"] == "Waystage: the nightly run works again"
    assert len(hook.messages) == 2


def test_a_run_of_the_schedule_that_fails_is_told_too(
    world: Path, hook: Webhook, waystage: Waystage, monkeypatch: pytest.MonkeyPatch
) -> None:
    (world / "published" / "parquet").unlink()
    (world / "published" / "parquet").mkdir()
    _ask_more(world)
    monkeypatch.setenv("WAYSTAGE_WORKSPACE", str(world))
    job = definitions.workspace_definitions().resolve_job_def("nightly")
    with open_instance(home_of(world)) as instance:
        assert not job.execute_in_process(instance=instance, raise_on_error=False).success
    assert [message["title"] for message in hook.messages] == [f"Waystage: {FAILURE}"]
    assert "parquet is in the way of publishing" in hook.last


def test_a_message_that_nobody_took_stops_nothing_and_comes_with_the_next(
    world: Path, hook: Webhook, waystage: Waystage
) -> None:
    assert waystage("run", "-w", world, "--from", "2025-01").code == 0
    hook.status = 500
    _ask_more(world)
    said = waystage("run", "-w", world)
    assert said.code == 0
    assert "alerts.0: the message was not taken, and is told again with the next run" in said.err
    assert HIDDEN not in said.out + said.err
    hook.status = 200
    assert waystage("run", "-w", world, "--from", "2025-01").code == 0
    assert [message["title"] for message in hook.messages] == ["Waystage: 2 stages moved"]


def test_it_is_mailed_and_an_address_that_fails_keeps_it_from_no_other(
    world: Path, hook: Webhook, waystage: Waystage, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails: list[email.message.Message] = []

    class Mailbox(Message):
        def handle_message(self, message: email.message.Message) -> None:
            mails.append(message)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(Mailbox(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        address = f"mailto://127.0.0.1:{port}?from=waystage@example.com&to=team@example.com&mode=insecure"
        monkeypatch.setenv("TEAM_MAIL", address)
        settings = world / "waystage.yaml"
        said = settings.read_text(encoding="utf-8").replace("['${TEAM_HOOK}']", "['${TEAM_HOOK}', '${TEAM_MAIL}']")
        settings.write_text(said, encoding="utf-8")
        assert waystage("run", "-w", world, "--from", "2025-01").code == 0
        _ask_more(world)
        hook.status = 500
        answer = waystage("run", "-w", world)
    finally:
        server.stop()
    assert answer.code == 0
    assert "alerts.0: the message was not taken; see: waystage check" in answer.err
    parsed = email.message_from_bytes(mails[0].as_bytes(), policy=email.policy.default)
    assert parsed["subject"] == "Waystage: 2 stages moved"
    body = parsed.get_body(("plain", "html"))
    assert body is not None
    assert "Alder (Mini): stage 1, Mid" in body.get_content()
    assert waystage("run", "-w", world, "--from", "2025-01").code == 0
    assert (len(mails), hook.messages) == (1, [])


def test_an_address_that_no_service_takes_is_told_without_repeating_it(
    world: Path, hook: Webhook, waystage: Waystage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAM_HOOK", f"jsn://{HIDDEN}@127.0.0.1/x")
    for command in ("check", "run"):
        said = waystage(command, "-w", world)
        assert said.code == 2
        assert "alerts.0: no service takes this address (jsn://…); legal: an address of Apprise" in said.out + said.err
        assert HIDDEN not in said.out + said.err
