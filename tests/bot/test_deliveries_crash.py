"""kill -9 while deliveries are on their way: nobody is told twice, nobody is forgotten, and what is unclear says so."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from storage.database import Database
from storage.models import Delivery, Unit, core
from tests.bot.posting import CONTENT, TEMPLATE_ID, VIAS, WITH_TEMPLATE
from tests.bot.processes import Deployment, deploy
from tests.bot.wire import rows
from tests.storage.owed import Owing

STEPS = ("claimed", "begun", "sent", "stored")
PEOPLE = 6
PATIENCE = 40.0
QUICK = {("sqlite", "template", "sent"), ("sqlite", "message", "sent")}
"""The crashes that every `make test` runs; the whole matrix runs in `make test-long`."""
CASES = [
    pytest.param(back_end, way, step, marks=() if (back_end, way, step) in QUICK else (pytest.mark.long,))
    for back_end in ("sqlite", "redis")
    for way in ("template", "message")
    for step in STEPS
]


def awake_now() -> str:
    """A timezone in which it is about noon, so that nobody sleeps whenever the test runs."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


async def employed(deployment: Deployment, owing: Owing, way: str) -> dict[str, int]:
    """People whom the platform knows, or who have just written; person ids by openid."""
    unit = core(Unit)
    first = (await owing.rows(select(unit.c.id).order_by(unit.c.id)))[0].id
    await owing.begin(first)
    people = {}
    for number in range(PEOPLE):
        openid = f"crash-{number}"
        people[openid] = await owing.observer(f"观察员{number}", first, openid)
        await tell(deployment, "people", {"openid": openid, "name": openid})
        if way == "message":
            await deployment.user(openid).says("菜单")
    return people


async def tell(deployment: Deployment, path: str, payload: Mapping[str, Any]) -> None:
    """Let something happen in the simulated world."""
    async with deployment.session.post(f"{deployment.platform_url}/sim/{path}", json=payload) as response:
        assert response.status == 200, await response.text()


async def messages(deployment: Deployment, openid: str) -> int:
    """How many messages reached somebody unasked."""
    async with deployment.session.get(f"{deployment.platform_url}/sim/people/{openid}/inbox") as response:
        entries = await response.json()
    return sum(entry["direction"] == "in" and entry["via"] in VIAS for entry in entries)


async def ended(deployment: Deployment, armed: Path) -> Counter[str]:
    """The states of all deliveries when the worker was killed and each has come to an end.

    What a worker stored can be read a moment before it passes the next step: so look at both.
    """
    ends = {"delivered", "sent", "maybe"}
    until = asyncio.get_running_loop().time() + PATIENCE
    states: Counter[str] = Counter()
    killed = False
    while asyncio.get_running_loop().time() < until:
        found = await rows(deployment.settings.database, select(core(Delivery).c.state))
        states = Counter(row.state for row in found)
        killed = not await asyncio.to_thread(armed.exists)
        if killed and len(found) == PEOPLE and all(row.state in ends for row in found):
            return states
        await asyncio.sleep(0.1)
    raise AssertionError(f"never ended: {states}, {'killed' if killed else 'the step was never reached'}")


@pytest.mark.parametrize(("back_end", "way", "step"), CASES)
async def test_a_killed_worker(
    back_end: str, way: str, step: str, tmp_path: Path, stores: Callable[[str], dict[str, str]]
) -> None:
    """A template is repeated under its id; of a message that may have gone out nobody gets a second one."""
    given: dict[str, Any] = {**stores(back_end), "templates": json.dumps(WITH_TEMPLATE)}
    async with deploy(tmp_path, **given) as deployment:
        settings = deployment.settings
        made = {"template_id": TEMPLATE_ID, "title": "提醒", "content": CONTENT, "kind": "template"}
        await tell(deployment, "templates", made)
        armed = tmp_path / "armed"
        bot = deployment.bot("tests.bot.worker", str(armed), step, "3")
        async with Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database:
            owing = Owing(database, datetime.now(UTC))
            async with database.administration("test", owing.now) as session:
                await session.execute(update(core(Unit)).values(timezone=awake_now()))
            bot.start()
            await bot.wait_ready(deployment.session)
            people = await employed(deployment, owing, way)
            await asyncio.sleep(2.5)  # until it is in the records that they wrote
            alive = asyncio.create_task(bot.keep_alive())
            try:
                await asyncio.to_thread(armed.touch)
                duties = {openid: await owing.owes(person, 1) for openid, person in people.items()}
                for openid, person in people.items():
                    await owing.tell(duties[openid], person)
                states = await ended(deployment, armed)
            finally:
                alive.cancel()
                with suppress(asyncio.CancelledError):
                    await alive
        reached = [await messages(deployment, openid) for openid in people]
        assert max(reached) <= 1, "nobody is told twice"
        if way == "template":
            assert states["delivered"] + states["sent"] == PEOPLE, "a status event may have met a dead worker"
            assert min(reached) == 1
        else:
            told = reached.count(1)
            assert states["sent"] <= told <= states["sent"] + states["maybe"]
            assert states["maybe"] == 0 if step == "claimed" else states["maybe"] <= PEOPLE
            assert states["sent"] + states["maybe"] == PEOPLE
        blamed = [found for found in await deployment.violations() if found["rule"] != "answered"]
        assert blamed == []
