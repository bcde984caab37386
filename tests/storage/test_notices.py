"""Notices: shown until they were seen, pushed at most once."""

import asyncio

from storage.commands import AcceptSheet, SeeNotices
from storage.vocabulary import NoticeKind
from tests.storage.conftest import NOW, World


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


async def test_a_notice_is_pushed_once_by_whoever_takes_it(world: World) -> None:
    first, second = await told(world)
    taken = await asyncio.gather(*(world.database.notices.take(now=NOW, limit=1) for _ in range(4)))
    found = [notice for batch in taken for notice in batch]
    assert sorted(notice.id for notice in found) == [first, second]
    assert {(notice.openid, notice.kind) for notice in found} == {("openid of the observer", NoticeKind.SHEET_ACCEPTED)}
    records = world.database.records(world.observer_contact)
    assert len(await records.notices()) == 2, "what may not have arrived is shown"
    await world.database.notices.seen([first], now=NOW)
    assert [notice.id for notice in await records.notices()] == [second]


async def test_what_was_seen_is_not_pushed(world: World) -> None:
    first, second = await told(world)
    await world.does(SeeNotices((first,)))
    assert [notice.id for notice in await world.database.notices.take(now=NOW)] == [second]
