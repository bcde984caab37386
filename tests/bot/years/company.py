"""The group of a play in the records, and what happens to its people there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from bot.organisation import publish_catalog
from bot.reaches import RESUME_AFTER
from handlers.rounds.rule import HOLIDAY_LADDER, PeriodKind, Rule, RuleKind, to_json
from storage.admin import administer
from storage.database import Database
from storage.duties import HandedIn, fulfil
from storage.models import (
    Appointment,
    Contact,
    Draft,
    Form,
    FormVersion,
    Leave,
    Office,
    Person,
    Reach,
    ReminderRule,
    Sheet,
    core,
)
from storage.reaching import ReachChange
from storage.vocabulary import DraftState, Level, Role, SheetState, UnitKind
from tests.bot.years.facts import Event, Group, What
from tests.templates import Templates

ACTOR = "test"
_PUBLISHED: Templates[None] = Templates()


class Company:
    """Writes into the records what the play says; numbers of the play are ids of the records, less one."""

    def __init__(self, database: Database, group: Group) -> None:
        self._database = database
        self._group = group
        self._versions: dict[str, int] = {}
        self._sheets = 0

    async def found(self, now: datetime) -> None:
        """Everything that there is at the beginning."""
        async with administer(self._database, actor=ACTOR, now=now) as admin:
            for place in self._group.places:
                kind = UnitKind.GROUP if place.parent is None else UnitKind.SITE
                parent = None if place.parent is None else place.parent + 1
                assert (
                    await admin.add_unit(place.name, kind, parent=parent, timezone=place.timezone) == place.number + 1
                )
        async with self._database.administration(ACTOR, now) as session:
            await session.execute(insert(core(Person)), [_person(each) for each in self._group.people])
            bound = [_contact(each, now) for each in self._group.people]
            await session.execute(insert(core(Contact)), bound)
            await session.execute(insert(core(Appointment)), [_post(each) for each in self._group.posts])
            await session.execute(insert(core(Leave)), [_leave(each) for each in self._group.leaves])
            offices = [
                {"person_id": each.number + 1, "unit_id": unit + 1, "role": Role.OFFICER, "given_at": now}
                for each in self._group.people
                for unit in each.offices
            ]
            await session.execute(insert(core(Office)), offices)
            await session.execute(insert(core(ReminderRule)), [_rule(each, now) for each in RULES])
            form, version = core(Form).c, core(FormVersion).c
            versions = select(form.level, version.id).join(core(Form), version.form_id == form.id)
            found = await session.execute(versions.where(form.name.in_(("comprehensive", "functional"))))
            self._versions = {row.level: row.id for row in found}

    async def happens(self, events: Sequence[Event]) -> None:
        """These things happened, in their order."""
        sheets = [each for each in events if each.what is What.HANDS_IN]
        said = [each for each in events if each.what in {What.WRITES, What.TICKS}]
        for event in events:
            if event.what not in {What.HANDS_IN, What.WRITES, What.TICKS}:
                await self._changes(event)
        if sheets:
            async with self._database.administration(ACTOR, sheets[-1].at) as session:
                await self._hand_in(session, sheets)
        if said:
            await self._reach([_change(event) for event in said], said[-1].at)

    async def _reach(self, changes: Sequence[ReachChange], now: datetime) -> None:
        await self._database.deliveries.reached(changes, now=now, resume_at=now + RESUME_AFTER, soon=now)

    async def _hand_in(self, session: Any, events: Sequence[Event]) -> None:
        """Sheets as they come out of storage.submission, and what they count for."""
        drafts, sheets, handed_in = [], [], []
        for number, event in enumerate(events, self._sheets + 1):
            post = self._group.posts[event.about]
            common = {
                "appointment_id": post.number + 1,
                "person_id": post.person + 1,
                "unit_id": post.unit + 1,
                "form_version_id": self._versions[post.level],
                "version": 1,
            }
            draft = {"id": f"draft-{number}", "state": DraftState.SUBMITTED, "answers": {}}
            drafts.append({**common, **draft, "created_at": event.at, "updated_at": event.at})
            sheet = {"id": number, "number": f"{number}", "draft_id": draft["id"], "state": SheetState.SUBMITTED}
            sheets.append({**common, **sheet, "project": "", "submitted_at": event.at})
            handed_in.append((HandedIn(number, post.number + 1, self._versions[post.level]), event.at))
        self._sheets += len(events)
        await session.execute(insert(core(Draft)), drafts)
        await session.execute(insert(core(Sheet)), sheets)
        for sheet_in, moment in handed_in:
            await fulfil(session, sheet_in, moment)

    async def _changes(self, event: Event) -> None:
        person, contact = event.person + 1, core(Contact)
        mine = contact.c.id == _name(event.person)
        async with self._database.administration(ACTOR, event.at) as session:
            if event.what is What.MOVES:
                moved = update(core(Person)).where(core(Person).c.id == person)
                await session.execute(moved.values(unit_id=event.about + 1))
            elif event.what is What.UNBINDS:
                await session.execute(update(contact).where(mine).values(person_id=None, bound_at=None))
            elif event.what is What.BINDS:
                await session.execute(update(contact).where(mine).values(person_id=person, bound_at=event.at))
            else:
                reach = await session.get(Reach, _name(event.person))
                reach = reach or Reach(contact=_name(event.person))
                reach.declined = event.what is What.DECLINES
                session.add(reach)
        if event.what is What.BINDS:
            await self._reach([_change(event)], event.at)


def _name(person: int) -> str:
    """Contact and openid of somebody."""
    return f"somebody-{person}"


def _person(each: Any) -> dict[str, Any]:
    superior = None if each.superior is None else each.superior + 1
    return {
        "id": each.number + 1,
        "name": each.name,
        "unit_id": each.unit + 1,
        "superior_id": superior,
        "generation": 1,
    }


def _contact(each: Any, now: datetime) -> dict[str, Any]:
    name = _name(each.number)
    person, since = (each.number + 1, now) if each.bound else (None, None)
    return {"id": name, "openid": name, "person_id": person, "created_at": now, "bound_at": since}


def _post(each: Any) -> dict[str, Any]:
    return {
        "id": each.number + 1,
        "person_id": each.person + 1,
        "unit_id": each.unit + 1,
        "level": each.level,
        "starts_on": each.first,
        "ends_on": each.last,
    }


def _leave(each: Any) -> dict[str, Any]:
    substitute = None if each.substitute is None else each.substitute + 1
    return {
        "person_id": each.person + 1,
        "starts_on": each.first,
        "ends_on": each.last,
        "substitute_id": substitute,
    }


def _change(event: Event) -> ReachChange:
    if event.what is What.TICKS:
        return ReachChange(_name(event.person), ticks={"ticked": 1})
    hour = event.at.replace(minute=0, second=0, microsecond=0)
    return ReachChange(_name(event.person), wrote_at=hour)


RULES = (
    Rule(1, "综合", RuleKind.FORM, "comprehensive", Level.COMPREHENSIVE, 1, "/1/", "0 18 L 3,6,9,12 *"),
    Rule(2, "职能", RuleKind.FORM, "functional", Level.FUNCTIONAL, 1, "/1/", "0 18 L * *", period=PeriodKind.MONTH),
    Rule(3, "节前", RuleKind.HOLIDAY, "", None, 1, "/1/", ladder=HOLIDAY_LADDER, period=PeriodKind.DAY),
)
"""What DOMAIN.md names: comprehensive every quarter, functional every month, the eves of holidays."""


def _rule(rule: Rule, now: datetime) -> dict[str, Any]:
    return {
        "id": rule.id,
        "kind": rule.kind,
        "form_name": rule.form,
        "unit_id": 1,
        "rule": to_json(rule),
        "changed_at": now,
        "version": 1,
        "active": True,
    }


async def prepare(url: str, group: str, now: datetime) -> None:
    """Migrated records with the catalogue published."""

    async def publish() -> None:
        async with Database(url) as database:
            await publish_catalog(database, group, now, ACTOR)

    await _PUBLISHED.copied(url, publish)
