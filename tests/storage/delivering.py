"""Steps of a delivery for tests of the records: planned, claimed, begun, ended, and what people did."""

from datetime import timedelta

from sqlalchemy import select

from storage.delivery_views import Attempt, ClaimedDelivery, DeliveryResult
from storage.models import Reach, core
from storage.reaching import ReachChange
from storage.vocabulary import DeliveryState, DeliveryWay
from tests.storage.conftest import NOW, World
from tests.storage.owed import Owing

SHANGHAI = ("Asia/Shanghai",)
LEASE = timedelta(seconds=30)
NINE = timedelta(minutes=9)
WINDOW, TEMPLATE, NOTIFICATION = DeliveryWay.CUSTOMER_SERVICE, DeliveryWay.TEMPLATE, DeliveryWay.SUBSCRIBE_NOTICE
LATER = timedelta(minutes=10)
SOON = timedelta(seconds=15)


async def planned(world: World, owing: Owing) -> ClaimedDelivery:
    """The observer owes a sheet, and their delivery is claimed."""
    await owing.tell(await owing.owes(world.observer, world.second), world.observer)
    assert await world.database.deliveries.plan(now=NOW) == 1
    return await claimed(world)


async def claimed(world: World, *, after: timedelta = timedelta(0)) -> ClaimedDelivery:
    """The one delivery whose time has come."""
    (found,) = await world.database.deliveries.claim(now=NOW + after, zones=SHANGHAI, limit=10, lease=LEASE)
    return found


async def begun(world: World, delivery: ClaimedDelivery, way: DeliveryWay, key: str | None = None) -> bool:
    """Whether it may be sent."""
    attempt = Attempt(delivery, way, key)
    return delivery.id in await world.database.deliveries.begin([attempt], now=NOW, lease=LEASE)


async def ended(world: World, delivery: ClaimedDelivery, state: DeliveryState, **facts: object) -> None:
    """Store what became of it."""
    result = DeliveryResult(delivery, state, **facts)  # type: ignore[arg-type]  # each test names its fields rightly
    await world.database.deliveries.finish([result], now=NOW)


async def reaches(world: World, *changes: ReachChange) -> None:
    """Write what people did."""
    await world.database.deliveries.reached(changes, now=NOW, resume_at=NOW + LATER, soon=NOW + SOON)


async def used(world: World, owing: Owing) -> tuple[object, int]:
    """When the observer wrote, and the messages since."""
    (row,) = await owing.rows(select(core(Reach)))
    return row.wrote_at, row.used
