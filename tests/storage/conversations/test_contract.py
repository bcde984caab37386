"""The Conversations contract, on every back end."""

import asyncio
import random

import pytest

from storage.conversations.contract import Busy, Claim, ClaimLost, Seen
from tests.storage.conversations.backends import AnyStore, Backend, fresh

LONG_TEXT = "请填写……\n\0“引号” 𠮷👨‍👩‍👧 " * 200


async def say(store: AnyStore, contact: str, key: str, state: str, reply: str) -> int:
    """One whole turn; returns its seq."""
    opened = fresh(await store.open(contact, key, 5))
    await store.save(opened.claim, opened.seq + 1, state, reply)
    return opened.seq + 1


async def test_an_unknown_contact_is_fresh_doubtful_and_remembers_nothing(store: AnyStore) -> None:
    opened = fresh(await store.open("anna", "m1", 1))
    assert (opened.seq, opened.state, opened.doubtful) == (0, None, True)
    assert (opened.claim.contact, opened.claim.key) == ("anna", "m1")


async def test_what_was_saved_is_there_in_the_next_turn_and_no_longer_doubtful(store: AnyStore) -> None:
    await say(store, "anna", "m1", LONG_TEXT, "hello")
    opened = fresh(await store.open("anna", "m2", 1))
    assert (opened.seq, opened.state, opened.doubtful) == (1, LONG_TEXT, False)


async def test_a_repeat_after_the_turn_gets_the_same_reply(store: AnyStore) -> None:
    await say(store, "anna", "m1", "{}", LONG_TEXT)
    await say(store, "anna", "m2", "{}", "second")
    assert await store.open("anna", "m1", 1) == Seen(LONG_TEXT)
    assert await store.open("anna", "m2", 1) == Seen("second")
    assert fresh(await store.open("anna", "m3", 1)).seq == 2


async def test_an_empty_reply_is_a_reply(store: AnyStore) -> None:
    await say(store, "anna", "m1", "", "")
    assert await store.open("anna", "m1", 1) == Seen("")
    opened = fresh(await store.open("anna", "m2", 1))
    assert (opened.seq, opened.state) == (1, "")


async def test_a_reply_belongs_to_its_contact(store: AnyStore) -> None:
    await say(store, "anna", "m1", "{}", "for anna")
    assert fresh(await store.open("bert", "m1", 1)).seq == 0


async def test_a_repeat_while_the_first_is_in_work_gets_the_reply_of_the_first(store: AnyStore) -> None:
    first = fresh(await store.open("anna", "m1", 1))
    repeats = [asyncio.create_task(store.open("anna", "m1", 5)) for _ in range(2)]
    await asyncio.sleep(0.05)
    assert not any(repeat.done() for repeat in repeats)
    await store.save(first.claim, 1, "{}", "once")
    assert await asyncio.gather(*repeats) == [Seen("once"), Seen("once")]


async def test_a_repeat_in_work_does_not_wait_behind_other_messages(store: AnyStore) -> None:
    first = fresh(await store.open("anna", "m1", 1))
    other = asyncio.create_task(store.open("anna", "m2", 5))
    await asyncio.sleep(0.02)
    repeat = asyncio.create_task(store.open("anna", "m1", 5))
    await asyncio.sleep(0.02)
    await store.save(first.claim, 1, "{}", "once")
    assert await asyncio.wait_for(repeat, 1) == Seen("once")
    await store.release(fresh(await other).claim, doubtful=False)


async def test_an_answered_repeat_does_not_wait_for_a_turn_in_work(store: AnyStore) -> None:
    await say(store, "anna", "m1", "{}", "one")
    held = fresh(await store.open("anna", "m2", 1))
    assert await asyncio.wait_for(store.open("anna", "m1", 5), 1) == Seen("one")
    await store.save(held.claim, 2, "{}", "two")


async def test_a_waiting_repeat_takes_over_when_the_first_is_released(store: AnyStore) -> None:
    await say(store, "anna", "m0", "before", "zero")
    first = fresh(await store.open("anna", "m1", 1))
    repeat = asyncio.create_task(store.open("anna", "m1", 5))
    await asyncio.sleep(0.02)
    await store.release(first.claim, doubtful=False)
    again = fresh(await repeat)
    assert (again.seq, again.state, again.doubtful) == (1, "before", False)
    assert again.claim.fence != first.claim.fence


async def test_a_doubtful_release_makes_the_next_turn_doubtful_until_a_save(store: AnyStore) -> None:
    await say(store, "anna", "m0", "{}", "zero")
    first = fresh(await store.open("anna", "m1", 1))
    await store.release(first.claim, doubtful=True)
    second = fresh(await store.open("anna", "m1", 1))
    assert second.doubtful
    await store.save(second.claim, 2, "{}", "one")
    assert not fresh(await store.open("anna", "m2", 1)).doubtful


async def test_releasing_twice_or_a_foreign_claim_changes_nothing(store: AnyStore) -> None:
    first = fresh(await store.open("anna", "m1", 1))
    await store.release(Claim("anna", "m1", "no such fence"), doubtful=True)
    await store.release(Claim("nobody", "m1", first.claim.fence), doubtful=True)
    assert await store.open("anna", "m2", 0.02) == Busy()
    await store.release(first.claim, doubtful=False)
    second = fresh(await store.open("anna", "m2", 1))
    await store.release(first.claim, doubtful=False)
    assert await store.open("anna", "m3", 0.02) == Busy()
    await store.save(second.claim, 1, "{}", "two")


async def test_a_wait_is_bounded(store: AnyStore) -> None:
    held = fresh(await store.open("anna", "m1", 1))
    loop = asyncio.get_running_loop()
    started = loop.time()
    assert await store.open("anna", "m2", 0.2) == Busy()
    assert await store.open("anna", "m1", 0.2) == Busy()
    assert 0.35 < loop.time() - started < 2
    assert await store.open("anna", "m3", 0) == Busy()
    assert fresh(await store.open("bert", "m2", 0)).seq == 0
    await store.save(held.claim, 1, "{}", "one")


async def test_waiters_are_served_in_order_of_arrival(store: AnyStore) -> None:
    held = fresh(await store.open("anna", "m0", 1))
    served: list[int] = []

    async def turn(number: int) -> None:
        opened = fresh(await store.open("anna", f"w{number}", 5))
        served.append(number)
        await asyncio.sleep(random.uniform(0, 0.003))
        await store.save(opened.claim, opened.seq + 1, "{}", str(number))

    waiting = []
    for number in range(20):
        waiting.append(asyncio.create_task(turn(number)))
        await asyncio.sleep(0.005)
    await store.save(held.claim, 1, "{}", "first")
    await asyncio.gather(*waiting)
    assert served == list(range(20))


async def test_200_concurrent_messages_of_one_contact_are_serial_and_lose_nothing(store: AnyStore) -> None:
    running = 0

    async def turn(number: int) -> None:
        nonlocal running
        opened = fresh(await store.open("anna", f"m{number}", 30))
        assert running == 0
        running += 1
        if number % 7 == 0:
            await asyncio.sleep(0.001)
        running -= 1
        state = f"{opened.state or ''} {number}"
        await store.save(opened.claim, opened.seq + 1, state, f"r{number}")

    await asyncio.gather(*(turn(number) for number in range(200)))
    last = fresh(await store.open("anna", "end", 1))
    assert last.seq == 200
    assert sorted(int(number) for number in (last.state or "").split()) == list(range(200))
    await store.release(last.claim, doubtful=False)
    for number in (0, 77, 199):
        assert await store.open("anna", f"m{number}", 1) == Seen(f"r{number}")


async def test_repeated_and_reordered_messages_of_many_people_run_once_each(store: AnyStore) -> None:
    messages = [(f"p{person}", f"p{person}-m{number}") for person in range(20) for number in range(5)] * 3
    random.Random(7).shuffle(messages)
    ran: list[str] = []

    async def deliver(contact: str, key: str) -> str:
        opened = await store.open(contact, key, 30)
        if isinstance(opened, Seen):
            return opened.reply
        opened = fresh(opened)
        ran.append(key)
        await store.save(opened.claim, opened.seq + 1, str(opened.seq + 1), f"reply to {key}")
        return f"reply to {key}"

    replies = await asyncio.gather(*(deliver(contact, key) for contact, key in messages))
    assert replies == [f"reply to {key}" for _, key in messages]
    assert len(ran) == len(set(ran)) == 100
    for person in range(20):
        assert fresh(await store.open(f"p{person}", "end", 1)).seq == 5


async def test_an_expired_claim_is_taken_over_by_a_waiter_and_its_save_is_lost(backend: Backend) -> None:
    async with backend.store(claim_ttl=0.3) as store:
        await say(store, "anna", "m0", "kept", "zero")
        slow = fresh(await store.open("anna", "m1", 1))
        heir = fresh(await store.open("anna", "m2", 3))
        assert (heir.doubtful, heir.state) == (True, "kept")
        with pytest.raises(ClaimLost):
            await store.save(slow.claim, 2, "never", "never")
        await store.release(slow.claim, doubtful=True)
        await store.save(heir.claim, 2, "heir", "two")
        assert fresh(await store.open("anna", "m1", 1)).state == "heir"


async def test_a_repeat_takes_over_its_own_message_when_the_claim_expires(backend: Backend) -> None:
    async with backend.store(claim_ttl=0.2) as store:
        fresh(await store.open("anna", "m1", 1))
        again = fresh(await store.open("anna", "m1", 3))
        assert again.doubtful
        await store.save(again.claim, 1, "{}", "done")
        assert await store.open("anna", "m1", 1) == Seen("done")


async def test_a_slow_claim_that_nobody_wanted_may_still_be_saved(backend: Backend) -> None:
    async with backend.store(claim_ttl=0.05) as store:
        slow = fresh(await store.open("anna", "m1", 1))
        await asyncio.sleep(0.15)
        await store.save(slow.claim, 1, "{}", "late")
        assert await store.open("anna", "m1", 1) == Seen("late")


async def test_a_claim_can_be_saved_once(store: AnyStore) -> None:
    opened = fresh(await store.open("anna", "m1", 1))
    await store.save(opened.claim, 1, "one", "one")
    second = fresh(await store.open("anna", "m2", 1))
    with pytest.raises(ClaimLost):
        await store.save(Claim("anna", "m2", "foreign"), 2, "never", "never")
    await store.save(second.claim, 2, "two", "two")
    assert fresh(await store.open("anna", "m3", 1)).state == "two"


async def test_a_cancelled_waiter_does_not_keep_the_turn(store: AnyStore) -> None:
    held = fresh(await store.open("anna", "m1", 1))
    gone = asyncio.create_task(store.open("anna", "m2", 5))
    stays = asyncio.create_task(store.open("anna", "m3", 5))
    await asyncio.sleep(0.02)
    saving = asyncio.create_task(store.save(held.claim, 1, "{}", "one"))
    gone.cancel()
    await saving
    assert fresh(await asyncio.wait_for(stays, 2)).seq == 1
    assert gone.cancelled()


async def test_a_cancelled_save_ends_the_claim_one_way_or_the_other(store: AnyStore) -> None:
    await say(store, "anna", "m0", "{}", "zero")
    held = fresh(await store.open("anna", "m1", 1))
    saving = asyncio.create_task(store.save(held.claim, 2, "{}", "one"))
    await asyncio.sleep(0)
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    await store.release(held.claim, doubtful=True)
    then = await store.open("anna", "m1", 2)
    assert then == Seen("one") or (fresh(then).doubtful and fresh(then).seq == 1)


async def test_a_text_that_cannot_be_stored_spoils_nobody_elses_turn(store: AnyStore) -> None:
    opened = [fresh(await store.open(f"p{number}", "m", 1)) for number in range(9)]
    texts = ["fine"] * 4 + ["lone surrogate \ud800"] + ["fine"] * 4
    results = await asyncio.gather(
        *(store.save(turn.claim, 1, text, text) for turn, text in zip(opened, texts, strict=True)),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [type(None)] * 4 + [UnicodeEncodeError] + [type(None)] * 4
    await store.release(opened[4].claim, doubtful=True)
    assert fresh(await store.open("p4", "m", 1)).state is None
    assert await store.open("p5", "m", 1) == Seen("fine")


async def test_what_was_saved_is_there_after_closing_and_opening_again(backend: Backend) -> None:
    async with backend.store() as store:
        await say(store, "anna", "m1", "remembered", "one")
    async with backend.store() as store:
        assert await store.open("anna", "m1", 1) == Seen("one")
        opened = fresh(await store.open("anna", "m2", 1))
        assert (opened.seq, opened.state) == (1, "remembered")


async def test_ping_returns_when_all_is_well(store: AnyStore) -> None:
    await store.ping()
    await store.ping()
