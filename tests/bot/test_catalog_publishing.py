"""Publishing the built-in forms: all of them once, and never over what the office has decided since."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.organisation import CatalogUpdate, _compiled_catalog, publish_catalog
from handlers.catalog import BUILT_IN
from storage.admin import FormLine, administer
from storage.database import Database
from storage.upgrade import upgrade
from storage.vocabulary import Audience, Level

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
GROUP = "清源集团"
NOTHING_DONE = CatalogUpdate((), ())


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
    assert len((await publish_catalog(database, GROUP, NOW, "test")).published) == len(BUILT_IN)
    assert await publish_catalog(database, GROUP, NOW, "test") == NOTHING_DONE
    standing = await published(database)
    assert {form.name: (form.level, form.audience) for form in BUILT_IN} == {
        name: (line.level, line.audience) for name, line in standing.items()
    }
    assert standing["annual_survey"].audience is Audience.CLOSED


async def test_a_withdrawn_form_stays_withdrawn(database: Database) -> None:
    await publish_catalog(database, GROUP, NOW, "test")
    async with administer(database, actor="test", now=NOW) as admin:
        await admin.withdraw_form((await admin.forms())[0].id)
    assert await publish_catalog(database, GROUP, NOW, "test") == NOTHING_DONE
    assert [line.withdrawn_at is None for line in (await published(database)).values()].count(False) == 1


async def publish(database: Database, title: str, sha256: str, *, built_in: bool = False) -> None:
    """Publish another content of the comprehensive form at the group."""
    unit = (await published(database))["comprehensive"].unit_id
    async with administer(database, actor="test", now=NOW) as admin:
        await admin.publish_form(
            name="comprehensive",
            title=title,
            level=Level.COMPREHENSIVE,
            unit=unit,
            xml="<x/>",
            sha256=sha256,
            built_in=built_in,
        )


async def test_a_form_that_the_group_changed_is_not_changed_back(database: Database) -> None:
    await publish_catalog(database, GROUP, NOW, "test")
    await publish(database, "本集团综合观察表", "0" * 64)
    assert await publish_catalog(database, GROUP, NOW, "test") == CatalogUpdate((), ("本集团综合观察表",))
    assert (await published(database))["comprehensive"].title == "本集团综合观察表"


async def test_an_upgrade_replaces_ours_and_leaves_what_the_group_made_of_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The content of the upgrade was never published here before, so nothing but the current version can tell."""
    await publish_catalog(database, GROUP, NOW, "test")
    newer = tuple(replace(form, sha256=form.sha256[::-1], title=f"新{form.title}") for form in _compiled_catalog())
    monkeypatch.setattr("bot.organisation._compiled_catalog", lambda: newer)
    await publish(database, "本集团综合观察表", "0" * 64)
    done = await publish_catalog(database, GROUP, NOW, "test")
    assert (len(done.published), done.left) == (len(BUILT_IN) - 1, ("本集团综合观察表",))
    standing = await published(database)
    assert standing["comprehensive"].title == "本集团综合观察表"
    assert standing["project"].title == "新项目观察表"
    assert await publish_catalog(database, GROUP, NOW, "test") == CatalogUpdate((), ("本集团综合观察表",))


async def test_our_content_counts_as_ours_whoever_published_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish_catalog(database, GROUP, NOW, "test")
    ours = _compiled_catalog()[0]
    await publish(database, "本集团综合观察表", "0" * 64)
    await publish(database, ours.title, ours.sha256)
    assert await publish_catalog(database, GROUP, NOW, "test") == NOTHING_DONE
    newer = (replace(ours, sha256="1" * 64, title="新综合观察表"), *_compiled_catalog()[1:])
    monkeypatch.setattr("bot.organisation._compiled_catalog", lambda: newer)
    assert await publish_catalog(database, GROUP, NOW, "test") == CatalogUpdate(("新综合观察表",), ())


async def test_who_goes_back_to_our_content_gets_the_next_upgrade(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the upgrade comes before anything of ours saw the step back: the regression counted it as theirs."""
    await publish_catalog(database, GROUP, NOW, "test")
    ours = _compiled_catalog()[0]
    await publish(database, "本集团综合观察表", "0" * 64)
    await publish(database, ours.title, ours.sha256)
    newer = (replace(ours, sha256="1" * 64, title="新综合观察表"), *_compiled_catalog()[1:])
    monkeypatch.setattr("bot.organisation._compiled_catalog", lambda: newer)
    assert await publish_catalog(database, GROUP, NOW, "test") == CatalogUpdate(("新综合观察表",), ())


async def test_a_step_back_that_an_older_product_did_not_mark_gets_the_next_upgrade(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish_catalog(database, GROUP, NOW, "test")
    ours = _compiled_catalog()[0]
    await publish(database, "本集团综合观察表", "0" * 64)
    await publish(database, ours.title, ours.sha256)
    with closing(sqlite3.connect(tmp_path / "records.db")) as records, records:
        assert records.execute("UPDATE form_versions SET built_in = 0 WHERE number = 3").rowcount == 1
    newer = (replace(ours, sha256="1" * 64, title="新综合观察表"), *_compiled_catalog()[1:])
    monkeypatch.setattr("bot.organisation._compiled_catalog", lambda: newer)
    assert await publish_catalog(database, GROUP, NOW, "test") == CatalogUpdate(("新综合观察表",), ())


async def test_a_product_that_is_set_back_publishes_nothing(database: Database) -> None:
    await publish_catalog(database, GROUP, NOW, "test")
    await publish(database, "更新的综合观察表", "2" * 64, built_in=True)
    assert await publish_catalog(database, GROUP, NOW, "test") == NOTHING_DONE
