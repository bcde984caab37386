"""Leaves and who stands in, on both back ends: who may, how long, and what becomes of what they began."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from storage.admin import administer
from storage.commands import (
    AcceptSheet,
    BeginDraft,
    DraftHandedOver,
    EndAppointments,
    EndLeave,
    ExpectMedia,
    HandOverDraft,
    KeepingRefused,
    LeaveKept,
    NameSubstitute,
    ReturnSheet,
    ReviewRefused,
    SubmitRefusal,
    SubmitRefused,
    TakeLeave,
)
from storage.database import Database
from storage.models import Leave
from storage.vocabulary import (
    KeepingRefusal,
    MediaKind,
    NoticeKind,
    ReviewRefusal,
    Role,
)
from tests.storage.conftest import NOW, World, submit
from tests.storage.test_keeping import TODAY, TOMORROW, person


async def test_a_leave_is_taken_once_and_never_twice_in_the_same_days(world: World) -> None:
    take = TakeLeave(world.observer, TODAY, TODAY + timedelta(days=4))
    taken = await world.does(take)
    assert isinstance(taken, LeaveKept)
    assert await world.does(take, contact=world.officer_contact) == LeaveKept(taken.leave_id, already=True)
    overlapping = TakeLeave(world.observer, TODAY + timedelta(days=4), TODAY + timedelta(days=9))
    assert await world.does(overlapping) == KeepingRefused(KeepingRefusal.OVERLAP)
    assert await world.does(EndLeave(taken.leave_id, world.observer, TODAY)) == LeaveKept(taken.leave_id)
    again = await world.does(take)
    assert again == LeaveKept(taken.leave_id)
    tomorrow = NOW + timedelta(days=1)
    await world.does(EndLeave(taken.leave_id, world.observer, TOMORROW), now=tomorrow)
    async with world.database.administration("test", NOW) as session:
        leaves = (await session.execute(select(col(Leave.starts_on), col(Leave.ends_on)))).all()
    assert [tuple(row) for row in leaves] == [(TODAY, TODAY)]


async def test_who_may_stand_in(world: World) -> None:
    """Whom people name themselves is of their own unit or one they observe; nobody who is away, or away themselves."""
    near, far = await person(world, "张三", world.site), await person(world, "陈晓", world.first)
    days = (TODAY, TOMORROW)
    refused = KeepingRefused(KeepingRefusal.SUBSTITUTE)
    for stranger in (far, world.observer, 99_999):
        assert await world.does(TakeLeave(world.observer, *days, stranger)) == refused
    own = world.database.records(world.observer_contact, now=NOW).people
    assert [card.id for card in await own.colleagues("张三")] == [near]
    assert await own.colleagues("陈晓") == ()
    by_officer = TakeLeave(world.observer, *days, far)
    taken = await world.does(by_officer, contact=world.officer_contact)
    await world.does(TakeLeave(near, TODAY, TODAY), contact=world.officer_contact)
    away = NameSubstitute(taken.leave_id, world.observer, near)
    assert await world.does(away, contact=world.officer_contact) == KeepingRefused(KeepingRefusal.SUBSTITUTE_AWAY)
    busy = TakeLeave(far, TOMORROW, TOMORROW)
    assert await world.does(busy, contact=world.officer_contact) == KeepingRefused(KeepingRefusal.STANDS_IN)


@pytest.fixture
async def stand_in(world: World) -> tuple[int, str]:
    """张三 of 项目部 with a contact, who stands in for 王建国 today and tomorrow."""
    zhang = await person(world, "张三", world.site)
    contact = await world.bind("zhang", zhang)
    await world.does(TakeLeave(world.observer, TODAY, TOMORROW, zhang), contact=world.officer_contact)
    return zhang, contact


async def test_a_substitute_is_offered_the_form_and_hands_it_in_for_the_absent(
    world: World, stand_in: tuple[int, str]
) -> None:
    zhang, contact = stand_in
    records = world.database.records(contact, now=NOW)
    (choice,) = await records.forms()
    assert (choice.appointment_id, choice.absent_id, choice.absent_name) == (
        world.appointment,
        world.observer,
        "王建国",
    )
    begin = BeginDraft("instead", world.form_version, world.appointment, zhang)
    begun = await world.does(begin, contact=contact)
    assert begun.begun
    (draft,) = await records.open_drafts()
    assert (draft.absent_id, draft.absent_name, draft.unit_id) == (world.observer, "王建国", world.second)
    number = (await world.does(submit("instead"), contact=contact)).number
    seen = await world.database.records(world.officer_contact, now=NOW).sheet(number)
    assert seen is not None and (seen.author_name, seen.absent_name) == ("张三", "王建国")
    (mine,) = await records.my_sheets()
    assert (mine.absent_name, mine.filled_by) == ("王建国", "")
    absent = world.database.records(world.observer_contact, now=NOW)
    (his,) = await absent.my_sheets()
    assert (his.number, his.absent_name, his.filled_by) == (number, "", "张三")
    assert await absent.my_sheet(number) is not None


async def test_the_absent_keeps_out_of_what_was_handed_in_for_him(world: World, stand_in: tuple[int, str]) -> None:
    zhang, contact = stand_in
    await world.does(BeginDraft("instead", world.form_version, world.appointment, zhang), contact=contact)
    number = (await world.does(submit("instead"), contact=contact)).number
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.give_office(world.observer, Role.OFFICER, world.group)
    absent = world.database.records(world.observer_contact, now=NOW)
    assert await absent.sheet(number) is None
    assert (await absent.waiting_sheets()).total == 0
    answer = await world.does(AcceptSheet(number, ""))
    assert isinstance(answer, ReviewRefused) and answer.reason is ReviewRefusal.OWN


async def test_the_right_ends_with_the_leave_and_with_the_appointment(
    world: World, stand_in: tuple[int, str], database: Database
) -> None:
    """Not offered, not begun, and what was begun is not handed in but goes to the observer, once."""
    zhang, contact = stand_in
    await world.does(
        BeginDraft("early", world.form_version, world.appointment, zhang),
        ExpectMedia("photo", "early", "/data/photo", MediaKind.IMAGE, "wechat"),
        contact=contact,
    )
    late = NOW + timedelta(days=2)
    assert await database.records(contact, now=late).forms() == ()
    begun = await world.does(
        BeginDraft("late", world.form_version, world.appointment, zhang), contact=contact, now=late
    )
    assert not begun.begun
    handed = submit("early", form_state={"answers": {"/data/a": "好"}})
    refused = SubmitRefused(SubmitRefusal.STOOD_IN, "王建国")
    assert await world.does(handed, contact=contact, now=late) == refused
    assert await world.does(handed, contact=contact, now=late) == SubmitRefused(SubmitRefusal.GONE)
    own = database.records(world.observer_contact, now=late)
    (draft,) = await own.open_drafts()
    assert (draft.id, draft.version, draft.answers) == ("early", 2, {"answers": {"/data/a": "好"}})
    assert [each.kind for each in await own.notices()] == [NoticeKind.DRAFT_HANDED_OVER]
    assert [each.id for each in await own.media("early")] == ["photo"], "its files go along"
    assert (await world.does(submit("early", 2), contact=world.observer_contact, now=late)).number
    end = EndAppointments(world.observer, (world.appointment,), TODAY - timedelta(days=1))
    await world.does(end, contact=world.officer_contact)
    assert await database.records(contact, now=NOW).forms() == ()


async def test_a_draft_is_handed_over_only_when_it_is_too_late(world: World, stand_in: tuple[int, str]) -> None:
    """And only the newest answers of whoever wrote them, once; a draft of one's own stays."""
    zhang, contact = stand_in
    await world.does(BeginDraft("instead", world.form_version, world.appointment, zhang), contact=contact)
    await world.does(BeginDraft("own", world.form_version, world.appointment, world.observer))
    late = NOW + timedelta(days=2)
    over = HandOverDraft("instead", {"a": "1"})
    assert await world.does(over, contact=contact) == DraftHandedOver()
    assert await world.does(over, contact=world.observer_contact, now=late) == DraftHandedOver()
    assert await world.does(HandOverDraft("own", {}), now=late) == DraftHandedOver()
    assert await world.does(HandOverDraft("none", {}), now=late) == DraftHandedOver()
    assert await world.does(over, contact=contact, now=late) == DraftHandedOver("王建国")
    assert await world.does(over, contact=contact, now=late) == DraftHandedOver()
    drafts = {each.id: each for each in await world.database.records(world.observer_contact, now=late).open_drafts()}
    assert drafts["instead"].answers == {"a": "1"} and "own" in drafts


async def test_a_leave_that_is_over_gets_no_substitute(world: World, stand_in: tuple[int, str]) -> None:
    """A question asked in time and confirmed too late said 已登记; a leave that was called off is over as well."""
    (leave,) = await leaves(world)
    other = await person(world, "李四", world.site)
    late = NOW + timedelta(days=2)
    over = KeepingRefused(KeepingRefusal.LEAVE_OVER)
    for substitute in (other, stand_in[0]):
        name = NameSubstitute(leave, world.observer, substitute)
        assert await world.does(name, contact=world.officer_contact, now=late) == over
    (ahead,) = (
        await world.does(
            TakeLeave(world.observer, TODAY + timedelta(days=9), TODAY + timedelta(days=11)),
            contact=world.officer_contact,
        ),
    )
    await world.does(EndLeave(ahead.leave_id, world.observer, TODAY), contact=world.officer_contact)
    assert (
        await world.does(NameSubstitute(ahead.leave_id, world.observer, other), contact=world.officer_contact) == over
    )


async def test_a_draft_goes_to_the_new_substitute_while_the_leave_lasts(
    world: World, stand_in: tuple[int, str]
) -> None:
    zhang, contact = stand_in
    other = await person(world, "李四", world.site)
    others = await world.bind("lisi", other)
    await world.does(BeginDraft("theirs", world.form_version, world.appointment, zhang), contact=contact)
    (leave,) = await leaves(world)
    await world.does(NameSubstitute(leave, world.observer, other), contact=world.officer_contact)
    assert await world.does(submit("theirs"), contact=contact) == SubmitRefused(SubmitRefusal.STOOD_IN, "李四")
    records = world.database.records(others, now=NOW)
    (notice,) = await records.notices()
    assert (notice.body["by"], notice.body["whose"]) == ("张三", "王建国")
    assert (await world.does(submit("theirs", 2), contact=others)).number


async def test_what_a_substitute_handed_in_they_correct_after_the_leave(
    world: World, stand_in: tuple[int, str]
) -> None:
    zhang, contact = stand_in
    await world.does(BeginDraft("instead", world.form_version, world.appointment, zhang), contact=contact)
    sheet = (await world.does(submit("instead"), contact=contact)).number
    await world.does(ReturnSheet(sheet, "请写具体", ()), contact=world.officer_contact)
    late = NOW + timedelta(days=5)
    (back,) = await world.database.records(contact, now=late).returned_sheets()
    again = BeginDraft("again", world.form_version, world.appointment, zhang, sheet_id=back.sheet_id)
    assert (await world.does(again, contact=contact, now=late)).begun
    assert (await world.does(submit("again"), contact=contact, now=late)).version == 2


async def leaves(world: World) -> list[int]:
    """The ids of all leaves."""
    async with world.database.administration("test", NOW) as session:
        return [int(number or 0) for number in (await session.execute(select(col(Leave.id)))).scalars()]
