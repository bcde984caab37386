"""A migrated database on either back end, and a small group of companies in it."""

import itertools
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.admin import administer
from storage.commands import BeginDraft, BindContact, Command, SubmitSheet
from storage.database import CommittedTurn, Database
from storage.models import Table
from storage.upgrade import upgrade
from storage.vocabulary import Level, Role, UnitKind
from tests.servers import PostgresServer
from tests.storage.owed import Owing

NOW = datetime(2026, 11, 13, 2, 0, tzinfo=UTC)
"""Friday, 13 November 2026, ten in the morning in Shanghai."""
CODE_KEY = b"test key of invite codes"
_NUMBERS = itertools.count(1000)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("records") / "template.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_scratch(postgres_server: PostgresServer) -> str:
    """The URL of a migrated PostgreSQL database that one test after the other empties and uses."""
    url = postgres_server.database()
    upgrade(url)
    return url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite file of this test's own."""
    path = tmp_path / "records.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def migrated_postgres_url(postgres_server: PostgresServer, postgres_scratch: str) -> str:
    """A migrated, empty PostgreSQL database (emptying is ten times as fast as making one)."""
    tables = ", ".join(Table.metadata.tables)
    unguarded = "SET session_replication_role = replica"  # else the audit log could not be emptied
    postgres_server.run_sql(
        f"{unguarded}; TRUNCATE {tables} RESTART IDENTITY CASCADE", postgres_scratch.rpartition("/")[2]
    )
    return f"{postgres_server.url.rpartition('/')[0]}/{postgres_scratch.rpartition('/')[2]}"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """Each back end in turn: the suite is one for both."""
    name = "sqlite_url" if request.param == "sqlite" else "migrated_postgres_url"
    found: str = request.getfixturevalue(name)
    return found


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """The migrated database, open."""
    async with Database(url, number_key=CODE_KEY) as opened:
        yield opened


@dataclass(frozen=True)
class World:
    """集团 with 一公司 and 二公司 (with 项目部): 王建国 observes 二公司, 李纪 is officer of the whole group."""

    database: Database
    group: int
    first: int
    second: int
    site: int
    observer: int
    officer: int
    appointment: int
    form_version: int
    observer_contact: str
    officer_contact: str

    async def run(
        self,
        key: str,
        seq: int,
        *commands: Command,
        contact: str = "",
        generation: int | None = None,
        now: datetime = NOW,
    ) -> tuple[CommittedTurn, list[Any]]:
        """Commit a turn (of the observer, unless `contact` is given) and return it with the commands' results."""
        results: list[Any] = []
        turn = await self.database.commit_turn(
            key=key,
            contact=contact or self.observer_contact,
            seq=seq,
            now=now,
            commands=commands,
            generation=generation,
            finish=keep(results),
        )
        return turn, results

    async def does(self, *commands: Command, contact: str = "", now: datetime = NOW) -> Any:
        """Commit a turn under the next key and seq; the result of its last command."""
        number = next(_NUMBERS)
        _, results = await self.run(f"turn {number}", number, *commands, contact=contact, now=now)
        return results[-1]

    async def handed_in(self, draft_id: str, *, now: datetime = NOW, **said: Any) -> str:
        """Open a draft of the observer and hand it in; the sheet's number. `said` is SubmitSheet's."""
        begin = BeginDraft(draft_id, self.form_version, self.appointment, self.observer)
        submitted = await self.does(begin, submit(draft_id, **said), now=now)
        number: str = submitted.number
        return number

    async def begun(self, draft_id: str, seq: int) -> None:
        """Open a draft of the observer."""
        begin = BeginDraft(draft_id, self.form_version, self.appointment, self.observer)
        _, (begun,) = await self.run(f"begin {draft_id}", seq, begin)
        assert begun.begun

    async def bind(self, openid: str, person: int) -> str:
        """Bind a new contact to a person by an invite code; return the contact."""
        async with administer(self.database, actor="test", now=NOW) as admin:
            code = await admin.invite(person)
        contact = await self.database.contact_of(openid, NOW)
        await self.run(f"bind {openid}", 1, BindContact(code, person), contact=contact)
        return contact


def submit(draft_id: str, version: int = 1, **said: Any) -> SubmitSheet:
    """Hand in a draft that says nothing unless `said`."""
    return SubmitSheet(draft_id, version, **{"answers": {}, "readable": (), **said})


def keep(results: list[Any]) -> Callable[[Sequence[Any]], tuple[str, str]]:
    """A `finish` that keeps the commands' results and words them."""

    def finish(found: Sequence[Any]) -> tuple[str, str]:
        results[:] = found
        return '{"state": 1}', repr(list(found))

    return finish


@pytest.fixture
async def world(database: Database, url: str, sqlite_template: Path) -> World:
    """The small group; see World. On SQLite it is made once and copied, which is ten times as fast."""
    if not url.startswith("sqlite"):
        return await populate(database)
    template = sqlite_template.with_name("world.db")
    if template not in _POPULATED:
        shutil.copyfile(sqlite_template, template)
        async with Database(f"sqlite+aiosqlite:///{template}", number_key=CODE_KEY) as made_once:
            _POPULATED[template] = await populate(made_once)
    shutil.copyfile(template, url.removeprefix("sqlite+aiosqlite:///"))
    return replace(_POPULATED[template], database=database)


_POPULATED: dict[Path, World] = {}


async def populate(database: Database) -> World:
    """Make the small group in an empty database."""
    async with administer(database, actor="test", now=NOW) as admin:
        group = await admin.add_unit("集团", UnitKind.GROUP)
        first = await admin.add_unit("一公司", UnitKind.SUBSIDIARY, parent=group)
        second = await admin.add_unit("二公司", UnitKind.SUBSIDIARY, parent=group)
        site = await admin.add_unit("项目部", UnitKind.SITE, parent=second)
        observer = await admin.add_person("王建国", second, staff_number="A1")
        officer = await admin.add_person("李纪", group)
        appointment = await admin.appoint(
            observer, Level.COMPREHENSIVE, second, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
        )
        await admin.give_office(officer, Role.OFFICER, group)
        form = await admin.publish_form(
            name="comprehensive",
            title="综合观察表",
            level=Level.COMPREHENSIVE,
            unit=group,
            xml="<h:html/>",
            sha256="a" * 64,
        )
    made = World(database, group, first, second, site, observer, officer, appointment, form.version_id, "", "")
    observer_contact = await made.bind("openid of the observer", observer)
    officer_contact = await made.bind("openid of the officer", officer)
    return replace(made, observer_contact=observer_contact, officer_contact=officer_contact)


@pytest.fixture
async def owing(world: World) -> Owing:
    """A round of the whole group; nobody owes anything yet."""
    made = Owing(world.database, NOW)
    await made.begin(world.group)
    return made
