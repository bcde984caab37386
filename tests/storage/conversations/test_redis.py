"""What only the Redis back end promises: several processes, an outage that ends by itself, a server that keeps data."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from storage.conversations import redis
from storage.conversations.contract import Busy, ClaimLost, Seen, StoreUnavailable
from storage.conversations.redis import RedisConversations
from storage.conversations.redis_link import Durability, durability
from tests.servers import RedisServer
from tests.storage.conversations.backends import fresh


@pytest.fixture
async def one(redis_url: str) -> AsyncIterator[RedisConversations]:
    """A worker's store."""
    async with RedisConversations(redis_url, lock_ttl=1.0, timeout=0.5) as store:
        yield store


@pytest.fixture
async def two(redis_url: str) -> AsyncIterator[RedisConversations]:
    """Another worker's store on the same server."""
    async with RedisConversations(redis_url, lock_ttl=1.0, timeout=0.5) as store:
        yield store


@pytest.fixture
def server(redis_server: RedisServer) -> Iterator[RedisServer]:
    """The server, running again afterwards whatever the test did to it."""
    yield redis_server
    redis_server.stop()
    redis_server.start()


async def test_a_turn_of_another_worker_is_waited_for(one: RedisConversations, two: RedisConversations) -> None:
    held = fresh(await one.open("anna", "m1", 1))
    assert await two.open("anna", "m2", 0.1) == Busy()
    other = asyncio.create_task(two.open("anna", "m2", 3))
    repeat = asyncio.create_task(two.open("anna", "m1", 3))
    await asyncio.sleep(0.1)
    await one.save(held.claim, 1, "from one", "once")
    opened = fresh(await other)
    assert (opened.seq, opened.state, opened.doubtful) == (1, "from one", False)
    await two.save(opened.claim, 2, "from two", "twice")
    assert await repeat == Seen("once")
    assert fresh(await one.open("anna", "m3", 1)).state == "from two"


async def test_100_messages_over_two_workers_lose_nothing(redis_url: str) -> None:
    one, two = RedisConversations(redis_url), RedisConversations(redis_url)

    async def turn(store: RedisConversations, number: int) -> None:
        opened = fresh(await store.open("anna", f"m{number}", 20))
        await store.save(opened.claim, opened.seq + 1, f"{opened.state or ''} {number}", "x")

    async with one, two:
        await asyncio.gather(*(turn(one if number % 2 else two, number) for number in range(100)))
        last = fresh(await one.open("anna", "end", 1))
    assert last.seq == 100
    assert sorted(int(number) for number in (last.state or "").split()) == list(range(100))


async def test_another_worker_takes_over_an_expired_lock_and_knows_it(
    one: RedisConversations, two: RedisConversations
) -> None:
    before = fresh(await one.open("anna", "m0", 1))
    await one.save(before.claim, 1, "before", "zero")
    slow = fresh(await one.open("anna", "m1", 1))
    heir = fresh(await two.open("anna", "m1", 3))
    assert (heir.doubtful, heir.state) == (True, "before")
    with pytest.raises(ClaimLost):
        await one.save(slow.claim, 2, "slow", "slow")
    await one.release(slow.claim, doubtful=True)
    await two.save(heir.claim, 2, "heir", "heir")
    assert await one.open("anna", "m1", 1) == Seen("heir")


async def test_an_expired_lock_stays_visible_also_long_after(one: RedisConversations, two: RedisConversations) -> None:
    before = fresh(await one.open("anna", "m0", 1))
    await one.save(before.claim, 1, "before", "zero")
    fresh(await one.open("anna", "m1", 1))
    await asyncio.sleep(1.2)
    looked = fresh(await two.open("anna", "m2", 1))
    assert looked.doubtful
    await two.release(looked.claim, doubtful=False)
    assert fresh(await two.open("anna", "m2", 1)).doubtful, "nobody has saved since"


async def test_a_save_asked_for_twice_is_saved_once(one: RedisConversations) -> None:
    opened = fresh(await one.open("anna", "m1", 1))
    await one.save(opened.claim, 1, "one", "one")
    await one.save(opened.claim, 1, "one", "one")
    assert fresh(await one.open("anna", "m2", 1)).seq == 1


async def test_scripts_are_loaded_again_when_the_server_forgot_them(one: RedisConversations, redis_url: str) -> None:
    first = fresh(await one.open("anna", "m1", 1))
    async with Redis.from_url(redis_url) as client:
        await client.script_flush()
    await one.save(first.claim, 1, "x", "x")
    assert fresh(await one.open("anna", "m2", 1)).state == "x"


async def test_lost_data_is_doubtful_and_a_claim_on_it_is_lost(one: RedisConversations, server: RedisServer) -> None:
    first = fresh(await one.open("anna", "m0", 1))
    await one.save(first.claim, 1, "x", "x")
    held = fresh(await one.open("anna", "m1", 1))
    server.flush()
    with pytest.raises(ClaimLost):
        await one.save(held.claim, 2, "y", "y")
    again = fresh(await one.open("anna", "m1", 1))
    assert (again.seq, again.state, again.doubtful) == (0, None, True)


async def test_a_server_that_is_gone_is_reported_and_used_again_when_it_is_back(
    one: RedisConversations, server: RedisServer
) -> None:
    first = fresh(await one.open("anna", "m0", 1))
    await one.save(first.claim, 1, "kept", "zero")
    held = fresh(await one.open("anna", "m1", 1))
    server.stop()
    for _ in range(3):
        started = time.monotonic()
        for call in (
            one.ping(),
            one.open("bert", "m1", 1),
            one.save(held.claim, 2, "lost", "lost"),
            one.shared.get("x"),
            one.shared.put_if_absent("x", "y", 60),
        ):
            with pytest.raises(StoreUnavailable):
                await call
        assert time.monotonic() - started < 1
    with pytest.raises(StoreUnavailable):
        await one.release(held.claim, doubtful=True)
    server.start()
    await one.ping()
    again = fresh(await one.open("anna", "m1", 1))
    assert (again.state, again.doubtful) == ("kept", True)
    await one.save(again.claim, 2, "then", "one")


async def test_a_server_that_hangs_is_reported_in_time(one: RedisConversations, server: RedisServer) -> None:
    first = fresh(await one.open("anna", "m0", 1))
    await one.save(first.claim, 1, "kept", "zero")
    server.freeze()
    started = time.monotonic()
    results = await asyncio.gather(
        one.ping(), one.open("anna", "m1", 1), one.shared.count("x", 60), return_exceptions=True
    )
    assert [type(result) for result in results] == [StoreUnavailable] * 3
    assert time.monotonic() - started < 1
    server.thaw()
    await one.ping()
    # The claim may have reached the server after all; this worker knows that nobody holds it.
    again = fresh(await one.open("anna", "m1", 0.3))
    assert again.state == "kept"
    await one.save(again.claim, 2, "then", "one")


async def test_a_cancelled_open_does_not_keep_the_turn(one: RedisConversations) -> None:
    for steps in range(12):
        opening = asyncio.create_task(one.open("anna", f"m{steps}", 1))
        for _ in range(steps):
            await asyncio.sleep(0)
        opening.cancel()
        result = (await asyncio.gather(opening, return_exceptions=True))[0]
        if not isinstance(result, asyncio.CancelledError):
            await one.release(fresh(result).claim, doubtful=False)  # type: ignore[arg-type]  # it was not cancelled
    opened = fresh(await one.open("anna", "end", 0.3))
    await one.save(opened.claim, 1, "x", "x")


async def test_forgotten_claims_are_remembered_within_bounds(
    one: RedisConversations, server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis, "MOST_ORPHANS", 5)
    server.stop()
    for number in range(20):
        with pytest.raises(StoreUnavailable):
            await one.open(f"p{number}", "m", 1)
    server.start()
    assert fresh(await one.open("p19", "m", 1)).seq == 0


async def test_a_read_only_server_is_unavailable(one: RedisConversations, redis_url: str, server: RedisServer) -> None:
    async with Redis.from_url(redis_url) as client:
        await client.replicaof("127.0.0.1", "1")
        try:
            with pytest.raises(StoreUnavailable, match="read only"):
                await one.ping()
        finally:
            await client.replicaof("NO", "ONE")
    await one.ping()


async def test_durability_tells_what_the_server_promises(redis_url: str) -> None:
    found = await durability(redis_url)
    assert (found.policy, found.append_only, found.recent_enough, found.safe) == ("noeviction", True, True, True)
    assert found.server in {"redis", "valkey"}
    assert found.version > (6,)


async def test_durability_sees_a_server_that_may_forget() -> None:
    server = RedisServer("--maxmemory-policy", "allkeys-lru", "--appendonly", "no")
    try:
        server.start()
        found = await durability(server.url)
    finally:
        server.close()
    assert (found.policy, found.append_only, found.safe) == ("allkeys-lru", False, False)
    with pytest.raises(StoreUnavailable):
        await durability(server.url)


def test_an_old_redis_is_not_safe() -> None:
    assert not Durability("redis", (6, 0, 9), "noeviction", True).safe
    assert Durability("redis", (6, 2, 0), "noeviction", True).safe
