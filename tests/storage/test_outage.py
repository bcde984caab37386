"""A database that is gone, frozen, full or read-only is RecordsUnavailable, soon, and passes by itself."""

import asyncio
import resource
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage.commands import WriteAudit
from storage.database import Database, RecordsUnavailable
from tests.servers import PostgresServer
from tests.storage.conftest import NOW, keep

SOON = 3.6
"""Seconds: the bound of one call, and some for a busy machine."""


@pytest.fixture
async def on_postgres(migrated_postgres_url: str) -> AsyncIterator[Database]:
    """A database on PostgreSQL."""
    async with Database(migrated_postgres_url) as database:
        yield database


@pytest.fixture
def running(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """The server, running again when the test ends."""
    yield postgres_server
    postgres_server.stop()
    postgres_server.start()


async def commit(database: Database, contact: str, key: str, seq: int) -> None:
    """A turn with one command."""
    await database.commit_turn(
        key=key,
        contact=contact,
        seq=seq,
        now=NOW,
        commands=[WriteAudit("a", key)],
        generation=None,
        finish=keep([]),
    )


async def assert_unavailable(database: Database, contact: str) -> None:
    """Every kind of call says so within its bound."""
    calls: tuple[Callable[[], Awaitable[object]], ...] = (
        database.ping,
        lambda: database.contact_of("somebody new", NOW),
        lambda: database.find_turn("k", contact, 0),
        lambda: commit(database, contact, "during", 100),
        lambda: database.purge_turns(NOW),
        lambda: database.records(contact).principal(),
    )
    for call in calls:
        began = time.monotonic()
        with pytest.raises(RecordsUnavailable):
            await call()
        assert time.monotonic() - began < SOON


async def test_postgres_stopped_and_started(on_postgres: Database, running: PostgresServer) -> None:
    contact = await on_postgres.contact_of("openid", NOW)
    await asyncio.gather(*(commit(on_postgres, contact, f"m{n}", n) for n in range(8)))
    running.stop()
    await assert_unavailable(on_postgres, contact)
    assert await on_postgres.contact_of("openid", NOW) == contact, "known contacts need no database"
    running.start()
    await on_postgres.ping()
    await asyncio.gather(*(commit(on_postgres, contact, f"n{n}", 50 + n) for n in range(8)))
    assert (await on_postgres.verify_audit()).entries == 16


async def test_postgres_killed_under_load(on_postgres: Database, running: PostgresServer) -> None:
    contacts = [await on_postgres.contact_of(f"openid {n}", NOW) for n in range(20)]
    turns = [asyncio.create_task(commit(on_postgres, contact, contact, 1)) for contact in contacts]
    await asyncio.sleep(0.01)
    running.kill9()
    results = await asyncio.gather(*turns, return_exceptions=True)
    assert {type(result) for result in results if result is not None} <= {RecordsUnavailable}
    running.start()
    for contact in contacts:
        await commit(on_postgres, contact, contact, 1)
    verdict = await on_postgres.verify_audit()
    assert (verdict.entries, verdict.broken_at) == (20, None)


async def test_a_frozen_postgres(on_postgres: Database, running: PostgresServer) -> None:
    contact = await on_postgres.contact_of("openid", NOW)
    await asyncio.gather(*(on_postgres.ping() for _ in range(5)))
    with frozen_connections(running):
        began = time.monotonic()
        results = await asyncio.gather(
            *(on_postgres.find_turn("k", contact, 0) for _ in range(15)), return_exceptions=True
        )
        assert time.monotonic() - began < SOON
    assert {type(result) for result in results} == {RecordsUnavailable}
    await on_postgres.ping()


async def test_a_lock_that_somebody_holds(on_postgres: Database, migrated_postgres_url: str) -> None:
    contact = await on_postgres.contact_of("openid", NOW)
    async with Database(migrated_postgres_url) as other, other.administration("test", NOW) as session:
        await session.execute(text("LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(RecordsUnavailable):
            await commit(on_postgres, contact, "m", 1)
    await commit(on_postgres, contact, "m", 1)


@contextmanager
def frozen_connections(server: PostgresServer) -> Iterator[None]:
    """Stop the postmaster and every back end of it: connections stay, nothing is answered."""
    family = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
    for member in family:
        member.suspend()
    try:
        yield
    finally:
        for member in family:
            member.resume()


async def test_a_missing_sqlite_file_is_not_made(tmp_path: Path) -> None:
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/none.db") as database:
        await assert_unavailable(database, "contact")
    assert list(tmp_path.iterdir()) == []


async def test_a_sqlite_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database, but a text that is long enough " * 50)
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/text.db") as database:
        await assert_unavailable(database, "contact")


async def test_a_sqlite_file_that_another_process_writes(sqlite_url: str) -> None:
    async with Database(sqlite_url) as database:
        contact = await database.contact_of("openid", NOW)
        other = sqlite3.connect(sqlite_url.partition(":///")[2], isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            with pytest.raises(RecordsUnavailable, match="locked"):
                await commit(database, contact, "m", 1)
            assert time.monotonic() - began < SOON
            assert await database.find_turn("m", contact, 0) is None, "readers are not in the way"
            other.execute("ROLLBACK")
        finally:
            other.close()
        await commit(database, contact, "m", 1)


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """Let no file of this process grow beyond the size that the write-ahead log has now."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.with_name(path.name + "-wal").stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


async def test_a_full_disk_under_sqlite(sqlite_url: str) -> None:
    async with Database(sqlite_url) as database:
        contact = await database.contact_of("openid", NOW)
        await commit(database, contact, "before", 1)
        with full_disk(Path(sqlite_url.partition(":///")[2])):
            with pytest.raises(RecordsUnavailable):
                await commit(database, contact, "during", 2)
            with pytest.raises(RecordsUnavailable):
                await database.ping()
            assert await database.find_turn("before", contact, 0) is not None
        assert await database.find_turn("during", contact, 1) is None
        await commit(database, contact, "during", 2)
        verdict = await database.verify_audit()
        assert (verdict.entries, verdict.broken_at) == (2, None)


async def test_a_read_only_sqlite(sqlite_url: str) -> None:
    async with Database(sqlite_url) as database:
        contact = await database.contact_of("openid", NOW)
        async with database.administration("test", NOW) as session:
            await session.execute(text("PRAGMA query_only=ON"))
        with pytest.raises(RecordsUnavailable, match="readonly"):
            await commit(database, contact, "m", 1)


@pytest.mark.parametrize(
    "url", ["", "no url", "sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:", "mysql://127.0.0.1/records"]
)
def test_other_databases_are_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(ValueError, match="database"):
        Database(url)


async def test_errors_of_ours_are_not_called_an_outage(sqlite_url: str) -> None:
    async with Database(sqlite_url) as database:
        with pytest.raises(IntegrityError):
            async with database.administration("test", NOW) as session:
                await session.execute(text("INSERT INTO counters VALUES ('a', 1), ('a', 1)"))
