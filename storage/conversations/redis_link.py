"""The connection to Redis or Valkey: scripts, one time limit for all calls, what the server promises."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.commands.core import AsyncScript
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from storage.conversations.contract import StoreUnavailable

MOST_CONNECTIONS = 64
"""Connections of one process; calls beyond it wait within their time limit."""
OLDEST_VERSION = (6, 2)


class RedisLink:
    """Connections are made when needed and made anew after a failure. `timeout`: seconds for any one call."""

    def __init__(self, url: str, timeout: float) -> None:
        self._timeout = timeout
        self._pool = BlockingConnectionPool.from_url(
            url,
            max_connections=MOST_CONNECTIONS,
            timeout=timeout,
            # asyncio.wait_for, which redis.asyncio uses for a socket_timeout, swallows cancellation in Python 3.11
            socket_timeout=None,
            socket_connect_timeout=timeout,
            socket_keepalive=True,
            decode_responses=True,
            protocol=2,
            retry=Retry(NoBackoff(), 0),
        )
        self.client = Redis(connection_pool=self._pool)

    async def close(self) -> None:
        """Close all connections."""
        await self.client.aclose()
        await self._pool.disconnect()

    def script(self, name: str) -> AsyncScript:
        """The Lua script `name`.lua beside this file; loaded into the server when that does not know it."""
        return self.client.register_script(Path(__file__).with_name(f"{name}.lua").read_text("ascii"))

    async def run(self, script: AsyncScript, keys: Sequence[str], *args: str | int, again: bool = False) -> Any:
        """The script's answer. `again`: it may be run twice, so a connection that broke is tried once more.

        Raises StoreUnavailable, ValueError (a text with a lone surrogate).
        """
        return await self.bounded(self._run(script, keys, args, again=again))

    async def bounded(self, call: Awaitable[Any]) -> Any:
        """The answer of any call within the time limit. Raises StoreUnavailable."""
        try:
            async with asyncio.timeout(self._timeout):
                return await call
        except TimeoutError as error:
            raise StoreUnavailable(f"Redis did not answer within {self._timeout} s") from error
        except (RedisError, OSError) as error:
            raise StoreUnavailable(f"Redis: {error}") from error

    async def _run(self, script: AsyncScript, keys: Sequence[str], args: Sequence[str | int], *, again: bool) -> Any:
        try:
            return await script(keys, args)
        except (RedisConnectionError, OSError):
            if not again:
                raise
        return await script(keys, args)


@dataclass(frozen=True, slots=True)
class Durability:
    """What a server promises about the data it is given."""

    server: str
    """redis or valkey."""
    version: tuple[int, ...]
    policy: str
    """maxmemory-policy; anything but noeviction may throw conversations away."""
    append_only: bool
    """Whether the append-only file is on; without it a restart loses conversations."""

    @property
    def recent_enough(self) -> bool:
        """Redis 6.2 or newer, or any Valkey."""
        return self.server == "valkey" or self.version >= OLDEST_VERSION

    @property
    def safe(self) -> bool:
        """Whether conversations may be entrusted to this server."""
        return self.recent_enough and self.policy == "noeviction" and self.append_only


async def durability(url: str) -> Durability:
    """Ask the server with INFO, which managed servers allow too. Raises StoreUnavailable within 2 seconds."""
    link = RedisLink(url, 2.0)
    try:
        facts = await link.bounded(link.client.info("everything"))
    finally:
        await link.close()
    server = str(facts.get("server_name", "redis"))
    version = str(facts.get("valkey_version") or facts.get("redis_version") or "0")
    return Durability(
        server=server,
        version=tuple(int(part) for part in version.split(".") if part.isdigit()),
        policy=str(facts.get("maxmemory_policy", "unknown")),
        append_only=str(facts.get("aof_enabled", "0")) == "1",
    )
