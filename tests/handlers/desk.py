"""A desk without a phone: people whose turns run through the routes against a real database, with a clock to move."""

import itertools
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from handlers import routes
from handlers.base import Context, Conversation, Inbound, Said, Tap, Text
from handlers.catalog import BUILT_IN
from handlers.forms.library import FormLibrary
from handlers.forms.workbook import CompiledWorkbook, compile_workbook
from handlers.understanding import Understanding
from nlp.classifier import Classifier
from storage.admin import administer
from storage.database import Database
from storage.models import Appointment
from storage.records import Records
from storage.vocabulary import Audience, Level, Role, UnitKind

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
"""A Friday evening, 20:30 in Shanghai."""
ACTOR = "test"


@cache
def catalogue_form(file: str) -> CompiledWorkbook:
    """A built-in form, compiled once a run."""
    return compile_workbook(next(form.path for form in BUILT_IN if form.file == file))


@cache
def markdown_form(source: str) -> CompiledWorkbook:
    """A workbook of a test, compiled once a run."""
    return compile_workbook(source)


@cache
def _classifier() -> Classifier:
    """The shipped one; nothing changes it."""
    return Classifier.load()


@dataclass
class Tries:
    """The counters that workers share, in memory and by the desk's clock."""

    clock: Callable[[], datetime]
    kept: dict[str, tuple[int, float]] = field(default_factory=dict)

    async def get(self, name: str) -> str | None:
        """See handlers.base.Tries."""
        counted, until = self.kept.get(name, (0, 0.0))
        return str(counted) if until > self.clock().timestamp() else None

    async def count(self, name: str, ttl: float) -> int:
        """See handlers.base.Tries."""
        counted = int(await self.get(name) or 0) + 1
        until = self.kept[name][1] if counted > 1 else self.clock().timestamp() + ttl
        self.kept[name] = (counted, until)
        return counted


@dataclass
class Office:
    """The group: 集团 with 一公司 and 二公司; 二公司 has 项目部. Everything is in one SQLite file."""

    database: Database
    library: FormLibrary = field(init=False)
    understanding: Understanding = field(init=False)
    tries: Tries = field(init=False)
    url: str = ""
    """Of the database."""
    contact: str = ""
    """QF_OFFICE_CONTACT."""
    now: datetime = START
    units: dict[str, int] = field(default_factory=dict)
    _keys: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.library = FormLibrary(self._xml)
        self.understanding = Understanding(_classifier())
        self.tries = Tries(lambda: self.now)

    async def _xml(self, version_id: int) -> str:
        found = await self.database.records("nobody", now=self.now).form_version(version_id)
        if found is None:
            raise LookupError(f"no form version {version_id}")
        return found.xml

    async def found(self) -> None:
        """Set up the units and publish the built-in forms at the group."""
        async with administer(self.database, actor=ACTOR, now=self.now) as admin:
            group = await admin.add_unit("清源集团", UnitKind.GROUP)
            first = await admin.add_unit("一公司", UnitKind.SUBSIDIARY, parent=group)
            second = await admin.add_unit("二公司", UnitKind.SUBSIDIARY, parent=group)
            site = await admin.add_unit("项目部", UnitKind.SITE, parent=second)
        self.units = {"清源集团": group, "一公司": first, "二公司": second, "项目部": site}
        for form in BUILT_IN:
            await self.publish(catalogue_form(form.file), "清源集团", form.level, form.audience)

    async def publish(
        self, compiled: CompiledWorkbook, unit: str, level: Level | None, audience: Audience = Audience.OBSERVERS
    ) -> int:
        """Publish a form for a unit; the id of its version."""
        async with administer(self.database, actor=ACTOR, now=self.now) as admin:
            published = await admin.publish_form(
                name=compiled.name,
                title=compiled.title,
                level=level,
                audience=audience,
                unit=self.units[unit],
                xml=compiled.xml,
                sha256=compiled.sha256,
            )
        return published.version_id

    async def person(
        self,
        name: str,
        unit: str,
        *,
        observes: Sequence[tuple[Level, str]] = (),
        officer_of: str | None = None,
        role: Role = Role.OFFICER,
    ) -> int:
        """Add a person with appointments (level, unit) and an office; the person's id."""
        async with administer(self.database, actor=ACTOR, now=self.now) as admin:
            person = await admin.add_person(name, self.units[unit])
            for level, observed in observes:
                await admin.appoint(person, level, self.units[observed], starts_on=date(2026, 1, 1))
            if officer_of is not None:
                await admin.give_office(person, role, self.units[officer_of])
        return person

    async def appointments(self) -> list[int]:
        """The ids of all appointments, in the order in which they were made."""
        async with administer(self.database, actor=ACTOR, now=self.now) as admin:
            query = select(col(Appointment.id)).order_by(col(Appointment.id))
            return [number or 0 for number in (await admin._session.execute(query)).scalars()]

    async def code(self, person: int, *, valid: timedelta = timedelta(days=14)) -> str:
        """A new invite code."""
        async with administer(self.database, actor=ACTOR, now=self.now) as admin:
            return await admin.invite(person, valid=valid)

    def somebody(self, openid: str = "") -> "User":
        """Somebody who has not said anything yet."""
        return User(self, openid or secrets.token_hex(8))

    async def bound(self, person: int) -> "User":
        """The person with a phone, bound by chat."""
        user = self.somebody()
        await user.says(await self.code(person))
        await user.taps("确认")
        user.sees("绑定好了")
        return user

    async def observer(self, name: str = "王建国", unit: str = "二公司") -> "User":
        """A head of a subsidiary who owes the comprehensive sheet."""
        return await self.bound(await self.person(name, unit, observes=[(Level.COMPREHENSIVE, unit)]))

    async def officer(self, name: str, over: str) -> "User":
        """Discipline staff over a unit and what is below."""
        return await self.bound(await self.person(name, over, officer_of=over))

    def passes(self, **amount: float) -> None:
        """Let time pass; as timedelta takes it."""
        self.now += timedelta(**amount)

    def key(self) -> str:
        """A new message key."""
        return f"message:{next(self._keys)}"


@dataclass
class User:
    """One person chatting; every turn runs as dispatch runs it, without the network."""

    office: Office
    openid: str
    memory: dict[str, Any] = field(default_factory=dict)
    seq: int = 0
    reply: Text | None = None
    committed: int = 0
    """Turns that wrote to the records."""
    reading: int = 0
    """Turns that read the records."""

    async def says(self, said: str) -> str:
        """Type a text."""
        return await self.does(kind="text", text=said)

    async def taps(self, label: str) -> str:
        """Tap a link of the last reply."""
        tap = next((tap for tap in self.taps_seen if tap.label == label), None)
        assert tap is not None, f"no tap {label!r} in: {self.seen}"
        about = self.reply.about if self.reply is not None else 0
        return await self.does(kind="text", text=tap.content, tap_id="1", about=about)

    async def sends(self, kind: str) -> str:
        """Send a picture, a voice message …"""
        return await self.does(kind=kind, media_id="media")

    async def event(self, event: str, key: str = "", text: str = "") -> str:
        """Something that is no message: subscribe, click …"""
        return await self.does(kind="event", event=event, event_key=key, text=text)

    async def does(self, **fields: Any) -> str:
        """One turn; what the person then sees."""
        now, database = self.office.now, self.office.database
        contact = await database.contact_of(self.openid, now)
        fields = {"created_at": now, **fields}
        inbound = Inbound(key=self.office.key(), openid=self.openid, account="gh_test", **fields)
        records = database.records(contact, now=now, before_first=self._reading)
        context = self.context(records)
        conversation = Conversation(contact, self.seq, self.memory)
        outcome = await routes.answer(inbound, conversation, context)
        if outcome.confidential:
            assert outcome.said is not None
            again = await routes.RECALLS[outcome.confidential](inbound, context)
            assert again == outcome.said.reply, "a repeat is answered alike"
        if outcome.said is not None:
            assert not outcome.commands, "a turn that writes words its reply from the results"
            self._hear(outcome.said)
            if outcome.copies:
                await database.copy_drafts([(copy, now) for copy in outcome.copies])
            return self.seen
        words: list[Said] = []

        def finish(results: Sequence[Any]) -> tuple[str, str]:
            assert outcome.then is not None
            words.append(outcome.then(results))
            return json.dumps(dict(words[-1].conversation.memory)), "{}"

        await database.commit_turn(
            key=inbound.key,
            contact=contact,
            seq=self.seq + 1,
            now=now,
            commands=outcome.commands,
            generation=None,
            finish=finish,
        )
        self.committed += 1
        self._hear(words[-1])
        if outcome.copies:
            await database.copy_drafts([(copy, now) for copy in outcome.copies])
        return self.seen

    def context(self, records: Records) -> Context:
        """The world of a turn."""
        ids = (secrets.token_urlsafe(16) for _ in itertools.count())
        office = self.office
        return Context(
            office.now,
            ZONE,
            records,
            office.library,
            lambda: next(ids),
            office.understanding,
            office.tries,
            office_contact=office.contact,
        )

    async def _reading(self) -> None:
        self.reading += 1

    def _hear(self, said: Said) -> None:
        self.seq += 1
        self.memory = json.loads(json.dumps(dict(said.conversation.memory)))
        assert said.reply is None or isinstance(said.reply, Text)
        self.reply = said.reply

    def forget(self) -> None:
        """The conversation store is lost."""
        self.memory = {}

    @property
    def seen(self) -> str:
        """The last reply as it is read."""
        parts = self.reply.parts if self.reply is not None else ()
        return "".join(part if isinstance(part, str) else part.label for part in parts)

    @property
    def about(self) -> int:
        """What the taps of the last reply are about."""
        return self.reply.about if self.reply is not None else 0

    @property
    def taps_seen(self) -> list[Tap]:
        """The taps of the last reply."""
        return [part for part in (self.reply.parts if self.reply else ()) if isinstance(part, Tap)]

    @property
    def labels(self) -> list[str]:
        """Their labels."""
        return [tap.label for tap in self.taps_seen]

    def sees(self, *fragments: str) -> None:
        """AssertionError unless the last reply holds every fragment."""
        missing = [fragment for fragment in fragments if fragment not in self.seen]
        assert not missing, f"{missing} not in: {self.seen!r}"

    def sees_not(self, *fragments: str) -> None:
        """AssertionError when the last reply holds one of the fragments."""
        present = [fragment for fragment in fragments if fragment in self.seen]
        assert not present, f"{present} in: {self.seen!r}"
