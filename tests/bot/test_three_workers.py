"""Three workers that are killed and started again while a round is made, planned and sent: every person gets at most
one message, and exactly one where it is sure.
"""

import asyncio
import json
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.settings import Settings
from handlers.rounds.rule import OPEN, PeriodKind, Rule, RuleKind, Shift, Step, StepAudience, to_json
from simulator import app as platform
from simulator.config import Card, Template
from simulator.platform import Platform
from storage.database import Database
from storage.models import (
    Appointment,
    Contact,
    Delivery,
    DeliveryEvent,
    Due,
    Duty,
    Person,
    Reach,
    ReminderRule,
    Round,
    RoundStep,
    Unit,
    core,
)
from storage.vocabulary import DeliveryState, DeliveryStep, DeliveryWay, Level, RoundState, StepState
from tests.bot.posting import CONTENT, TEMPLATE_ID, VIAS, WITH_TEMPLATE
from tests.bot.processes import BotProcess
from tests.bot.test_deliveries_crash import awake_now
from tests.bot.years.company import prepare
from tests.ports import free_port
from tests.world import GROUP, TIMEZONE, listen, platform_config, settings_for

WORKERS = 3
WROTE = 10
"""Every tenth person has just written: theirs is a customer-service message, which is never repeated."""
OPEN_STATES = {DeliveryState.PLANNED, DeliveryState.ATTEMPTING}


class Size(NamedTuple):
    """How many people there are, and how patient everything is: what a loaded machine is late with is no crash."""

    people: int
    seed: int
    rate: int
    """Templates a second of all workers; the simulator shares the machine, and should not be what times out."""
    lease: float
    """Seconds that a delivery is left to a worker that may be dead."""
    timeout: float
    """Seconds that WeChat gets for an answer."""


SMALL = Size(1000, 3, 200, 6, 5)
LARGE = Size(20_000, 7, 100, 20, 15)


@dataclass
class Battle:
    """Three workers, the platform that they send to, and how often somebody killed one of them."""

    platform: Platform
    bots: list[BotProcess]
    chance: random.Random
    engine: AsyncEngine
    kills: int = 0
    alive: list[asyncio.Task[None]] = field(default_factory=list)

    async def find(self, query: Any) -> Sequence[Any]:
        """What is in the records now."""
        async with self.engine.connect() as connection:
            return (await connection.execute(query)).all()

    async def snapshot(self, *queries: Any) -> list[Sequence[Any]]:
        """What is in the records at one moment: status events still come in."""
        async with self.engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ")
            return [(await connection.execute(query)).all() for query in queries]

    def kill(self, *bots: BotProcess) -> None:
        """kill -9; who keeps them alive starts them again."""
        for bot in bots:
            if bot.process is not None and bot.process.poll() is None:
                bot.process.kill()
                self.kills += 1

    async def kill_while(self, query: Any, *, patience: float) -> bool:
        """Kill all of them as soon as this finds something; False when it never did."""
        until = asyncio.get_running_loop().time() + patience
        while asyncio.get_running_loop().time() < until:
            if await self.find(query):
                self.kill(*self.bots)
                return True
            await asyncio.sleep(0.002)
        return False

    async def kill_at_random(self, times: int, longest: float) -> None:
        """Kill now this one, now that one, between two moments that are up to `longest` seconds apart."""
        for _ in range(times):
            await asyncio.sleep(self.chance.uniform(0.2, longest))
            self.kill(self.chance.choice(self.bots))

    async def over(self, patience: float) -> Counter[str]:
        """The states of all deliveries when the round is made and nothing is open."""
        until = asyncio.get_running_loop().time() + patience
        states: Counter[str] = Counter()
        while asyncio.get_running_loop().time() < until:
            done = await self.find(_ROUND_IS_OVER)
            unplanned = await self.find(_UNPLANNED)
            states = Counter({row.state: row.number for row in await self.find(_STATES)})
            if done and not unplanned and not OPEN_STATES & set(states):
                return states
            await asyncio.sleep(0.25)
        raise AssertionError(f"never over: {states}\n{self.bots[0].log.read_text()[-2000:]}")

    def messages(self, openid: str) -> int:
        """How many messages the platform brought to somebody."""
        person = self.platform.people.get(openid)
        assert person is not None
        return sum(entry.direction == "in" and entry.via in VIAS for entry in person.inbox)


_STATES = select(core(Delivery).c.state, func.count().label("number")).group_by(core(Delivery).c.state)
_ROUND_IS_OVER = select(core(Round).c.id).where(core(Round).c.state == RoundState.CLOSED)
_BEING_FILLED = select(core(Round).c.id).where(core(Round).c.state == RoundState.OPENING, core(Round).c.cursor > 0)
_BEING_TOLD = select(core(RoundStep).c.place).where(
    core(RoundStep).c.state == StepState.WAITING, core(RoundStep).c.cursor > 0
)
_UNPLANNED = select(core(Due).c.duty_id).where(core(Due).c.delivery_id.is_(None)).limit(1)
_ON_THE_WAY = select(core(Delivery).c.id).where(core(Delivery).c.state == DeliveryState.ATTEMPTING).limit(1)


@asynccontextmanager
async def battle(folder: Path, size: Size, stores: dict[str, str]) -> AsyncIterator[Battle]:
    """So many observers who owe a sheet in a round that opens now, a simulated WeChat, and three workers."""
    began, platform_port, people = datetime.now(UTC), free_port(), size.people
    given: dict[str, Any] = {**stores, "templates": json.dumps(WITH_TEMPLATE), "template_rate": size.rate}
    settings = [settings_for(folder, free_port(), platform_port, **given) for _ in range(WORKERS)]
    await prepare(settings[0].database, GROUP, began)
    await employ(settings[0], people, began)
    config = replace(
        platform_config(settings[0], repeat_pause=1.0),
        people=tuple(Card(openid(number), openid(number)) for number in range(people)),
        templates=(Template(TEMPLATE_ID, "提醒", CONTENT),),
    )
    app = platform.build(config)
    for number in range(0, people, WROTE):
        person = app[platform.PLATFORM].people.get(openid(number))
        assert person is not None
        person.wrote(began.timestamp())
    command = ("tests.bot.rounds_worker", began.isoformat(), str(size.lease), str(size.timeout))
    bots = [BotProcess(each, command, folder / f"bot{number}.log") for number, each in enumerate(settings)]
    engine = create_async_engine(settings[0].database, isolation_level="AUTOCOMMIT")
    made = Battle(app[platform.PLATFORM], bots, random.Random(size.seed), engine)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engine.dispose)
        stack.push_async_callback((await listen(app, platform_port)).cleanup)
        for bot in bots:
            stack.push_async_callback(asyncio.to_thread, bot.end)
        made.alive = [asyncio.create_task(bot.keep_alive()) for bot in bots]
        stack.push_async_callback(_stop, made.alive)
        yield made


async def _stop(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def openid(number: int) -> str:
    """Of the observer with this number; also the id of their contact."""
    return f"observer-{number:05d}"


async def employ(settings: Settings, people: int, now: datetime) -> None:
    """The observers, bound, and the rule by which each owes one sheet; its only step has come."""
    due = (now + timedelta(days=10)).astimezone(TIMEZONE)
    ladder = (Step(OPEN, -30, StepAudience.OBSERVER, 0, 0),)
    rule = Rule(
        1,
        "综合",
        RuleKind.FORM,
        "comprehensive",
        Level.COMPREHENSIVE,
        1,
        "/1/",
        f"0 18 {due.day} {due.month} *",
        period=PeriodKind.YEAR,
        shift=Shift.NONE,
        ladder=ladder,
    )
    hour = now.replace(minute=0, second=0, microsecond=0)
    numbers = range(people)
    facts: dict[Any, list[dict[str, Any]]] = {
        Person: [{"id": n + 1, "name": f"观察员{n}", "unit_id": 1, "generation": 1} for n in numbers],
        Contact: [
            {"id": openid(n), "openid": openid(n), "person_id": n + 1, "created_at": now, "bound_at": now}
            for n in numbers
        ],
        Appointment: [
            {"id": n + 1, "person_id": n + 1, "unit_id": 1, "level": Level.COMPREHENSIVE, "starts_on": date(2020, 1, 1)}
            for n in numbers
        ],
        Reach: [
            {"contact": openid(n), "wrote_at": hour, "used": 0, "gone": "", "declined": False}
            for n in range(0, people, WROTE)
        ],
        ReminderRule: [
            {
                "kind": rule.kind,
                "form_name": rule.form,
                "unit_id": 1,
                "rule": to_json(rule),
                "version": 1,
                "active": True,
                "changed_at": now,
            }
        ],
    }
    async with (
        Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database,
        database.administration("test", now) as session,
    ):
        await session.execute(update(core(Unit)).values(timezone=awake_now()))
        for table, values in facts.items():
            await session.execute(insert(core(table)), values)


async def judge(fought: Battle, people: int, states: Counter[str]) -> None:
    """Each one duty, one due, one message; what is not sure says so; every end has its story; no storm of calls."""
    assert len(await fought.find(select(core(Round).c.id))) == 1
    for table in (Duty, Due):
        assert [row.count for row in await fought.find(select(func.count().label("count")).select_from(table))] == [
            people
        ]
    found, events = await fought.snapshot(
        select(core(Delivery)).order_by(core(Delivery).c.person_id),
        select(core(DeliveryEvent)).order_by(core(DeliveryEvent).c.id),
    )
    assert [row.person_id for row in found] == list(range(1, people + 1)), "one delivery each"
    stories: defaultdict[int, list[Any]] = defaultdict(list)
    for row in events:
        stories[row.delivery_id].append(row)
    calls = 0
    for delivery in found:
        name = openid(delivery.person_id - 1)
        reached, called = fought.messages(name), len(fought.platform.wire.of(name))
        told_of = f"{name}: {delivery.state} {delivery.outcome}, {reached} messages, {called} calls"
        assert reached <= 1, told_of
        if delivery.state == DeliveryState.MAYBE:
            assert delivery.way == DeliveryWay.CUSTOMER_SERVICE, told_of
        else:
            assert reached == 1, told_of
            assert delivery.state in {DeliveryState.SENT, DeliveryState.DELIVERED}, told_of
        _has_its_story(delivery, stories[delivery.id], told_of)
        calls += sum(exchange.name.startswith("message/") for exchange in fought.platform.wire.of(name))
    assert calls <= people + fought.kills * 64, "a killed worker leaves what it had in flight, and no more"
    assert states[DeliveryState.MAYBE] <= fought.kills * 64


def _has_its_story(delivery: Any, story: Sequence[Any], told_of: str) -> None:
    what = [line.what for line in story]
    assert what[0] == DeliveryStep.PLANNED, told_of
    assert what.count(DeliveryStep.ATTEMPT) >= 1, told_of
    if delivery.state == DeliveryState.SENT:
        assert what[-1] == DeliveryStep.SENT, f"{told_of}: {what}"
    else:
        assert what[-1] == DeliveryStep.ENDED, f"{told_of}: {what}"
        assert story[-1].detail.startswith(delivery.state), f"{told_of}: {story[-1].detail}"


async def test_a_thousand(tmp_path: Path, stores: Callable[[str], dict[str, str]]) -> None:
    async with battle(tmp_path, SMALL, stores("redis")) as fought:
        assert await fought.kill_while(_ON_THE_WAY, patience=60)
        await fought.kill_at_random(3, 2.0)
        states = await fought.over(90)
        await judge(fought, SMALL.people, states)
        assert fought.kills >= 4, "one that is not up yet cannot be killed"


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_twenty_thousand(tmp_path: Path, stores: Callable[[str], dict[str, str]]) -> None:
    async with battle(tmp_path, LARGE, stores("redis")) as fought:
        assert await fought.kill_while(_BEING_FILLED, patience=60)
        assert await fought.kill_while(_BEING_TOLD, patience=60)
        assert await fought.kill_while(_ON_THE_WAY, patience=60)
        await fought.kill_at_random(15, 6.0)
        await judge(fought, LARGE.people, await fought.over(700))
