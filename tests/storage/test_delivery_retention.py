"""Old deliveries are deleted with their stories; what still waits, and what was owed, stays."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from storage.commands import AcceptSheet
from storage.delivery_views import DeliveryResult
from storage.models import Delivery, DeliveryEvent, Due, Duty, Notice, Table, core
from storage.vocabulary import DeliveryState
from tests.storage.conftest import NOW, World
from tests.storage.owed import Owing

SHANGHAI = ("Asia/Shanghai",)
LEASE = timedelta(seconds=30)
DAY = timedelta(days=1)


async def told(owing: Owing, people: list[int], unit: int, state: DeliveryState) -> None:
    """Each of them has a delivery that came to this state."""
    work = owing.database.deliveries
    for person in people:
        await owing.tell(await owing.owes(person, unit), person)
    await work.plan(now=owing.now)
    found = await work.claim(now=owing.now, zones=SHANGHAI, limit=50, lease=LEASE)
    assert len(found) == len(people)
    await work.finish([DeliveryResult(each, state, detail="test") for each in found], now=owing.now)


async def observers(owing: Owing, unit: int, count: int, name: str) -> list[int]:
    """More observers, bound to nobody; their person ids."""
    return [await owing.observer(f"{name}{number}", unit) for number in range(count)]


async def counts(owing: Owing) -> dict[str, int]:
    """How many rows of each table there are."""
    tables: dict[str, type[Table]] = {"deliveries": Delivery, "events": DeliveryEvent, "dues": Due, "duties": Duty}
    return {
        name: (await owing.rows(select(func.count()).select_from(core(table))))[0][0] for name, table in tables.items()
    }


async def test_only_what_is_old_and_over_is_deleted(world: World) -> None:
    owing = Owing(world.database, NOW)
    await owing.begin(world.group)
    await told(owing, await observers(owing, world.site, 3, "已送达"), world.site, DeliveryState.DELIVERED)
    await told(owing, await observers(owing, world.site, 2, "送不到"), world.site, DeliveryState.PARKED)
    owing.now = NOW + DAY * 10
    await told(owing, await observers(owing, world.site, 2, "新的"), world.site, DeliveryState.MAYBE)
    before = await counts(owing)
    retention = world.database.delivery_retention
    assert await retention.forget_some(0, before=NOW, limit=50) == (None, 0), "nothing is old yet"
    looked: list[tuple[int | None, int]] = []
    after: int | None = 0
    while after is not None:
        after, deleted = await retention.forget_some(after, before=NOW + DAY, limit=2)
        looked.append((after, deleted))
    assert [deleted for _, deleted in looked] == [2, 1, 0]
    left = await owing.rows(select(core(Delivery).c.state))
    assert sorted(row.state for row in left) == ["maybe", "maybe", "parked", "parked"]
    after_all = await counts(owing)
    assert after_all["duties"] == before["duties"] == 7
    assert after_all["dues"] == 4
    assert await world.database.deliveries.plan(now=owing.now) == 0, "nothing is told once more"


async def test_an_unseen_notice_outlives_its_message_and_is_not_sent_again(world: World) -> None:
    owing = Owing(world.database, NOW)
    number = await world.handed_in("a")
    await world.does(AcceptSheet(number), contact=world.officer_contact)
    work = world.database.deliveries
    await work.plan(now=NOW)
    (delivery,) = await work.claim(now=NOW, zones=SHANGHAI, limit=5, lease=LEASE)
    await work.finish([DeliveryResult(delivery, DeliveryState.FAILED, detail="47003")], now=NOW)
    assert await world.database.delivery_retention.forget_some(0, before=NOW + DAY, limit=50) == (delivery.id, 1)
    assert await owing.rows(select(core(Delivery).c.id)) == []
    assert await work.plan(now=NOW + DAY) == 0
    (notice,) = await world.database.records(world.observer_contact).notices()
    assert notice.kind.value == "sheet_accepted"
    assert len(await owing.rows(select(core(Notice).c.id))) == 1


async def test_several_workers_at_once_do_not_harm_each_other(world: World) -> None:
    owing = Owing(world.database, NOW)
    await owing.begin(world.group)
    await told(owing, await observers(owing, world.site, 20, "已送达"), world.site, DeliveryState.SENT)
    retention = world.database.delivery_retention
    results = await asyncio.gather(*(retention.forget_some(0, before=NOW + DAY, limit=50) for _ in range(4)))
    assert sum(deleted for _, deleted in results) == 20
    assert await owing.rows(select(core(Delivery).c.id)) == []
