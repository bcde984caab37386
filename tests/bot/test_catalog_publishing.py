"""Publishing the built-in forms: all of them once, and never over what the office has decided since."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.organisation import publish_catalog
from handlers.catalog import BUILT_IN
from storage.admin import FormLine, administer
from storage.database import Database
from storage.upgrade import upgrade
from storage.vocabulary import Audience, Level

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
GROUP = "清源集团"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'records.db'}"
    upgrade(url)
    async with Database(url, number_key=b"k" * 32) as database:
        yield database


async def published(database: Database) -> dict[str, FormLine]:
    """The forms that stand, by name."""
    async with administer(database, actor="test", now=NOW) as admin:
        return {line.name: line for line in await admin.forms()}


async def test_every_built_in_form_is_published_once(database: Database) -> None:
    titles = await publish_catalog(database, GROUP, NOW, "test")
    assert len(titles) == len(BUILT_IN)
    assert await publish_catalog(database, GROUP, NOW, "test") == []
    standing = await published(database)
    assert {form.name: (form.level, form.audience) for form in BUILT_IN} == {
        name: (line.level, line.audience) for name, line in standing.items()
    }
    assert standing["annual_survey"].audience is Audience.CLOSED


async def test_a_withdrawn_form_stays_withdrawn(database: Database) -> None:
    await publish_catalog(database, GROUP, NOW, "test")
    async with administer(database, actor="test", now=NOW) as admin:
        await admin.withdraw_form((await admin.forms())[0].id)
    assert await publish_catalog(database, GROUP, NOW, "test") == []
    assert [line.withdrawn_at is None for line in (await published(database)).values()].count(False) == 1


async def test_a_form_that_the_group_changed_is_not_changed_back(database: Database) -> None:
    await publish_catalog(database, GROUP, NOW, "test")
    unit = (await published(database))["comprehensive"].unit_id
    async with administer(database, actor="test", now=NOW) as admin:
        await admin.publish_form(
            name="comprehensive",
            title="本集团综合观察表",
            level=Level.COMPREHENSIVE,
            unit=unit,
            xml="<x/>",
            sha256="0" * 64,
        )
    assert await publish_catalog(database, GROUP, NOW, "test") == []
    assert (await published(database))["comprehensive"].title == "本集团综合观察表"
