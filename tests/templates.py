"""Populated records are made once for a test process and then copied, which is ten times as fast."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Generic, TypeVar

import asyncpg

from storage.upgrade import upgrade

Made = TypeVar("Made")

_FILE = "SQLite"


class Templates(Generic[Made]):
    """Migrated records with a group in them, one template for SQLite and one for every PostgreSQL server."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Made, str]] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="qf-template-", ignore_cleanup_errors=True)

    async def copied(self, database_url: str, populate: Callable[[], Awaitable[Made]]) -> Made:
        """Fill an empty database as `populate` does, or by a copy of the one that it filled first; what it returned.

        One that is not empty is upgraded and given to `populate`, which leaves what is there.
        """
        on_server = not database_url.startswith("sqlite")
        place, _, name = database_url.rpartition("/")
        key = place if on_server else _FILE
        empty = await _is_empty_database(place, name) if on_server else not _file(database_url).exists()
        if not empty or key not in self._made:
            await asyncio.to_thread(upgrade, database_url)
            made = await populate()
            if empty:
                self._made[key] = (made, await self._keep(database_url))
            return made
        made, template = self._made[key]
        if on_server:
            await _copy_database(place, template, name)
        else:
            shutil.copy(template, _file(database_url))
        return made

    async def _keep(self, database_url: str) -> str:
        """Put a copy aside; its name."""
        if database_url.startswith("sqlite"):
            return str(shutil.copy(_file(database_url), self._folder.name))
        place, _, name = database_url.rpartition("/")
        await _copy_database(place, name, f"{name}_template")
        return f"{name}_template"


def _file(url: str) -> Path:
    return Path(url.partition(":///")[2])


async def _is_empty_database(place: str, name: str) -> bool:
    connection = await _connected(place, name)
    try:
        tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    finally:
        await connection.close()
    return int(tables) == 0


async def _connected(place: str, name: str) -> asyncpg.Connection:
    return await asyncpg.connect(f"{place.replace('+asyncpg', '')}/{name}")


async def _copy_database(place: str, source: str, name: str) -> None:
    """Replace an empty database by a copy of another on the same server; nobody may be connected to either."""
    connection = await _connected(place, "postgres")
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    finally:
        await connection.close()
