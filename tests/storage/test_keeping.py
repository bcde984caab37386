"""Appointments and transfers as officers keep them, on both back ends: rights, facts, history, generations."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from storage.admin import administer
from storage.commands import (
    Appoint,
    Appointed,
    AppointmentsEnded,
    EndAppointments,
    KeepingRefused,
    TakeLeave,
    TransferPerson,
    Transferred,
)
from storage.models import Appointment, Notice, Person, Transfer
from storage.vocabulary import (
    KeepingRefusal,
    Level,
    NoticeKind,
    Role,
    TransferState,
    UnitKind,
)
from tests.storage.conftest import NOW, World

TODAY = date(2026, 11, 13)
TOMORROW = TODAY + timedelta(days=1)
UNKNOWN = KeepingRefused(KeepingRefusal.UNKNOWN)


async def person(world: World, name: str, unit: int, *, role: Role | None = None) -> int:
    """Somebody new of the unit, with an office over it."""
    async with administer(world.database, actor="test", now=NOW) as admin:
        made = await admin.add_person(name, unit)
        if role is not None:
            await admin.give_office(made, role, unit)
    return made


async def generation(world: World, of: int) -> int:
    """How often the rights of a person changed."""
    async with world.database.administration("test", NOW) as session:
        return (await session.execute(select(col(Person.generation)).where(col(Person.id) == of))).scalar_one()


async def appointments(world: World, of: int) -> list[tuple[Any, ...]]:
    """All appointments of a person, ended ones too."""
    query = select(
        col(Appointment.level), col(Appointment.unit_id), col(Appointment.starts_on), col(Appointment.ends_on)
    ).where(col(Appointment.person_id) == of)
    async with world.database.administration("test", NOW) as session:
        return [tuple(row) for row in (await session.execute(query.order_by(col(Appointment.id)))).all()]


async def told(world: World, of: int) -> list[dict[str, object]]:
    """The risk briefings that a person is asked for."""
    query = select(col(Notice.body)).where(col(Notice.person_id) == of, col(Notice.kind) == NoticeKind.RISK_BRIEFING)
    async with world.database.administration("test", NOW) as session:
        return list((await session.execute(query.order_by(col(Notice.id)))).scalars())


async def test_an_appointment_is_made_once(world: World) -> None:
    li = await person(world, "李四", world.site)
    before = await generation(world, li)
    appoint = Appoint(li, Level.FUNCTIONAL, world.site, TOMORROW)
    made = await world.does(appoint, contact=world.officer_contact)
    assert isinstance(made, Appointed) and not made.already
    again = await world.does(appoint, contact=world.officer_contact)
    assert again == Appointed(made.appointment_id, already=True)
    assert await generation(world, li) == before + 1
    assert await appointments(world, li) == [("functional", world.site, TOMORROW, None)]
    assert await told(world, li) == [
        {"unit": "集团 / 二公司 / 项目部", "starts_on": "2026-11-14", "level": "functional", "title": ""}
    ]
    assert (await world.database.verify_audit()).broken_at is None


async def test_an_appointment_that_ends_is_prolonged_and_one_that_ended_is_made_anew(world: World) -> None:
    prolong = Appoint(world.observer, Level.COMPREHENSIVE, world.second, TODAY)
    assert await world.does(prolong, contact=world.officer_contact) == Appointed(world.appointment, extended=True)
    end = EndAppointments(world.observer, (world.appointment,), TODAY - timedelta(days=1))
    assert await world.does(end, contact=world.officer_contact) == AppointmentsEnded(1)
    assert await world.does(end, contact=world.officer_contact) == AppointmentsEnded(0)
    anew = await world.does(prolong, contact=world.officer_contact)
    assert isinstance(anew, Appointed) and anew.appointment_id != world.appointment
    assert await appointments(world, world.observer) == [
        ("comprehensive", world.second, date(2026, 1, 1), date(2026, 11, 12)),
        ("comprehensive", world.second, TODAY, None),
    ]


async def test_one_that_has_not_begun_is_called_off_and_may_be_made_again(world: World) -> None:
    li = await person(world, "李四", world.site)
    appoint = Appoint(li, Level.FUNCTIONAL, world.site, TODAY + timedelta(days=9))
    made = await world.does(appoint, contact=world.officer_contact)
    earlier = Appoint(li, Level.FUNCTIONAL, world.site, TODAY)
    assert await world.does(earlier, contact=world.officer_contact) == KeepingRefused(KeepingRefusal.OVERLAP)
    end = EndAppointments(li, (made.appointment_id,), TODAY)
    assert await world.does(end, contact=world.officer_contact) == AppointmentsEnded(1)
    records = world.database.records(world.officer_contact, now=NOW)
    (card,) = await records.people.named("李四")
    assert card.appointments == ()
    assert await world.does(appoint, contact=world.officer_contact) == Appointed(made.appointment_id)
    assert len(await appointments(world, li)) == 1


async def test_only_the_unit_subtree_of_an_office_that_keeps_people(world: World) -> None:
    """An officer of 一公司, an observer, somebody unbound: nothing of 二公司; and nobody of 二公司 goes to 集团."""
    first = await world.bind("first", await person(world, "赵强", world.first, role=Role.OFFICER))
    second = await world.bind("second", await person(world, "孙莉", world.second, role=Role.ADMINISTRATOR))
    nobody = await world.database.contact_of("nobody", NOW)
    li = await person(world, "李四", world.site)
    commands = (
        Appoint(world.observer, Level.PROJECT, world.second, TODAY),
        EndAppointments(world.observer, (world.appointment,), TODAY),
        TransferPerson(world.observer, world.second, world.first, TODAY),
        TakeLeave(li, TODAY, TOMORROW),
        TransferPerson(li, world.site, world.second, TODAY),
    )
    before = await generation(world, world.observer)
    for contact in (first, world.observer_contact, nobody):
        for command in commands:
            assert await world.does(command, contact=contact) == UNKNOWN, command
        people = world.database.records(contact, now=NOW).people
        assert await people.named("李四") == ()
        assert await people.units("项目部") == ()
        assert (await people.of_unit(world.second, 10)).total == 0
    assert await generation(world, world.observer) == before
    for outside in (
        Appoint(li, Level.PROJECT, world.first, TODAY),
        TransferPerson(li, world.site, world.group, TODAY),
        EndAppointments(li, (world.appointment,), TODAY),
    ):
        assert await world.does(outside, contact=second) == UNKNOWN
    assert await world.does(commands[-1], contact=second) == Transferred(planned=False, ended=0)
    assert (await world.database.records(second, now=NOW).people.of_unit(world.second, 10)).total == 3


async def test_a_transfer_ends_what_the_new_unit_is_no_part_of(world: World) -> None:
    """Within the company the company's appointment stays; to another company it ends the day before."""
    for level, unit in ((Level.FUNCTIONAL, world.site), (Level.PROJECT, world.group)):
        await world.does(Appoint(world.observer, level, unit, date(2026, 10, 1)), contact=world.officer_contact)
    await world.does(
        Appoint(world.observer, Level.DAILY, world.second, date(2027, 1, 1)), contact=world.officer_contact
    )
    inside = TransferPerson(world.observer, world.second, world.site, TODAY)
    assert await world.does(inside, contact=world.officer_contact) == Transferred(planned=False, ended=0)
    stale = await world.does(inside, contact=world.officer_contact)
    assert stale == KeepingRefused(KeepingRefusal.CHANGED)
    away = TransferPerson(world.observer, world.site, world.first, TODAY)
    assert await world.does(away, contact=world.officer_contact) == Transferred(planned=False, ended=2)
    assert [row[3] for row in await appointments(world, world.observer)] == [
        date(2026, 11, 12),
        date(2026, 11, 12),
        None,
        None,
    ]
    assert [body["unit"] for body in await told(world, world.observer)][-1] == "集团 / 一公司"


async def test_a_planned_transfer_waits_for_its_day_and_the_last_plan_counts(world: World) -> None:
    plan = TransferPerson(world.observer, world.second, world.first, TOMORROW)
    assert await world.does(plan, contact=world.officer_contact) == Transferred(planned=True, ended=1)
    later = TransferPerson(world.observer, world.second, world.site, TOMORROW)
    assert await world.does(later, contact=world.officer_contact) == Transferred(planned=True, ended=0)
    work = world.database.transfers
    assert await work.carry_out(today=TODAY, now=NOW) == 0
    before = await generation(world, world.observer)
    assert await work.carry_out(today=TOMORROW, now=NOW + timedelta(days=1)) == 1
    assert await work.carry_out(today=TOMORROW, now=NOW + timedelta(days=1)) == 0
    assert await generation(world, world.observer) == before + 1
    async with world.database.administration("test", NOW) as session:
        states = (await session.execute(select(col(Transfer.state)).order_by(col(Transfer.id)))).scalars().all()
        unit = (await session.execute(select(col(Person.unit_id)).where(col(Person.id) == world.observer))).scalar_one()
    assert states == [TransferState.REPLACED, TransferState.DONE]
    assert unit == world.site
    assert [body["level"] for body in await told(world, world.observer)] == [""]
    assert (await world.database.verify_audit()).broken_at is None


async def test_a_plan_whose_person_was_moved_otherwise_is_given_up(world: World) -> None:
    await world.does(TransferPerson(world.observer, world.second, world.first, TOMORROW), contact=world.officer_contact)
    async with world.database.administration("test", NOW) as session:
        found = await session.get(Person, world.observer)
        assert found is not None
        found.unit_id = world.group
    assert await world.database.transfers.carry_out(today=TOMORROW, now=NOW) == 0
    async with world.database.administration("test", NOW) as session:
        assert (await session.execute(select(col(Transfer.state)))).scalars().all() == [TransferState.REPLACED]


async def test_units_are_found_by_what_people_call_them(world: World) -> None:
    people = world.database.records(world.officer_contact, now=NOW).people
    for said in ("项目部", "二公司项目部", "集团二公司项目部", "集团项目部"):
        assert [unit.id for unit in await people.units(said)] == [world.site], said
    for said in ("部", "公司项目部", "一公司项目部", "%", "__部", "集团集团项目部"):
        assert await people.units(said) == (), said
    async with administer(world.database, actor="test", now=NOW) as admin:
        other = await admin.add_unit("项目部", UnitKind.SITE, parent=world.first)
    assert {unit.id for unit in await people.units("项目部")} == {world.site, other}
    assert [unit.id for unit in await people.units("一公司项目部")] == [other]
