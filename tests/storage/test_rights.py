"""Who may read a sheet, and which forms are offered to whom."""

from datetime import date

import pytest

from storage.admin import administer
from storage.commands import BeginDraft, BindContact, SubmitSheet
from storage.vocabulary import Level, Permission, Role, UnitKind
from tests.storage.conftest import NOW, World


async def handed_in(world: World, draft: str = "d") -> str:
    """The number of a sheet of 王建国 for 二公司."""
    await world.begun(draft, 2)
    _, (submitted,) = await world.run(f"submit {draft}", 3, SubmitSheet(draft, 1, {}, (("风险", "无"),)))
    number: str = submitted.number
    return number


async def sees(world: World, contact: str, number: str) -> bool:
    """Whether the contact may read the sheet."""
    return await world.database.records(contact, now=NOW).sheet(number) is not None


async def office_holder(world: World, unit: int, role: Role = Role.OFFICER) -> str:
    """The contact of a new person with an office over `unit`."""
    async with administer(world.database, actor="test", now=NOW) as admin:
        person = await admin.add_person(f"{role} of {unit}", world.group)
        await admin.give_office(person, role, unit)
    return await world.bind(f"{role} of {unit}", person)


async def test_the_officer_of_the_unit_and_of_its_parent_read_a_sheet(world: World) -> None:
    number = await handed_in(world)
    assert await sees(world, world.officer_contact, number)
    assert await sees(world, await office_holder(world, world.second), number)


async def test_nobody_else_reads_a_sheet(world: World) -> None:
    number = await handed_in(world)
    stranger = await world.database.contact_of("stranger", NOW)
    for contact in (
        stranger,
        "no contact at all",
        world.observer_contact,
        await office_holder(world, world.first),
        await office_holder(world, world.site),
        await office_holder(world, world.group, Role.ADMINISTRATOR),
    ):
        assert not await sees(world, contact, number)
    assert not await sees(world, world.officer_contact, "GC26-9999994")


async def test_the_author_does_not_read_his_sheet_as_an_officer(world: World) -> None:
    number = await handed_in(world)
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.give_office(world.observer, Role.OFFICER, world.group)
    principal = await world.database.records(world.observer_contact, now=NOW).principal()
    assert principal.may(Permission.READ_SHEETS)
    assert not await sees(world, world.observer_contact, number)


async def test_the_contact_that_handed_a_sheet_in_does_not_read_it_as_another_person(world: World) -> None:
    number = await handed_in(world)
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.unbind(world.observer)
        await admin.unbind(world.officer)
        code = await admin.invite(world.officer)
    await world.run("rebind", 4, BindContact(code, world.officer))
    assert not await sees(world, world.observer_contact, number)


async def test_an_ended_office_reads_nothing(world: World) -> None:
    number = await handed_in(world)
    (office,) = (await world.database.records(world.officer_contact, now=NOW).principal()).offices
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.end_office(office.id)
    assert not await sees(world, world.officer_contact, number)
    principal = await world.database.records(world.officer_contact, now=NOW).principal()
    assert principal.offices == () and not principal.may(Permission.READ_SHEETS)


async def test_a_unit_whose_path_begins_alike_is_no_subtree(world: World) -> None:
    async with administer(world.database, actor="test", now=NOW) as admin:
        unit = 0
        while not str(unit).startswith(str(world.second)) or unit == world.second:
            unit = await admin.add_unit(f"单位{unit}", UnitKind.SUBSIDIARY, parent=world.group)
        person = await admin.add_person("孙立", unit)
        appointment = await admin.appoint(person, Level.COMPREHENSIVE, unit, starts_on=date(2026, 1, 1))
    contact = await world.bind("孙立", person)
    begin = BeginDraft("other", world.form_version, appointment, person)
    submit = SubmitSheet("other", 1, {}, ())
    _, (_, submitted) = await world.run("m", 2, begin, submit, contact=contact)
    assert not await sees(world, await office_holder(world, world.second), submitted.number)
    assert await sees(world, world.officer_contact, submitted.number)


async def test_a_principal_has_names_appointments_and_offices(world: World) -> None:
    me = await world.database.records(world.observer_contact, now=NOW).principal()
    assert me.unit is not None
    assert (me.name, me.unit.name, me.unit.full_name) == ("王建国", "二公司", "集团 / 二公司")
    (appointment,) = me.appointments
    assert (appointment.id, appointment.level) == (world.appointment, Level.COMPREHENSIVE)
    assert appointment.unit.full_name == "集团 / 二公司"
    officer = await world.database.records(world.officer_contact, now=NOW).principal()
    assert [(office.role, office.unit.full_name) for office in officer.offices] == [(Role.OFFICER, "集团")]
    assert officer.may(Permission.READ_SHEETS) and not me.may(Permission.READ_SHEETS)


@pytest.mark.parametrize(
    ("day", "runs"), [("2025-12-31", False), ("2026-01-01", True), ("2026-12-31", True), ("2027-01-01", False)]
)
async def test_an_appointment_runs_from_its_first_to_its_last_day(world: World, day: str, runs: bool) -> None:
    noon = NOW.replace(year=int(day[:4]), month=int(day[5:7]), day=int(day[8:]), hour=4)
    records = world.database.records(world.observer_contact, now=noon)
    assert bool((await records.principal()).appointments) is runs
    assert bool(await records.forms()) is runs


async def test_forms_are_those_of_my_levels(world: World) -> None:
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.publish_form(name="p", title="项目", level=Level.PROJECT, unit=world.group, xml="", sha256="b")
    (form,) = await world.database.records(world.observer_contact, now=NOW).forms()
    assert (form.form_version_id, form.name, form.title) == (world.form_version, "comprehensive", "综合观察表")
    assert (form.appointment_id, form.unit_name) == (world.appointment, "集团 / 二公司")
    assert await world.database.records(world.officer_contact, now=NOW).forms() == ()


async def test_the_most_specific_units_form_is_offered_until_it_is_withdrawn(world: World) -> None:
    async with administer(world.database, actor="test", now=NOW) as admin:
        for unit, title in ((world.second, "二公司"), (world.first, "一公司"), (world.site, "项目部")):
            published = await admin.publish_form(
                name="own", title=title, level=Level.COMPREHENSIVE, unit=unit, xml="", sha256=title
            )
            if unit == world.second:
                own = published
    offered = await world.database.records(world.observer_contact, now=NOW).forms()
    assert [form.title for form in offered] == ["二公司"]
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.withdraw_form(own.form_id)
    offered = await world.database.records(world.observer_contact, now=NOW).forms()
    assert [form.title for form in offered] == ["综合观察表"]


async def test_the_newest_version_is_offered_and_every_version_is_kept(world: World) -> None:
    async with administer(world.database, actor="test", now=NOW) as admin:
        newer = await admin.publish_form(
            name="comprehensive", title="新表", level=Level.COMPREHENSIVE, unit=world.group, xml="<b/>", sha256="b"
        )
    records = world.database.records(world.observer_contact, now=NOW)
    assert [(form.form_version_id, form.title) for form in await records.forms()] == [(newer.version_id, "新表")]
    old, new = await records.form_version(world.form_version), await records.form_version(newer.version_id)
    assert old is not None and new is not None
    assert (old.number, old.xml, new.number, new.xml) == (1, "<h:html/>", 2, "<b/>")
    assert await records.form_version(0) is None
