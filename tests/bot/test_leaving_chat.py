"""Whoever loses their WeChat by an officer's word finds every answer on the next one, and nobody else finds any."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from bot.app import Overrides, build
from bot.organisation import invite
from storage.models import Person
from tests.bot.test_applying_chat import applied, decided, listed
from tests.bot.test_rights import records
from tests.bot.wire import PLAIN, Wire
from tests.chat import User
from tests.ports import free_port
from tests.walk import WEAK_POINT, fill
from tests.world import World, listen, open_world

ASKED = "这个问题的风险等级"
"""Asked in the middle of a section, after the weak point was told: nothing of the section is copied by then."""
PHONE = "13812340412"


@asynccontextmanager
async def opened(folder: Path, **settings: Any) -> AsyncIterator[World]:
    async with open_world(folder, **settings) as world:
        async with records(world) as database, database.administration("test", world.clock()) as session:
            await session.execute(update(Person).where(col(Person.id) == world.people["wang"]).values(phone=PHONE))
        yield world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened(tmp_path) as found:
        yield found


async def code(world: World, name: str) -> str:
    async with records(world) as database:
        return await invite(database, world.people[name], world.clock(), "test", timedelta(days=1))


async def bound(user: User, world: World, name: str) -> None:
    await user.says(await code(world, name))
    await user.taps("确认")
    user.sees("绑定好了")


async def unbound(officer: User, said: str) -> None:
    await officer.says(said)
    officer.sees("没填完的表都给本人留着")
    await officer.taps("确认")
    officer.sees("已解除 王建国 的微信绑定")


async def test_what_was_answered_is_there_after_an_officer_unbinds(world: World) -> None:
    """The question promised it, and the form began at its first question again."""
    wang, new = world.user("wang"), world.user("new phone")
    await fill(wang, until=ASKED)
    await unbound(world.user("sun"), "解绑 王建国")
    await bound(new, world, "wang")
    await new.says("继续")
    new.sees("接着填", ASKED)
    await new.says("预览")
    new.sees(WEAK_POINT)


async def test_what_was_answered_goes_along_to_a_new_wechat(world: World) -> None:
    wang, new, sun = world.user("wang"), world.user("new phone"), world.user("sun")
    await fill(wang, until=ASKED)
    await applied(new, "绑定 王建国 0412")
    await decided(sun, f"确认绑定 {await listed(sun)}", "已确认：王建国 绑定好了，原来的微信已解绑")
    await new.says("继续")
    new.sees("接着填", ASKED)
    await new.says("预览")
    new.sees(WEAK_POINT)


async def test_a_refusal_takes_nothing_from_the_old_wechat(world: World) -> None:
    wang, sun = world.user("wang"), world.user("sun")
    await fill(wang, until=ASKED)
    await applied(world.user("stranger"), "绑定 王建国 0412")
    await decided(sun, f"拒绝绑定 {await listed(sun)}", "已拒绝")
    await sun.says("解绑 王建国")
    await sun.taps("取消")
    await wang.says("1")
    wang.sees("已记：高")


async def test_the_old_wechat_answers_nothing_more_and_its_next_owner_sees_nothing(world: World) -> None:
    """It went on to ask, and told "已记", though nothing of it was kept."""
    wang, new = world.user("wang"), world.user("new phone")
    await fill(wang, until=ASKED)
    await unbound(world.user("sun"), "解绑 王建国")
    await wang.told("纪检人员已解除这个微信的绑定")
    await wang.says("1")
    wang.sees("请先绑定身份")
    wang.sees_not("已记", WEAK_POINT)
    await bound(wang, world, "chen")
    for said in ("继续", "预览", "我的任务"):
        await wang.says(said)
        wang.sees_not(WEAK_POINT, ASKED)
    await bound(new, world, "wang")
    await new.says("继续")
    new.sees(ASKED)


@pytest.mark.parametrize("back_end", ["sqlite", "redis"])
async def test_an_answer_at_the_same_moment_is_kept_or_not_taken(
    back_end: str, tmp_path: Path, stores: Callable[[str], dict[str, str]]
) -> None:
    """Two workers, where a back end has them: what was acknowledged is there on the new WeChat."""
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(opened(tmp_path, **PLAIN, **stores(back_end)))
        workers = [world.bot_url]
        if back_end == "redis":
            port = free_port()
            second = await listen(build(world.settings, Overrides(clock=world.clock)), port)
            stack.push_async_callback(second.cleanup)
            workers.append(f"http://127.0.0.1:{port}")
        wire = Wire(world, workers)
        assert ASKED in await to_level(wire, "wang")
        owner = "wang"
        for number in range(6):
            await wire.says("sun", "解绑 王建国")
            acknowledged, done = await asyncio.gather(wire.says(owner, "1"), wire.says("sun", "确认"))
            assert "已解除 王建国" in done
            owner = f"phone {number}"
            await wire.says(owner, await code(world, "wang"))
            assert "绑定好了" in await wire.says(owner, "确认")
            seen = await wire.says(owner, "继续")
            assert ("针对这个问题" in seen) is ("已记：高" in acknowledged), (acknowledged, seen)
            if "针对这个问题" in seen:
                assert ASKED in await wire.says(owner, "上一步")


async def to_level(wire: Wire, person: str) -> str:
    """Answer until the level is asked for."""
    await wire.says(person, "综合观察表")
    await wire.says(person, "2")
    return await wire.says(person, WEAK_POINT)
