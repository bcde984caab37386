"""The conversation store that a URL names."""

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from storage.conversations.contract import Conversations, Shared
from storage.conversations.redis import RedisConversations
from storage.conversations.sqlite import SqliteConversations


@dataclass(frozen=True, slots=True)
class Store:
    """Both contracts over one back end; usable inside `async with`."""

    conversations: Conversations
    shared: Shared
    several_workers: bool
    """True when more than one process may use the store at a time."""

    async def __aenter__(self) -> Self:
        """Open the back end. Raises StoreInUse (SQLite file of another process), StoreUnavailable."""
        await self.conversations.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the back end."""
        await self.conversations.__aexit__(kind, error, trace)


def open_store(url: str) -> Store:
    """The store of this URL, not yet entered: `sqlite:///relative/file.db`, `sqlite:////absolute/file.db`,
    `redis://host:port/0`, `rediss://…`, `unix:///path/of.socket?db=0`.

    Raises ValueError when the URL names no store; the message never shows the URL, which may hold a password.
    """
    make = _MAKERS.get(urlsplit(url).scheme.lower())
    if make is None:
        raise ValueError(f"the conversation store's URL must begin with one of {', '.join(_MAKERS)}")
    return make(url)


def _sqlite(url: str) -> Store:
    parts = urlsplit(url)
    path = unquote(parts.path.removeprefix("/"))
    if parts.netloc or parts.query or path in {"", ":memory:"}:
        raise ValueError("a SQLite store needs a file: sqlite:///relative/file.db or sqlite:////absolute/file.db")
    store = SqliteConversations(path)
    return Store(store, store.shared, several_workers=False)


def _redis(url: str) -> Store:
    store = RedisConversations(url)
    return Store(store, store.shared, several_workers=True)


_MAKERS: dict[str, Callable[[str], Store]] = {
    "sqlite": _sqlite,
    "redis": _redis,
    "rediss": _redis,
    "unix": _redis,
}
