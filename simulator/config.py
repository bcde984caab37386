"""What one simulated account is: its secrets, its kind, where its bot listens, who its people are."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from simulator import limits


class ConfigError(ValueError):
    """A setting is missing or wrong; the message names it."""


class Mode(StrEnum):
    """How callbacks travel (WECHAT.md, Callback)."""

    SAFE = "safe"
    PLAIN = "plain"


class AccountKind(StrEnum):
    """What the account is verified as; it decides which APIs answer 48001."""

    SERVICE = "service"
    SUBSCRIPTION = "subscription"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Card:
    """One entry of people.json."""

    openid: str
    name: str
    note: str = ""
    colour: str = ""
    followed: bool = True


@dataclass(frozen=True, slots=True)
class Template:
    """A template that the account registered; `kind` is "template" or "subscribe".

    `content` is WeChat's own notation: `表单：{{thing1.DATA}}` and so on; its keys are what a sending must carry.
    """

    template_id: str
    title: str
    content: str
    kind: str = "template"

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that the content names, in order."""
        return tuple(re.findall(r"\{\{(\w+)\.DATA\}\}", self.content))


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that `build` needs. Seconds are float; `seed` makes every random choice repeatable."""

    callback: str
    token: str
    appid: str
    secret: str
    aes_key: str = ""
    mode: Mode = Mode.SAFE
    account: AccountKind = AccountKind.SERVICE
    account_name: str = "清风观察"
    account_id: str = "gh_5f0e8d3c2b1a"
    people: tuple[Card, ...] = ()
    templates: tuple[Template, ...] = ()
    deadline: float = limits.DEADLINE
    repeat_pause: float = 1.0
    """Seconds before a repeat when the request before it failed early; WeChat's own pause is not documented."""
    hang: float = 60.0
    """Seconds for which a call that a fault lets hang stays open at most."""
    seed: int = 0
    daily: Mapping[str, int] = field(default_factory=dict)
    """Daily quotas by API (`message/custom/send`) where they differ from WeChat's."""

    def __post_init__(self) -> None:
        if self.mode is Mode.SAFE and not re.fullmatch(r"[A-Za-z0-9]{43}", self.aes_key):
            raise ConfigError("QF_WECHAT_AES_KEY: 安全模式需要 43 位字母和数字")


def from_environment(
    environ: Mapping[str, str],
    callback: str,
    people: tuple[Card, ...] = (),
    templates: tuple[Template, ...] = (),
    seed: int = 0,
) -> Config:
    """The configuration of `python -m simulator`; raises ConfigError naming the variable."""

    def need(name: str) -> str:
        value = environ.get(name, "")
        if not value:
            raise ConfigError(f"{name}: 没有设置")
        return value

    try:
        mode = Mode(environ.get("QF_WECHAT_MODE") or Mode.SAFE)
        account = AccountKind(environ.get("QF_WECHAT_ACCOUNT") or AccountKind.SERVICE)
    except ValueError as error:
        raise ConfigError(f"QF_WECHAT_MODE / QF_WECHAT_ACCOUNT: {error}") from error
    return Config(
        callback=callback,
        token=need("QF_WECHAT_TOKEN"),
        appid=need("QF_WECHAT_APPID"),
        secret=need("QF_WECHAT_SECRET"),
        aes_key=need("QF_WECHAT_AES_KEY") if mode is Mode.SAFE else environ.get("QF_WECHAT_AES_KEY", ""),
        mode=mode,
        account=account,
        people=people,
        templates=templates,
        seed=seed,
    )


def read_people(path: Path) -> tuple[Card, ...]:
    """The people of a people.json; raises ConfigError naming the file and the entry."""
    try:
        entries: Any = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_card(entry) for entry in entries)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ConfigError(f"{path.name}: {error!r}") from error


def read_templates(path: Path) -> tuple[Template, ...]:
    """The templates of a templates.json (a list of Template's fields); raises ConfigError naming the file."""
    try:
        return tuple(Template(**entry) for entry in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(f"{path.name}: {error!r}") from error


def _card(entry: Mapping[str, Any]) -> Card:
    return Card(
        openid=str(entry["openid"]),
        name=str(entry["name"]),
        note=str(entry.get("note") or ""),
        colour=str(entry.get("colour") or ""),
        followed=bool(entry.get("followed", True)),
    )
