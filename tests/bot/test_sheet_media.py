"""Photos for a form through the whole bot: nine at once, together with 完成, and a bot that is stopped in between."""

import asyncio
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from bot.app import Overrides, build
from storage.models import Media
from storage.vocabulary import MediaState
from tests.bot.wire import rows
from tests.chat import User
from tests.world import World, listen, open_world

FORM = "整改情况报告"
TO_PHOTOS = ("纪委检查", "跳过", "二公司物资部", "3", "油卡由司机个人保管", "车辆管理", "车队队长收回油卡统一保管", "1")
TWO, NINE = 2, 9
PATIENCE = 400
"""Looks at the shelf, 50 ms apart."""


async def to_photos(world: World) -> User:
    """Wang before the question for photos."""
    wang = world.user("wang")
    await wang.says(FORM)
    for said in TO_PHOTOS:
        await wang.says(said)
    wang.sees("请发整改后的照片")
    return wang


async def media(world: World) -> list[Any]:
    """The rows of media."""
    return list(await rows(world.settings.database, select(col(Media.state), col(Media.ref))))


async def until_stored(world: World, count: int) -> None:
    """Wait until all of them are on the shelf."""
    for _ in range(PATIENCE):
        if [row.state for row in await media(world)] == [MediaState.STORED] * count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the photos never arrived")


async def test_nine_photos_at_once_get_one_acknowledgement(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        wang = await to_photos(world)
        await wang.sends("image", count=NINE)
        assert wang.seen == "收到，可以接着发；发完回复 完成"
        assert len(await media(world)) == NINE
        await until_stored(world, NINE)
        await wang.taps("完成")
        wang.sees("共收到 9 张照片")
        assert await world.violations() == []


async def test_two_photos_and_the_word_at_once_lose_nothing(tmp_path: Path) -> None:
    """Whatever order the three callbacks come in, two photos stand in the answer and the form goes on."""
    async with open_world(tmp_path) as world:
        wang = await to_photos(world)
        others = [world.user("wang") for _ in range(3)]
        acts = [others[0].sends("image"), others[1].sends("image"), others[2].says("完成")]
        await asyncio.gather(*acts)
        await wang.says("预览")
        wang.sees("2 张图片")
        assert len(await media(world)) == TWO
        assert await world.violations() == []


async def test_a_bot_that_is_stopped_between_the_photos_and_the_word_goes_on(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        wang = await to_photos(world)
        await wang.sends("image", count=2)
        await world.running.cleanup()
        again = await listen(build(world.settings, Overrides(clock=world.clock)), world.settings.port)
        try:
            await wang.sends("image")
            await wang.says("完成")
            wang.sees("共收到 3 张照片")
        finally:
            await again.cleanup()


async def test_a_lost_conversation_store_gives_the_photos_back(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        wang = await to_photos(world)
        await wang.says("暂存")
        await wang.says("继续")
        await wang.sends("image", count=2)
        await world.running.cleanup()
        for file in world.settings.data_dir.glob("conversations.db*"):
            file.unlink()
        again = await listen(build(world.settings, Overrides(clock=world.clock)), world.settings.port)
        try:
            await wang.says("继续")
            wang.sees("请发整改后的照片")
            await wang.says("完成")
            wang.sees("共收到 2 张照片")
        finally:
            await again.cleanup()


async def test_a_correction_shows_the_photos_of_the_version_before_and_how_to_send_others(tmp_path: Path) -> None:
    """Nothing that was handed in before goes away by it."""
    async with open_world(tmp_path) as world:
        wang, sun = await to_photos(world), world.user("sun")
        await wang.sends("image", count=TWO)
        await until_stored(world, TWO)
        for said in ("完成", "跳过", "没有了", "1", "车队统一保管油卡，纪检每周抽查一次台账", "跳过", "跳过", "提交"):
            if "编号：" not in wang.seen:
                await wang.says(said)
        await wang.says("就按这样提交")
        number = wang.seen.split("编号：")[1].split("\n")[0]
        await sun.says(f"退回 {number} 第9题照片不清楚")
        await wang.says("补正")
        wang.sees("第 9/", "已收到 2 张照片", "重拍")
        await wang.taps("重拍")
        await wang.sends("image")
        await until_stored(world, TWO + 1)
        await wang.taps("完成")
        await wang.says("提交")
        wang.sees("第 2 版", "本次修改：第 9 题")
        assert await world.violations() == []
