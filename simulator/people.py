"""The people of the simulated world: whether they follow, what they saw, what the account may still send them."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from simulator import limits
from simulator.config import Card

COLOURS = ("#5b8ff9", "#61a97c", "#e8a33d", "#d9706b", "#8b7bd8", "#3fa7b5", "#c27ba0", "#7a8ba3")
INBOX = 10_000
"""Entries kept a person."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a person's chat. `at` is epoch seconds.

    `direction` is "out" for what the person did and "in" for what reached them. `via` says how: said, tap, menu,
    scan, follow, unfollow, tick, passive, customer-service, template, subscribe, notice.
    `cause` is the id of the entry that this one answers, or its own id.
    """

    id: int
    at: float
    direction: Literal["out", "in"]
    kind: str
    via: str
    body: dict[str, Any]
    cause: int

    def as_json(self) -> dict[str, Any]:
        """The entry as the page and the tests read it: the body's fields beside the others."""
        return {
            **self.body,
            "id": self.id,
            "at": self.at,
            "direction": self.direction,
            "kind": self.kind,
            "via": self.via,
            "cause": self.cause,
        }


@dataclass(slots=True)
class Window:
    """Customer-service messages that one action of a person allows: `left` of them until `until` (epoch seconds)."""

    until: float
    left: int


@dataclass(slots=True)
class Person:
    """One person with a WeChat of their own."""

    openid: str
    name: str
    note: str = ""
    colour: str = ""
    followed: bool = True
    followed_at: int = 0
    scene: str = ""
    """The scene of the QR code through which they followed."""
    inbox: deque[Entry] = field(default_factory=lambda: deque(maxlen=INBOX))
    windows: dict[str, Window] = field(default_factory=dict)
    credits: dict[str, int] = field(default_factory=dict)
    """Ticks not yet used, by subscription template."""
    event_seconds: dict[tuple[str, str], int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """What the page's list of people shows."""
        return {
            "openid": self.openid,
            "name": self.name,
            "note": self.note,
            "colour": self.colour,
            "followed": self.followed,
            "scene": self.scene,
            "credits": dict(self.credits),
        }

    def wrote(self, now: float) -> None:
        """A message opens 48 hours and 5 customer-service messages (WECHAT.md, Sending)."""
        self.windows["wrote"] = Window(now + limits.WROTE_SECONDS, limits.WROTE_MESSAGES)

    def touched(self, now: float) -> None:
        """A menu tap, a follow or a scan opens 1 minute and 3 customer-service messages."""
        self.windows["touched"] = Window(now + limits.TOUCHED_SECONDS, limits.TOUCHED_MESSAGES)

    def open_windows(self, now: float) -> list[Window]:
        """The windows that have not run out, the one that runs out first in front."""
        return sorted(
            (window for window in self.windows.values() if now < window.until),
            key=lambda window: window.until,
        )

    def event_second(self, event: str, key: str, now: float) -> int:
        """The CreateTime of an event: nobody does the same thing twice in one second, so neither do our people.

        WeChat's dedupe key of an event has only the second in it (WECHAT.md, Callback).
        """
        second = max(int(now), self.event_seconds.get((event, key), 0) + 1)
        self.event_seconds[(event, key)] = second
        return second


class People:
    """Everybody, by openid, in order of arrival."""

    def __init__(self, cards: Iterable[Card], now: float) -> None:
        self._people: dict[str, Person] = {}
        for card in cards:
            self.add(card, now)

    def __iter__(self) -> Iterator[Person]:
        return iter(self._people.values())

    def __len__(self) -> int:
        return len(self._people)

    def get(self, openid: str) -> Person | None:
        """The person, or None."""
        return self._people.get(openid)

    def add(self, card: Card, now: float) -> Person:
        """A new person, or the one who has this openid already."""
        known = self._people.get(card.openid)
        if known is not None:
            return known
        colour = card.colour or COLOURS[len(self._people) % len(COLOURS)]
        person = Person(card.openid, card.name, card.note, colour, card.followed, int(now) if card.followed else 0)
        self._people[card.openid] = person
        return person
