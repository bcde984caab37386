"""Requests to be bound, decided and moved, on both back ends; what contacts are told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from storage.admin import administer
from storage.commands import (
    Applied,
    ApplyForBinding,
    BeginDraft,
    BindContact,
    ChangePhone,
    DecideBinding,
    Decided,
    DeclineReminders,
    KeepingRefused,
    PhoneChanged,
    SeeContactNotices,
    UnbindPerson,
    Unbound,
)
from storage.models import BindingRequest, Contact, Notice, Person, Reach
from storage.people_changes import Changes, WrittenPerson
from storage.people_writing import write_people
from storage.reaching import ReachChange
from storage.vocabulary import ContactNoticeKind, KeepingRefusal, NoticeKind, RequestState, Role
from tests.storage.conftest import NOW, World


@pytest.fixture
async def new(world: World) -> str:
    """A contact of nobody."""
    return await world.database.contact_of("new phone", NOW)


async def phone(world: World, person: int, digits: str) -> None:
    """Keep this phone of a person."""
    async with world.database.administration("test", NOW) as session:
        found = await session.get(Person, person)
        assert found is not None
        found.phone = digits


async def states(world: World) -> list[str]:
    """Of all requests, the oldest first."""
    async with world.database.administration("test", NOW) as session:
        query = select(col(BindingRequest.state)).order_by(col(BindingRequest.id))
        return list((await session.execute(query)).scalars())


async def test_one_person_of_the_name_with_this_phone(world: World, new: str) -> None:
    people = world.database.records(new, now=NOW).people
    assert await people.bindable("王建国", "0412") is None  # no phone is kept
    await phone(world, world.observer, "13812340412")
    found = await people.bindable("王建国", "0412")
    assert found is not None
    assert (found.expected_person_id, found.masked_name, found.unit_name) == (world.observer, "王*国", "二公司")
    for name, digits in (
        ("王建", "0412"),
        ("王建国", "412"),
        ("王建国", "0413"),
        ("王建国", "%"),
        ("王%", "0412"),
        ("", ""),
    ):
        assert await people.bindable(name, digits) is None, (name, digits)
    async with administer(world.database, actor="test", now=NOW) as admin:
        twin = await admin.add_person("王建国", world.first)
    await phone(world, twin, "13900000412")
    assert await people.bindable("王建国", "0412") is None
    assert await people.bindable("王建国", "13812340412") == found


async def test_a_confirmed_request_moves_the_person_and_the_drafts(world: World, new: str) -> None:
    begin = BeginDraft("draft", world.form_version, world.appointment, world.observer)
    await world.does(begin)
    asked = await world.does(ApplyForBinding(world.observer), contact=new)
    assert asked == Applied(asked.request_id)
    assert await world.does(ApplyForBinding(world.observer), contact=new) == Applied(asked.request_id, already=True)
    officer = world.database.records(world.officer_contact, now=NOW).people
    (request,) = await officer.requests()
    assert (request.id, request.person_name, request.is_bound) == (asked.request_id, "王建国", True)
    before = (await world.database.records(world.observer_contact, now=NOW).principal()).generation
    decide = DecideBinding(asked.request_id, True)
    decided = await world.does(decide, contact=world.officer_contact)
    assert decided == Decided("王建国", confirmed=True, moved=True)
    again = await world.does(decide, contact=world.officer_contact)
    assert again == KeepingRefused(KeepingRefusal.DECIDED)
    moved, old = (world.database.records(contact, now=NOW) for contact in (new, world.observer_contact))
    principal = await moved.principal()
    assert (principal.person_id, principal.generation) == (world.observer, before + 1)
    assert [draft.id for draft in await moved.open_drafts()] == ["draft"]
    assert [notice.kind for notice in await moved.notices()] == [NoticeKind.BINDING_CONFIRMED]
    assert (await old.principal()).person_id is None
    assert await old.open_drafts() == ()
    (told,) = await old.people.contact_notices()
    assert told.kind is ContactNoticeKind.BOUND_ELSEWHERE
    assert (await world.database.verify_audit()).broken_at is None


async def test_a_refused_request_binds_nothing_and_is_told_once(world: World, new: str) -> None:
    asked = await world.does(ApplyForBinding(world.observer), contact=new)
    refuse = DecideBinding(asked.request_id, False)
    assert await world.does(refuse, contact=world.officer_contact) == Decided("王建国", confirmed=False)
    work = world.database.contact_notices
    (pushed,) = await work.take(now=NOW, limit=5)
    assert (pushed.openid, pushed.kind) == ("new phone", ContactNoticeKind.BINDING_REFUSED)
    assert await work.take(now=NOW, limit=5) == ()
    people = world.database.records(new, now=NOW).people
    (notice,) = await people.contact_notices()
    assert await world.does(SeeContactNotices((notice.id,)), contact=world.officer_contact) == 0
    assert await world.does(SeeContactNotices((notice.id,)), contact=new) == 1
    assert await people.contact_notices() == ()
    assert await states(world) == [RequestState.REFUSED]


async def test_who_may_decide(world: World, new: str) -> None:
    async with administer(world.database, actor="test", now=NOW) as admin:
        other = await admin.add_person("赵强", world.first)
        await admin.give_office(other, Role.OFFICER, world.first)
    outsider = await world.bind("outsider", other)
    asked = await world.does(ApplyForBinding(world.observer), contact=new)
    for contact in (outsider, world.observer_contact, new):
        for confirm in (True, False):
            refused = await world.does(DecideBinding(asked.request_id, confirm), contact=contact)
            assert refused == KeepingRefused(KeepingRefusal.UNKNOWN)
        assert await world.database.records(contact, now=NOW).people.requests() == ()
    own = await world.does(ApplyForBinding(world.officer), contact=new)
    refused = await world.does(DecideBinding(own.request_id, True), contact=world.officer_contact)
    assert refused == KeepingRefused(KeepingRefusal.OWN)
    assert await states(world) == [RequestState.REPLACED, RequestState.WAITING]


async def test_whose_offices_reach_further_decides_nothing_about_an_account(world: World, new: str) -> None:
    """An officer of a company changed the phone of the group's officer who sits there, and confirmed themselves."""
    async with administer(world.database, actor="test", now=NOW) as admin:
        boss, sun, keeper = [await admin.add_person(name, world.second) for name in ("高书记", "孙莉", "钱管")]
        office = await admin.give_office(boss, Role.OFFICER, world.group)
        await admin.give_office(boss, Role.ADMINISTRATOR, world.second)
        await admin.give_office(sun, Role.OFFICER, world.second)
        await admin.give_office(keeper, Role.ADMINISTRATOR, world.group)
    lower, administrator = await world.bind("sun", sun), await world.bind("keeper", keeper)
    await world.bind("boss", boss)
    asked = await world.does(ApplyForBinding(boss), contact=new)
    decide = (DecideBinding(asked.request_id, True), DecideBinding(asked.request_id, False))
    beyond = KeepingRefused(KeepingRefusal.BEYOND)
    for contact in (lower, administrator):
        people = world.database.records(contact, now=NOW).people
        for command in (*decide, UnbindPerson(boss), ChangePhone(boss, None, "13900001111")):
            assert await world.does(command, contact=contact) == beyond
        assert await people.requests() == ()
        seen = await people.request(asked.request_id)
        assert seen is not None and seen.is_beyond
        assert [card.is_beyond for card in await people.named("高书记")] == [True]
        assert [card.is_beyond for card in await people.named("王建国")] == [False]
    async with world.database.administration("test", NOW) as session:
        told = select(col(Notice.person_id)).where(col(Notice.kind) == NoticeKind.BINDING_WAITING)
        assert list((await session.execute(told)).scalars()) == [world.officer]
    assert len(await world.database.records(world.officer_contact, now=NOW).people.requests()) == 1
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.end_office(office)
    for contact in (lower, administrator):
        assert len(await world.database.records(contact, now=NOW).people.requests()) == 1
    assert await world.does(decide[0], contact=lower) == Decided("高书记", confirmed=True, moved=True)


async def test_a_contact_that_was_bound_meanwhile_keeps_its_person(world: World, new: str) -> None:
    async with administer(world.database, actor="test", now=NOW) as admin:
        other = await admin.add_person("陈晓", world.first)
        code = await admin.invite(other)
    asked = await world.does(ApplyForBinding(world.observer), contact=new)
    await world.does(BindContact(code, other), contact=new)
    refused = await world.does(DecideBinding(asked.request_id, True), contact=world.officer_contact)
    assert refused == KeepingRefused(KeepingRefusal.DECIDED)
    assert await states(world) == [RequestState.REPLACED]
    assert await world.does(ApplyForBinding(world.observer), contact=new) == KeepingRefused(
        KeepingRefusal.CONTACT_BOUND
    )


async def test_unbinding_by_oneself_and_by_an_officer(world: World, new: str) -> None:
    assert await world.does(UnbindPerson(world.observer), contact=new) == KeepingRefused(KeepingRefusal.UNKNOWN)
    assert await world.does(UnbindPerson(world.officer)) == KeepingRefused(KeepingRefusal.UNKNOWN)
    assert await world.does(UnbindPerson(world.observer)) == Unbound(True)
    old = world.database.records(world.observer_contact, now=NOW).people
    assert await old.contact_notices() == ()
    assert await world.does(UnbindPerson(world.observer), contact=world.officer_contact) == Unbound(False)
    async with administer(world.database, actor="test", now=NOW) as admin:
        code = await admin.invite(world.observer)
    later = NOW + timedelta(hours=1)
    await world.does(BindContact(code, world.observer), contact=new, now=later)
    assert await world.does(UnbindPerson(world.observer), contact=world.officer_contact) == Unbound(True)
    (told,) = await world.database.records(new, now=later).people.contact_notices()
    assert told.kind is ContactNoticeKind.UNBOUND
    async with world.database.administration("test", NOW) as session:
        held = select(col(Contact.id)).where(col(Contact.person_id) == world.observer)
        assert (await session.execute(held)).scalars().all() == []


async def test_a_changed_phone_withdraws_what_was_asked_with_the_old_one(world: World, new: str) -> None:
    """By an officer, or by an import: the applicant is told, and an answer that was given before comes too late."""
    await phone(world, world.observer, "13812341234")
    officer = world.officer_contact
    asked = await world.does(ApplyForBinding(world.observer, "1234"), contact=new)
    assert isinstance(asked, Applied)
    change = ChangePhone(world.observer, "13812341234", "13800005678")
    assert await world.does(change, contact=officer) == PhoneChanged(withdrawn=1)
    decided = await world.does(DecideBinding(asked.request_id, True), contact=officer)
    assert decided == KeepingRefused(KeepingRefusal.DECIDED)
    late = await world.does(ApplyForBinding(world.observer, "1234"), contact=new)
    assert late == KeepingRefused(KeepingRefusal.CHANGED)
    assert await world.database.records(officer, now=NOW).people.requests() == ()
    assert isinstance(await world.does(ApplyForBinding(world.observer, "5678"), contact=new), Applied)
    standing = await world.database.people.standing()
    changed = WrittenPerson(world.observer, "A1", "王建国", world.second, "13700009012", None, None, ("phone",))
    changes = Changes(position=standing.position, changed_persons=[changed])
    await write_people(world.database, changes, actor="test", now=NOW, source="abc")
    assert await states(world) == [RequestState.WITHDRAWN, RequestState.WITHDRAWN]
    told = await world.database.records(new, now=NOW).people.contact_notices()
    assert [notice.kind for notice in told] == [ContactNoticeKind.PHONE_CHANGED] * 2
    async with world.database.administration("test", NOW) as session:
        untold = select(col(Notice.seen_at)).where(col(Notice.kind) == NoticeKind.BINDING_WAITING)
        assert None not in (await session.execute(untold)).scalars().all()


async def reach(world: World, contact: str) -> tuple[Any, ...]:
    """What is known of how a contact is reached: wrote_at, used, gone, declined."""
    query = select(col(Reach.wrote_at), col(Reach.used), col(Reach.gone), col(Reach.declined))
    async with world.database.administration("test", NOW) as session:
        return tuple((await session.execute(query.where(col(Reach.contact) == contact))).one())


async def happened(world: World, *changes: ReachChange, now: datetime = NOW) -> None:
    """As the bot writes it behind the turns."""
    await world.database.deliveries.reached(changes, now=now, resume_at=now, soon=now)


async def test_a_contact_that_is_bound_again_is_reached_by_what_it_did_last(world: World) -> None:
    """It had unfollowed when it was bound; that it followed and wrote since was not written, for it was nobody's."""
    old, later = world.observer_contact, NOW + timedelta(days=3)
    await happened(world, ReachChange(old, wrote_at=NOW), ReachChange(old, follows=False))
    assert (await reach(world, old))[2] == "unfollowed"
    await world.does(DeclineReminders(True))
    await world.does(UnbindPerson(world.observer), contact=world.officer_contact)
    asked = await world.does(ApplyForBinding(world.observer), contact=old, now=later)
    confirm = DecideBinding(asked.request_id, True)
    await world.does(confirm, contact=world.officer_contact, now=later + timedelta(hours=2))
    assert await reach(world, old) == (later.replace(minute=0), 0, "", True)


async def test_what_one_person_declined_is_not_the_next_ones(world: World, new: str) -> None:
    """停止提醒 is kept by contact: whoever was bound to the same WeChat next was told nothing of it."""
    async with administer(world.database, actor="test", now=NOW) as admin:
        other = await admin.add_person("陈晓", world.first)
        codes = [await admin.invite(person) for person in (other, world.observer)]
    shared = world.observer_contact
    await happened(world, ReachChange(shared, wrote_at=NOW))
    await world.does(DeclineReminders(True))
    await world.does(UnbindPerson(world.observer))
    await world.does(BindContact(codes[0], other), contact=shared, now=NOW + timedelta(hours=1))
    assert (await reach(world, shared))[2:] == ("", False)
    await world.does(DeclineReminders(True), contact=shared)
    await world.does(UnbindPerson(other), contact=shared)
    asked = await world.does(ApplyForBinding(other), contact=shared)
    later = NOW + timedelta(hours=2)
    await world.does(DecideBinding(asked.request_id, True), contact=world.officer_contact, now=later)
    assert (await reach(world, shared))[3] is True, "the same person, the same wish"
    await world.does(UnbindPerson(other), contact=shared)
    asked = await world.does(ApplyForBinding(world.observer), contact=shared, now=later)
    await world.does(DecideBinding(asked.request_id, True), contact=world.officer_contact, now=later)
    assert (await reach(world, shared))[3] is False
