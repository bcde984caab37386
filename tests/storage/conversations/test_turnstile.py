"""The queue of one process: handing over, cancelling, bounds."""

import asyncio

import pytest

from storage.conversations import turnstile
from storage.conversations.turnstile import Answered, Pass, Turnstile


def passed(entered: object) -> Pass:
    """`entered`, which must be a Pass."""
    assert isinstance(entered, Pass)
    return entered


async def test_a_waiter_cancelled_at_the_moment_of_its_turn_hands_it_on() -> None:
    gate = Turnstile(10)
    held = passed(gate.enter_now("anna", "m1"))
    gone = asyncio.create_task(gate.enter("anna", "m2", 5))
    stays = asyncio.create_task(gate.enter("anna", "m3", 5))
    await asyncio.sleep(0)
    gate.leave(held)
    gone.cancel()
    assert passed(await stays).key == "m3"
    assert gone.cancelled()


async def test_nothing_is_remembered_of_contacts_at_rest() -> None:
    gate = Turnstile(10)
    for number in range(100):
        gate.leave(passed(gate.enter_now(f"p{number}", "m")))
    assert len(gate) == 0
    held = passed(gate.enter_now("anna", "m1"))
    assert await gate.enter("anna", "m2", 0.01) is None
    gate.leave(held)
    assert len(gate) == 0


async def test_waiters_of_one_contact_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnstile, "MOST_WAITING", 3)
    gate = Turnstile(10)
    held = passed(gate.enter_now("anna", "m1"))
    waiting = [asyncio.create_task(gate.enter("anna", "m1", 5)) for _ in range(3)]
    await asyncio.sleep(0)
    assert await gate.enter("anna", "m1", 5) is None
    gate.leave(held, "reply")
    assert await asyncio.gather(*waiting) == [Answered("reply")] * 3


async def test_a_pass_does_not_expire_during_a_save_but_after_a_failed_one() -> None:
    gate = Turnstile(0.05)
    held = passed(gate.enter_now("anna", "m1"))
    held.saving = True
    heir = asyncio.create_task(gate.enter("anna", "m2", 5))
    await asyncio.sleep(0.15)
    assert not heir.done()
    gate.resume(held)
    assert passed(await asyncio.wait_for(heir, 1)).inherited
    assert gate.held("anna", held.fence) is None


async def test_an_ended_pass_cannot_end_its_heir() -> None:
    gate = Turnstile(10)
    held = passed(gate.enter_now("anna", "m1"))
    gate.leave(held)
    heir = passed(gate.enter_now("anna", "m2"))
    gate.leave(held)
    assert gate.held("anna", heir.fence) is heir
