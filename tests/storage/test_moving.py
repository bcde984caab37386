"""What ends with a transfer besides the appointments, on both back ends."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import col

from storage.admin import administer
from storage.commands import Appoint, Appointed, KeepingRefused, TakeLeave, TransferPerson, Transferred
from storage.models import Appointment, Leave, Office, Person
from storage.vocabulary import KeepingRefusal, Level, Role, UnitKind
from tests.storage.conftest import NOW, World
from tests.storage.test_keeping import TODAY, TOMORROW, appointments, generation, person


async def running_offices(world: World, of: int) -> set[int]:
    """The units over which a person has offices now."""
    query = select(col(Office.unit_id)).where(col(Office.person_id) == of, col(Office.ended_at).is_(None))
    async with world.database.administration("test", NOW) as session:
        return set((await session.execute(query)).scalars())


async def give(world: World, to: int, *units: int) -> None:
    """Offices over these units."""
    async with administer(world.database, actor="test", now=NOW) as admin:
        for unit in units:
            await admin.give_office(to, Role.OFFICER, unit)


async def test_offices_over_units_that_the_new_one_is_no_part_of_end(world: World) -> None:
    off = await person(world, "卫二", world.site)
    await give(world, off, world.group, world.second, world.site)
    inside = TransferPerson(off, world.site, world.second, TODAY)
    assert await world.does(inside, contact=world.officer_contact) == Transferred(False, 0, offices_ended=1)
    assert await running_offices(world, off) == {world.group, world.second}
    away = TransferPerson(off, world.second, world.first, TODAY)
    before = await generation(world, off)
    assert await world.does(away, contact=world.officer_contact) == Transferred(False, 0, offices_ended=1)
    assert await generation(world, off) == before + 1
    assert await running_offices(world, off) == {world.group}
    assert (await world.database.verify_audit()).broken_at is None


async def test_a_planned_transfer_ends_what_its_officer_kept_then(world: World) -> None:
    """Neither an office given since, nor one over units of others; whether they still keep people does not matter."""
    off, keeper = await person(world, "卫二", world.site), await person(world, "孙莉", world.second, role=Role.OFFICER)
    contact = await world.bind("keeper", keeper)
    await give(world, off, world.first, world.site)
    plan = TransferPerson(off, world.site, world.second, TOMORROW)
    assert await world.does(plan, contact=contact, now=NOW + timedelta(hours=1)) == Transferred(True, 0)
    assert await running_offices(world, off) == {world.first, world.site}
    later = NOW + timedelta(hours=2)
    async with administer(world.database, actor="test", now=later) as admin:
        extra = await admin.add_unit("二班", UnitKind.SITE, parent=world.site)
        await admin.give_office(off, Role.OFFICER, extra)
    async with world.database.administration("test", later) as session:
        for office in (await session.execute(select(Office).where(col(Office.person_id) == keeper))).scalars():
            office.ended_at = later
    assert await world.database.transfers.carry_out(today=date(2026, 11, 14), now=NOW + timedelta(days=1)) == 1
    assert await running_offices(world, off) == {world.first, extra}


async def test_a_plan_that_is_given_up_gives_back_the_ends_that_it_set(world: World) -> None:
    """One that had an end before gets that one; where a later appointment stands in the way nothing is given back."""
    day = date(2026, 12, 1)
    async with world.database.administration("test", NOW) as session:
        for level, ends in ((Level.DAILY, date(2027, 3, 1)), (Level.PROJECT, date(2026, 12, 31))):
            seat = Appointment(person_id=world.observer, unit_id=world.second, level=level, starts_on=date(2026, 1, 1))
            seat.ends_on = ends
            session.add(seat)
    before = await appointments(world, world.observer)
    plan = TransferPerson(world.observer, world.second, world.first, day)
    assert await world.does(plan, contact=world.officer_contact) == Transferred(planned=True, ended=3)
    assert {row[3] for row in await appointments(world, world.observer)} == {date(2026, 11, 30)}
    follows = Appoint(world.observer, Level.PROJECT, world.second, day)
    assert isinstance(await world.does(follows, contact=world.officer_contact), Appointed)
    stay = TransferPerson(world.observer, world.second, world.second, TODAY)
    assert await world.does(stay, contact=world.officer_contact) == Transferred(False, 0, called_off=True, given_back=2)
    after = await appointments(world, world.observer)
    assert after[:2] == before[:2]
    assert [row[3] for row in after[2:]] == [date(2026, 11, 30), None]
    assert await world.does(stay, contact=world.officer_contact) == KeepingRefused(KeepingRefusal.CHANGED)
    assert await world.database.transfers.carry_out(today=day, now=NOW + timedelta(days=18)) == 0
    assert (await world.database.verify_audit()).broken_at is None


async def test_a_plan_that_a_workbook_overtook_gives_back_what_the_person_goes_on_with(world: World) -> None:
    """Moved within the company meanwhile: the company's appointment goes on. Moved out of it: it stays ended."""
    for unit, last in ((world.site, date(2026, 12, 31)), (world.first, TODAY)):
        plan = TransferPerson(world.observer, world.second, world.group, TOMORROW)
        assert await world.does(plan, contact=world.officer_contact) == Transferred(planned=True, ended=1)
        await put(world, world.observer, unit)
        assert await world.database.transfers.carry_out(today=TOMORROW, now=NOW) == 0
        assert [row[3] for row in await appointments(world, world.observer)] == [last]
        await put(world, world.observer, world.second)


async def put(world: World, who: int, unit: int) -> None:
    """Move somebody as a workbook does."""
    async with world.database.administration("test", NOW) as session:
        (await session.get_one(Person, who)).unit_id = unit


async def test_who_stands_in_ends_with_a_move_out_of_the_company_only(world: World) -> None:
    """Unless the substitute is one whom people may name themselves all the same: of a unit that is still observed."""
    zhang, chen = await person(world, "张三", world.site), await person(world, "陈晓", world.first)
    later = TODAY + timedelta(days=9)
    for substitute, first in ((zhang, TODAY), (chen, TOMORROW)):
        last = first if first == TODAY else later
        await world.does(TakeLeave(world.observer, first, last, substitute), contact=world.officer_contact)
    before = await generation(world, zhang)
    inside = TransferPerson(world.observer, world.second, world.site, TODAY)
    moved = await world.does(inside, contact=world.officer_contact)
    assert moved == Transferred(False, 0)
    people = world.database.records(world.officer_contact, now=NOW).people
    (target,) = await people.units("一公司")
    seen = await people.stand_ins_after_move(world.observer, target, TODAY, ())
    assert [(each.substitute_name, each.stays) for each in seen] == [("张三", True), ("陈晓", True)]
    seen = await people.stand_ins_after_move(world.observer, target, TODAY, (world.appointment,))
    assert [(each.substitute_name, each.stays) for each in seen] == [("张三", False), ("陈晓", True)]
    strangers = world.database.records(world.observer_contact, now=NOW).people
    assert await strangers.stand_ins_after_move(world.observer, target, TODAY, ()) == ()
    away = TransferPerson(world.observer, world.site, world.first, TODAY)
    assert await world.does(away, contact=world.officer_contact) == Transferred(False, 1, stand_ins_ended=1)
    assert await generation(world, zhang) == before + 1
    assert await substitutes(world) == [None, chen]
    back = TransferPerson(chen, world.first, world.second, TODAY)
    assert await world.does(back, contact=world.officer_contact) == Transferred(False, 0, stand_ins_ended=1)
    assert await substitutes(world) == [None, None]


async def substitutes(world: World) -> list[int | None]:
    """Of all leaves, the earliest first."""
    async with world.database.administration("test", NOW) as session:
        return list((await session.execute(select(col(Leave.substitute_id)).order_by(col(Leave.starts_on)))).scalars())
