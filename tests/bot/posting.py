"""A deployment whose people owe sheets, and what the simulated WeChat was asked to send them."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.app import Overrides, build
from storage.database import Database
from storage.models import Contact, Delivery, Person, Unit, core
from tests.bot.wire import employ, rows
from tests.storage.owed import Owing
from tests.world import World, listen, open_world

CUSTOM, TEMPLATE, NOTIFICATION = "message/custom/send", "message/template/send", "message/subscribe/bizsend"
TEMPLATE_ID, SUBSCRIBE_ID = "reminder-template", "reminder-notification"
CONTENT = "事项：{{thing1.DATA}}\n截止时间：{{time2.DATA}}\n单位：{{thing3.DATA}}\n状态：{{phrase4.DATA}}"
FIELDS = {"thing1": "what", "time2": "due", "thing3": "unit", "phrase4": "state"}
WITH_TEMPLATE = {"reminder": [{"id": TEMPLATE_ID, "kind": "template", "fields": FIELDS}]}
WITH_BOTH = {"reminder": [*WITH_TEMPLATE["reminder"], {"id": SUBSCRIBE_ID, "kind": "subscribe", "fields": FIELDS}]}
POLL = 0.05
"""Seconds between two looks of the bot."""
PATIENCE = 25.0
"""Real seconds that a test waits for what should come soon."""


@dataclass
class Post:
    """What a test of deliveries works with: the world, and a round in it that people owe something in."""

    world: World
    owing: Owing
    persons: dict[str, int] = field(default_factory=dict)
    """Person ids by openid."""

    async def people(self, count: int, *, known: bool = True) -> list[str]:
        """So many observers with a WeChat; their openids. `known`: the simulated platform knows them."""
        openids = await employ(self.world, count)
        await self._learn()
        if known:
            for openid in openids:
                await self.simulate("people", {"openid": openid, "name": openid})
        return openids

    async def owe(self, openids: Sequence[str]) -> dict[str, int]:
        """Each owes a sheet and is to be told; the duties by openid."""
        await self._learn()
        unit = (await self.owing.rows(select(core(Unit).c.id)))[0].id
        duties = {}
        for openid in openids:
            duties[openid] = await self.owing.owes(self.persons[openid], unit)
            await self.owing.tell(duties[openid], self.persons[openid])
        return duties

    async def _learn(self) -> None:
        table = core(Contact)
        for row in await self.owing.rows(select(table.c.openid, table.c.person_id)):
            self.persons[row.openid] = row.person_id

    async def name_of(self, openid: str) -> str:
        """What the person is called."""
        table = core(Person)
        (found,) = await self.owing.rows(select(table.c.name).where(table.c.id == self.persons[openid]))
        name: str = found.name
        return name

    async def simulate(self, path: str, payload: Mapping[str, Any]) -> None:
        """Let something happen in the simulated world."""
        async with self.world.session.post(f"{self.world.platform_url}/sim/{path}", json=payload) as response:
            assert response.status == 200, await response.text()

    @asynccontextmanager
    async def restarted(self, templates: Mapping[str, Any] | None = None, **changed: object) -> AsyncIterator[None]:
        """End the bot and start it again with other settings."""
        await self.world.running.cleanup()
        update = {"templates": json.dumps(templates) if templates else "", **changed}
        settings = self.world.settings.model_copy(update=update)
        again = await listen(build(settings, Overrides(clock=self.world.clock, poll=POLL)), settings.port)
        try:
            yield
        finally:
            await again.cleanup()

    async def ticks(self, openid: str, *, accepts: bool = True) -> None:
        """Tick the notification, or refuse it."""
        await self.simulate(f"people/{openid}/ticks", {"template_id": SUBSCRIBE_ID, "accepts": accepts})

    async def states(self) -> Counter[str]:
        """How many deliveries are in which state."""
        found = await rows(self.world.settings.database, select(core(Delivery).c.state))
        return Counter(row.state for row in found)

    async def become(self, **expected: int) -> None:
        """Wait until the deliveries are in exactly these states."""
        await self.until(lambda states: states == Counter(expected), str(expected))

    async def until(self, fits: Callable[[Counter[str]], bool], what: str) -> None:
        """Wait until the states of the deliveries fit."""
        end = time.monotonic() + PATIENCE
        states: Counter[str] = Counter()
        while time.monotonic() < end:
            states = await self.states()
            if fits(states):
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"never became {what}: {states}")

    async def tried(self, count: int) -> None:
        """Wait until so many deliveries are there and nobody has or should have one in hand: the rest wait."""
        table = core(Delivery)
        wanted = select(table.c.state, table.c.token, table.c.next_at)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found, now = await rows(self.world.settings.database, wanted), self.world.clock.now
            planned = [row for row in found if row.state == "planned"]
            in_hand = [row for row in planned if row.token or row.next_at <= now]
            in_hand += [row for row in found if row.state == "attempting"]
            if len(found) == count and not in_hand:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"of {len(found)} still in hand: {in_hand}")

    async def called(self, api: str, times: int) -> None:
        """Wait until an API was called so often."""
        end = time.monotonic() + PATIENCE
        while len(await self.calls(api)) < times:
            assert time.monotonic() < end, f"{api} was not called {times} times"
            await asyncio.sleep(0.05)

    async def settled(self) -> None:
        """A moment in which whatever would be sent by mistake is sent."""
        await asyncio.sleep(10 * POLL)

    async def calls(self, api: str) -> list[Mapping[str, Any]]:
        """All calls of an API that the platform took, in order."""
        async with self.world.session.get(f"{self.world.platform_url}/sim/wire") as response:
            found: list[Mapping[str, Any]] = await response.json()
        return [exchange for exchange in found if exchange["name"] == api]

    async def inbox(self, openid: str, via: str = "") -> list[Mapping[str, Any]]:
        """What reached somebody, perhaps by one way only."""
        async with self.world.session.get(f"{self.world.platform_url}/sim/people/{openid}/inbox") as response:
            entries: list[Mapping[str, Any]] = await response.json()
        return [entry for entry in entries if entry["direction"] == "in" and entry["via"] in ({via} if via else VIAS)]

    async def outcomes(self) -> set[str]:
        """The last errcodes or reasons of all deliveries."""
        found = await rows(self.world.settings.database, select(core(Delivery).c.outcome))
        return {row.outcome for row in found}

    async def explained(self, *expected: str) -> None:
        """Wait until these are the last errcodes or reasons."""
        end = time.monotonic() + PATIENCE
        while (found := await self.outcomes()) != set(expected):
            assert time.monotonic() < end, f"never became {expected}: {found}"
            await asyncio.sleep(0.05)


VIAS = frozenset({"customer-service", "template", "subscribe"})
"""How something comes that is no answer (simulator/people.py)."""


@asynccontextmanager
async def posting(
    folder: Path,
    templates: Mapping[str, Any] | None = None,
    *,
    overrides: Mapping[str, Any] | None = None,
    **changed: object,
) -> AsyncIterator[Post]:
    """Bot and simulator in this process, and a round of the whole group in which nobody owes anything yet."""
    given = {"templates": json.dumps(templates), **changed} if templates else changed
    async with open_world(folder, overrides={"poll": POLL, **(overrides or {})}, **given) as world:
        settings = world.settings
        for kind, template in (("template", TEMPLATE_ID), ("subscribe", SUBSCRIBE_ID)):
            made = {"template_id": template, "title": "观察表提交提醒", "content": CONTENT, "kind": kind}
            async with world.session.post(f"{world.platform_url}/sim/templates", json=made) as response:
                assert response.status == 200
        async with Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database:
            owing = Owing(database, world.clock())
            unit = (await owing.rows(select(core(Unit).c.id).order_by(core(Unit).c.id)))[0].id
            await owing.begin(unit)
            yield Post(world, owing)
