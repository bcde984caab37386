"""Bringing a database to the newest schema: what `qingfeng db upgrade` and `make run` call."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.connections import WAIT_SECONDS, database_url, translating
from storage.sqlite import sqlite_migrator

_LOCK = 0x51464442
"""The PostgreSQL advisory lock of an upgrade: two at once would both find the old schema."""


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the database to `revision`, the newest schema, all or nothing; a missing SQLite file is made.

    May be called with or without a running event loop (it waits for its own, in a thread). Raises
    RecordsUnavailable when the database cannot be reached or written and ValueError for a URL that is neither
    SQLite nor PostgreSQL.
    """
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _upgrade(url, revision)).result()


async def _upgrade(url: str, revision: str) -> None:
    async with translating():
        engine = _engine(url)
        try:
            async with engine.begin() as connection:
                if engine.dialect.name == "postgresql":
                    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                await connection.run_sync(_migrate, revision)
        finally:
            await engine.dispose()


def _engine(url: str) -> AsyncEngine:
    parsed = database_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_async_engine(parsed, poolclass=NullPool, connect_args={"timeout": WAIT_SECONDS})
    return sqlite_migrator(Path(str(parsed.database)), lock=WAIT_SECONDS)


def _migrate(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
