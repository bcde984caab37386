"""Deliveries on their way to people: planned, claimed, sent at the account's pace, and brought to an end."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from bot import letters, telemetry
from bot.account import Account
from bot.background import Background
from bot.batches import Batches
from bot.holds import Holds
from bot.lanes import Lanes
from bot.letters import Letter
from bot.new_ways import NewWays
from bot.pace import Pace
from bot.planning import NOTHING, QUIET, RESEND_WITHIN, Outlook, Rest, Send, after, choose
from bot.touches import Touches
from bot.wechat.client import WeChat
from bot.wechat.errors import Action, SendError
from handlers.deliveries.wording import left_to_say
from handlers.rounds.quiet import awake_zones, is_quiet, next_awake
from storage.conversations.contract import Shared, StoreUnavailable
from storage.deliveries import DeliveryWork
from storage.delivery_views import Attempt, ClaimedDelivery, DeliveryResult
from storage.errors import RecordsUnavailable
from storage.vocabulary import DeliveryState, DeliveryWay

IN_FLIGHT: Final = 128
"""Deliveries that one worker sends at a time: with an answer after 2 s still 64 a second."""
GATHER: Final = 0.02
"""Seconds that attempts and results wait for others to be written with: next to a call of WeChat it is nothing."""
CARRIED: Final = 512
"""Deliveries that one worker has claimed at a time, those being sent included; fewer with fewer lanes."""
LEASE: Final = timedelta(seconds=60)
"""How long a claim or an attempt is left to its worker: a sending with a new token takes some 25 s at most."""
PLANNED_AT_ONCE: Final = 200
"""People in one transaction of planning: some 5 ms."""
PLAN_PAUSE: Final = 1.0
"""Seconds after a look that found nothing to plan; whoever puts something down wakes us."""
LAST_START: Final = 0.75
"""Of a claim's lease: later nobody begins to send by it."""
LOOKS_A_LEASE: Final = 3
"""Looks for what a crash left within one lease."""
ZONES_FOR: Final = 5.0
"""Seconds for which the units' timezones are believed: an import may give the whole group another one."""
STATUS_KEPT: Final = timedelta(hours=6)
"""How long a status event waits for its delivery."""
GRACE: Final = 12.0
"""Seconds that sendings in flight get when the bot ends, so that nobody must wonder whether they arrived."""
STORING: Final = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between attempts to store what became of a sending while the records are away."""

log = structlog.get_logger("deliveries")


async def nothing_before() -> None:
    """Nobody has anything to write before deliveries are claimed."""


class Deliveries(Background):
    """Sends while the bot runs; an async context manager. Any number of workers may run.

    `before` is awaited before anything is claimed: it writes what this process knows of how people can be reached.
    `reached` is told the name of every step as it is passed: crash tests end the process there.
    """

    def __init__(
        self,
        work: DeliveryWork,
        wechat: WeChat,
        shared: Shared,
        account: Account,
        now: Callable[[], datetime],
        timezone: ZoneInfo,
        *,
        poll: float,
        lease: timedelta = LEASE,
        before: Callable[[], Awaitable[None]] = nothing_before,
        reached: Callable[[str], None] = lambda step: None,
        jitter: Callable[[], float] = lambda: random.uniform(0.75, 1.25),  # noqa: S311 - spreads retries, no secret
    ) -> None:
        super().__init__("deliveries", poll)
        self._work = work
        self._wechat = wechat
        self._shared = shared
        self._account = account
        self._now = now
        self._timezone = timezone
        self._lease = lease
        self._before = before
        self._reached = reached
        self._jitter = jitter
        self.holds = Holds(shared, now)
        self._touches = Touches(shared)
        self.pace = Pace(shared, account.rates)
        """Whoever else sends uses the same holds and the same pace."""
        self.ended: Counter[DeliveryState] = Counter()
        """In which state this worker left how many deliveries."""
        self._new_ways = NewWays(work, shared, account, now)
        self._lanes = Lanes(IN_FLIGHT)
        self._flights: set[asyncio.Task[None]] = set()
        self._begins: Batches[Attempt, bool] = Batches(self._begin, IN_FLIGHT, GATHER)
        self._ends: Batches[DeliveryResult, None] = Batches(self._end, IN_FLIGHT, GATHER)
        self._plan_at = 0.0
        self._recover_at = 0.0
        self._zones: frozenset[str] = frozenset()
        self._zones_until = 0.0

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        if self._flights:
            await asyncio.wait(self._flights, timeout=GRACE)
        for flight in self._flights:
            flight.cancel()
        await asyncio.gather(*self._flights, return_exceptions=True)

    def wake(self) -> None:
        """There may be something to plan: look now."""
        self._plan_at = 0.0
        super().wake()

    async def do_some(self) -> int:
        """Plan, claim, start to send; 0 when nothing is to be done now. Raises RecordsUnavailable."""
        await self._recover()
        planned = await self._resume() + await self._plan()
        started = await self._start()
        ended = 0
        if self._flights:
            done, _ = await asyncio.wait(self._flights, timeout=PLAN_PAUSE, return_when=asyncio.FIRST_COMPLETED)
            ended = len(done)
        return planned + started + ended + len(self._flights)

    async def _resume(self) -> int:
        try:
            return await self._new_ways.resume_some()
        except StoreUnavailable as error:
            raise RecordsUnavailable(str(error)) from error

    async def _plan(self) -> int:
        if time.monotonic() < self._plan_at:
            return 0
        self._plan_at = time.monotonic() + PLAN_PAUSE
        planned = await self._work.plan(now=self._now(), limit=PLANNED_AT_ONCE)
        if planned:
            self._plan_at = 0.0
        return planned

    async def _recover(self) -> None:
        if time.monotonic() < self._recover_at:
            return
        self._recover_at = time.monotonic() + self._lease.total_seconds() / LOOKS_A_LEASE
        now = self._now()
        while found := await self._work.recover(now=now, resend_within=RESEND_WITHIN):
            log.warning("deliveries whose claim ran out: a crash, or no room to send them", count=found)
        await self._work.forget_statuses(before=now - STATUS_KEPT)

    async def _start(self) -> int:
        room = self._room()
        if not room:
            return 0
        try:
            await self.holds.look()
        except StoreUnavailable as error:
            raise RecordsUnavailable(str(error)) from error
        await self._before()
        now = self._now()
        zones = sorted(awake_zones(now, await self._known_zones()))
        claimed = await self._claimed(now, zones, room) if zones else ()
        if claimed:
            self._reached("claimed")
        for delivery in claimed:
            flight = asyncio.create_task(self._carry(delivery))
            self._flights.add(flight)
            flight.add_done_callback(self._flights.discard)
        return len(claimed)

    async def _claimed(self, now: datetime, zones: Sequence[str], room: int) -> Sequence[ClaimedDelivery]:
        claimed = await self._work.claim(now=now, zones=zones, limit=room, lease=self._lease)
        return await self._touches.known(claimed, now)

    def _room(self) -> int:
        """How many to claim now: as many as can be sent long before the claim runs out, and not one by one."""
        rates = sum(self._account.rates.values()) or float(IN_FLIGHT)
        carried = self._lanes.open * CARRIED // IN_FLIGHT
        most = max(1, min(carried, int(rates * self._lease.total_seconds() / 4)))
        room = most - len(self._flights)
        return room if room >= most / 2 else 0

    async def _known_zones(self) -> frozenset[str]:
        if time.monotonic() >= self._zones_until:
            self._zones = await self._work.zones()
            self._zones_until = time.monotonic() + ZONES_FOR
        return self._zones

    async def _carry(self, delivery: ClaimedDelivery) -> None:
        """Bring one delivery as far as it goes now; what cannot be stored is found by `recover`."""
        today = self._now().astimezone(self._timezone).date()
        try:
            await self._carry_on(Letter(delivery, *left_to_say(delivery, today)))
        except (RecordsUnavailable, StoreUnavailable) as error:
            log.warning("delivery left to its lease", delivery=delivery.id, reason=str(error))
        except Exception:
            log.exception("delivery failed", delivery=delivery.id)

    async def _carry_on(self, letter: Letter) -> None:
        until = time.monotonic() + self._lease.total_seconds() * LAST_START
        choice = self._chosen(letter)
        while isinstance(choice, Send):
            async with self._lanes:
                if not await self.pace.place(choice.way, until):
                    return  # the claim is nearly over, and others will send it
                now_chosen = self._chosen(letter)  # the way may have been stopped while we waited
                result = await self._attempt(letter, choice) if now_chosen == choice else None
            if now_chosen == choice:
                if result is not None:  # stored beside the calls of others
                    await self._touches.came_of(result)
                    await self._store(result)
                    self._reached("stored")
                return
            choice = now_chosen
        await self._store(DeliveryResult(letter.delivery, choice.state, detail=choice.reason, next_at=choice.next_at))

    def _chosen(self, letter: Letter) -> Send | Rest:
        delivery = letter.delivery
        if not letter.owed and not letter.notices:
            return Rest(DeliveryState.MAYBE if delivery.ambiguous else DeliveryState.SUPERSEDED, NOTHING)
        now, home = self._now(), ZoneInfo(delivery.timezone)
        if is_quiet(now, home):  # it was day when it was claimed
            return Rest(DeliveryState.PLANNED, QUIET, next_awake(now, home))
        outlook = Outlook(self._account.ways, self.holds.standing())
        return choose(delivery, self._account.templates.get(letter.about, ()), outlook, now)

    async def _attempt(self, letter: Letter, choice: Send) -> DeliveryResult | None:
        """What came of sending it; None: it was not begun, for it is not this worker's any more or has changed."""
        delivery = letter.delivery
        if not await self._begins.add(Attempt(delivery, choice.way, letters.key_before(letter, choice))):
            return None
        self._reached("begun")
        answers = self._lanes.answers
        try:
            sent = await letters.send(self._wechat, letter, choice, self._now(), self._timezone)
        except SendError as said:
            error = self.holds.judged(choice.way, said, delivery.id)
            self._heard(error, answers)
            await self.holds.learn(choice.way, error)
            self._tell(delivery, choice.way, error)
            return after(error, delivery, choice, self._now(), self._jitter())
        self._lanes.answered()
        self.holds.answered(choice.way)
        telemetry.lanes.set(self._lanes.open)
        self._reached("sent")
        template = choice.template.id if choice.template and choice.way is DeliveryWay.SUBSCRIBE_NOTICE else ""
        return DeliveryResult(
            delivery, DeliveryState.SENT, choice.way, msg_key=sent.key, seen=sent.seen, template=template
        )

    def _heard(self, error: SendError, answers_before: int) -> None:
        """Start fewer calls at a time while WeChat does not answer."""
        if error.errcode is not None or error.action is not Action.RETRY:
            self._lanes.answered()
        elif self._lanes.lost(answers_before):
            log.warning("WeChat does not answer: fewer calls at a time", lanes=self._lanes.open)
        telemetry.lanes.set(self._lanes.open)

    def _tell(self, delivery: ClaimedDelivery, way: DeliveryWay, error: SendError) -> None:
        """The log names no person; what will never be taken is for the operator."""
        level = log.error if error.action is Action.PAYLOAD_BAD else log.info
        level("not sent", delivery=delivery.id, way=way, errcode=error.errcode, action=error.action, why=str(error))

    async def _store(self, result: DeliveryResult) -> None:
        for pause in (*STORING, None):
            try:
                await self._ends.add(result)
                break
            except RecordsUnavailable:
                if pause is None:
                    raise
                await asyncio.sleep(pause)
        self.ended[result.state] += 1
        telemetry.deliveries.labels(result.state, result.way or "none").inc()

    async def _begin(self, attempts: Sequence[Attempt]) -> Sequence[bool]:
        begun = await self._work.begin(attempts, now=self._now(), lease=self._lease)
        return [attempt.delivery.id in begun for attempt in attempts]

    async def _end(self, results: Sequence[DeliveryResult]) -> Sequence[None]:
        await self._work.finish(results, now=self._now())
        return [None] * len(results)
