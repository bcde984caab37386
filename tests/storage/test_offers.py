"""Which forms are offered to whom: by appointment, to everyone, to officers, to nobody; and begun by nobody else."""

from collections.abc import Sequence
from datetime import date

import pytest

from storage.admin import administer
from storage.commands import BeginDraft, DraftBegun
from storage.views import FormChoice
from storage.vocabulary import Audience, Level, Role
from tests.storage.conftest import NOW, World


async def publish(
    world: World, name: str, unit: int, audience: Audience, level: Level | None = None, title: str = ""
) -> int:
    """Publish a form; the id of the form (not of its version)."""
    async with administer(world.database, actor="test", now=NOW) as admin:
        published = await admin.publish_form(
            name=name, title=title or name, level=level, unit=unit, xml="", sha256=title, audience=audience
        )
        return published.form_id


async def offered(world: World, contact: str) -> Sequence[FormChoice]:
    return await world.database.records(contact, now=NOW).forms()


def titles(choices: Sequence[FormChoice]) -> list[str]:
    return [choice.title for choice in choices]


async def test_everyone_is_offered_the_lowest_units_form_of_each_name(world: World) -> None:
    await publish(world, "pledge", world.group, Audience.EVERYONE, title="集团承诺书")
    own = await publish(world, "pledge", world.second, Audience.EVERYONE, Level.DAILY, title="二公司承诺书")
    await publish(world, "pledge", world.site, Audience.EVERYONE, title="项目部承诺书")
    await publish(world, "risk", world.group, Audience.EVERYONE, title="风险排查")
    observer = await offered(world, world.observer_contact)
    assert titles(observer) == ["综合观察表", "二公司承诺书", "风险排查"]
    pledge = next(choice for choice in observer if choice.name == "pledge")
    assert (pledge.appointment_id, pledge.unit_id, pledge.unit_name) == (None, world.second, "集团 / 二公司")
    assert (pledge.audience, pledge.level) == (Audience.EVERYONE, Level.DAILY)
    assert sorted(titles(await offered(world, world.officer_contact))) == ["集团承诺书", "风险排查"]
    assert await offered(world, await world.database.contact_of("stranger", NOW)) == ()
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.withdraw_form(own)
    assert "集团承诺书" in titles(await offered(world, world.observer_contact))


async def test_officers_are_offered_their_forms_by_the_units_of_their_offices(world: World) -> None:
    await publish(world, "talk", world.group, Audience.OFFICERS, title="谈话记录")
    await publish(world, "talk", world.second, Audience.OFFICERS, title="二公司谈话记录")
    await publish(world, "survey", world.group, Audience.CLOSED, title="问卷")
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.give_office(world.officer, Role.OFFICER, world.second)
        await admin.give_office(world.observer, Role.ADMINISTRATOR, world.group)
    choices = await offered(world, world.officer_contact)
    assert [(choice.title, choice.unit_id) for choice in choices] == [
        ("谈话记录", world.group),
        ("二公司谈话记录", world.second),
    ]
    assert titles(await offered(world, world.observer_contact)) == ["综合观察表"], "an administrator is no officer"


async def test_a_closed_form_is_offered_to_nobody_and_hides_nothing(world: World) -> None:
    await publish(world, "own", world.second, Audience.CLOSED, Level.COMPREHENSIVE, title="新表")
    assert titles(await offered(world, world.observer_contact)) == ["综合观察表"]


async def test_a_form_that_is_opened_is_offered_without_a_new_version(world: World) -> None:
    form = await publish(world, "survey", world.group, Audience.CLOSED, title="问卷")
    assert await publish(world, "survey", world.group, Audience.EVERYONE, title="问卷") == form
    assert "问卷" in titles(await offered(world, world.officer_contact))


async def test_a_form_for_everyone_is_begun_and_handed_in_without_an_appointment(world: World) -> None:
    await publish(world, "pledge", world.group, Audience.EVERYONE, title="承诺书")
    (choice,) = [choice for choice in await offered(world, world.observer_contact) if choice.name == "pledge"]
    begin = BeginDraft("d", choice.form_version_id, None, world.observer, choice.unit_id, answers={"at": "/a"})
    assert await world.does(begin) == DraftBegun(True, 1)
    draft = await world.database.records(world.observer_contact, now=NOW).draft("d")
    assert draft is not None
    assert (draft.appointment_id, draft.unit_id, draft.form_name) == (None, world.second, "pledge")
    assert (draft.level, draft.answers) == (None, {"at": "/a"})


@pytest.mark.parametrize("wrong", ["foreign unit", "no unit", "appointment", "not an officer"])
async def test_a_form_is_begun_only_for_what_it_is_offered_for(world: World, wrong: str) -> None:
    audience = Audience.OFFICERS if wrong == "not an officer" else Audience.EVERYONE
    await publish(world, "pledge", world.group, audience, title="承诺书")
    async with administer(world.database, actor="test", now=NOW) as admin:
        (line,) = [line for line in await admin.forms() if line.name == "pledge"]
        other = await admin.appoint(world.officer, Level.COMPREHENSIVE, world.first, starts_on=date(2026, 1, 1))
    unit = {"foreign unit": world.first, "no unit": None}.get(wrong, world.second)
    appointment = other if wrong == "appointment" else None
    begin = BeginDraft("d", line.version_id, appointment, world.observer, unit)
    assert await world.does(begin) == DraftBegun(False, 0)
