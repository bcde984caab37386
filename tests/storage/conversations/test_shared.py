"""The Shared contract, on every back end."""

import asyncio

from tests.storage.conversations.backends import AnyStore, Backend


async def test_a_value_is_there_until_its_time_is_over(store: AnyStore) -> None:
    shared = store.shared
    assert await shared.get("token") is None
    await shared.put("token", "甲", 0.2)
    assert await shared.get("token") == "甲"
    await shared.put("token", "乙", 60)
    await asyncio.sleep(0.3)
    assert await shared.get("token") == "乙"
    await shared.put("token", "丙", 0.1)
    await asyncio.sleep(0.2)
    assert await shared.get("token") is None


async def test_several_values_at_once(store: AnyStore) -> None:
    shared = store.shared
    assert await shared.get_all([]) == {}
    await shared.put("short", "甲", 60)
    await shared.put("long", "", 7_200)
    await shared.put("over", "丙", 0.05)
    await asyncio.sleep(0.1)
    assert await shared.get_all(["short", "none", "long", "over", "short"]) == {"short": "甲", "long": ""}


async def test_an_empty_value_is_a_value(store: AnyStore) -> None:
    await store.shared.put("name", "", 60)
    assert await store.shared.get("name") == ""
    assert await store.shared.put_if_absent("name", "x", 60) == ""


async def test_only_one_of_many_sets_what_is_absent(store: AnyStore) -> None:
    for ttl in (60, 7_200):
        name = f"nonce-{ttl}"
        stood = await asyncio.gather(*(store.shared.put_if_absent(name, f"v{number}", ttl) for number in range(50)))
        (winner,) = [f"v{number}" for number, stands in enumerate(stood) if stands is None]
        assert set(stood) == {None, winner}
        assert await store.shared.get(name) == winner


async def test_an_entry_past_its_time_is_absent(store: AnyStore) -> None:
    assert await store.shared.put_if_absent("nonce", "a", 0.1) is None
    assert await store.shared.put_if_absent("nonce", "b", 0.1) == "a"
    await asyncio.sleep(0.2)
    assert await store.shared.put_if_absent("nonce", "b", 60) is None


async def test_a_lock_is_given_back_by_its_holder_only(store: AnyStore) -> None:
    shared = store.shared
    assert await shared.put_if_absent("lock", "me", 60) is None
    assert not await shared.remove("lock", "you")
    assert await shared.get("lock") == "me"
    assert await shared.remove("lock", "me")
    assert not await shared.remove("lock", "me")
    assert await shared.put_if_absent("lock", "you", 60) is None


async def test_a_counter_counts_everyone_and_starts_anew_after_its_time(store: AnyStore) -> None:
    shared = store.shared
    counts = await asyncio.gather(*(shared.count("tries", 0.5) for _ in range(30)))
    assert sorted(counts) == list(range(1, 31))
    await asyncio.sleep(0.3)
    assert await shared.count("tries", 0.5) == 31
    await asyncio.sleep(0.3)
    assert await shared.count("tries", 0.5) == 1
    assert sorted(await asyncio.gather(*(shared.count("day", 86_400) for _ in range(30)))) == list(range(1, 31))


async def test_what_lives_an_hour_or_more_outlives_a_restart(backend: Backend) -> None:
    async with backend.store() as store:
        await store.shared.put("token", "kept", 7_200)
        await store.shared.put("gone", "x", 7_200)
        await store.shared.remove("gone", "x")
        await store.shared.put("short", "x", 7_200)
        await store.shared.put("short", "y", 0.05)
        await store.shared.count("day", 86_400)
        await store.shared.count("day", 86_400)
    await asyncio.sleep(0.1)
    async with backend.store() as store:
        assert await store.shared.get("token") == "kept"
        assert await store.shared.get("gone") is None
        assert await store.shared.get("short") is None
        assert await store.shared.count("day", 86_400) == 3


async def test_a_paced_queue_lets_a_burst_through_and_then_its_rate(store: AnyStore) -> None:
    """One a second after three at once: every waiter gets a place of its own, whoever asks at the same time."""
    waits = sorted(await asyncio.gather(*(store.shared.take("api", 1.0, 3) for _ in range(8))))
    assert waits[:3] == [0.0, 0.0, 0.0]
    for place, wait in enumerate(waits[3:], start=1):
        assert place - 0.9 < wait <= place
    assert await store.shared.take("another api", 1.0, 3) == 0.0


async def test_places_come_back_with_time_and_never_more_than_the_burst(store: AnyStore) -> None:
    assert await store.shared.take("api", 2.0, 2, 2) == 0.0
    assert 0 < await store.shared.take("api", 2.0, 2, 2) <= 1.0
    await asyncio.sleep(2.5)  # five places' time, of which four were taken
    assert await store.shared.take("api", 2.0, 2, 2) == 0.0
    assert 0 < await store.shared.take("api", 2.0, 2) <= 0.5
