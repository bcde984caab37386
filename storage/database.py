"""The records' database: contacts, the one transaction of a turn, and what a turn left behind."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, case, delete, insert, inspect, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.connections import Connections, translating
from storage.drafting import DraftCopy, keep_copies
from storage.errors import CommittedTurn, RecordsUnavailable, RightsChanged, SeqTaken
from storage.lapsing import Lapsing
from storage.media_work import MediaWork
from storage.models import SCHEMA, Contact, Person, Turn, core
from storage.notices import NoticeWork
from storage.records import Records
from storage.statements import insert_unless_there, take
from storage.turns import Command, TurnFacts

__all__ = ["CommittedTurn", "Database", "RecordsUnavailable", "RightsChanged", "SeqTaken"]

_CONTACTS_REMEMBERED = 8192
"""About 2 MB; an openid never changes its contact, so that only forgetting is needed."""
_PURGED_AT_ONCE = 1000

_MINE = col(Turn.contact) == bindparam("contact")
_SAME_KEY = and_(col(Turn.key) == bindparam("key"), _MINE)
_FIND_TURN = (
    select(Turn)
    .where(or_(_SAME_KEY, and_(_MINE, col(Turn.seq) > bindparam("seq"))))
    .order_by(case((_SAME_KEY, 0), else_=1), col(Turn.seq).desc())
    .limit(1)
)
_EARLIER_TURN = (
    select(Turn)
    .where(or_(_SAME_KEY, and_(_MINE, col(Turn.seq) == bindparam("seq"))))
    .order_by(case((_SAME_KEY, 0), else_=1))
    .limit(1)
)
_INSERT_TURN = insert(core(Turn))
_CONTACT_OF = select(col(Contact.id)).where(col(Contact.openid) == bindparam("openid"))
_LOCK_CONTACT = (
    select(col(Contact.person_id)).where(col(Contact.id) == bindparam("contact")).with_for_update(key_share=True)
)
_LOCK_GENERATION = (
    select(col(Person.generation)).where(col(Person.id) == bindparam("person")).with_for_update(key_share=True)
)


class Database:
    """SQLite (`sqlite+aiosqlite:///…`) or PostgreSQL (`postgresql+asyncpg://…`) behind one interface.

    Connects when first used and again by itself. Every method raises RecordsUnavailable when the database
    does not answer within 3 seconds or cannot write. `number_key` keys the digests of invite codes;
    `timezone` (IANA name) is the enterprise's. Raises ValueError for any other URL. What background workers do is in
    `media`, `notices` and `lapsing`.
    """

    def __init__(self, url: str, *, number_key: bytes = b"", timezone: str = "Asia/Shanghai") -> None:
        self._connections = Connections(url)
        self._timezone = ZoneInfo(timezone)
        self.code_key = number_key
        self._contacts: dict[str, str] = {}
        self.media = MediaWork(self._connections)
        self.notices = NoticeWork(self._connections)
        self.lapsing = Lapsing(self._connections)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connections.dispose()

    async def ping(self) -> None:
        """Return when the database answers, has this program's schema and can write."""
        await self._connections.bounded(self._ping())

    async def _ping(self) -> None:
        async with self._connections.writing() as session:
            found = await _schema(session)
            if found != SCHEMA:
                raise RecordsUnavailable(f"the database has schema {found}, not {SCHEMA}: run `qingfeng db upgrade`")
            await take(session, "ping")

    async def contact_of(self, openid: str, now: datetime) -> str:
        """The opaque id of this openid, made when it is new; remembered: most turns ask no database."""
        known = self._contacts.get(openid)
        if known is not None:
            return known
        contact = await self._connections.bounded(self._contact_of(openid, now))
        while len(self._contacts) >= _CONTACTS_REMEMBERED:
            del self._contacts[next(iter(self._contacts))]
        self._contacts[openid] = contact
        return contact

    async def _contact_of(self, openid: str, now: datetime) -> str:
        asked = {"openid": openid}
        async with self._connections.reading() as session:
            found = (await session.execute(_CONTACT_OF, asked)).scalar_one_or_none()
        if found is not None:
            return found
        new = {"id": secrets.token_urlsafe(16), "openid": openid, "created_at": now}
        async with self._connections.writing() as session:
            await insert_unless_there(session, Contact, **new)
            return (await session.execute(_CONTACT_OF, asked)).scalar_one()

    async def find_turn(self, key: str, contact: str, seq: int) -> CommittedTurn | None:
        """The turn of this message key, else the contact's newest turn with a greater seq, else None."""
        return await self._connections.bounded(self._find_turn(key, contact, seq))

    async def _find_turn(self, key: str, contact: str, seq: int) -> CommittedTurn | None:
        wanted = {"key": key, "contact": contact, "seq": seq}
        async with self._connections.reading() as session:
            turn = (await session.execute(_FIND_TURN, wanted)).scalar_one_or_none()
        return None if turn is None else _committed(turn)

    async def commit_turn(
        self,
        *,
        key: str,
        contact: str,
        seq: int,
        now: datetime,
        commands: Sequence[Command],
        generation: int | None,
        finish: Callable[[Sequence[Any]], tuple[str, str]],
    ) -> CommittedTurn:
        """Run the commands and store the turn in one transaction; a key that is stored returns that turn.

        `finish` gets the commands' results, in order, and returns the conversation and the reply to be kept
        (JSON). `generation` is the principal's (0: unbound), None when no right was used. Raises SeqTaken,
        RightsChanged, LookupError for an unknown contact, or whatever a command or `finish` raises; then
        nothing is stored.
        """
        turn = Turn(key=key, contact=contact, seq=seq, conversation="", reply="", at=now)
        return await self._connections.bounded(self._commit_turn(turn, commands, generation, finish))

    async def _commit_turn(
        self,
        turn: Turn,
        commands: Sequence[Command],
        generation: int | None,
        finish: Callable[[Sequence[Any]], tuple[str, str]],
    ) -> CommittedTurn:
        async with self._connections.writing() as session:
            person = await _lock_contact(session, turn.contact)
            earlier = await _earlier_turn(session, turn)
            if earlier is not None:
                return earlier
            if generation is not None and generation != await _lock_generation(session, person):
                raise RightsChanged
            facts = TurnFacts(turn.contact, turn.key, turn.at, person, self._timezone, self.code_key)
            results = [await command.run(session, facts) for command in commands]
            turn.conversation, turn.reply = finish(results)
            await session.execute(_INSERT_TURN, turn.model_dump())
            await audit.write_noted(session, _actor(facts), turn.at)
        return _committed(turn, repeated=False)

    async def copy_drafts(self, copies: Sequence[tuple[DraftCopy, datetime]]) -> None:
        """Keep what conversations hold of open drafts, each with the aware time it was made; one transaction."""
        await self._connections.bounded(self._copy_drafts(copies))

    async def _copy_drafts(self, copies: Sequence[tuple[DraftCopy, datetime]]) -> None:
        async with self._connections.writing() as session:
            await keep_copies(session, copies)

    async def purge_turns(self, before: datetime) -> int:
        """Delete the turns made before this time, in short transactions; return how many."""
        purged = 0
        while count := await self._connections.bounded(self._purge_some(before)):
            purged += count
        return purged

    async def _purge_some(self, before: datetime) -> int:
        old = select(col(Turn.key)).where(col(Turn.at) < before).limit(_PURGED_AT_ONCE)
        purge = delete(Turn).where(col(Turn.key).in_(old)).returning(col(Turn.key))
        async with self._connections.writing() as session:
            purged = await session.execute(purge.execution_options(synchronize_session=False))
            return len(purged.all())

    def records(
        self,
        contact: str,
        *,
        now: datetime | None = None,
        before_first: Callable[[], Awaitable[None]] | None = None,
    ) -> Records:
        """The reads of one turn of this contact; `now` (aware; default: the clock) says what runs."""
        return Records(
            self._connections,
            contact,
            now=now or datetime.now(UTC),
            timezone=self._timezone,
            code_key=self.code_key,
            before_first=before_first,
        )

    @asynccontextmanager
    async def administration(self, actor: str, now: datetime) -> AsyncIterator[AsyncSession]:
        """A transaction outside turns, however long it takes; its audit entries are `actor`'s doing."""
        async with translating(), self._connections.writing() as session:
            yield session
            await audit.write_noted(session, actor, now)

    async def verify_audit(self) -> audit.Verdict:
        """Check the whole audit log (seconds for a million lines; read in chunks)."""
        async with translating(), self._connections.reading() as session:
            return await audit.verify(session)


async def _schema(session: AsyncSession) -> str | None:
    """The revision that the database is at; None when it was never upgraded."""
    connection = await session.connection()
    if not await connection.run_sync(lambda sync: inspect(sync).has_table("alembic_version")):
        return None
    return (await session.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()


async def _lock_contact(session: AsyncSession, contact: str) -> int | None:
    """The person bound to the contact. From here on the contact's turns queue up (SQLite: all writers do)."""
    found = (await session.execute(_LOCK_CONTACT, {"contact": contact})).scalars().all()
    if not found:
        raise LookupError("the contact is not known: contact_of makes it")
    return found[0]


async def _earlier_turn(session: AsyncSession, turn: Turn) -> CommittedTurn | None:
    wanted = {"key": turn.key, "contact": turn.contact, "seq": turn.seq}
    earlier = (await session.execute(_EARLIER_TURN, wanted)).scalar_one_or_none()
    if earlier is not None and earlier.key != turn.key:
        raise SeqTaken(_committed(earlier))
    return None if earlier is None else _committed(earlier)


async def _lock_generation(session: AsyncSession, person: int | None) -> int:
    if person is None:
        return 0
    return (await session.execute(_LOCK_GENERATION, {"person": person})).scalar_one()


def _actor(facts: TurnFacts) -> str:
    return f"contact:{facts.contact}" if facts.person_id is None else f"person:{facts.person_id}"


def _committed(turn: Turn, *, repeated: bool = True) -> CommittedTurn:
    return CommittedTurn(turn.key, turn.contact, turn.seq, turn.conversation, turn.reply, repeated)
