"""Stores that go away and come back: a clear sentence within 5 s, /readyz says so, everything recovers by itself."""

import asyncio
import re
import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bot.processes import deploy, status_of
from tests.chat import User
from tests.servers import PostgresServer, RedisServer, Server
from tests.walk import TITLE, WEAK_POINT, fill, fill_on
from tests.world import World, open_world

SORRY = "系统繁忙，请稍后再试"
DEADLINE = 5.0
"""Seconds; WECHAT.md, Callback."""


async def timed(user: User, text: str) -> float:
    """How long the person waited for the answer: seconds."""
    started = time.monotonic()
    await user.says(text)
    return time.monotonic() - started


async def until_ready(world: World, wanted: int) -> None:
    """Return when /readyz has this status; AssertionError after 15 s."""
    until = time.monotonic() + 15
    while time.monotonic() < until:
        if await status_of(world.session, world.settings, "/readyz") == wanted:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"/readyz did not become {wanted}")


async def goes_away(
    world: World, server: Server, seconds: float, away: Callable[[], None], back: Callable[[], None]
) -> None:
    """The person says things while the server is away, and goes on when it is back."""
    user = world.user("wang")
    await fill(user, until="主要的薄弱环节")
    await asyncio.to_thread(away)
    try:
        until = time.monotonic() + seconds
        await until_ready(world, 503)
        while time.monotonic() < until:
            assert await timed(user, WEAK_POINT) < DEADLINE
            if SORRY not in user.seen:
                user.sees("风险等级")  # an answer needs the conversation store alone
            await asyncio.sleep(0.3)
            stranger = world.user(f"stranger-{time.monotonic_ns()}")
            assert await timed(stranger, "菜单") < DEADLINE
            stranger.sees(SORRY)
            if SORRY not in user.seen:
                await user.says("上一步")
    finally:
        await asyncio.to_thread(back)
    await until_ready(world, 200)
    await user.says("预览")
    while "看下一页" in user.seen:
        await user.says("继续")
    await fill_on(user)
    await user.says("提交")
    user.sees("GC")
    number = re.search(r"GC\d\d-\d+", user.seen)
    officer = world.user("sun")
    await officer.says(f"查 {number.group() if number else ''}")
    assert officer.seen.count(WEAK_POINT) == 2, "once among the findings, once among the answers"
    assert await world.violations() == []


@pytest.mark.parametrize("seconds", [1.0, pytest.param(10.0, marks=pytest.mark.long)])
@pytest.mark.parametrize("how", ["stopped", "frozen"])
async def test_redis_goes_away(how: str, seconds: float, tmp_path: Path) -> None:
    """Redis stopped, or there and silent."""
    server = RedisServer()
    server.start()
    try:
        ways = (server.stop, server.start) if how == "stopped" else (server.freeze, server.thaw)
        async with open_world(tmp_path, conversations_url=server.url) as world:
            await goes_away(world, server, seconds, *ways)
    finally:
        server.close()


@pytest.mark.parametrize("seconds", [1.0, pytest.param(10.0, marks=pytest.mark.long)])
@pytest.mark.parametrize("how", ["stopped", "frozen"])
async def test_postgresql_goes_away(how: str, seconds: float, tmp_path: Path) -> None:
    """PostgreSQL stopped, or there and silent."""
    server = PostgresServer()
    server.start()
    try:
        ways = (server.stop, server.start) if how == "stopped" else (server.freeze, server.thaw)
        async with open_world(tmp_path, database_url=server.database()) as world:
            await goes_away(world, server, seconds, *ways)
    finally:
        server.close()


async def test_both_stores_hang(tmp_path: Path) -> None:
    """Redis and PostgreSQL are there and silent, for somebody new and for somebody known: an answer within 5 s."""
    redis, postgres = RedisServer(), PostgresServer()
    try:
        redis.start()
        postgres.start()
        async with open_world(tmp_path, conversations_url=redis.url, database_url=postgres.database()) as world:
            known = world.user("wang")
            await known.says("菜单")
            redis.freeze()
            postgres.freeze()
            try:
                for user in (known, world.user("stranger")):
                    assert await timed(user, "菜单") < DEADLINE
                    user.sees(SORRY)
            finally:
                redis.thaw()
                postgres.thaw()
            await until_ready(world, 200)
            await known.says("菜单")
            known.sees("综合观察表")
            assert await world.violations() == []
    finally:
        redis.close()
        postgres.close()


async def test_a_healthy_bot_is_ready(tmp_path: Path) -> None:
    """200 and both stores named."""
    async with open_world(tmp_path) as world, world.session.get(f"{world.bot_url}/readyz") as response:
        assert response.status == 200
        assert await response.json() == {"ready": True, "conversations": True, "records": True}


async def test_a_form_begun_before_an_outage_is_not_lost(tmp_path: Path) -> None:
    """The conversation store is emptied: the draft in the records is offered again."""
    server = RedisServer()
    server.start()
    try:
        async with open_world(tmp_path, conversations_url=server.url) as world:
            user = world.user("wang")
            await fill(user, until="项目投资方面，主要的薄弱环节")
            await user.says("暂存")
            server.flush()
            await user.says("继续")
            user.sees(TITLE, "项目投资方面，主要的薄弱环节")
    finally:
        server.close()


async def test_the_disk_is_full(tmp_path: Path) -> None:
    """No file of the bot can grow (a file size limit is what a full disk looks like to SQLite), then they can again."""
    async with deploy(tmp_path) as deployment:
        bot = deployment.bot()
        bot.start()
        await bot.wait_ready(deployment.session)
        assert bot.process is not None
        user = deployment.user("wang")
        await fill(user, until="主要的薄弱环节")
        unlimited = resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        for _ in range(3):
            assert await timed(user, WEAK_POINT) < DEADLINE
            user.sees(SORRY)
        assert await status_of(deployment.session, deployment.settings, "/readyz") == 503
        assert await status_of(deployment.session, deployment.settings, "/healthz") == 200
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, unlimited)
        await bot.wait_ready(deployment.session)
        await user.says(WEAK_POINT)
        user.sees("风险等级")
        await fill_on(user)
        await user.says("提交")
        user.sees("GC")
        assert "Traceback" not in bot.log.read_text()
        assert await deployment.violations() == []
