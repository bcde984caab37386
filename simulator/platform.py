"""The state of one simulated account: every part of it in one place, and nothing outside it."""

import itertools
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, Literal
from zoneinfo import ZoneInfo

from simulator import limits
from simulator.codec import Codec
from simulator.config import Card, Config, Mode, Template
from simulator.faults import Faults
from simulator.feed import Feed
from simulator.media import MediaShelf
from simulator.people import Entry, People, Person
from simulator.tokens import Tokens
from simulator.wire import WireLog

WECHAT_DAY = ZoneInfo("Asia/Shanghai")
"""Daily quotas end at 00:00 there (WECHAT.md, Sending)."""
Direction = Literal["out", "in"]


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule of simulator/rules.py that the bot broke. `at` is epoch seconds."""

    rule: str
    detail: str
    openid: str
    at: float

    def as_json(self) -> dict[str, Any]:
        """What `GET /sim/violations` lists."""
        return {"rule": self.rule, "detail": self.detail, "openid": self.openid, "at": self.at}


@dataclass(slots=True)
class Grant:
    """An OAuth code: whose it is, until when (epoch seconds), and whether it was used."""

    openid: str
    until: float
    scope: str
    used: bool = False


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code that the account made."""

    ticket: str
    scene: str
    until: float | None


@dataclass
class Platform:
    """One account with everything around it. `clock` gives epoch seconds."""

    config: Config
    clock: Callable[[], float]
    random: Random = field(init=False)
    codec: Codec | None = field(init=False)
    people: People = field(init=False)
    faults: Faults = field(init=False)
    templates: dict[str, Template] = field(init=False)
    tokens: Tokens = field(default_factory=Tokens)
    media: MediaShelf = field(default_factory=MediaShelf)
    wire: WireLog = field(default_factory=WireLog)
    feed: Feed = field(default_factory=Feed)
    violations: list[Violation] = field(default_factory=list)
    menu: dict[str, Any] | None = None
    grants: dict[str, Grant] = field(default_factory=dict)
    qr_codes: dict[str, QrCode] = field(default_factory=dict)
    qr_permanent: int = 0
    sent_by_client_id: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)
    """(openid, client_msg_id) -> (epoch seconds, msgid)."""
    _used_today: Counter[tuple[str, str]] = field(default_factory=Counter)
    _entry_ids: Any = field(default_factory=lambda: itertools.count(1))
    _message_ids: Any = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.config.seed)  # noqa: S311 - chooses faults, must be repeatable
        safe = self.config.mode is Mode.SAFE
        self.codec = Codec(self.config.token, self.config.aes_key, self.config.appid) if safe else None
        self.people = People(self.config.people, self.clock())
        self.faults = Faults(self.random)
        self.templates = {template.template_id: template for template in self.config.templates}
        # Above 2**53, so that a bot that reads them as floating-point numbers is found out; never the same twice.
        self._message_ids = itertools.count(2**62 + secrets.randbits(60))

    def next_message_id(self) -> int:
        """A new 64-bit MsgId."""
        return int(next(self._message_ids))

    def person(self, openid: str) -> Person:
        """This person; an unknown one is made, and follows."""
        return self.people.get(openid) or self.add_person(Card(openid, f"用户{openid[-4:]}"))

    def add_person(self, card: Card) -> Person:
        """Add a person and tell the page."""
        person = self.people.add(card, self.clock())
        self.tell_person(person)
        return person

    def tell_person(self, person: Person) -> None:
        """Tell the page that something about a person has changed."""
        if self.feed.heard:
            self.feed.tell("person", person=person.as_json())

    def enter(
        self, person: Person, direction: Direction, kind: str, via: str, body: dict[str, Any], cause: int = 0
    ) -> Entry:
        """Write a line into a person's chat."""
        number = next(self._entry_ids)
        entry = Entry(number, self.clock(), direction, kind, via, body, cause or number)
        person.inbox.append(entry)
        if self.feed.heard:
            self.feed.tell("entry", openid=person.openid, entry=entry.as_json())
        return entry

    def accuse(self, rule: str, detail: str, openid: str) -> None:
        """Record that the bot broke a rule."""
        violation = Violation(rule, detail, openid, self.clock())
        self.violations.append(violation)
        if self.feed.heard:
            self.feed.tell("violation", violation=violation.as_json())

    def used_today(self, api: str) -> int:
        """How many calls of `api` count for today in Shanghai."""
        return self._used_today[(api, self._today())]

    def use(self, api: str) -> None:
        """Count one successful call of `api`."""
        self._used_today[(api, self._today())] += 1

    def daily(self, api: str) -> int:
        """How many calls of `api` a day allows."""
        standard = limits.TEMPLATES_A_DAY if api == "message/template/send" else limits.CUSTOM_A_DAY
        return self.config.daily.get(api, standard)

    def _today(self) -> str:
        return datetime.fromtimestamp(self.clock(), WECHAT_DAY).date().isoformat()
