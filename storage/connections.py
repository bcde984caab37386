"""Engines for SQLite and PostgreSQL, how long anything may take, and which failures mean "unavailable"."""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy.exc
from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from storage.errors import RecordsUnavailable
from storage.sqlite import UNHURRIED, sqlite_readers, sqlite_writer

T = TypeVar("T")

CALL_SECONDS = 3.0
"""A call that takes longer is given up: a turn has 4.5 s in all (DESIGN.md, One turn)."""
WAIT_SECONDS = 2.0
"""The longest wait for a connection to be made, or for a lock."""
_SQLITE_READERS = 4
_POSTGRES_CONNECTIONS = 10
_UNAVAILABLE_SQLSTATES = frozenset({"25006", "42P01", "55P03"})
"""Read-only transaction, undefined table (never upgraded), lock not available."""
_UNAVAILABLE_CLASSES = frozenset({"08", "40", "53", "57", "58"})
"""Connection, transaction rollback (deadlock), resources, operator intervention, system error:
https://www.postgresql.org/docs/current/errcodes-appendix.html"""
_CHECKPOINT = text("PRAGMA wal_checkpoint(PASSIVE)")
_NO_WAIT = text("SET LOCAL synchronous_commit TO off")


def database_url(written: str) -> URL:
    """The URL with our drivers in it; ValueError, in a sentence for operators, for any other back end."""
    try:
        url = make_url(written)
    except sqlalchemy.exc.ArgumentError as error:
        raise ValueError(
            "the database URL cannot be read: it should look like sqlite+aiosqlite:///records.db"
        ) from error
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise ValueError("the SQLite database URL names no file: sqlite+aiosqlite:///path/records.db")
        return url.set(drivername="sqlite+aiosqlite")
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+asyncpg")
    raise ValueError("the database must be sqlite+aiosqlite:///… or postgresql+asyncpg://…")


class Connections:
    """The engines of one database; connects when first used. SQLite has one writer, so that writers queue up
    here in order instead of polling for the file's lock, and readers that cannot write.
    """

    def __init__(self, url: str) -> None:
        parsed = database_url(url)
        self._on_sqlite = parsed.get_backend_name() == "sqlite"
        if self._on_sqlite:
            path = Path(str(parsed.database))
            waits = {"queue": CALL_SECONDS, "lock": WAIT_SECONDS}
            self._writes = sqlite_writer(path, **waits, json_serializer=_to_json)
            self._reads = sqlite_readers(path, **waits, connections=_SQLITE_READERS, json_serializer=_to_json)
        else:
            self._writes = _postgres_engine(parsed)
            self._reads = self._writes.execution_options(isolation_level="AUTOCOMMIT")
        self._abandoned: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for reads, each statement on its own: no BEGIN, no ROLLBACK, and no snapshot over several."""
        async with AsyncSession(self._reads, expire_on_commit=False, autoflush=False) as session:
            yield session

    @asynccontextmanager
    async def writing(self, *, unhurried: bool = False) -> AsyncIterator[AsyncSession]:
        """A session in a transaction that is committed at the end, or rolled back when an exception leaves
        it.

        `unhurried`: its commit does not wait for the disk. A power cut may undo it, but nothing that was committed
        later and waited: for work that is done again where its cursor stands.
        """
        async with (
            AsyncSession(self._writes, expire_on_commit=False, autoflush=False) as session,
            session.begin(),
        ):
            if unhurried and self._on_sqlite:
                await session.connection(execution_options={UNHURRIED: True})
            elif unhurried:
                await session.execute(_NO_WAIT)
            yield session

    @asynccontextmanager
    async def reading_rows(self) -> AsyncIterator[AsyncConnection]:
        """Like `reading`, for statements that want rows and no objects: a session takes a tenth of their time."""
        async with self._reads.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing_rows(self) -> AsyncIterator[AsyncConnection]:
        """Like `writing`, for statements that want rows and no objects."""
        async with self._writes.begin() as connection:
            yield connection

    async def tidy(self) -> None:
        """After much was written: on SQLite, bring it from the log into the file beside whoever writes. The transaction
        that makes the log too long would do so while it holds the writer.
        """
        if self._on_sqlite:
            async with self.reading() as session:
                await session.execute(_CHECKPOINT)

    async def bounded(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns, if it does so within CALL_SECONDS; RecordsUnavailable when it cannot.

        Work that is late is cancelled and left behind: closing a connection to a frozen server takes seconds
        too.
        """
        task = asyncio.create_task(_translated(work))
        try:
            done, _ = await asyncio.wait({task}, timeout=CALL_SECONDS)
        except asyncio.CancelledError:
            self._abandon(task)
            raise
        if not done:
            self._abandon(task)
            raise RecordsUnavailable(f"the database did not answer within {CALL_SECONDS:g} seconds")
        return task.result()

    def _abandon(self, task: asyncio.Task[Any]) -> None:
        self._abandoned.add(task)
        task.add_done_callback(self._forget)
        task.cancel()

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._abandoned.discard(task)
        if not task.cancelled():
            task.exception()  # looked at: nobody waits for it any more

    async def dispose(self) -> None:
        """Close every connection, after a moment for work that was left behind."""
        if self._abandoned:
            await asyncio.wait(self._abandoned, timeout=WAIT_SECONDS)
        await self._reads.dispose()
        await self._writes.dispose()


@asynccontextmanager
async def translating() -> AsyncIterator[None]:
    """Turn every failure of the database that is not our own mistake into RecordsUnavailable."""
    try:
        yield
    except sqlalchemy.exc.DBAPIError as error:
        if _is_unavailable(error):
            raise RecordsUnavailable(_first_line(error.orig or error)) from error
        raise
    except sqlalchemy.exc.TimeoutError as error:
        raise RecordsUnavailable(f"no database connection was free within {CALL_SECONDS:g} seconds") from error
    except OSError as error:  # refused, reset, unreachable, and TimeoutError: asyncpg lets them through
        raise RecordsUnavailable(f"the database cannot be reached: {_first_line(error)}") from error


async def _translated(work: Coroutine[Any, Any, T]) -> T:
    async with translating():
        return await work


def _is_unavailable(error: sqlalchemy.exc.DBAPIError) -> bool:
    if error.connection_invalidated or isinstance(
        error, sqlalchemy.exc.OperationalError | sqlalchemy.exc.InterfaceError
    ):
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return state in _UNAVAILABLE_SQLSTATES or state[:2] in _UNAVAILABLE_CLASSES
    # sqlite3.DatabaseError itself: the file is malformed or no database at all
    return type(error) is sqlalchemy.exc.DatabaseError


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).partition("\n")[0]


def _postgres_engine(url: URL) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=_POSTGRES_CONNECTIONS,
        max_overflow=0,
        pool_timeout=CALL_SECONDS,
        pool_pre_ping=True,
        connect_args={
            "timeout": WAIT_SECONDS,
            "command_timeout": CALL_SECONDS,
            "server_settings": {
                "application_name": "qingfeng",
                "statement_timeout": f"{CALL_SECONDS:g}s",
                "lock_timeout": f"{WAIT_SECONDS:g}s",
                "idle_in_transaction_session_timeout": "30s",
            },
        },
        json_serializer=_to_json,
        hide_parameters=True,
    )


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
