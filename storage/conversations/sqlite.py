"""The conversation store of one process: SQLite, with the lock and the claims in memory."""

import secrets
import sqlite3
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from storage.conversations.contract import Busy, Claim, ClaimLost, Fresh, Opened, Seen, StoreUnavailable
from storage.conversations.recent import Known, Recent
from storage.conversations.sqlite_file import FileLock, connect, prepare
from storage.conversations.sqlite_shared import SqliteShared
from storage.conversations.sqlite_writer import Table, Writer
from storage.conversations.turnstile import Answered, Pass, Turnstile

MOST_DOUBTFUL = 10_000
"""Contacts remembered as doubtful; more than this, and all contacts are doubtful instead."""

# One row always: the reply under this key, if any, and the conversation, if any.
_LOAD = """
SELECT (SELECT reply FROM replies WHERE key = ?1 AND contact = ?2), c.seq, c.epoch, c.state
FROM (SELECT 1) LEFT JOIN conversations AS c ON c.contact = ?2
"""


class SqliteConversations:
    """The Conversations contract on one file that this process owns; `shared` is the Shared contract on it.

    `reply_ttl`: seconds that replies are kept. `claim_ttl`: seconds after which a claim that was neither
    saved nor released is taken over by whoever waits. `timeout`: seconds until a write gives up.
    `async with` raises StoreInUse when another process owns the file.
    """

    def __init__(
        self, path: Path | str, *, reply_ttl: float = 3_600.0, claim_ttl: float = 10.0, timeout: float = 2.0
    ) -> None:
        self._path = Path(path)
        self._lock = FileLock(self._path)
        self._writer = Writer(self._path, reply_ttl=reply_ttl, timeout=timeout)
        self._turnstile = Turnstile(claim_ttl)
        self._reader: sqlite3.Connection | None = None
        self._epoch = 0
        self._doubtful: set[str] = set()
        self._recent = Recent(reply_ttl)
        self.shared = SqliteShared(self._writer)

    async def __aenter__(self) -> Self:
        """Take the file. Raises StoreInUse, StoreUnavailable."""
        self._lock.take()
        try:
            prepare(self._path)
            self._new_epoch()
            self.shared.load(self._connected())
            self._recent.keys.add_all(self._connected().execute("SELECT key, contact FROM replies"))
            self._writer.start()
        except sqlite3.Error as error:
            self._lock.free()
            raise StoreUnavailable(f"{self._path}: {error}") from error
        except BaseException:
            self._lock.free()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what is pending and give the file back."""
        ended = await self._writer.stop()
        self._disconnect()
        if ended:  # else a thread that hangs in the disk may still write: the lock goes with the process
            self._lock.free()

    async def open(self, contact: str, key: str, wait: float) -> Opened:
        """See Conversations."""
        held = self._turnstile.enter_now(contact, key)
        if held is None:
            reply = self._load(contact, key)[0]
            if reply is not None:
                return Seen(reply)
            entered = await self._turnstile.enter(contact, key, wait)
            if entered is None:
                return Busy()
            if isinstance(entered, Answered):
                return Seen(entered.reply)
            held = entered
        known = None if held.inherited else self._recent.known(contact, key)
        return self._fresh(held, known.seq, known.epoch, known.state) if known else self._read(held)

    def _read(self, held: Pass) -> Opened:
        """What the file says to whoever holds the pass."""
        try:
            reply, seq, epoch, state = self._load(held.contact, held.key)
        except StoreUnavailable:
            self._end_without_save(held, doubtful=held.inherited)
            raise
        if held.inherited:
            self._doubt(held.contact)
        if reply is not None:
            self._turnstile.leave(held)
            return Seen(reply)
        return self._fresh(held, seq or 0, epoch, state)

    def _fresh(self, held: Pass, seq: int, epoch: int | None, state: str | None) -> Fresh:
        doubtful = epoch != self._epoch or held.contact in self._doubtful
        return Fresh(Claim(held.contact, held.key, held.fence), seq, state, doubtful)

    async def save(self, claim: Claim, seq: int, state: str, reply: str) -> None:
        """See Conversations. Raises ValueError for a text that cannot be stored (a lone surrogate)."""
        held = self._turnstile.held(claim.contact, claim.fence)
        if held is None or held.saving:
            raise ClaimLost(claim.key)
        contact, epoch = claim.contact, self._epoch

        def ended(error: Exception | None) -> None:
            if error is not None:
                self._recent.forget(contact)
                self._save_failed(held)
                return
            self._recent.saved(contact, claim.key, Known(seq, epoch, state))
            self._doubtful.discard(contact)
            self._turnstile.leave(held, reply)

        saved = self._writer.write(
            (Table.CONVERSATION, (contact, seq, epoch, state)),
            (Table.REPLY, (claim.key, contact, int(time.time()), reply)),
            ended=ended,
        )
        held.saving = True
        try:
            await saved
        except BaseException:
            # Given up while the rows may still reach the disk: whoever comes next must look into the records.
            if held.saving:
                held.left_doubtful = True
            raise

    async def release(self, claim: Claim, *, doubtful: bool) -> None:
        """See Conversations."""
        held = self._turnstile.held(claim.contact, claim.fence)
        if held is None:
            return
        if held.saving:
            held.left_doubtful = True
        else:
            self._end_without_save(held, doubtful=doubtful)

    async def ping(self) -> None:
        """See Conversations."""
        self._load("", "")
        await self._writer.write((Table.BEAT, (1, time.time())))

    def _save_failed(self, held: Pass) -> None:
        if held.left_doubtful:
            self._doubt(held.contact)
        self._turnstile.resume(held)

    def _end_without_save(self, held: Pass, *, doubtful: bool) -> None:
        if doubtful:
            self._doubt(held.contact)
        self._turnstile.leave(held)

    def _doubt(self, contact: str) -> None:
        """Remember it until the contact's next save; too many to remember make every contact doubtful."""
        if len(self._doubtful) >= MOST_DOUBTFUL:
            self._new_epoch()
        self._doubtful.add(contact)

    def _new_epoch(self) -> None:
        """Rows written before now are doubtful: a random number tells them apart, no list of contacts."""
        self._epoch = secrets.randbits(62)
        self._doubtful.clear()

    def _load(self, contact: str, key: str) -> tuple[str | None, int | None, int | None, str | None]:
        """Read on the event loop: about 10 µs from the page cache, less than handing it to a thread."""
        try:
            row: tuple[str | None, int | None, int | None, str | None]
            row = self._connected().execute(_LOAD, (key, contact)).fetchone()
        except sqlite3.Error as error:
            self._disconnect()
            raise StoreUnavailable(f"{self._path}: {error}") from error
        return row

    def _connected(self) -> sqlite3.Connection:
        if self._reader is None:
            self._reader = connect(self._path, patience=0.05, read_only=True)
        return self._reader

    def _disconnect(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()
