"""A WeChat that is bound again is reached by what it did last, and by the wishes of its own person only."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from bot.organisation import invite
from storage.models import Person, Reach
from tests.bot.posting import POLL
from tests.bot.test_applying_chat import applied, decided, listed
from tests.bot.test_rights import records
from tests.bot.wire import rows
from tests.walk import fill
from tests.world import World, open_world

WRITTEN = 2.5
"""Seconds after which what people did is written: every two."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, overrides={"poll": POLL}) as opened:
        async with records(opened) as database, database.administration("test", opened.clock()) as session:
            change = update(Person).where(col(Person.id) == opened.people["wang"]).values(phone="13812340412")
            await session.execute(change)
        yield opened


async def known_gone(world: World) -> None:
    """Wait until it is written that somebody left the account."""
    for _ in range(400):
        if await rows(world.settings.database, select(col(Reach.contact)).where(col(Reach.gone) == "unfollowed")):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("not written")


async def test_who_left_came_back_and_was_bound_again_is_told(world: World) -> None:
    """The confirmation ended as not to be delivered: of the time without a binding nothing was written."""
    wang, sun = world.user("wang"), world.user("sun")
    await wang.says("菜单")
    await wang.unfollows()
    await known_gone(world)
    await sun.says("解绑 王建国")
    await sun.taps("确认")
    world.clock.forward(hours=1)
    await wang.follows()
    await applied(wang, "绑定 王建国 0412")
    await asyncio.sleep(WRITTEN)
    world.clock.forward(minutes=5)  # the minute that following opens is over
    await decided(sun, f"确认绑定 {await listed(sun)}", "已确认：王建国 绑定好了")
    await wang.told("王建国，您的绑定申请通过了")
    await sun.says("电话名单")
    sun.sees_not("王建国")


async def test_who_was_silent_for_days_and_applied_just_now_is_told(world: World) -> None:
    wang, sun = world.user("wang"), world.user("sun")
    await wang.says("菜单")
    await asyncio.sleep(WRITTEN)
    world.clock.forward(days=3)
    await sun.says("解绑 王建国")
    await sun.taps("确认")
    await applied(wang, "绑定 王建国 0412")
    await asyncio.sleep(WRITTEN)
    await decided(sun, f"确认绑定 {await listed(sun)}", "已确认：王建国 绑定好了")
    await wang.told("王建国，您的绑定申请通过了")


async def test_the_next_owner_of_a_wechat_is_told_what_the_last_one_declined(world: World) -> None:
    wang, sun, li = world.user("wang"), world.user("sun"), world.user("li")
    await wang.says("停止提醒")
    wang.sees("不再推送给您")
    await sun.says("解绑 王建国")
    await sun.taps("确认")
    async with records(world) as database:
        code = await invite(database, world.people["chen"], world.clock(), "test", timedelta(days=1))
    await wang.says(code)
    await wang.taps("确认")
    wang.sees("绑定好了，陈晓")
    await fill(wang)
    await wang.says("提交")
    number = wang.seen.split("编号：")[1].split("\n")[0]
    await li.says(f"通过 {number} 好")
    await wang.told("已经通过")
