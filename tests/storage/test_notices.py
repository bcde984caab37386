"""Notices: shown until they were seen."""

from storage.commands import AcceptSheet, SeeNotices
from tests.storage.conftest import World


async def told(world: World) -> list[int]:
    """The ids of two notices of the observer."""
    for draft in ("a", "b"):
        number = await world.handed_in(draft)
        await world.does(AcceptSheet(number), contact=world.officer_contact)
    return [notice.id for notice in await world.database.records(world.observer_contact).notices()]


async def test_a_notice_is_shown_until_its_person_has_seen_it(world: World) -> None:
    first, second = await told(world)
    assert await world.does(SeeNotices((first, second)), contact=world.officer_contact) == 0
    assert await world.does(SeeNotices((first,))) == 1
    assert [found.id for found in await world.database.records(world.observer_contact).notices()] == [second]
    assert await world.does(SeeNotices((first, second))) == 1
    assert await world.database.records(world.observer_contact).notices() == ()
