"""Two officers at once, on both back ends: one is first, the other is told, and nothing stands twice or half."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from storage.admin import administer
from storage.commands import (
    Applied,
    ApplyForBinding,
    Appoint,
    Appointed,
    AppointmentsEnded,
    BeginDraft,
    ChangePhone,
    DecideBinding,
    Decided,
    EndAppointments,
    EndLeave,
    KeepingRefused,
    LeaveKept,
    NameSubstitute,
    PhoneChanged,
    SubmitRefusal,
    SubmitRefused,
    Submitted,
    TakeLeave,
    TransferPerson,
    Transferred,
)
from storage.models import Appointment, BindingRequest, Contact, Leave, Notice, Person, Sheet, Transfer
from storage.vocabulary import KeepingRefusal, Level, NoticeKind, RequestState, Role, TransferState
from tests.storage.conftest import NOW, World, submit

TODAY = date(2026, 11, 13)
TOMORROW = TODAY + timedelta(days=1)
TIMES = 6
"""How often each race is run: who is first differs."""
DECIDED = KeepingRefused(KeepingRefusal.DECIDED)


@dataclass(frozen=True)
class Races:
    """The small group with a second officer, over 二公司, and somebody who may stand in."""

    world: World
    second: str
    """The second officer's contact."""
    zhang: int
    zhang_contact: str

    async def at_once(self, one: Any, other: Any) -> list[Any]:
        """What two commands of the two officers came to, said at the same time."""
        said = (self.world.does(one, contact=self.world.officer_contact), self.world.does(other, contact=self.second))
        return list(await asyncio.gather(*said))

    async def count(self, of: Any, *conditions: Any) -> int:
        query = select(func.count()).select_from(of).where(*conditions)
        async with self.world.database.administration("test", NOW) as session:
            return int((await session.execute(query)).scalar_one())


@pytest.fixture
async def races(world: World) -> Races:
    async with administer(world.database, actor="test", now=NOW) as admin:
        sun = await admin.add_person("孙莉", world.second)
        await admin.give_office(sun, Role.OFFICER, world.second)
        zhang = await admin.add_person("张三", world.site)
    return Races(world, await world.bind("sun", sun), zhang, await world.bind("zhang", zhang))


async def newcomer(races: Races, number: int) -> int:
    """Somebody of 二公司 whom nobody knows yet."""
    async with administer(races.world.database, actor="test", now=NOW) as admin:
        return await admin.add_person(f"新人{number}", races.world.second)


async def applied(races: Races, openid: str, person: int) -> tuple[str, int]:
    """A contact that asked to be bound to the person, and its request."""
    contact = await races.world.database.contact_of(openid, NOW)
    return contact, (await races.world.does(ApplyForBinding(person), contact=contact)).request_id


@pytest.mark.parametrize("other", [True, False])
async def test_one_request_is_decided_once(races: Races, other: bool) -> None:
    for number in range(TIMES):
        person = await newcomer(races, number)
        contact, request = await applied(races, f"new {number}", person)
        results = await races.at_once(DecideBinding(request, True), DecideBinding(request, other))
        assert results.count(DECIDED) == 1
        (first,) = (result for result in results if isinstance(result, Decided))
        bound = await races.count(Contact, col(Contact.id) == contact, col(Contact.person_id) == person)
        assert bound == int(first.confirmed)
        told = await races.count(Notice, col(Notice.person_id) == person, col(Notice.kind) == "binding_confirmed")
        assert told == bound
    waiting = (col(Notice.kind) == NoticeKind.BINDING_WAITING, col(Notice.seen_at).is_(None))
    assert await races.count(Notice, *waiting) == 0, "what is decided is nobody's news any more"


async def test_two_requests_for_one_person_leave_one_contact_bound(races: Races) -> None:
    for number in range(TIMES):
        person = await newcomer(races, number)
        asked = [await applied(races, f"phone {number} {which}", person) for which in "ab"]
        results = await races.at_once(*(DecideBinding(request, True) for _, request in asked))
        assert all(isinstance(result, Decided) for result in results), results
        assert sorted(result.moved for result in results) == [False, True], "the second took it from the first"
        assert await races.count(Contact, col(Contact.person_id) == person) == 1
        confirmed = col(BindingRequest.state) == RequestState.CONFIRMED
        assert await races.count(BindingRequest, col(BindingRequest.person_id) == person, confirmed) == 2


async def test_a_phone_is_changed_while_a_request_is_made_or_confirmed(races: Races) -> None:
    """What was asked with the old number is decided before the change, or never."""
    world, of = races.world, col(BindingRequest.person_id)
    for number in range(TIMES):
        person = await newcomer(races, number)
        await world.does(ChangePhone(person, None, "13800001234"), contact=races.second)
        _, request = await applied(races, f"early {number}", person)
        change = ChangePhone(person, "13800001234", "13800005678")
        decided, changed = await races.at_once(DecideBinding(request, True), change)
        assert isinstance(changed, PhoneChanged)
        assert changed.withdrawn == int(decided == DECIDED), (decided, changed)
        late = await world.database.contact_of(f"late {number}", NOW)
        back = ChangePhone(person, "13800005678", "13800009012")
        asked, changed = await asyncio.gather(
            world.does(ApplyForBinding(person, "5678"), contact=late), world.does(back, contact=races.second)
        )
        assert changed.withdrawn == int(isinstance(asked, Applied)), (asked, changed)
        assert await races.count(BindingRequest, of == person, col(BindingRequest.state) == RequestState.WAITING) == 0


async def test_somebody_is_moved_by_one_of_two(races: Races) -> None:
    world = races.world
    for number in range(TIMES):
        person = await newcomer(races, number)
        results = await races.at_once(
            TransferPerson(person, world.second, world.site, TODAY),
            TransferPerson(person, world.second, world.site, TODAY),
        )
        assert results.count(KeepingRefused(KeepingRefusal.CHANGED)) == 1
        assert results.count(Transferred(planned=False, ended=0)) == 1
        assert await races.count(Transfer, col(Transfer.person_id) == person) == 1
        briefed = (col(Notice.person_id) == person, col(Notice.kind) == NoticeKind.RISK_BRIEFING)
        assert await races.count(Notice, *briefed) == 1


async def test_of_two_planned_transfers_one_waits(races: Races) -> None:
    world = races.world
    for number in range(TIMES):
        person = await newcomer(races, number)
        await races.at_once(
            TransferPerson(person, world.second, world.first, TOMORROW),
            TransferPerson(person, world.second, world.site, TOMORROW),
        )
        planned = (col(Transfer.person_id) == person, col(Transfer.state) == TransferState.PLANNED)
        assert await races.count(Transfer, *planned) == 1


async def test_somebody_is_appointed_once(races: Races) -> None:
    for number in range(TIMES):
        person = await newcomer(races, number)
        appoint = Appoint(person, Level.FUNCTIONAL, races.world.second, TODAY)
        results = await races.at_once(appoint, appoint)
        assert all(isinstance(result, Appointed) for result in results)
        assert sorted(result.already for result in results) == [False, True]
        assert await races.count(Appointment, col(Appointment.person_id) == person) == 1


async def test_a_dismissal_while_a_substitute_is_named(races: Races) -> None:
    """Both are done, whoever is first; and the right to fill is gone with the appointment."""
    world = races.world
    for number in range(TIMES):
        person = await newcomer(races, number)
        seat = (
            await world.does(Appoint(person, Level.DAILY, world.second, TODAY), contact=races.second)
        ).appointment_id
        leave = (await world.does(TakeLeave(person, TODAY, TOMORROW), contact=races.second)).leave_id
        ended, named = await races.at_once(
            EndAppointments(person, (seat,), TODAY - timedelta(days=1)), NameSubstitute(leave, person, races.zhang)
        )
        assert (ended, named) == (AppointmentsEnded(1), LeaveKept(leave))
        assert await races.count(Leave, col(Leave.id) == leave, col(Leave.substitute_id) == races.zhang) == 1
        late = BeginDraft(f"late {number}", world.form_version, seat, races.zhang)
        assert not (await world.does(late, contact=races.zhang_contact)).begun


async def test_a_leave_ends_while_the_substitute_hands_in(races: Races) -> None:
    """The sheet is there, or the draft is the observer's: never both, never neither."""
    world = races.world
    for number in range(TIMES):
        leave = (
            await world.does(TakeLeave(world.observer, TODAY, TOMORROW, races.zhang), contact=races.second)
        ).leave_id
        draft = f"instead {number}"
        await world.does(
            BeginDraft(draft, world.form_version, world.appointment, races.zhang), contact=races.zhang_contact
        )
        ended, handed = await asyncio.gather(
            world.does(EndLeave(leave, world.observer, TODAY), contact=races.second),
            world.does(submit(draft), contact=races.zhang_contact),
        )
        assert ended == LeaveKept(leave)
        own = {each.id for each in await world.database.records(world.observer_contact, now=NOW).open_drafts()}
        sheets = await races.count(Sheet, col(Sheet.draft_id) == draft)
        if isinstance(handed, Submitted):
            assert (sheets, draft in own) == (1, False)
        else:
            assert handed == SubmitRefused(SubmitRefusal.STOOD_IN, "王建国")
            assert (sheets, draft in own) == (0, True)


async def test_a_number_is_changed_by_one_of_two(races: Races) -> None:
    for number in range(TIMES):
        person = await newcomer(races, number)
        results = await races.at_once(
            ChangePhone(person, None, "13700001111"), ChangePhone(person, None, "13700002222")
        )
        assert results.count(PhoneChanged()) == 1
        assert results.count(KeepingRefused(KeepingRefusal.CHANGED)) == 1
        kept = "13700001111" if results[0] == PhoneChanged() else "13700002222"
        assert await races.count(Person, col(Person.id) == person, col(Person.phone) == kept) == 1
