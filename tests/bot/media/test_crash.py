"""kill -9 while a medium is being fetched: it is neither lost nor stored twice, and nothing half stays."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.media.fetcher import LEASE
from storage.database import Database
from storage.views import MediaView
from storage.vocabulary import MediaState
from tests.bot.media.expecting import DRAFT, publish
from tests.bot.processes import Deployment, deploy


async def found(deployment: Deployment, database: Database, *states: MediaState) -> MediaView:
    """Wang's one medium once it is in one of the states."""
    contact = await database.contact_of("wang", datetime.now(UTC))
    for _ in range(300):
        media = await database.records(contact, now=datetime.now(UTC)).media(DRAFT)
        if media and media[0].state in states:
            (one,) = media
            return one
        await asyncio.sleep(0.05)
    raise AssertionError(deployment.bots[0].log.read_text()[-3000:])


async def in_sql(deployment: Deployment, statement: str) -> list[tuple[object, ...]]:
    """Rows of a statement, committed."""
    engine = create_async_engine(deployment.settings.database)
    try:
        async with engine.begin() as connection:
            done = await connection.execute(text(statement))
            return [tuple(row) for row in done] if done.returns_rows else []
    finally:
        await engine.dispose()


@pytest.mark.long
async def test_a_worker_that_is_killed_while_it_fetches(tmp_path: Path) -> None:
    """The lease of the dead keeps the medium (its end is brought forward here); then another worker has it."""
    async with deploy(tmp_path) as deployment, Database(deployment.settings.database) as database:
        await publish(database, datetime.now(UTC))
        bot = deployment.bot("tests.bot.media.worker")
        bot.start()
        await bot.wait_ready(deployment.session)
        wang = deployment.user("wang")
        assert await wang.says("开表") == "好"
        slow = {"api": "media/get", "latency": 3.0}
        async with deployment.session.post(f"{deployment.platform_url}/sim/faults", json=slow):
            assert "好" in await wang.sends("image")
        for _ in range(100):
            if await in_sql(deployment, "SELECT id FROM media WHERE attempts = 1"):
                break
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        bot.kill9()
        assert (await found(deployment, database, MediaState.PENDING)).sha256 == ""
        async with deployment.session.delete(f"{deployment.platform_url}/sim/faults"):
            bot.start()
        await bot.wait_ready(deployment.session)
        await asyncio.sleep(0.5)
        assert LEASE.total_seconds() > 60
        await found(deployment, database, MediaState.PENDING)
        await in_sql(deployment, "UPDATE media SET next_attempt_at = created_at")
        one = await found(deployment, database, MediaState.STORED)
        folder = deployment.settings.data_dir / "media"
        files = [path.name for path in folder.rglob("*") if path.is_file()]
        assert files == [one.sha256]
        assert await in_sql(deployment, "SELECT attempts FROM media") == [(2,)]
