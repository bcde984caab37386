"""The account's access token: one for all workers, fetched by one of them at a time."""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from bot.wechat.errors import NO_ANSWER, STORE_AWAY, SendError
from bot.wechat.limits import TOKEN_OVERLAP
from storage.conversations.contract import Shared, StoreUnavailable

Fetch: TypeAlias = Callable[[], Awaitable[tuple[str, float]]]
"""Asks WeChat for the token; returns it with its remaining life in seconds. Raises SendError."""

LOCK_SECONDS: Final = 15.0
"""How long a worker may hold the fetch: two attempts of CALL_TIMEOUT and the pause between them fit."""
WAIT_SECONDS: Final = 20.0
"""How long others wait for it: longer than the lock of a worker that died with it."""
POLL_SECONDS: Final = 0.05
LOCAL_SECONDS: Final = 5.0
"""A token is believed so long without asking the store; the old one is valid for TOKEN_OVERLAP beside a
new one.
"""
SHORTEST_LIFE: Final = 60.0
"""A token near its end is kept so long (or half its rest, if that is less), lest every call fetches."""


class AccessToken:
    """Gives the token that all workers share through `shared`; safe to use from many tasks at once.

    Within a process one task fetches and the others wait for it; between processes a lock in `shared`
    decides.
    """

    def __init__(self, appid: str, shared: Shared, fetch: Fetch) -> None:
        self._name = f"wechat:token:{appid}"
        self._lock = f"wechat:token-lock:{appid}"
        self._shared = shared
        self._fetch = fetch
        self._kept = ""
        self._kept_until = 0.0
        self._flights: dict[str, asyncio.Task[str]] = {}

    async def get(self) -> str:
        """The token that stands, fetched when there is none. Raises SendError."""
        if asyncio.get_running_loop().time() < self._kept_until:
            return self._kept
        return await self._join("")

    async def replace(self, bad: str) -> str:
        """Another token than `bad`, which WeChat has refused: the one that a worker has put since, or a
        fetched one (WeChat may insist on the same; then so do we). Raises SendError.
        """
        if self._kept == bad:
            self._kept_until = 0.0
        return await self._join(bad)

    async def close(self) -> None:
        """End a fetch under way."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    async def _join(self, bad: str) -> str:
        flight = self._flights.get(bad)
        if flight is None:
            flight = asyncio.create_task(self._renew(bad), name="wechat token")
            self._flights[bad] = flight
            flight.add_done_callback(lambda done: self._landed(bad, done))
        # A caller that is cancelled must not take the fetch away from the others.
        return await asyncio.shield(flight)

    def _landed(self, bad: str, flight: asyncio.Task[str]) -> None:
        del self._flights[bad]
        if not flight.cancelled():
            flight.exception()  # seen, also when every caller has gone

    async def _renew(self, bad: str) -> str:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                token = await self._shared_or_fetched(bad)
        except StoreUnavailable:
            raise SendError(STORE_AWAY, errcode=None) from None
        except TimeoutError:
            raise SendError(NO_ANSWER, errcode=None, detail="token") from None
        self._kept = token
        self._kept_until = asyncio.get_running_loop().time() + LOCAL_SECONDS
        return token

    async def _shared_or_fetched(self, bad: str) -> str:
        holder = secrets.token_urlsafe(12)
        while True:
            if (standing := await self._standing(bad)) is not None:
                return standing
            if await self._shared.put_if_absent(self._lock, holder, LOCK_SECONDS) is None:
                try:
                    # Another worker may have put it between our look and our lock.
                    return await self._standing(bad) or await self._fetched()
                finally:
                    with contextlib.suppress(StoreUnavailable):  # it ends by itself after LOCK_SECONDS
                        await self._shared.remove(self._lock, holder)
            await asyncio.sleep(POLL_SECONDS)

    async def _standing(self, bad: str) -> str | None:
        standing = await self._shared.get(self._name)
        return standing if standing and standing != bad else None

    async def _fetched(self) -> str:
        token, life = await self._fetch()
        ttl = max(life - TOKEN_OVERLAP, min(SHORTEST_LIFE, life / 2))
        with contextlib.suppress(StoreUnavailable):  # the token is good all the same; others will get the same one
            await self._shared.put(self._name, token, ttl)
        return token
