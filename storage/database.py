"""The records' database: contacts, the one transaction of a turn, and what a turn left behind."""

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
from storage.contact_notices import ContactNoticeWork
from storage.contacts import Contacts
from storage.deliveries import DeliveryWork
from storage.delivery_retention import DeliveryRetention
from storage.drafting import DraftCopy, keep_copies
from storage.errors import CommittedTurn, ContactMoved, RecordsUnavailable, RightsChanged, SeqTaken
from storage.lapsing import Lapsing
from storage.media_work import MediaWork
from storage.models import SCHEMA, Contact, Person, Turn, core
from storage.people import PeopleWork
from storage.records import Records
from storage.rehearsal import Rehearsal
from storage.rounds import RoundWork
from storage.statements import take
from storage.text_work import TextWork
from storage.transfers import TransferWork
from storage.turns import Command, TurnFacts

__all__ = ["CommittedTurn", "ContactMoved", "Database", "RecordsUnavailable", "RightsChanged", "SeqTaken"]

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
_LOCK_CONTACT = (
    select(col(Contact.person_id), col(Contact.moved_to))
    .where(col(Contact.id) == bindparam("contact"))
    .with_for_update(key_share=True)
)
_LOCK_GENERATION = (
    select(col(Person.generation)).where(col(Person.id) == bindparam("person")).with_for_update(key_share=True)
)


class Database:
    """SQLite (`sqlite+aiosqlite:///…`) or PostgreSQL (`postgresql+asyncpg://…`) behind one interface.

    Connects when first used and again by itself. Every method raises RecordsUnavailable when the database
    does not answer within 3 seconds or cannot write. `number_key` keys the digests of invite codes;
    `timezone` (IANA name) is the enterprise's. Raises ValueError for any other URL. What background workers and
    imports do is in `media`, `deliveries`, `delivery_retention`, `contact_notices`, `lapsing`, `texts`, `transfers`,
    `people`, `rounds` and `rehearsal`.
    """

    def __init__(self, url: str, *, number_key: bytes = b"", timezone: str = "Asia/Shanghai") -> None:
        self._connections = Connections(url)
        self._timezone = ZoneInfo(timezone)
        self.code_key = number_key
        self._contacts = Contacts(self._connections)
        self.media = MediaWork(self._connections)
        self.deliveries = DeliveryWork(self._connections, self._timezone)
        self.delivery_retention = DeliveryRetention(self._connections)
        self.people = PeopleWork(self._connections)
        self.lapsing = Lapsing(self._connections)
        self.texts = TextWork(self._connections)
        self.rounds = RoundWork(self._connections)
        self.rehearsal = Rehearsal(self._connections)
        self.transfers = TransferWork(self._connections)
        self.contact_notices = ContactNoticeWork(self._connections)

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
        """The opaque id of this openid, made when it is new; remembered for a while: most turns ask no database."""
        return await self._contacts.of(openid, now)

    def forget_contact(self, openid: str) -> None:
        """Look the openid up again the next time (ContactMoved)."""
        self._contacts.forget(openid)

    async def holder_of(self, person_id: int) -> str | None:
        """The contact that this person is bound to."""
        return await self._connections.bounded(self._holder_of(person_id))

    async def _holder_of(self, person_id: int) -> str | None:
        held = select(col(Contact.id)).where(col(Contact.person_id) == person_id)
        async with self._connections.reading() as session:
            return (await session.execute(held)).scalar_one_or_none()

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
        RightsChanged, ContactMoved, LookupError for an unknown contact, or whatever a command or `finish` raises; then
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
    found = (await session.execute(_LOCK_CONTACT, {"contact": contact})).one_or_none()
    if found is None:
        raise LookupError("the contact is not known: contact_of makes it")
    if found.moved_to is not None:
        raise ContactMoved
    person: int | None = found.person_id
    return person


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
