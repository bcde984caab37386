"""What crossed the wire between the platform and the bot, kept for the page and for tests."""

import itertools
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

KEPT = 200
"""Exchanges kept a person."""
SHOWN_CHARACTERS = 20_000
Words: TypeAlias = str | Callable[[], str]
"""What is shown of a body; made only when somebody looks, for most exchanges are never looked at."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response. `at` is epoch seconds, `ms` milliseconds, `cause` the inbox entry it is about.

    `request` and `response` are what was meant (decrypted); `sent` and `received` what was on the wire.
    """

    id: int
    at: float
    way: Literal["callback", "api"]
    name: str
    openid: str
    cause: int
    attempt: int
    request: Words
    sent: Words
    response: Words
    received: Words
    status: int | None
    ms: float
    outcome: str
    """"ok", or what went wrong: the rule that was broken, an errcode, "timeout" …"""

    def as_json(self) -> dict[str, Any]:
        """Every field; long bodies are shortened."""
        return {name: _short(getattr(self, name)) for name in self.__slots__}


class WireLog:
    """The latest exchanges of every person, and of calls that concern nobody (openid "")."""

    def __init__(self) -> None:
        self._exchanges: defaultdict[str, deque[Exchange]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._ids = itertools.count(1)

    def add(self, **fields: Any) -> Exchange:
        """Keep one exchange; the fields are Exchange's without `id`."""
        exchange = Exchange(id=next(self._ids), **fields)
        self._exchanges[exchange.openid].append(exchange)
        return exchange

    def of(self, openid: str | None, cause: int | None = None) -> list[Exchange]:
        """The exchanges of one person (None: everybody's), perhaps only those about one inbox entry, in order."""
        if openid is None:
            found = sorted((one for each in self._exchanges.values() for one in each), key=lambda one: one.id)
        else:
            found = list(self._exchanges.get(openid, ()))
        return [exchange for exchange in found if cause is None or exchange.cause == cause]


def _short(value: Any) -> Any:
    if callable(value):
        value = value()
    if isinstance(value, str) and len(value) > SHOWN_CHARACTERS:
        return f"{value[:SHOWN_CHARACTERS]}… ({len(value)} characters)"
    return value
