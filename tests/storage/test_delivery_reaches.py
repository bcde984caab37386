"""How people can be reached: windows, ticks and touches, what a sending uses of them and what closes them."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from storage.account_migration import Pair, migrate_account
from storage.admin import administer
from storage.models import Credit, Notice, Reach, core
from storage.reaching import ReachChange
from storage.vocabulary import DeliveryState, NoticeKind
from tests.storage.conftest import NOW, World
from tests.storage.delivering import (
    LATER,
    LEASE,
    NINE,
    NOTIFICATION,
    SHANGHAI,
    SOON,
    TEMPLATE,
    WINDOW,
    begun,
    claimed,
    ended,
    planned,
    reaches,
    used,
)
from tests.storage.owed import Owing


async def test_a_sent_customer_service_message_uses_the_window(world: World, owing: Owing) -> None:
    hour = NOW.replace(minute=0)
    await reaches(world, ReachChange(world.observer_contact, wrote_at=hour))
    delivery = await planned(world, owing)
    assert delivery.reach is not None
    assert (delivery.reach.wrote_at, delivery.reach.used) == (hour, 0)
    assert await begun(world, delivery, WINDOW)
    assert not await begun(world, delivery, WINDOW), "an attempt begins once"
    await ended(world, delivery, DeliveryState.SENT, way=WINDOW)
    assert [step[:2] for step in await owing.story(delivery.id)] == [
        ("planned", None),
        ("attempt", WINDOW),
        ("sent", WINDOW),
    ]
    assert await used(world, owing) == (hour, 1)
    await reaches(world, ReachChange(world.observer_contact, wrote_at=hour))
    assert await used(world, owing) == (hour, 0)


async def test_a_way_that_does_not_reach_is_closed(world: World, owing: Owing) -> None:
    await reaches(world, ReachChange(world.observer_contact, wrote_at=NOW, ticks={"T": 2}))
    delivery = await planned(world, owing)
    await begun(world, delivery, WINDOW)
    await ended(world, delivery, DeliveryState.PLANNED, way=WINDOW, detail="45015", closed=True, anew=True, next_at=NOW)
    again = await claimed(world)
    assert again.reach is not None
    assert (again.reach.wrote_at, again.attempts, dict(again.reach.credits)) == (None, 0, {"T": 2})
    await begun(world, again, NOTIFICATION, f"T:{world.observer_contact}")
    await ended(
        world, again, DeliveryState.PLANNED, way=NOTIFICATION, detail="43101", closed=True, template="T", next_at=NOW
    )
    last = await claimed(world)
    assert last.reach is not None
    assert dict(last.reach.credits) == {}


async def test_a_tick_allows_one_notification(world: World, owing: Owing) -> None:
    await reaches(world, ReachChange(world.observer_contact, ticks={"T": 1}))
    await reaches(world, ReachChange(world.observer_contact, ticks={"T": 1, "U": 1}))
    delivery = await planned(world, owing)
    assert delivery.reach is not None
    assert dict(delivery.reach.credits) == {"T": 2, "U": 1}
    await begun(world, delivery, NOTIFICATION, f"T:{world.observer_contact}")
    await ended(world, delivery, DeliveryState.SENT, way=NOTIFICATION, template="T")
    await reaches(world, ReachChange(world.observer_contact, refused=frozenset({"U"})))
    found = await owing.rows(select(core(Credit)))
    assert {row.template: row.left for row in found} == {"T": 1, "U": 0}


async def test_a_parked_message_waits_until_the_person_writes(world: World, owing: Owing) -> None:
    delivery = await planned(world, owing)
    await ended(world, delivery, DeliveryState.PARKED, detail="no way")
    assert await owing.deliveries(world.observer) == [("parked", "no way")]
    assert await world.database.deliveries.claim(now=NOW + LATER, zones=SHANGHAI, limit=1, lease=LEASE) == ()
    await reaches(world, ReachChange(world.observer_contact, wrote_at=NOW))
    assert await world.database.deliveries.claim(now=NOW, zones=SHANGHAI, limit=1, lease=LEASE) == ()
    assert (await claimed(world, after=LATER)).id == delivery.id


@pytest.mark.parametrize("touch", [{"touched_at": NOW}, {"follows": True, "touched_at": NOW}, {"follows": True}])
async def test_a_parked_message_is_tried_soon_when_the_person_touches(
    world: World, owing: Owing, touch: Mapping[str, Any]
) -> None:
    delivery = await planned(world, owing)
    await ended(world, delivery, DeliveryState.PARKED, detail="no way")
    await reaches(world, ReachChange(world.observer_contact, **touch))
    assert await owing.deliveries(world.observer) == [("planned", "touched")]
    assert (await claimed(world, after=SOON)).id == delivery.id


async def test_whoever_writes_after_a_touch_is_left_in_peace(world: World, owing: Owing) -> None:
    delivery = await planned(world, owing)
    await ended(world, delivery, DeliveryState.PARKED, detail="no way")
    await reaches(world, ReachChange(world.observer_contact, touched_at=NOW))
    await reaches(world, ReachChange(world.observer_contact, wrote_at=NOW))
    assert await world.database.deliveries.claim(now=NOW + SOON, zones=SHANGHAI, limit=1, lease=LEASE) == ()
    assert await owing.deliveries(world.observer) == [("planned", "reachable")]
    await reaches(world, ReachChange(world.observer_contact, touched_at=NOW))
    assert (await claimed(world, after=LATER)).id == delivery.id, "a touch hurries nothing that waits for other reasons"


async def test_whoever_touches_is_there_again(world: World, owing: Owing) -> None:
    """WeChat said 43004 once; a tap on the menu proves that they follow."""
    await reaches(world, ReachChange(world.observer_contact, follows=False))
    await reaches(world, ReachChange(world.observer_contact, touched_at=NOW))
    assert [row.gone for row in await owing.rows(select(core(Reach)))] == [""]


async def test_an_unbound_person_has_no_reach(world: World, owing: Owing) -> None:
    person = await owing.observer("没绑定", world.site)
    await owing.tell(await owing.owes(person, world.site), person)
    await world.database.deliveries.plan(now=NOW)
    assert (await claimed(world)).reach is None


async def test_nothing_is_kept_of_the_window_of_somebody_unbound(world: World, owing: Owing) -> None:
    contact = await world.database.contact_of("a stranger", NOW)
    await reaches(world, ReachChange(contact, wrote_at=NOW), ReachChange(world.observer_contact, follows=False))
    found = await owing.rows(select(core(Reach)))
    assert [(row.contact, row.gone) for row in found] == [(world.observer_contact, "unfollowed")]
    await reaches(world, ReachChange(world.observer_contact, follows=True))
    assert [row.gone for row in await owing.rows(select(core(Reach)))] == [""]


async def test_an_unreachable_person_is_told_to_the_nearest_officers_once(world: World, owing: Owing) -> None:
    for _ in range(2):
        await owing.begin(world.group)
        delivery = await planned(world, owing)
        await begun(world, delivery, WINDOW)
        await ended(world, delivery, DeliveryState.UNREACHABLE, way=WINDOW, detail="43004", gone="43004")
        assert (await owing.rows(select(core(Reach))))[0].gone == "43004"
        notices = await owing.rows(select(core(Notice)))
        assert [(row.person_id, row.kind, row.body["name"]) for row in notices] == [
            (world.officer, NoticeKind.PERSON_UNREACHABLE, "王建国")
        ]
        await world.database.deliveries.plan(now=NOW)
        for other in await world.database.deliveries.claim(now=NOW, zones=SHANGHAI, limit=9, lease=LEASE):
            assert other.person_id == world.officer
            await ended(world, other, DeliveryState.SENT, way=WINDOW)


async def test_what_the_old_wechat_said_is_not_said_of_the_new_one(world: World, owing: Owing) -> None:
    """WeChat answers 43004 after the person was bound to another WeChat: they are tried there."""
    delivery = await planned(world, owing)
    await begun(world, delivery, TEMPLATE)
    new = await _bound_anew(world)
    await ended(world, delivery, DeliveryState.UNREACHABLE, way=TEMPLATE, detail="43004", gone="43004")
    assert await owing.rows(select(core(Notice))) == [], "nobody is told that they cannot be reached"
    again = await claimed(world)
    assert again.reach is not None
    assert (again.id, again.reach.contact, again.reach.gone, again.attempts) == (delivery.id, new, "", 0)


async def test_a_window_that_was_used_is_that_of_the_old_wechat(world: World, owing: Owing) -> None:
    await reaches(world, ReachChange(world.observer_contact, wrote_at=NOW))
    delivery = await planned(world, owing)
    await begun(world, delivery, WINDOW)
    new = await _bound_anew(world)
    await reaches(world, ReachChange(new, wrote_at=NOW))
    await ended(world, delivery, DeliveryState.SENT, way=WINDOW)
    found = await owing.rows(select(core(Reach)))
    assert {row.contact: row.used for row in found} == {world.observer_contact: 1, new: 0}


async def test_what_a_crash_left_is_charged_to_the_wechat_of_now(world: World, owing: Owing) -> None:
    await reaches(world, ReachChange(world.observer_contact, wrote_at=NOW))
    await begun(world, await planned(world, owing), WINDOW)
    assert await world.database.deliveries.recover(now=NOW + LEASE * 2, resend_within=NINE) == 1
    assert await used(world, owing) == (NOW, 1)


async def test_a_migrated_account_is_sent_to_the_new_openid(world: World, owing: Owing) -> None:
    """Openids are renamed while a claim stands."""
    delivery = await planned(world, owing)
    pair = Pair(1, "openid of the observer", "new openid")
    await migrate_account(world.database, [pair], actor="test", now=NOW, source="pairs.csv")
    assert not await begun(world, delivery, TEMPLATE)
    again = await claimed(world)
    assert again.reach is not None
    assert (again.id, again.reach.openid) == (delivery.id, "new openid")
    assert await begun(world, again, TEMPLATE)


async def _bound_anew(world: World) -> str:
    """The observer gets another WeChat: its contact."""
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.unbind(world.observer)
    return await world.bind("another openid", world.observer)
