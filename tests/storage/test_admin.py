"""Administration: repeated imports change nothing, mistakes change nothing either."""

from datetime import date

import pytest

from storage.admin import administer
from storage.database import Database
from storage.vocabulary import Level, Role, UnitKind
from tests.storage.conftest import NOW, World


async def test_what_stands_is_returned_and_changes_nobodys_rights(world: World) -> None:
    before = await world.database.records(world.officer_contact, now=NOW).principal()
    lines = (await world.database.verify_audit()).entries
    async with administer(world.database, actor="test", now=NOW) as admin:
        assert await admin.add_unit("集团", UnitKind.GROUP) == world.group
        assert await admin.add_unit("二公司", UnitKind.SUBSIDIARY, parent=world.group) == world.second
        assert await admin.add_person("王建国", world.second, staff_number="A1") == world.observer
        start = date(2026, 1, 1)
        again = await admin.appoint(world.observer, Level.COMPREHENSIVE, world.second, starts_on=start)
        assert again == world.appointment
        assert await admin.give_office(world.officer, Role.OFFICER, world.group) == before.offices[0].id
    assert await world.database.records(world.officer_contact, now=NOW).principal() == before
    assert (await world.database.verify_audit()).entries == lines


async def test_the_same_content_is_one_version(world: World) -> None:
    async with administer(world.database, actor="test", now=NOW) as admin:

        async def publish(sha256: str) -> tuple[int, bool]:
            published = await admin.publish_form(
                name="f", title="表", level=Level.DAILY, unit=world.first, xml="<x/>", sha256=sha256
            )
            return published.number, published.new

        assert await publish("a") == (1, True)
        assert await publish("a") == (1, False)
        assert await publish("b") == (2, True)
        assert await publish("a") == (3, True), "going back to an older content is a new version"
        with pytest.raises(ValueError, match="level"):
            await admin.publish_form(name="f", title="表", level=Level.PROJECT, unit=world.first, xml="", sha256="c")


async def test_unknown_ids_are_refused_and_roll_everything_back(database: Database) -> None:
    with pytest.raises(LookupError):
        async with administer(database, actor="test", now=NOW) as admin:
            group = await admin.add_unit("集团", UnitKind.GROUP)
            await admin.add_person("王建国", group + 1)
    with pytest.raises(LookupError):
        async with administer(database, actor="test", now=NOW) as admin:
            await admin.invite(1)
    assert (await database.verify_audit()).entries == 0


async def test_a_person_without_staff_number_is_a_new_one_each_time(world: World) -> None:
    async with administer(world.database, actor="test", now=NOW) as admin:
        first = await admin.add_person("李伟", world.first)
        assert await admin.add_person("李伟", world.first) != first
