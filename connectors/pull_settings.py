"""What a workspace gives a pull: checked, and turned into the place to ask. Secrets are never repeated."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.nearest import nearest
from connectors.pull_contract import Pull, Setting, filled

NUMBERS = ("max_pages", "max_minutes", "requests_per_minute", "refresh_hours")
ENVIRONMENT = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
USED = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, order=True)
class WrongSetting:
    """One thing wrong with a source's `pull:`; `key` is empty for all of it."""

    key: str
    seen: str
    legal: str
    what_to_do: str


def wrong_settings(pull: Pull, given: Mapping[str, str], written: Mapping[str, object]) -> list[WrongSetting]:
    """Everything wrong with `given`. `written` is the same before the environment was filled in."""
    wrong = [
        WrongSetting(key, "unknown key", ", ".join(pull.keys), nearest(key, pull.keys))
        for key in given
        if key not in pull.keys
    ]
    for key, setting in pull.keys.items():
        if key in given:
            wrong += _wrong(key, setting, given[key], written.get(key))
        elif setting.is_required:
            value = f"${{{key.upper()}}}" if setting.is_secret else setting.description
            wrong.append(WrongSetting("", f"`pull:` without `{key}`", setting.description, f"add `{key}: {value}`"))
    return wrong


def _wrong(key: str, setting: Setting, value: str, written: object) -> list[WrongSetting]:
    if setting.is_secret and not ENVIRONMENT.fullmatch(str(written).strip()):
        legal = "${NAME} alone: secrets come from the environment only"
        return [
            WrongSetting(key, "a secret in the file", legal, f"write `{key}: ${{{key.upper()}}}` and make a new one")
        ]
    if not value.strip():
        return [WrongSetting(key, "nothing", setting.description, "give it a value, or set its variable")]
    shown = f"seen {value!r}" if str(written) == value else "seen what the environment holds"
    if key in NUMBERS and not re.fullmatch(r"[0-9]{1,9}", value):
        return [WrongSetting(key, shown, "a whole number", "")]
    if key in ("max_pages", "max_minutes", "requests_per_minute") and int(value) == 0:
        return [WrongSetting(key, shown, "a whole number from 1", "")]
    if key == "since" and _day(value) is None:
        return [WrongSetting(key, shown, "a day such as 2025-01-01", "")]
    if key == "base_url" and not re.fullmatch(r"https?://[^\s@?#/]+(/[^\s@?#]*)?", value):
        return [WrongSetting(key, "no plain address", "https://host or https://host/path, without user or query", "")]
    if setting.pattern and not re.fullmatch(setting.pattern, value):
        return [WrongSetting(key, shown, setting.description, "")]
    return []


def _day(text: str) -> float | None:
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp()
    except ValueError:
        return None


@dataclass(frozen=True)
class Place:
    """Where the API is, how a request is signed, and what to tell whom it does not answer."""

    base_url: str
    auth: tuple[str, str] | None
    headers: Mapping[str, str]
    docs: str
    rights: str
    requests_per_minute: int
    is_rate_given: bool = False  # by the workspace, in place of what endpoints declare


@dataclass(frozen=True)
class Given:
    """A source's `pull:` in use. `account` is a fingerprint without secrets: another one is another pull."""

    settings: Mapping[str, str]
    place: Place
    since: float | None  # seconds since 1970
    max_pages: int
    max_minutes: int
    refresh_hours: int
    account: str


def use(pull: Pull, given: Mapping[str, str]) -> Given:
    """The settings, with their defaults; `given` has nothing wrong."""
    defaults = {key: setting.default for key, setting in pull.keys.items() if setting.default is not None}
    settings = {**defaults, **given}
    base_url = settings.get("base_url") or str(filled(pull.base_url, settings))
    auth = pull.auth
    signed = {"Authorization": f"Bearer {filled(auth.token, settings)}"} if auth.kind == "bearer" else {}
    basic = (str(filled(auth.user, settings)), str(filled(auth.password, settings))) if auth.kind == "basic" else None
    rate = settings.get("requests_per_minute")
    asked = USED.findall(json.dumps([endpoint.model_dump(mode="json") for endpoint in pull.endpoints.values()]))
    named = {key: settings[key] for key in sorted({*asked, *USED.findall(pull.base_url)} & set(settings))}
    account = hashlib.sha256(json.dumps([base_url, named]).encode()).hexdigest()[:16]
    return Given(
        settings,
        Place(
            base_url.rstrip("/"),
            basic,
            {**pull.headers, **signed},
            pull.docs,
            pull.rights,
            int(rate) if rate else pull.requests_per_minute,
            is_rate_given=bool(rate),
        ),
        _day(settings["since"]) if settings.get("since") else None,
        int(settings["max_pages"]),
        int(settings["max_minutes"]),
        int(settings["refresh_hours"]),
        account,
    )
