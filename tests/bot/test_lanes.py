"""Fewer calls at a time while nobody answers, more again with each answer, and whoever waits longest comes first."""

import asyncio

from bot.lanes import Lanes


class Calls:
    """Calls that end when the test says so."""

    def __init__(self, lanes: Lanes) -> None:
        self.lanes = lanes
        self.begun: list[int] = []
        self.tasks: dict[int, asyncio.Task[None]] = {}
        self._ends: dict[int, asyncio.Event] = {}

    async def make(self, *numbers: int) -> None:
        """Begin these as far as there is room."""
        for number in numbers:
            self._ends[number] = asyncio.Event()
            self.tasks[number] = asyncio.create_task(self._call(number))
        await self.pause()

    async def end(self, *numbers: int) -> None:
        """These calls end."""
        for number in numbers:
            self._ends[number].set()
        await self.pause()

    async def pause(self) -> None:
        """Let everybody go on as far as they can."""
        for _ in range(5):
            await asyncio.sleep(0)

    async def _call(self, number: int) -> None:
        async with self.lanes:
            self.begun.append(number)
            await self._ends[number].wait()


async def test_only_so_many_at_a_time_in_their_order() -> None:
    calls = Calls(Lanes(3, 1))
    await calls.make(*range(6))
    assert calls.begun == [0, 1, 2]
    await calls.end(1)
    assert calls.begun == [0, 1, 2, 3]
    await calls.end(0, 2)
    assert calls.begun == [0, 1, 2, 3, 4, 5]


async def test_what_was_closed_fills_up_no_more() -> None:
    lanes = Lanes(8, 2)
    calls = Calls(lanes)
    await calls.make(*range(12))
    assert lanes.lost(0)
    assert lanes.lost(0)
    assert not lanes.lost(0), "never fewer than the fewest"
    assert lanes.open == 2
    await calls.end(*range(6))
    assert len(calls.begun) == 8, "two are still under way"
    await calls.end(6)
    assert len(calls.begun) == 9


def test_a_lost_call_closes_nothing_when_others_were_answered_meanwhile() -> None:
    lanes = Lanes(8)
    before = lanes.answers
    lanes.answered()
    assert not lanes.lost(before)
    assert lanes.lost(lanes.answers)
    assert lanes.open == 4


async def test_each_answer_opens_one_lane_for_who_waits() -> None:
    lanes = Lanes(8, 1)
    for _ in range(3):
        lanes.lost(0)
    calls = Calls(lanes)
    await calls.make(*range(9))
    assert calls.begun == [0]
    lanes.answered()
    await calls.pause()
    assert calls.begun == [0, 1]
    for _ in range(20):
        lanes.answered()
    await calls.pause()
    assert (lanes.open, calls.begun) == (8, list(range(8)))


async def test_whoever_gives_up_waiting_takes_no_place() -> None:
    calls = Calls(Lanes(1, 1))
    await calls.make(0, 1, 2, 3)
    calls.tasks[1].cancel()
    await calls.pause()
    calls._ends[0].set()
    await asyncio.sleep(0)
    calls.tasks[2].cancel()  # it may have been given its place by now
    await calls.pause()
    assert calls.begun[0] == 0
    assert calls.begun[-1] == 3
    await calls.end(3)
    await asyncio.wait_for(calls.tasks[3], 1)
