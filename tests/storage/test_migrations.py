"""The migrations make exactly the models, on both back ends, however often and from wherever they are run."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

import storage
from nlp.sketches import marks, sketch
from storage.database import Database, RecordsUnavailable
from storage.models import SCHEMA, Table
from storage.submission import question_of
from storage.text_views import LabelsView
from storage.upgrade import upgrade
from storage.vocabulary import Audience, DraftState, TextSource
from tests.servers import PostgresServer
from tests.storage.conftest import NOW


async def grown(url: str, *kept: tuple[str, str]) -> None:
    """An empty database becomes each of these revisions, then gets these rows (statements with ; between them), and is
    upgraded to the newest at last.
    """
    for revision, statements in kept:
        upgrade(url, revision)
        engine = create_async_engine(url)
        async with engine.begin() as connection:
            for statement in statements.split(";"):
                await connection.exec_driver_sql(statement)
        await engine.dispose()
    upgrade(url)


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


async def test_an_upgrade_waits_for_who_writes_a_new_file(tmp_path: Path) -> None:
    """SQLite itself refuses at once to change the journal mode then."""
    path = tmp_path / "records.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        upgrading = asyncio.create_task(asyncio.to_thread(upgrade, f"sqlite:///{path}"))
        done, _ = await asyncio.wait([upgrading], timeout=0.5)
        assert not done
        other.execute("ROLLBACK")
    await upgrading
    async with Database(f"sqlite:///{path}") as database:
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


SECOND_SCHEMA = """
INSERT INTO sheet_texts VALUES
  (3, 7, 'project', '/data/a', '招标招标文件没有复核', 10, 2, '2026-01-02'),
  (9, 7, 'project', '/data/b', '约', 1, 2, '2026-01-02');
INSERT INTO form_versions VALUES
  (2, 1, 2, '综合观察表', 'a3967fb9b06c39b95496b1065d2cc18857e071b4c97c6c36ea692cc2c494ba33', '<x/>', '2026-01-02');
INSERT INTO sheet_reviews VALUES (1, 7, 1, 2, 'accepted', '好', '[]', '2026-01-03')
"""
"""Of the sheet of FIRST_SCHEMA, as 0002 kept texts and reviews; and a version with a built-in content."""


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
        persons = await connection.execute(text("SELECT name, phone, post, superior_id FROM persons ORDER BY id"))
        assert [tuple(row) for row in persons] == [("王建国", None, None, None), ("李纪", None, None, None)]
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
        assert [(found.text, found.area, found.place) for found in sheet.findings] == [("招标", "", 1)]
        assert sheet.findings[0].labels == LabelsView(version=1)
        (finding,) = await database.texts.outdated(TextSource.FINDING, lexicon=0, classifier="first")
        assert (finding.text, finding.version) == ("招标", 1)
        assert await database.records("c1", now=NOW).sheet("GC26-0000013") is None
        last = await mine.last_sheet("project", unit_id=2)
        assert last is not None and last.answers == {"/data/a": "问"}


async def test_what_the_second_schema_kept_is_kept(empty_url: str) -> None:
    """Whatever was handed in before is found as the source of a copy afterwards; reviews so far set no level, and
    built-in forms are known by their content.
    """
    await grown(empty_url, ("0001", FIRST_SCHEMA), ("0002", SECOND_SCHEMA))
    engine = create_async_engine(empty_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        ours = (await connection.execute(text("SELECT id FROM form_versions WHERE built_in"))).scalars().all()
        kept = (await connection.execute(text("SELECT id, text, sketch, person_id FROM sheet_texts ORDER BY id"))).all()
        marked = (await connection.execute(text("SELECT mark, question, day, text_id FROM sheet_text_marks"))).all()
    await engine.dispose()
    assert ours == [2]
    assert [(row.id, row.person_id) for row in kept] == [(3, 1), (9, 1)]
    assert [row.sketch for row in kept] == [sketch(row.text) for row in kept]
    day, refs = date(2026, 1, 2).toordinal(), {3: "/data/a", 9: "/data/b"}
    expected = {(mark, question_of("project", refs[row.id]), day, row.id) for row in kept for mark in marks(row.text)}
    assert set(map(tuple, marked)) == expected
    async with Database(empty_url) as database:
        sheet = await database.records("c2", now=NOW).sheet("GC26-0000013")
        assert sheet is not None
        assert [(review.comment, review.refs, review.levels) for review in sheet.reviews] == [("好", (), {})]


SCHEMA_BEFORE_NAMES = """
INSERT INTO drafts (id, person_id, appointment_id, form_version_id, state, version, answers, created_at, updated_at,
  unit_id) VALUES
  ('d3', 1, 1, 1, 'submitted', 2, '{}', '2026-01-01', '2026-01-02', 2),
  ('d4', 1, 1, 1, 'submitted', 2, '{}', '2026-01-01', '2026-01-02', 2),
  ('d5', 1, 1, 1, 'submitted', 2, '{}', '2026-01-01', '2026-01-02', 2);
INSERT INTO sheets (id, number, draft_id, form_version_id, appointment_id, person_id, unit_id, state, version, project,
  submitted_at) VALUES
  (11, 'GC26-0000021', 'd3', 1, 1, 1, 2, 'submitted', 1, '“东区食堂”。', '2026-01-02'),
  (12, 'GC26-0000039', 'd4', 1, 1, 1, 2, 'submitted', 1, '东区食堂', '2026-01-02'),
  (13, 'GC26-0000047', 'd5', 1, 1, 1, 2, 'submitted', 1, '', '2026-01-02')
"""
"""Of the person of FIRST_SCHEMA, as 0008 kept the names of projects."""


async def test_sheets_of_projects_that_were_typed_with_quotes_are_found(empty_url: str) -> None:
    await grown(empty_url, ("0001", FIRST_SCHEMA), ("0008", SCHEMA_BEFORE_NAMES))
    engine = create_async_engine(empty_url)
    async with engine.connect() as connection:
        kept = await connection.execute(text("SELECT id, project FROM sheets WHERE id > 10 ORDER BY id"))
        assert [tuple(row) for row in kept] == [(11, "东区食堂"), (12, "东区食堂"), (13, "")]
    await engine.dispose()
