"""Deliveries: planned once, claimed by one, and every end of an attempt leaves the truth behind."""

import asyncio

import pytest
from sqlalchemy import select

from storage.admin import administer
from storage.commands import AcceptSheet, SeeNotices
from storage.delivery_views import Attempt, DeliveryResult
from storage.models import Delivery, Due, core
from storage.vocabulary import DeliveryState, NoticeKind
from tests.storage.conftest import NOW, World
from tests.storage.delivering import (
    LATER,
    LEASE,
    NINE,
    NOTIFICATION,
    SHANGHAI,
    TEMPLATE,
    WINDOW,
    begun,
    claimed,
    ended,
    planned,
)
from tests.storage.owed import Owing


async def test_one_message_for_several_dues_and_notices(world: World, owing: Owing) -> None:
    number = await world.handed_in("a")
    await world.does(AcceptSheet(number), contact=world.officer_contact)
    first = await owing.owes(world.observer, world.second)
    await owing.tell(first, world.observer, 0)
    await owing.tell(first, world.observer, 1)
    await owing.tell(first, world.officer, 3)
    assert await world.database.deliveries.plan(now=NOW) == 2
    assert await world.database.deliveries.plan(now=NOW) == 0
    found = await world.database.deliveries.claim(now=NOW, zones=SHANGHAI, limit=10, lease=LEASE)
    mine = next(each for each in found if each.person_id == world.observer)
    assert [(item.title, item.period, item.audience) for item in mine.owed] == [
        ("综合观察表", "2026年第四季度", "observer")
    ]
    assert [notice.kind for notice in mine.notices] == [NoticeKind.SHEET_ACCEPTED]
    assert mine.reach is not None
    assert (mine.reach.openid, mine.name, mine.timezone) == ("openid of the observer", "王建国", "Asia/Shanghai")
    theirs = next(each for each in found if each.person_id == world.officer)
    assert [(item.audience, item.person_name, item.unit_name) for item in theirs.owed] == [
        ("officers", "王建国", "二公司")
    ]
    assert await owing.story(mine.id) == [("planned", None, "")]


async def test_many_workers_plan_and_claim_each_delivery_once(world: World, owing: Owing) -> None:
    people = [await owing.observer(f"观察员{number}", world.site, f"openid-{number}") for number in range(30)]
    for person in people:
        await owing.tell(await owing.owes(person, world.site), person)
    work = world.database.deliveries
    counts = await asyncio.gather(*(work.plan(now=NOW, limit=7) for _ in range(6)))
    while more := await work.plan(now=NOW, limit=7):
        counts.append(more)
    assert sum(counts) == len(people)
    batches = await asyncio.gather(*(work.claim(now=NOW, zones=SHANGHAI, limit=9, lease=LEASE) for _ in range(5)))
    ids = [delivery.id for batch in batches for delivery in batch]
    while more_of_them := await work.claim(now=NOW, zones=SHANGHAI, limit=9, lease=LEASE):
        ids += [delivery.id for delivery in more_of_them]
    assert len(ids) == len(set(ids)) == len(people)


async def test_a_newer_message_takes_over_what_waits(world: World, owing: Owing) -> None:
    delivery = await planned(world, owing)
    await owing.begin(world.group)
    await owing.tell(await owing.owes(world.observer, world.second), world.observer)
    await world.database.deliveries.plan(now=NOW)
    assert await owing.deliveries(world.observer) == [("superseded", "newer"), ("planned", "")]
    assert not await begun(world, delivery, WINDOW), "the claim of the older one is over"
    newer = await claimed(world)
    assert len(newer.owed) == 2


async def test_whoever_hands_in_between_planning_and_sending_is_told_nothing(world: World, owing: Owing) -> None:
    duty = await owing.owes(world.observer, world.second)
    await owing.tell(duty, world.observer)
    await world.database.deliveries.plan(now=NOW)
    await owing.done(duty)
    assert (await claimed(world)).owed == ()


async def test_what_changes_between_claim_and_begin_is_claimed_once_more(world: World, owing: Owing) -> None:
    delivery = await planned(world, owing)
    await owing.done(delivery.owed[0].duty_id)
    assert not await begun(world, delivery, WINDOW)
    assert (await claimed(world)).owed == ()


async def test_whoever_is_unbound_between_claim_and_begin_is_told_nothing(world: World, owing: Owing) -> None:
    """The WeChat that it was claimed for may be in other hands by now."""
    delivery = await planned(world, owing)
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.unbind(world.observer)
    assert not await begun(world, delivery, TEMPLATE)
    again = await claimed(world)
    assert again.reach is None


async def test_a_notice_that_was_seen_meanwhile_is_not_told(world: World) -> None:
    number = await world.handed_in("a")
    await world.does(AcceptSheet(number), contact=world.officer_contact)
    await world.database.deliveries.plan(now=NOW)
    delivery = await claimed(world)
    (notice,) = await world.database.records(world.observer_contact).notices()
    assert await world.does(SeeNotices((notice.id,))) == 1
    assert not await begun(world, delivery, WINDOW)
    assert (await claimed(world)).notices == ()


async def test_only_awake_zones_and_only_when_it_is_time(world: World, owing: Owing) -> None:
    delivery = await planned(world, owing)
    await ended(world, delivery, DeliveryState.PLANNED, next_at=NOW + LATER, detail="-1")
    work = world.database.deliveries
    assert await work.zones() == {"Asia/Shanghai"}
    assert await work.claim(now=NOW, zones=SHANGHAI, limit=10, lease=LEASE) == ()
    assert await work.claim(now=NOW + LATER, zones=("Europe/Berlin",), limit=10, lease=LEASE) == ()
    assert (await claimed(world, after=LATER)).id == delivery.id


async def test_a_killed_worker_leaves_what_may_have_arrived(world: World, owing: Owing) -> None:
    delivery = await planned(world, owing)
    await begun(world, delivery, WINDOW)
    work = world.database.deliveries
    assert await work.recover(now=NOW + LEASE, resend_within=NINE) == 0
    assert await work.recover(now=NOW + LEASE * 2, resend_within=NINE) == 1
    assert await owing.deliveries(world.observer) == [("maybe", "crash")]
    await ended(world, delivery, DeliveryState.SENT, way=WINDOW)
    assert await owing.deliveries(world.observer) == [("sent", "")], "who was only late may still tell the truth"


async def test_a_killed_worker_s_template_is_sent_again_under_its_id(world: World, owing: Owing) -> None:
    delivery = await planned(world, owing)
    await begun(world, delivery, TEMPLATE)
    work = world.database.deliveries
    await work.recover(now=NOW + LEASE * 2, resend_within=NINE)
    again = await claimed(world, after=LEASE * 2)
    assert (again.id, again.ambiguous, again.first_attempt_at) == (delivery.id, True, NOW)
    assert again.client_msg_id == delivery.client_msg_id
    await begun(world, again, TEMPLATE)
    await work.recover(now=NOW + NINE, resend_within=NINE)
    assert await owing.deliveries(world.observer) == [("maybe", "crash")]


async def test_a_claim_that_ran_out_is_free_again(world: World, owing: Owing) -> None:
    delivery = await planned(world, owing)
    await world.database.deliveries.recover(now=NOW + LEASE * 2, resend_within=NINE)
    assert not await begun(world, delivery, WINDOW)
    assert (await claimed(world)).id == delivery.id


async def test_an_attempt_that_fails_beside_a_newer_message_hands_over(world: World, owing: Owing) -> None:
    delivery = await planned(world, owing)
    await begun(world, delivery, WINDOW)
    await owing.begin(world.group)
    await owing.tell(await owing.owes(world.observer, world.second), world.observer)
    await world.database.deliveries.plan(now=NOW)
    await ended(world, delivery, DeliveryState.PLANNED, way=WINDOW, detail="-1", next_at=NOW + LATER)
    assert await owing.deliveries(world.observer) == [("superseded", "newer"), ("planned", "")]
    assert len((await claimed(world)).owed) == 2


async def test_what_may_have_arrived_is_not_told_by_the_newer_message(world: World, owing: Owing) -> None:
    delivery = await planned(world, owing)
    await begun(world, delivery, TEMPLATE)
    await ended(world, delivery, DeliveryState.PLANNED, way=TEMPLATE, detail="timeout", ambiguous=True, next_at=NOW)
    await owing.begin(world.group)
    await owing.tell(await owing.owes(world.observer, world.second), world.observer)
    await world.database.deliveries.plan(now=NOW)
    assert await owing.deliveries(world.observer) == [("maybe", "newer"), ("planned", "")]
    assert len((await claimed(world)).owed) == 1


@pytest.mark.parametrize("first", ["answer", "event"])
async def test_a_status_event_ends_the_delivery_whichever_comes_first(first: str, world: World, owing: Owing) -> None:
    delivery = await planned(world, owing)
    await begun(world, delivery, TEMPLATE)
    told = [("77", DeliveryState.REFUSED, "failed:user block")]
    if first == "event":
        await world.database.deliveries.told(told, now=NOW)
        assert await owing.deliveries(world.observer) == [("attempting", "")]
    await ended(world, delivery, DeliveryState.SENT, way=TEMPLATE, msg_key="77")
    if first == "answer":
        assert await owing.deliveries(world.observer) == [("sent", "")]
        await world.database.deliveries.told(told, now=NOW)
    assert await owing.deliveries(world.observer) == [("refused", "failed:user block")]
    await world.database.deliveries.told(told, now=NOW)
    assert len(await owing.rows(select(core(Delivery)))) == 1
    await world.database.deliveries.forget_statuses(before=NOW + LEASE)


async def test_answer_and_event_at_the_same_time(world: World, owing: Owing) -> None:
    for number in range(10):
        person = await owing.observer(f"观察员{number}", world.site, f"openid-{number}")
        await owing.tell(await owing.owes(person, world.site), person)
    await world.database.deliveries.plan(now=NOW)
    found = await world.database.deliveries.claim(now=NOW, zones=SHANGHAI, limit=20, lease=LEASE)
    work = world.database.deliveries
    await work.begin([Attempt(delivery, TEMPLATE) for delivery in found], now=NOW, lease=LEASE)
    await asyncio.gather(
        *(
            each
            for delivery in found
            for each in (
                work.told([(str(delivery.id), DeliveryState.DELIVERED, "success")], now=NOW),
                work.finish(
                    [DeliveryResult(delivery, DeliveryState.SENT, way=TEMPLATE, msg_key=str(delivery.id))], now=NOW
                ),
            )
        )
    )
    states = await owing.rows(select(core(Delivery).c.state))
    assert [row.state for row in states] == ["delivered"] * 10


async def test_a_notification_is_found_by_its_template_while_it_is_being_sent(world: World, owing: Owing) -> None:
    delivery = await planned(world, owing)
    key = f"T:{world.observer_contact}"
    await begun(world, delivery, NOTIFICATION, key)
    await world.database.deliveries.told([(key, DeliveryState.DELIVERED, "success")], now=NOW)
    await ended(world, delivery, DeliveryState.SENT, way=NOTIFICATION, template="T", msg_key=key)
    assert await owing.deliveries(world.observer) == [("delivered", "success")]


async def test_what_was_told_whole_is_seen(world: World) -> None:
    number = await world.handed_in("a")
    await world.does(AcceptSheet(number), contact=world.officer_contact)
    await world.database.deliveries.plan(now=NOW)
    delivery = await claimed(world)
    await begun(world, delivery, WINDOW)
    await ended(world, delivery, DeliveryState.SENT, way=WINDOW, seen=(delivery.notices[0].id,))
    assert await world.database.records(world.observer_contact).notices() == ()


async def test_every_due_is_carried_by_a_delivery_of_its_recipient(world: World, owing: Owing) -> None:
    duty = await owing.owes(world.observer, world.second)
    for place, person in ((0, world.observer), (3, world.officer)):
        await owing.tell(duty, person, place)
    await world.database.deliveries.plan(now=NOW)
    due, delivery = core(Due), core(Delivery)
    query = select(due.c.recipient_id, delivery.c.person_id).join(delivery, delivery.c.id == due.c.delivery_id)
    found = await owing.rows(query)
    assert len(found) == 2
    assert all(row.recipient_id == row.person_id for row in found)
