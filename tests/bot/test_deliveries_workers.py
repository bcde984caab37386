"""Several workers on PostgreSQL and Redis: each message once, one pace, one quota; and records that go away."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.account import Account
from bot.delivery import Deliveries
from bot.settings import Settings
from bot.wechat.client import WeChat
from storage.conversations.opening import open_store
from storage.database import Database
from storage.models import DeliveryStatus, core
from tests.bot.posting import TEMPLATE, WITH_TEMPLATE, Post, posting
from tests.bot.wire import PLAIN, Wire, rows
from tests.servers import PostgresServer
from tests.world import TIMEZONE, World

LEASE = timedelta(seconds=6)


@asynccontextmanager
async def worker(world: World) -> AsyncIterator[Deliveries]:
    """A worker of the same deployment, with connections of its own, that runs."""
    settings: Settings = world.settings
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(settings.conversations))
        database = await stack.enter_async_context(Database(settings.database))
        secret = settings.wechat_secret.get_secret_value()
        wechat = WeChat(settings.wechat_appid, secret, store.shared, base=settings.wechat_api_base)
        await stack.enter_async_context(wechat)
        account = Account(settings.delivery_ways, settings.message_templates, settings.rates)
        made = Deliveries(
            database.deliveries, wechat, store.shared, account, world.clock, TIMEZONE, poll=0.1, lease=LEASE
        )
        yield await stack.enter_async_context(made)


@asynccontextmanager
async def shared(tmp_path: Path, stores: Callable[[str], dict[str, str]], **changed: Any) -> AsyncIterator[Post]:
    """A deployment on PostgreSQL and Redis with two workers beside the bot."""
    given: dict[str, Any] = {**stores("redis"), **changed}
    async with (
        posting(tmp_path, WITH_TEMPLATE, overrides={"lease": LEASE}, **given) as post,
        worker(post.world),
        worker(post.world),
    ):
        yield post


async def test_three_workers_send_each_message_once(tmp_path: Path, stores: Callable[[str], dict[str, str]]) -> None:
    async with shared(tmp_path, stores) as post:
        openids = await post.people(120)
        for part in range(0, 120, 30):
            await post.owe(openids[part : part + 30])
        await post.until(lambda states: states["delivered"] >= 120, "delivered")
        assert [len(await post.inbox(openid)) for openid in openids] == [1] * 120
        assert len(await post.calls(TEMPLATE)) == 120
        assert await post.world.violations() == []


async def test_three_workers_keep_one_pace(tmp_path: Path, stores: Callable[[str], dict[str, str]]) -> None:
    async with shared(tmp_path, stores, template_rate=15) as post:
        openids = await post.people(45)
        began = time.monotonic()
        await post.owe(openids)
        await post.until(lambda states: states["delivered"] >= 45, "delivered")
        assert time.monotonic() - began >= (45 - 3 - 1) / 15


async def test_a_quota_that_one_worker_found_used_up_holds_all(
    tmp_path: Path, stores: Callable[[str], dict[str, str]]
) -> None:
    async with shared(tmp_path, stores, template_rate=40) as post:
        openids = await post.people(60)
        await post.world.faults(api=TEMPLATE, errcode=45009, times=None)
        await post.owe(openids[:10])
        await post.until(lambda states: states["planned"] >= 1 and states["attempting"] == 0, "held")
        await asyncio.sleep(1.2)  # each worker looks once a second
        asked = len(await post.calls(TEMPLATE))
        assert asked <= 30, "within that second each of the three may have found it out by itself"
        await post.owe(openids[10:])
        await post.until(lambda states: states["planned"] == 60, "planned")
        await post.settled()
        assert len(await post.calls(TEMPLATE)) == asked


async def test_records_that_go_away_in_the_middle_cost_no_second_message(
    tmp_path: Path, stores: Callable[[str], dict[str, str]], request: pytest.FixtureRequest
) -> None:
    """What was sent is stored when they are back."""
    server: PostgresServer = request.getfixturevalue("postgres_server")
    async with shared(tmp_path, stores, template_rate=40) as post:
        openids = await post.people(80)
        await post.owe(openids)
        await post.until(lambda states: states["delivered"] >= 10, "under way")
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(1.5)
        await asyncio.to_thread(server.start)
        post.world.clock.now += LEASE * 2  # what was claimed and not begun is free again
        await post.until(lambda states: states["delivered"] + states["sent"] + states["maybe"] >= 80, "ended")
        assert max([len(await post.inbox(openid)) for openid in openids]) == 1
        assert sum([len(await post.inbox(openid)) for openid in openids]) >= 80 - (await post.states())["maybe"]


async def test_a_status_event_that_cannot_be_kept_is_asked_for_again(
    tmp_path: Path, stores: Callable[[str], dict[str, str]], request: pytest.FixtureRequest
) -> None:
    """503 while the records are away: WeChat repeats it, and the loop closes when they are back."""
    server: PostgresServer = request.getfixturevalue("postgres_server")
    given: dict[str, Any] = {**stores("redis"), **PLAIN}
    async with posting(tmp_path, WITH_TEMPLATE, **given) as post:
        wire = Wire(post.world, [post.world.bot_url])
        told = "<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>42</MsgID><Status>success</Status>"
        await asyncio.to_thread(server.stop)
        try:
            with pytest.raises(AssertionError, match="503"):
                await wire.raw("wang", told)
        finally:
            await asyncio.to_thread(server.start)
        post.world.clock.forward(seconds=1)
        assert await wire.raw("wang", told) == "success"
        kept = await rows(post.world.settings.database, select(core(DeliveryStatus).c.key))
        assert [row.key for row in kept] == ["42"]
