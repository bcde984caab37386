"""Shared facts of all workers, in Redis."""

from collections.abc import Mapping, Sequence

from storage.conversations.redis_link import RedisLink

_PREFIX = "qf:shared:"


class RedisShared:
    """The Shared contract over a link that its owner closes."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link
        self._put_if_absent = link.script("put_if_absent")
        self._remove = link.script("remove")
        self._count = link.script("count")
        self._take = link.script("take")

    async def get(self, name: str) -> str | None:
        """See Shared."""
        value: str | None = await self._link.bounded(self._link.client.get(_PREFIX + name))
        return value

    async def get_all(self, names: Sequence[str]) -> Mapping[str, str]:
        """See Shared."""
        if not names:
            return {}
        values = await self._link.bounded(self._link.client.mget([_PREFIX + name for name in names]))
        return {name: value for name, value in zip(names, values, strict=True) if value is not None}

    async def put(self, name: str, value: str, ttl: float) -> None:
        """See Shared."""
        await self._link.bounded(self._link.client.set(_PREFIX + name, value, px=milliseconds(ttl)))

    async def put_if_absent(self, name: str, value: str, ttl: float) -> str | None:
        """See Shared."""
        stands: str | None
        stands = await self._link.run(self._put_if_absent, [_PREFIX + name], value, milliseconds(ttl))
        return stands

    async def remove(self, name: str, value: str) -> bool:
        """See Shared."""
        return bool(await self._link.run(self._remove, [_PREFIX + name], value))

    async def count(self, name: str, ttl: float) -> int:
        """See Shared."""
        return int(await self._link.run(self._count, [_PREFIX + name], milliseconds(ttl)))

    async def take(self, name: str, rate: float, burst: int, places: int = 1) -> float:
        """See Shared."""
        between = round(1_000_000 / rate)
        return int(await self._link.run(self._take, [_PREFIX + name], places, between, burst)) / 1_000_000


def milliseconds(seconds: float) -> int:
    """At least one, for Redis refuses an expiry of zero."""
    return max(1, round(seconds * 1_000))
