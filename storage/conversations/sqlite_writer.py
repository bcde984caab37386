"""The one writer of the conversation file: a thread that commits what has gathered with one fsync."""

import asyncio
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TypeAlias

from storage.conversations.contract import StoreUnavailable
from storage.conversations.sqlite_file import connect

Row: TypeAlias = tuple[str | int | float, ...]

MOST_PENDING = 10_000
"""Writes under way; more mean that the disk does not keep up, and they are refused at once."""
BATCH = 128
"""Writes in one transaction at most, which bounds how long one batch makes the next one wait."""
CHUNK = 32
"""Rows in one statement at most."""
STOP_WITHIN = 10.0
"""Seconds that closing the store waits for the disk."""
SWEEP_ROWS = 500
"""Expired replies deleted at once (about 5 ms), so that turns never wait long behind the sweep."""
SWEEP_EVERY = 5.0
SWEEP_AGAIN = 0.05
"""Seconds between two sweeps, and while there is more to sweep."""


class Table(Enum):
    """Where a row goes: the columns, and what happens to a row that stands there."""

    CONVERSATION = (
        "INSERT INTO conversations (contact, seq, epoch, state) VALUES ",
        4,
        " ON CONFLICT (contact) DO UPDATE SET seq = excluded.seq, epoch = excluded.epoch, state = excluded.state",
    )
    REPLY = ("INSERT OR REPLACE INTO replies (key, contact, at, reply) VALUES ", 4, "")
    SHARED = (
        "INSERT INTO shared (name, value, expires) VALUES ",
        3,
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value, expires = excluded.expires",
    )
    BEAT = ("INSERT OR REPLACE INTO beats (id, at) VALUES ", 2, "")


def _texts(table: Table) -> dict[int, str]:
    """The statements for 1, 2, 4 … CHUNK rows: one step each, so the interpreter lock changes hands once."""
    head, columns, tail = table.value
    row = f"({', '.join('?' * columns)})"
    sizes = [1 << power for power in range(CHUNK.bit_length())]
    return {size: head + ", ".join([row] * size) + tail for size in sizes}


_TEXTS = {table: _texts(table) for table in Table}

_SWEEP = "DELETE FROM replies WHERE rowid IN (SELECT rowid FROM replies ORDER BY rowid LIMIT ?) AND at < ?"

# What spoils one row and none of the others: a lone surrogate, a text beyond SQLite's limit, a wrong type.
_ROW_FAULTS = (
    ValueError,
    TypeError,
    OverflowError,
    sqlite3.DataError,
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
)


class Write:
    """Rows that are written together or not at all; `ended` is called on the event loop, with the error."""

    __slots__ = ("due", "ended", "error", "future", "rows")

    def __init__(self, rows: Sequence[tuple[Table, Row]], ended: Callable[[Exception | None], None] | None) -> None:
        self.rows = rows
        self.ended = ended
        self.future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.error: Exception | None = None
        self.due = 0.0


class Writer:
    """Takes writes on the event loop, commits them in a thread, resolves their futures once per batch.

    `timeout`: seconds after which a write that is not settled raises StoreUnavailable. One that was given up
    (timeout, cancelled caller) before its batch began is left out.
    """

    def __init__(self, path: Path, *, reply_ttl: float, timeout: float) -> None:
        self._path = path
        self._reply_ttl = reply_ttl
        self._timeout = timeout
        self._queue: SimpleQueue[Write | None] = SimpleQueue()
        self._pending: deque[Write] = deque()
        self._watchdog: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._connection: sqlite3.Connection | None = None
        self._sweep_at = 0.0
        self._untidy = False

    def start(self) -> None:
        """Start the thread for the running event loop."""
        self._loop = loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, args=(loop,), name="conversations", daemon=True)
        self._thread.start()

    async def stop(self) -> bool:
        """Commit what is pending and end the thread; False when the disk hangs and the thread with it."""
        thread, self._thread = self._thread, None
        if thread is None:
            return True
        self._queue.put(None)
        await asyncio.to_thread(thread.join, STOP_WITHIN)
        await asyncio.sleep(0)  # let the last batch's futures resolve
        if self._watchdog is not None:
            self._watchdog.cancel()
            self._watchdog = None
        return not thread.is_alive()

    def write(
        self, *rows: tuple[Table, Row], ended: Callable[[Exception | None], None] | None = None
    ) -> asyncio.Future[None]:
        """Queue the rows; the future resolves when they are on disk.

        It raises StoreUnavailable (disk full, I/O error, timeout) or ValueError (a text that cannot be
        stored). `ended` is called once, when the rows' fate is known, also when nobody awaits the future any
        more; it is not called when this method itself raises StoreUnavailable.
        """
        if self._thread is None or self._loop is None:
            raise StoreUnavailable(f"{self._path} is not open")
        if len(self._pending) >= MOST_PENDING:
            raise StoreUnavailable(f"{self._path}: {MOST_PENDING} writes are pending")
        write = Write(rows, ended)
        write.due = self._loop.time() + self._timeout
        self._pending.append(write)
        if self._watchdog is None:
            self._watchdog = self._loop.call_at(write.due, self._give_up_late_ones)
        self._queue.put(write)
        return write.future

    # On the event loop.

    def _settle(self, batch: Sequence[Write]) -> None:
        """The thread has finished these, which are the oldest pending ones."""
        for write in batch:
            self._pending.popleft()
            if write.ended is not None:
                write.ended(write.error)
            if write.future.done():
                continue
            if write.error is None:
                write.future.set_result(None)
            else:
                write.future.set_exception(write.error)

    def _give_up_late_ones(self) -> None:
        loop = asyncio.get_running_loop()
        self._watchdog = None
        now = loop.time()
        for write in self._pending:
            if write.due > now:
                self._watchdog = loop.call_at(write.due, self._give_up_late_ones)
                return
            if not write.future.done():
                late = f"{self._path}: not written within {self._timeout} s"
                write.future.set_exception(StoreUnavailable(late))

    # In the thread.

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        going_on = True
        while going_on:
            batch, going_on = self._gather()
            if batch:
                self._commit(batch)
                self._report(loop, batch)
            self._tidy(idle=not batch)
        self._disconnect()

    def _gather(self) -> tuple[list[Write], bool]:
        """Wait for a write or the next sweep; whatever came meanwhile is one batch."""
        batch: list[Write] = []
        try:
            write = self._queue.get(timeout=max(self._sweep_at - time.monotonic(), 0.001))
            while write is not None:
                batch.append(write)
                if len(batch) >= BATCH:
                    return batch, True
                write = self._queue.get_nowait()
        except Empty:
            return batch, True
        return batch, False

    def _report(self, loop: asyncio.AbstractEventLoop, batch: list[Write]) -> None:
        try:
            loop.call_soon_threadsafe(self._settle, batch)
        except RuntimeError:  # the loop was closed without closing the store: nobody is left to be told
            return

    def _commit(self, batch: list[Write]) -> None:
        wanted = []
        for write in batch:
            if write.future.done():
                write.error = StoreUnavailable(f"{self._path}: given up before it was written")
            else:
                wanted.append(write)
        try:
            try:
                self._write_together(wanted)
            except _ROW_FAULTS:
                self._disconnect()
                self._write_one_by_one(wanted)
        except Exception as error:  # whatever happened, nobody may wait forever: each learns it was not saved
            self._disconnect()
            for write in wanted:
                write.error = StoreUnavailable(f"{self._path}: {error}")
        self._untidy = True

    def _write_together(self, batch: list[Write]) -> None:
        """One transaction, few statements: the case that nearly always holds."""
        gathered: dict[Table, list[Row]] = {}
        for write in batch:
            for table, row in write.rows:
                gathered.setdefault(table, []).append(row)
        connection = self._connected()
        connection.execute("BEGIN IMMEDIATE")
        for table, rows in gathered.items():
            _insert(connection, table, rows)
        connection.execute("COMMIT")

    def _write_one_by_one(self, batch: list[Write]) -> None:
        """One transaction, a savepoint for each write: a bad one gets its error, the others are saved."""
        connection = self._connected()
        connection.execute("BEGIN IMMEDIATE")
        for write in batch:
            connection.execute("SAVEPOINT one")
            try:
                for table, row in write.rows:
                    _insert(connection, table, [row])
            except _ROW_FAULTS as error:
                connection.execute("ROLLBACK TO one")
                write.error = error if isinstance(error, ValueError) else ValueError(str(error))
            connection.execute("RELEASE one")
        connection.execute("COMMIT")

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = connect(self._path)
        return self._connection

    def _disconnect(self) -> None:
        """Closing rolls back; the next batch opens anew, which is how the store recovers from I/O errors."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except sqlite3.Error:  # the file is gone or unreadable: there is nothing left to close
                return

    def _tidy(self, *, idle: bool) -> None:
        """Delete what expired, in small steps; when idle, empty the log, where deleted text would linger."""
        if time.monotonic() < self._sweep_at:
            return
        more = False
        try:
            connection = self._connected()
            gone = _sweep(connection, time.time(), self._reply_ttl)
            more = gone >= SWEEP_ROWS
            self._untidy = self._untidy or gone > 0
            if idle and self._untidy and not more:
                (blocked, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                self._untidy = bool(blocked)
        except sqlite3.Error:  # disk full, say: the next sweep tries again
            self._disconnect()
        self._sweep_at = time.monotonic() + (SWEEP_AGAIN if more else SWEEP_EVERY)


def _sweep(connection: sqlite3.Connection, now: float, reply_ttl: float) -> int:
    """Delete up to SWEEP_ROWS expired replies, then the expired shared entries; return how many went."""
    gone = connection.execute(_SWEEP, (SWEEP_ROWS, int(now - reply_ttl))).rowcount
    if gone < SWEEP_ROWS:
        gone += connection.execute("DELETE FROM shared WHERE expires < ?", (now,)).rowcount
    return gone


def _insert(connection: sqlite3.Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows in their order, in statements of 32, 16, 8, 4, 2 and 1 rows."""
    texts = _TEXTS[table]
    start, size = 0, CHUNK
    while start < len(rows):
        while size > len(rows) - start:
            size >>= 1
        chunk = rows[start : start + size]
        connection.execute(texts[size], [value for row in chunk for value in row])
        start += size
