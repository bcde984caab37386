"""SQLite engines over aiosqlite: one writer, readers that cannot write, one thread switch a statement."""

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote

import aiosqlite
from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

CHUNK_ROWS = 64
"""aiosqlite's default; only its streaming reads would use it."""


class OneTripCursor:
    """The part of aiosqlite's cursor that SQLAlchemy uses, with all rows fetched where the statement ran.

    aiosqlite's own makes a trip to its thread for each of cursor, execute, fetchall and close; measured with
    SQLAlchemy 2.1, that was half of a turn's time.
    """

    arraysize = 1

    def __init__(self, connection: "OneTripConnection") -> None:
        self._connection = connection
        self._cursor: sqlite3.Cursor | None = None
        self._rows: list[Any] = []

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        """The columns of the last statement, or None."""
        return None if self._cursor is None else self._cursor.description

    @property
    def rowcount(self) -> int:
        """Rows that the last statement changed; -1 when that has no meaning."""
        return -1 if self._cursor is None else self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The id that the last INSERT gave."""
        return None if self._cursor is None else self._cursor.lastrowid

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Run one statement and fetch what it returns."""
        self._cursor, self._rows = await self._connection.run(_execute, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Self:
        """Run one statement for each set of parameters."""
        self._cursor, self._rows = await self._connection.run(_execute_many, sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """All rows of the last statement."""
        return self._rows

    async def close(self) -> None:
        """Let the result go; nothing is open any more, for all rows were fetched."""
        self._rows = []


class OneTripConnection(aiosqlite.Connection):
    """An aiosqlite connection whose cursors are OneTripCursors. Its thread ends with the program."""

    def __init__(self, path: str, timeout: float, pragmas: Sequence[str]) -> None:
        super().__init__(partial(_connect, path, timeout, pragmas), CHUNK_ROWS)
        self._thread.daemon = True
        self.stopped: asyncio.Future[None] | None = None

    def stop(self) -> asyncio.Future[None] | None:
        """End the thread; the future is done when it has ended."""
        self.stopped = super().stop()
        return self.stopped

    def cursor(self) -> OneTripCursor:  # type: ignore[override]  # SQLAlchemy needs the protocol, not the class
        """A new cursor, without a trip."""
        return OneTripCursor(self)

    async def run(self, work: Any, *arguments: Any) -> Any:
        """What `work(connection, *arguments)` returns, called on the connection's thread."""
        return await self._execute(work, self._conn, *arguments)  # type: ignore[no-untyped-call]  # aiosqlite's


def _connect(path: str, timeout: float, pragmas: Sequence[str]) -> sqlite3.Connection:
    connection = sqlite3.connect(path, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False)
    patient = Retrying(
        retry=retry_if_exception(_is_locked), stop=stop_after_delay(timeout), wait=wait_random(0.01, 0.05), reraise=True
    )
    connection.create_function("convert_to", 2, _converted, deterministic=True)
    try:
        for pragma in pragmas:  # SQLite itself does not wait when two change the journal mode of a new file at once
            patient(connection.execute, f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _converted(text: str | None, encoding: str) -> bytes | None:
    """PostgreSQL's convert_to."""
    return None if text is None else text.encode(encoding, errors="replace")


def _is_locked(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_BUSY


def _execute(connection: sqlite3.Connection, sql: str, parameters: Sequence[Any]) -> tuple[sqlite3.Cursor, list[Any]]:
    cursor = connection.execute(sql, parameters)
    return cursor, cursor.fetchall() if cursor.description else []


def _execute_many(
    connection: sqlite3.Connection, sql: str, parameters: Iterable[Sequence[Any]]
) -> tuple[sqlite3.Cursor, list[Any]]:
    return connection.executemany(sql, parameters), []


_READER = ("foreign_keys=ON", "query_only=ON")
_WRITER = ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")
_MIGRATOR = ("foreign_keys=OFF", *_WRITER[1:])
"""A batch operation rebuilds tables that others refer to."""


def sqlite_readers(path: Path, *, connections: int, queue: float, lock: float, **options: Any) -> AsyncEngine:
    """Connections that cannot write; each statement is on its own, so there is no BEGIN and no ROLLBACK."""
    return _engine(
        path,
        _READER,
        lock,
        pool_timeout=queue,
        pool_size=connections,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        **options,
    )


def sqlite_writer(path: Path, *, queue: float, lock: float, **options: Any) -> AsyncEngine:
    """The one connection that writes: whoever wants it queues up in order, instead of polling for the file's lock.

    `queue` (seconds) is the longest wait there, `lock` that for the file when another process (the CLI) writes.
    """
    engine = _engine(path, _WRITER, lock, pool_size=1, pool_timeout=queue, **options)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def sqlite_migrator(path: Path, *, lock: float) -> AsyncEngine:
    """A connection that changes the schema, all in one transaction; makes the file, and its directory, if missing."""
    path.absolute().parent.mkdir(parents=True, exist_ok=True)
    engine = _engine(path, _MIGRATOR, lock, mode="rwc", pool_size=1)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _engine(path: Path, pragmas: Sequence[str], lock: float, *, mode: str = "rw", **options: Any) -> AsyncEngine:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"

    async def connect() -> OneTripConnection:
        connection = OneTripConnection(uri, lock, pragmas)
        try:
            await connection
        except BaseException:
            if connection.stopped is not None:
                await connection.stopped  # else the thread may outlive the loop that it reports to
            raise
        return connection

    return create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        async_creator=connect,
        max_overflow=0,
        hide_parameters=True,
        **options,
    )


UNHURRIED: Final = "unhurried"
"""The execution option of a transaction that a power cut may undo, as long as it undoes all that came after it too."""


def _begin_immediate(connection: Connection) -> None:
    wanted = "NORMAL" if connection.get_execution_options().get(UNHURRIED) else "FULL"
    if connection.info.get("synchronous", "FULL") != wanted:
        connection.exec_driver_sql(f"PRAGMA synchronous={wanted}")
        connection.info["synchronous"] = wanted
    # sqlite3 itself would begin late and never IMMEDIATE (OneTripConnection turns that off): a transaction that
    # reads before it writes could then fail at once when another process wrote in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
