"""The migrations make exactly the models, on both back ends, however often and from wherever they are run."""

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

import storage
from storage.database import Database, RecordsUnavailable
from storage.models import SCHEMA, Table
from storage.upgrade import upgrade
from tests.servers import PostgresServer


def differences(connection: Connection) -> list[object]:
    """What a new migration would have to do."""
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Table.metadata))


async def test_models_and_migrations_agree(url: str) -> None:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


def test_the_schema_that_ping_expects_is_the_newest() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.__file__ or "").parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA]


async def test_an_upgrade_may_be_repeated_and_run_beside_a_loop(url: str) -> None:
    upgrade(url)
    async with Database(url) as database:
        await database.ping()


async def test_two_upgrades_at_once_do_no_harm(postgres_url: str, tmp_path: Path) -> None:
    for url in (postgres_url, f"sqlite:///{tmp_path}/new/records.db"):
        await asyncio.gather(*(asyncio.to_thread(upgrade, url) for _ in range(3)))
        async with Database(url) as database:
            await database.ping()


async def test_a_missing_schema_is_said(postgres_url: str) -> None:
    async with Database(postgres_url) as database:
        with pytest.raises(RecordsUnavailable, match="db upgrade"):
            await database.ping()


async def test_an_older_schema_is_said(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.SCHEMA", "9999")
    async with Database(url) as database:
        with pytest.raises(RecordsUnavailable, match="db upgrade"):
            await database.ping()


def test_an_upgrade_that_cannot_reach_its_database_says_so(postgres_server: PostgresServer, tmp_path: Path) -> None:
    with pytest.raises(RecordsUnavailable):
        upgrade("postgresql+asyncpg://postgres@127.0.0.1:1/postgres")
    (tmp_path / "directory.db").mkdir()
    with pytest.raises(RecordsUnavailable):
        upgrade(f"sqlite+aiosqlite:///{tmp_path}/directory.db")
