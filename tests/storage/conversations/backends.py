"""The back ends that the contract suite runs against: a new one adds one line to BACKENDS."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

from storage.conversations.contract import Fresh, Opened
from storage.conversations.redis import RedisConversations
from storage.conversations.sqlite import SqliteConversations

AnyStore: TypeAlias = SqliteConversations | RedisConversations


@dataclass(frozen=True)
class Backend:
    """How to make a store on the same data again and again; times in seconds."""

    name: str
    url: str
    make: Callable[[float, float], AnyStore]

    def store(self, *, claim_ttl: float = 10.0, reply_ttl: float = 3_600.0) -> AnyStore:
        """A new store object, not yet entered, on the data of this test."""
        return self.make(claim_ttl, reply_ttl)


def _sqlite(request: pytest.FixtureRequest) -> Backend:
    path: Path = request.getfixturevalue("tmp_path") / "conversations.db"
    return Backend(
        "sqlite",
        f"sqlite:///{path}",
        lambda claim_ttl, reply_ttl: SqliteConversations(path, claim_ttl=claim_ttl, reply_ttl=reply_ttl),
    )


def _redis(request: pytest.FixtureRequest) -> Backend:
    url: str = request.getfixturevalue("redis_url")
    return Backend(
        "redis",
        url,
        lambda claim_ttl, reply_ttl: RedisConversations(url, lock_ttl=claim_ttl, reply_ttl=reply_ttl),
    )


BACKENDS: dict[str, Callable[[pytest.FixtureRequest], Backend]] = {
    "sqlite": _sqlite,
    "redis": _redis,
}


def fresh(opened: Opened) -> Fresh:
    """`opened`, which must be Fresh."""
    assert isinstance(opened, Fresh), opened
    return opened
