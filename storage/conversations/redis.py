"""The conversation store of several workers: Redis or Valkey, lock and state in one hash a contact."""

import asyncio
import secrets
from types import TracebackType
from typing import Self

from storage.conversations.contract import Busy, Claim, ClaimLost, Fresh, Opened, Seen, StoreUnavailable
from storage.conversations.redis_link import RedisLink
from storage.conversations.redis_shared import RedisShared, milliseconds
from storage.conversations.turnstile import Answered, Pass, Turnstile

FIRST_PAUSE = 0.01
LONGEST_PAUSE = 0.1
"""Seconds between two looks at a lock that another process holds; the pause doubles."""
MOST_ORPHANS = 1_000
"""Claims remembered that may stand in the server though nobody here holds them; the oldest are forgotten."""


class RedisConversations:
    """The Conversations contract over Redis ≥ 6.2 or Valkey; `shared` is the Shared contract on it.

    Waiters of one process queue here, the first of them asks the server. `lock_ttl`: seconds after which a
    claim that was neither saved nor released may be taken over; longer than any turn. `reply_ttl`: seconds
    that replies are kept. `timeout`: seconds for any one call. The server is first needed at the first call.
    """

    def __init__(self, url: str, *, lock_ttl: float = 5.0, reply_ttl: float = 3_600.0, timeout: float = 2.0) -> None:
        self._link = RedisLink(url, timeout)
        self._open = self._link.script("open")
        self._save = self._link.script("save")
        self._release = self._link.script("release")
        self._lock_ms = milliseconds(lock_ttl)
        self._reply_ms = milliseconds(reply_ttl)
        self._turnstile = Turnstile(lock_ttl, prefix=f"{secrets.token_hex(8)}-")
        self._orphans: dict[str, str] = {}
        self.shared = RedisShared(self._link)

    async def __aenter__(self) -> Self:
        """Nothing to do: a server that is not there yet makes calls raise StoreUnavailable until it is."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._link.close()

    async def open(self, contact: str, key: str, wait: float) -> Opened:
        """See Conversations."""
        until = asyncio.get_running_loop().time() + wait
        held = self._turnstile.enter_now(contact, key)
        if held is None:
            reply = await self._link.bounded(self._link.client.get(_reply_name(contact, key)))
            if reply is not None:
                return Seen(reply)
            entered = await self._turnstile.enter(contact, key, until - asyncio.get_running_loop().time())
            if entered is None:
                return Busy()
            if isinstance(entered, Answered):
                return Seen(entered.reply)
            held = entered
        return await self._claim(held, until)

    async def save(self, claim: Claim, seq: int, state: str, reply: str) -> None:
        """See Conversations. Raises ValueError for a text that cannot be stored (a lone surrogate)."""
        names = [_hash_name(claim.contact), _reply_name(claim.contact, claim.key)]
        arguments = (claim.fence, seq, state, reply, self._reply_ms)
        saved = await self._link.run(self._save, names, *arguments, again=True)
        self._leave(claim, reply if saved else None)
        if not saved:
            raise ClaimLost(claim.key)

    async def release(self, claim: Claim, *, doubtful: bool) -> None:
        """See Conversations."""
        try:
            await self._link.run(self._release, [_hash_name(claim.contact)], claim.fence, int(doubtful), again=True)
        except BaseException:
            self._remember_orphan(claim.contact, claim.fence)
            raise
        finally:
            self._leave(claim, None)

    async def ping(self) -> None:
        """See Conversations."""
        await self._link.bounded(self._link.client.set("qf:ping", "1", px=60_000))

    async def _claim(self, held: Pass, until: float) -> Opened:
        """Take the contact's lock in the server, looking again until the time is up."""
        contact, loop, pause = held.contact, asyncio.get_running_loop(), FIRST_PAUSE
        names = [_hash_name(contact), _reply_name(contact, held.key)]
        try:
            while True:
                orphan = self._orphans.get(contact, "")
                answer = await self._link.run(self._open, names, held.fence, self._lock_ms, orphan, again=True)
                if answer[0] != "busy":
                    self._orphans.pop(contact, None)
                    return self._opened(held, answer)
                left = until - loop.time()
                if left <= 0:
                    self._turnstile.leave(held)
                    return Busy()
                await asyncio.sleep(min(pause, left, int(answer[1]) / 1_000 + 0.001))
                pause = min(pause * 2, LONGEST_PAUSE)
        except BaseException as error:
            if isinstance(error, (StoreUnavailable, asyncio.CancelledError)):
                self._remember_orphan(contact, held.fence)
            self._turnstile.leave(held)
            raise

    def _opened(self, held: Pass, answer: list[str | int | None]) -> Opened:
        if answer[0] == "seen":
            reply = str(answer[1])
            self._turnstile.leave(held, reply)
            return Seen(reply)
        _, seq, state, doubtful = answer
        remembered = None if state is None else str(state)
        return Fresh(Claim(held.contact, held.key, held.fence), int(seq or 0), remembered, bool(doubtful))

    def _leave(self, claim: Claim, reply: str | None) -> None:
        held = self._turnstile.held(claim.contact, claim.fence)
        if held is not None:
            self._turnstile.leave(held, reply)

    def _remember_orphan(self, contact: str, fence: str) -> None:
        """The server may hold the claim though we never heard: our next turn of the contact need not wait."""
        self._orphans.pop(contact, None)
        self._orphans[contact] = fence
        if len(self._orphans) > MOST_ORPHANS:
            del self._orphans[next(iter(self._orphans))]


def _hash_name(contact: str) -> str:
    """Braces: in a cluster all keys of a contact live on one node."""
    return f"qf:talk:{{{contact}}}"


def _reply_name(contact: str, key: str) -> str:
    return f"qf:talk:{{{contact}}}:reply:{key}"
