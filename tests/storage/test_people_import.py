"""An import of people on both back ends: all or nothing, once, audited, seen by the running bot."""

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from handlers.people.planning import Plan, plan
from storage.admin import administer
from storage.database import Database, RecordsUnavailable
from storage.models import AuditEntry, Unit
from storage.people import Standing
from storage.people_changes import Changes, NewAppointment, NewLeave, NewUnit, WrittenPerson
from storage.people_writing import PeopleChanged, write_people
from storage.vocabulary import Level, Role, UnitKind
from tests.handlers.people.books import GOOD, TODAY, Rows, changed, roster
from tests.storage.conftest import NOW, World

PEOPLE = tuple(GOOD["人员"])


async def bring_in(database: Database, folder: Path, sheets: Any = GOOD, today: date = TODAY) -> Plan:
    """Compare and write as the command does."""
    planned = plan(roster(folder, sheets), await database.people.standing(), today)
    assert planned.faults == ()
    if planned.changes.count():
        await write_people(database, planned.changes, actor="test", now=NOW, source="abc")
    return planned


async def shape(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """What stands, by names instead of ids."""
    standing = await database.people.standing()
    units = {unit.id: unit for unit in standing.units}
    persons = {person.id: person for person in standing.persons}

    def number(person_id: int | None) -> str | None:
        return persons[person_id].staff_number if person_id else None

    def names(unit_id: int | None) -> str:
        unit = units[unit_id] if unit_id else None
        return f"{names(unit.parent_id)}/{unit.name}" if unit else ""

    return {
        "units": sorted((names(unit.id), unit.kind, unit.timezone) for unit in standing.units),
        "persons": sorted(
            (one.staff_number or "", one.name, names(one.unit_id), one.phone, one.post, number(one.superior_id))
            for one in standing.persons
        ),
        "appointments": sorted(
            (number(one.person_id), names(one.unit_id), one.level, one.starts_on, one.ends_on)
            for one in standing.appointments
        ),
        "leaves": sorted(
            (number(one.person_id), one.starts_on, one.ends_on, number(one.substitute_id)) for one in standing.leaves
        ),
        "offices": sorted((number(one.person_id), names(one.unit_id), one.role) for one in standing.offices),
    }


async def entries(database: Database, after: int = 0) -> list[tuple[str, str]]:
    query = select(AuditEntry.action, AuditEntry.subject).where(col(AuditEntry.position) > after)
    async with database.administration("test", NOW) as session:
        found = await session.execute(query.order_by(col(AuditEntry.position)))
        return [(row.action, row.subject) for row in found]


async def test_a_workbook_becomes_records(database: Database, tmp_path: Path) -> None:
    await bring_in(database, tmp_path)
    assert await shape(database) == {
        "units": [
            ("/集团", "group", "Asia/Shanghai"),
            ("/集团/一公司", "subsidiary", "Asia/Shanghai"),
            ("/集团/一公司/项目部", "department", "Asia/Shanghai"),
            ("/集团/二公司", "subsidiary", "Asia/Shanghai"),
            ("/集团/二公司/项目部", "site", "Asia/Dubai"),
        ],
        "persons": [
            ("102", "陈晓", "/集团/二公司/项目部", "13900005678", None, "A1"),
            ("A1", "王建国", "/集团/二公司", "13800001234", "总经理", "L1"),
            ("L1", "李纪", "/集团", None, "纪委书记", None),
        ],
        "appointments": [
            ("102", "/集团/二公司/项目部", "project", date(2026, 3, 1), date(2026, 12, 31)),
            ("A1", "/集团/二公司", "comprehensive", date(2026, 1, 1), None),
        ],
        "leaves": [("A1", date(2026, 7, 1), date(2026, 7, 15), "102")],
        "offices": [("L1", "/集团", "officer")],
    }
    async with database.administration("test", NOW) as session:
        units = {unit.id: unit for unit in (await session.execute(select(Unit))).scalars()}
    for unit in units.values():
        above = units[unit.parent_id].path if unit.parent_id else "/"
        assert unit.path == f"{above}{unit.id}/"
    assert (await database.verify_audit()).broken_at is None


async def test_the_same_workbook_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    await bring_in(database, tmp_path)
    before, lines = await database.people.standing(), (await database.verify_audit()).entries
    again = await bring_in(database, tmp_path)
    assert again.changes.count() == 0
    assert (await database.people.standing(), (await database.verify_audit()).entries) == (before, lines)


async def test_every_change_leaves_a_line_of_the_audit_log_without_personal_data(
    database: Database, tmp_path: Path
) -> None:
    await bring_in(database, tmp_path)
    actions = [action for action, _ in await entries(database)]
    assert actions[0] == "people.imported"
    assert sorted(set(actions[1:])) == [
        "appointment.made",
        "leave.made",
        "office.given",
        "person.added",
        "unit.added",
    ]
    after = len(actions)
    moved = (PEOPLE[0], ("A1", "王建国", "一公司", "13700007777"), PEOPLE[2])
    await bring_in(database, tmp_path, changed(人员=moved))
    assert [action for action, _ in await entries(database, after)] == [
        "people.imported",
        "person.moved",
        "person.changed",
        "appointment.ended",
    ]
    async with database.administration("test", NOW) as session:
        written = " ".join((await session.execute(select(AuditEntry.detail))).scalars())
    assert "1370000" not in written and "1380000" not in written and "王建国" not in written


async def test_a_transfer_ends_appointments_once_and_keeps_history(database: Database, tmp_path: Path) -> None:
    await bring_in(database, tmp_path)
    moved = changed(人员=(PEOPLE[0], ("A1", "王建国", "一公司"), PEOPLE[2]))
    await bring_in(database, tmp_path, moved)
    ended = ("A1", "/集团/二公司", "comprehensive", date(2026, 1, 1), date(2026, 11, 12))
    assert ended in (await shape(database))["appointments"]
    assert (await bring_in(database, tmp_path, moved)).changes.count() == 0
    again = await bring_in(database, tmp_path, moved, today=date(2027, 3, 1))
    assert again.changes.count() == 0, "the day of a transfer is the day of its import"


async def test_rights_that_change_raise_the_generation(world: World, tmp_path: Path) -> None:
    """王建国 is bound; his turns under way must not commit with rights that he had."""
    contact = world.observer_contact
    before = await world.database.records(contact, now=NOW).principal()
    people: Rows = (("A1", "王建国", "一公司", "13800001234"),)
    units: Rows = (("集团",), ("一公司", "集团"), ("二公司", "集团"), ("项目部", "二公司"))
    await bring_in(world.database, tmp_path, {"单位": units, "人员": (("A1", "王建国", "二公司", "13800001234"),)})
    phone = await world.database.records(contact, now=NOW).principal()
    assert phone == before, "a telephone number is no right"
    planned = await bring_in(world.database, tmp_path, {"单位": units, "人员": people})
    after = await world.database.records(contact, now=NOW).principal()
    assert after.generation == before.generation + 1
    assert after.unit is not None and after.unit.name == "一公司" and after.appointments == ()
    assert [person.name for person in planned.unnamed_persons] == ["李纪"]
    history = (await world.database.people.standing()).appointments
    assert [(one.starts_on, one.ends_on) for one in history] == [(date(2026, 1, 1), date(2026, 11, 12))]


@pytest.mark.parametrize("what", ["unit", "person", "appointment", "office"])
async def test_what_somebody_else_changed_meanwhile_stops_the_import(world: World, what: str, tmp_path: Path) -> None:
    planned = plan(roster(tmp_path), await world.database.people.standing(), TODAY)
    async with administer(world.database, actor="else", now=NOW) as admin:
        if what == "unit":
            await admin.add_unit("三公司", UnitKind.SUBSIDIARY, parent=world.group)
        elif what == "person":
            await admin.add_person("新人", world.first, staff_number="L1")  # which the workbook has too
        elif what == "appointment":
            await admin.appoint(world.officer, Level.DAILY, world.group, starts_on=TODAY)
        else:
            await admin.give_office(world.officer, Role.OFFICER, world.first)
    before = await world.database.people.standing()
    with pytest.raises(PeopleChanged):
        await write_people(world.database, planned.changes, actor="test", now=NOW, source="abc")
    assert await world.database.people.standing() == before
    assert (await bring_in(world.database, tmp_path)).changes.count() > 0


async def test_two_imports_at_once_are_one(database: Database, url: str, tmp_path: Path) -> None:
    """Whoever is second writes nothing, whether it collides with the first or only finds that people changed."""

    async def bring(work: Database) -> bool:
        planned = plan(roster(tmp_path), await work.people.standing(), TODAY)
        together.release()
        await arrived.wait()
        try:
            await write_people(work, planned.changes, actor="test", now=NOW, source="abc")
        except PeopleChanged:
            return False
        return True

    together, arrived = asyncio.Semaphore(0), asyncio.Event()
    async with Database(url) as other:
        imports = [asyncio.create_task(bring(work)) for work in (database, other)]
        for _ in imports:
            await together.acquire()
        arrived.set()
        assert sorted([await each for each in imports]) == [False, True]
    standing = await database.people.standing()
    assert (len(standing.units), len(standing.persons)) == (5, 3)
    assert (await database.verify_audit()).broken_at is None


async def test_what_does_not_concern_people_does_not_stop_it(world: World, tmp_path: Path) -> None:
    planned = plan(roster(tmp_path), await world.database.people.standing(), TODAY)
    await world.handed_in("d1")
    async with administer(world.database, actor="else", now=NOW) as admin:
        await admin.invite(world.officer)
    await write_people(world.database, planned.changes, actor="test", now=NOW, source="abc")


def breaking(changes: Changes) -> Changes:
    """The same with a leave of nobody at the end."""
    changes.new_leaves.append(NewLeave(10**8, TODAY, TODAY, None))
    return changes


async def test_an_import_that_breaks_leaves_nothing(database: Database, tmp_path: Path) -> None:
    planned = plan(roster(tmp_path), await database.people.standing(), TODAY)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await write_people(database, breaking(planned.changes), actor="test", now=NOW, source="abc")
    assert await database.people.standing() == Standing(0)
    assert (await database.verify_audit()).entries == 0
    await bring_in(database, tmp_path)


async def test_an_unreachable_database_is_said(tmp_path: Path) -> None:
    async with Database("postgresql+asyncpg://postgres@127.0.0.1:1/postgres") as database:
        with pytest.raises(RecordsUnavailable):
            await database.people.standing()


async def test_thousands_are_written_in_chunks_and_told_of(database: Database) -> None:
    """Superiors who are new too, and more rows than one statement takes."""
    names = ("集团",)
    changes = Changes(0)
    changes.new_units.append(NewUnit(names, "集团", None, "group", "Asia/Shanghai"))
    count = 4_500
    for place in range(count):
        superior = str(place + 1) if place + 1 < count else None
        changes.new_persons.append(WrittenPerson(None, str(place), f"人{place}", names, None, None, superior))
    changes.new_appointments += [NewAppointment(str(place), names, "daily", TODAY, None) for place in range(2_100)]
    told: list[int] = []
    await write_people(database, changes, actor="test", now=NOW, source="abc", tell=told.append)
    assert sum(told) == changes.count()
    standing = await database.people.standing()
    by_id = {person.id: person for person in standing.persons}
    led: Sequence[tuple[str | None, str | None]] = [
        (person.staff_number, by_id[person.superior_id].staff_number if person.superior_id else None)
        for person in standing.persons
    ]
    assert dict(led) == {str(place): str(place + 1) if place + 1 < count else None for place in range(count)}
    assert len(standing.appointments) == 2_100
    async with database.administration("test", NOW) as session:
        generations = (await session.execute(text("SELECT DISTINCT generation FROM persons ORDER BY 1"))).scalars()
        assert list(generations) == [1, 2]
    assert (await database.verify_audit()).broken_at is None
