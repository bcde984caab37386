"""What a delivery costs the records: so many SQL statements for a group of them, however many there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Engine, event

from storage.delivery_views import Attempt, DeliveryResult
from storage.vocabulary import DeliveryState, DeliveryWay
from tests.storage.conftest import NOW, World
from tests.storage.owed import Owing

MOST = {"plan": 11, "claim": 11, "begin": 7, "finish": 5}
"""Statements of one call: SQLite counts its BEGIN too, PostgreSQL looks twice at what it plans."""
LEASE = timedelta(seconds=30)


@contextmanager
def counted(into: dict[str, int], name: str) -> Iterator[None]:
    """Count the statements that are executed meanwhile; many rows at once are one."""

    def count(*_: object) -> None:
        into[name] = into.get(name, 0) + 1

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", count)


async def test_a_group_of_deliveries_costs_as_many_statements_as_one(world: World) -> None:
    owing = Owing(world.database, NOW)
    await owing.begin(world.group)
    work = world.database.deliveries
    costs: list[dict[str, int]] = []
    for size in (1, 20):
        cost: dict[str, int] = {}
        for number in range(size):
            person = await owing.observer(f"观察员{size}-{number}", world.site, f"openid-{size}-{number}")
            await owing.tell(await owing.owes(person, world.site), person)
        with counted(cost, "plan"):
            assert await work.plan(now=NOW) == size
        with counted(cost, "claim"):
            found = await work.claim(now=NOW, zones=("Asia/Shanghai",), limit=50, lease=LEASE)
        with counted(cost, "begin"):
            begun = await work.begin(
                [Attempt(each, DeliveryWay.CUSTOMER_SERVICE) for each in found], now=NOW, lease=LEASE
            )
        assert len(begun) == size
        with counted(cost, "finish"):
            await work.finish(
                [DeliveryResult(each, DeliveryState.SENT, way=DeliveryWay.CUSTOMER_SERVICE) for each in found], now=NOW
            )
        costs.append(cost)
    assert all(cost[name] <= most for cost in costs for name, most in MOST.items()), costs
