"""The migrations make exactly the models, on both back ends, however often and from wherever they are run."""

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

import storage
from storage.database import Database, RecordsUnavailable
from storage.models import SCHEMA, Table
from storage.upgrade import upgrade
from storage.vocabulary import Audience, DraftState
from tests.servers import PostgresServer
from tests.storage.conftest import NOW


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


FIRST_SCHEMA = """
INSERT INTO units VALUES (1, NULL, '/1/', '集团', 'group', 'Asia/Shanghai'), (2, 1, '/1/2/', '二公司', 'site', 'UTC');
INSERT INTO persons VALUES (1, '王建国', NULL, 2, 1), (2, '李纪', NULL, 1, 1);
INSERT INTO contacts VALUES ('c1', 'o1', 1, '2026-01-01', NULL), ('c2', 'o2', 2, '2026-01-01', NULL);
INSERT INTO appointments VALUES (1, 1, 2, 'project', '2026-01-01', NULL);
INSERT INTO offices VALUES (1, 2, 1, 'officer', '2026-01-01', NULL);
INSERT INTO forms VALUES (1, 'project', 1, 'project', NULL);
INSERT INTO form_versions VALUES (1, 1, 1, '项目观察表', 'a', '<x/>', '2026-01-01');
INSERT INTO drafts VALUES
  ('d1', 1, 1, 1, 'submitted', 2, NULL, '{}', '2026-01-01', '2026-01-02'),
  ('d2', 1, 1, 1, 'open', 3, '/data/a', '{"甲": ["乙", null]}', '2026-01-01', '2026-01-02');
INSERT INTO sheets VALUES
  (7, 'GC26-0000013', 'd1', 1, 1, 1, 'c1', 2, 'submitted', 1, '{"/data/a": "问"}', '[["题", "答"]]', '2026-01-02');
INSERT INTO findings VALUES (1, 7, 1, '招标', 'high', '复核', '部', '2026-12-31', 35, '/data/a')
"""


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any schema, on each back end."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/old.db"
    found: str = request.getfixturevalue("postgres_url")
    return found


async def test_what_the_first_schema_kept_is_kept(empty_url: str) -> None:
    upgrade(empty_url, "0001")
    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        for statement in FIRST_SCHEMA.split(";"):
            await connection.exec_driver_sql(statement)
    upgrade(empty_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        if engine.dialect.name == "sqlite":
            assert (await connection.execute(text("PRAGMA foreign_key_check"))).all() == []
    await engine.dispose()
    async with Database(empty_url) as database:
        mine = database.records("c1", now=NOW)
        (draft,) = await mine.open_drafts()
        assert (draft.id, draft.version, draft.unit_id, draft.unit_name) == ("d2", 3, 2, "集团 / 二公司")
        assert (draft.answers, draft.appointment_id, draft.sheet_id) == ({"甲": ["乙", None]}, 1, None)
        assert [form.audience for form in await mine.forms()] == [Audience.OBSERVERS]
        submitted = await mine.draft("d1")
        assert submitted is not None and submitted.state is DraftState.SUBMITTED
        sheet = await database.records("c2", now=NOW).sheet("GC26-0000013")
        assert sheet is not None and sheet.readable == (("题", "答"),)
        assert (sheet.version, sheet.quality, sheet.reviews) == (1, {}, ())
        assert [(found.text, found.area) for found in sheet.findings] == [("招标", "")]
        assert await database.records("c1", now=NOW).sheet("GC26-0000013") is None
        last = await mine.last_sheet("project", unit_id=2)
        assert last is not None and last.answers == {"/data/a": "问"}
