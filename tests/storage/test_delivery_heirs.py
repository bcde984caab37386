"""A reminder for who stood in, found when the leave is over, goes to who owes the duty now; on both back ends."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from storage.models import Due, Leave, core
from storage.round_models import ASKED
from storage.vocabulary import DeliveryState
from tests.storage.conftest import NOW, World
from tests.storage.delivering import LEASE, SHANGHAI, WINDOW, claimed, ended
from tests.storage.owed import Owing

TODAY = date(2026, 11, 13)
DAY = timedelta(days=1)


async def away(world: World, *substitutes: int | None) -> None:
    """The observer is on leave, a day for each substitute, until yesterday as seen from the last one's day."""
    async with world.database.administration("test", NOW) as session:
        for after, substitute in enumerate(substitutes):
            day = TODAY + DAY * after
            session.add(Leave(person_id=world.observer, starts_on=day, ends_on=day, substitute_id=substitute))


async def dues(owing: Owing, duty: int) -> list[tuple[int, int, bool]]:
    """(place, recipient, whether a message carries it) of a duty."""
    table = core(Due)
    query = select(table.c.place, table.c.recipient_id, table.c.delivery_id).where(table.c.duty_id == duty)
    found = await owing.rows(query.order_by(table.c.place, table.c.recipient_id))
    return [(row.place, row.recipient_id, row.delivery_id is not None) for row in found]


async def test_it_goes_to_the_observer_once(world: World, owing: Owing) -> None:
    place = ASKED + 40
    substitute = await owing.observer("李四", world.second, "li")
    await away(world, substitute)
    duty = await owing.owes(world.observer, world.second)
    await owing.tell(duty, substitute, place)
    await world.database.deliveries.plan(now=NOW)
    assert (await claimed(world, after=DAY)).owed == ()
    assert await dues(owing, duty) == sorted([(place, substitute, True), (place, world.observer, False)])
    assert await world.database.deliveries.plan(now=NOW + DAY) == 1
    (delivery,) = await world.database.deliveries.claim(now=NOW + DAY, zones=SHANGHAI, limit=10, lease=LEASE)
    assert (delivery.person_id, [item.duty_id for item in delivery.owed]) == (world.observer, [duty])
    assert len(await dues(owing, duty)) == 2


async def test_it_goes_to_who_stands_in_next(world: World, owing: Owing) -> None:
    first = await owing.observer("李四", world.second, "li")
    second = await owing.observer("张三", world.second, "zhang")
    await away(world, first, second)
    duty = await owing.owes(world.observer, world.second)
    await owing.tell(duty, first, ASKED)
    await world.database.deliveries.plan(now=NOW)
    await claimed(world, after=DAY)
    assert (ASKED, second, False) in await dues(owing, duty)


async def test_a_step_of_the_ladder_is_not_handed_over(world: World, owing: Owing) -> None:
    """The next one tells who owes it then."""
    substitute = await owing.observer("李四", world.second, "li")
    await away(world, substitute)
    duty = await owing.owes(world.observer, world.second)
    await owing.tell(duty, substitute, 1)
    await world.database.deliveries.plan(now=NOW)
    assert (await claimed(world, after=DAY)).owed == ()
    assert await dues(owing, duty) == [(1, substitute, True)]


async def test_nothing_is_handed_over_while_the_leave_lasts_or_the_duty_is_done(world: World, owing: Owing) -> None:
    substitute = await owing.observer("李四", world.second, "li")
    await away(world, substitute)
    duty = await owing.owes(world.observer, world.second)
    await owing.tell(duty, substitute, ASKED)
    await world.database.deliveries.plan(now=NOW)
    assert len((await claimed(world)).owed) == 1
    assert await dues(owing, duty) == [(ASKED, substitute, True)]
    await owing.done(duty)
    assert await world.database.deliveries.recover(now=NOW + DAY, resend_within=LEASE) == 1
    assert (await claimed(world, after=DAY)).owed == ()
    assert await dues(owing, duty) == [(ASKED, substitute, True)]


@pytest.mark.parametrize(("told", "waits"), [(ASKED, False), (ASKED + 1, False), (0, True)])
async def test_who_was_told_already_or_will_be_is_not_told_twice(
    told: int, waits: bool, world: World, owing: Owing
) -> None:
    """By the same 催办, by a later one, or by a message that waits."""
    substitute = await owing.observer("李四", world.second, "li")
    await away(world, substitute)
    duty = await owing.owes(world.observer, world.second)
    await owing.tell(duty, world.observer, told)
    await world.database.deliveries.plan(now=NOW)
    mine = await claimed(world)
    if not waits:
        await ended(world, mine, DeliveryState.SENT, way=WINDOW)
    await owing.tell(duty, substitute, ASKED)
    await world.database.deliveries.plan(now=NOW)
    await world.database.deliveries.claim(now=NOW + DAY, zones=SHANGHAI, limit=10, lease=LEASE)
    assert await dues(owing, duty) == sorted([(told, world.observer, True), (ASKED, substitute, True)])
