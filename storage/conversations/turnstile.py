"""Who may run a contact's turn in this process: one at a time, in order of arrival, waits bounded."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

MOST_WAITING = 1_000
"""Waiters of one contact; WeChat asks three times for a message, so this is a flood."""


class Pass:
    """The right to run one turn; `fence` is the claim's, `deadline` is on the loop's clock, in seconds."""

    __slots__ = (
        "contact",
        "deadline",
        "fence",
        "inherited",
        "key",
        "left_doubtful",
        "queue",
        "saving",
        "timer",
    )

    def __init__(self, contact: str, key: str, fence: str, deadline: float) -> None:
        self.contact = contact
        self.key = key
        self.fence = fence
        self.deadline = deadline
        self.inherited = False
        """The holder before did not end its pass in time."""
        self.saving = False
        """A save is on its way: the pass does not expire until the save ended."""
        self.left_doubtful = False
        """Nobody waits for the save that is on its way: end the pass with it."""
        self.queue: deque[_Waiter] | None = None
        self.timer: asyncio.TimerHandle | None = None


class Answered(NamedTuple):
    """The message that was waited for has been answered meanwhile."""

    reply: str


Entered: TypeAlias = Pass | Answered | None


@dataclass(slots=True)
class _Waiter:
    key: str
    future: asyncio.Future[Entered]


class Turnstile:
    """Passes by contact; keeps memory only for contacts whose turn is under way.

    `hold` is how many seconds a pass lasts when somebody else waits for it; `prefix` makes the fences of this
    process differ from those of others.
    """

    def __init__(self, hold: float, prefix: str = "") -> None:
        self._hold = hold
        self._prefix = prefix
        self._passes: dict[str, Pass] = {}
        self._fences = 0

    def __len__(self) -> int:
        return len(self._passes)

    def enter_now(self, contact: str, key: str) -> Pass | None:
        """A pass when the contact is free, else None."""
        if contact in self._passes:
            return None
        held = self._passes[contact] = self._new_pass(contact, key)
        return held

    async def enter(self, contact: str, key: str, wait: float) -> Entered:
        """Wait up to `wait` seconds for a pass; Answered when a turn with the same key ended with a reply."""
        held = self.enter_now(contact, key)
        if held is not None:
            return held
        holder = self._passes[contact]
        loop = asyncio.get_running_loop()
        queue = holder.queue = deque() if holder.queue is None else holder.queue
        if len(queue) >= MOST_WAITING or wait <= 0:
            return None
        waiter = _Waiter(key, loop.create_future())
        queue.append(waiter)
        self._watch(holder)
        timer = loop.call_later(wait, _give_up, waiter.future)
        try:
            return await waiter.future
        except asyncio.CancelledError:
            self._hand_back(waiter)
            raise
        finally:
            timer.cancel()

    def held(self, contact: str, fence: str) -> Pass | None:
        """The pass with this fence, or None when it ended or was taken over."""
        held = self._passes.get(contact)
        return held if held is not None and held.fence == fence else None

    def leave(self, held: Pass, reply: str | None = None) -> None:
        """End the pass; with a reply, whoever waits with the same key has it at once. The next one enters."""
        if self._passes.get(held.contact) is not held:
            return
        if held.timer is not None:
            held.timer.cancel()
            held.timer = None
        if held.queue and reply is not None:
            held.queue = _answer(held.queue, held.key, Answered(reply))
        self._next(held, inherited=False)

    def resume(self, held: Pass) -> None:
        """A save failed: the pass is as before it, or ended when nobody waited for the save any more."""
        held.saving = False
        if held.left_doubtful:
            self.leave(held)
        else:
            self._watch(held)

    def _new_pass(self, contact: str, key: str) -> Pass:
        self._fences += 1
        until = asyncio.get_running_loop().time() + self._hold
        return Pass(contact, key, f"{self._prefix}{self._fences}", until)

    def _next(self, held: Pass, *, inherited: bool) -> None:
        """Give the contact to the first who still waits, or free it."""
        queue = held.queue
        while queue:
            waiter = queue.popleft()
            if waiter.future.done():
                continue
            heir = self._new_pass(held.contact, waiter.key)
            heir.inherited = inherited
            heir.queue = queue
            self._passes[held.contact] = heir
            waiter.future.set_result(heir)
            self._watch(heir)
            return
        del self._passes[held.contact]

    def _watch(self, held: Pass) -> None:
        """While somebody waits, a pass that is past its deadline is taken over."""
        if held.timer is None and held.queue:
            held.timer = asyncio.get_running_loop().call_at(held.deadline, self._expire, held)

    def _expire(self, held: Pass) -> None:
        held.timer = None
        if self._passes.get(held.contact) is held and not held.saving:
            self._next(held, inherited=True)

    def _hand_back(self, waiter: _Waiter) -> None:
        """A waiter was cancelled: when its pass had come at the same moment, the next one gets it."""
        if waiter.future.done() and not waiter.future.cancelled():
            entered = waiter.future.result()
            if isinstance(entered, Pass):
                self.leave(entered)


def _give_up(future: asyncio.Future[Entered]) -> None:
    if not future.done():
        future.set_result(None)


def _answer(queue: deque[_Waiter], key: str, answered: Answered) -> deque[_Waiter]:
    """Resolve who waits for `key`; return the others in their order."""
    others: deque[_Waiter] = deque()
    for waiter in queue:
        if waiter.future.done():
            continue
        if waiter.key == key:
            waiter.future.set_result(answered)
        else:
            others.append(waiter)
    return others
