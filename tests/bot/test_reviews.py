"""The office's answer through the whole bot: races of officers, rights to the byte, and the setting of copies."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.organisation import Member, add_member, add_unit, invite
from storage.admin import administer
from storage.database import Database
from storage.models import Notice, SheetReview, SheetVersion
from storage.numbers import make_number
from storage.vocabulary import Level, Role
from tests.bot.wire import rows
from tests.chat import User
from tests.walk import WEAK_POINT, fill
from tests.world import GROUP, TIMEZONE, World, bind, open_world

UNKNOWN_NUMBER = make_number(2026, 999)
COMMENT = "第4题请写清是哪个项目。"
NEW_WEAK_POINT = "二期管网项目的招标文件由采购部张某一人经办，评标前无人复核"
REWRITTEN = {
    4: f"{WEAK_POINT}，已经提醒",
    6: "评标委员会增加一名纪检人员，全程录像",
    12: "盯住年底结算与分包付款，逐笔双签",
    19: "形势平稳，最需要关注的是年底集中结算，请纪委派人参加分包商座谈。",
}
"""What is written anew in the second sheet, by the number of the question: only the first is still much alike."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as opened:
        yield opened


def number_in(user: User) -> str:
    """The number of the sheet in the last reply."""
    return user.seen.split("编号：")[1].split("\n")[0]


async def handed_in(world: World) -> str:
    """The number of a sheet of 王建国 of 二公司."""
    wang = world.user("wang")
    await fill(wang)
    await wang.says("提交")
    return number_in(wang)


async def hire(world: World, openid: str, member: Member) -> None:
    """Add a person and bind the openid to them."""
    settings = world.settings
    async with Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database:
        async with administer(database, actor="test", now=world.clock()) as admin:
            person = await add_member(admin, member, world.clock(), TIMEZONE)
        code = await invite(database, person, world.clock(), "test", timedelta(days=1))
        await bind(database, openid, person, code, world.clock())


async def test_return_correct_and_accept(world: World) -> None:
    """The whole story once, with what is kept of it."""
    number = await handed_in(world)
    sun, wang = world.user("sun"), world.user("wang")
    await sun.says(f"退回 {number} {COMMENT}")
    sun.sees("已退回", COMMENT, "第 4 题")
    await wang.told("退回补正")
    wang.sees(number, COMMENT)
    await wang.taps("现在补正")
    wang.sees("第 4/", f"已填：{WEAK_POINT}")
    await wang.says(NEW_WEAK_POINT)
    await wang.says("提交")
    wang.sees(number, "第 2 版", "本次修改：第 4 题")
    await sun.says("待阅")
    await sun.taps(number)
    sun.sees(NEW_WEAK_POINT, f"原来：{WEAK_POINT}")
    await sun.says(f"通过 {number} 改得好。")
    await wang.told("已经通过")
    wang.sees(number, "改得好。")
    await wang.says("我的")
    wang.sees("补正后通过", "改得好。")
    versions = await rows(world.settings.database, select(col(SheetVersion.version)))
    assert [row.version for row in versions] == [1, 2]
    assert await world.violations() == []


async def test_two_officers_at_once_give_one_answer(world: World) -> None:
    number = await handed_in(world)
    sun, li = world.user("sun"), world.user("li")
    await asyncio.gather(sun.says(f"通过 {number} 好"), li.says(f"退回 {number} {COMMENT}"))
    seen = sorted([sun.seen.startswith("已通过"), li.seen.startswith("已退回")])
    assert seen == [False, True], (sun.seen, li.seen)
    reviews = await rows(world.settings.database, select(col(SheetReview.verdict)))
    notices = await rows(world.settings.database, select(col(Notice.kind)))
    assert len(reviews) == len(notices) == 1


async def test_unknown_foreign_and_own_numbers_look_the_same_to_the_byte(world: World) -> None:
    """Stranger, observers, sibling, administrator; and for the author, who became an officer, what answers a sheet."""
    number = await handed_in(world)
    await hire(
        world, "administrator", Member("钱管", (GROUP, "二公司"), roles=(Role.ADMINISTRATOR,), staff_number="90")
    )
    await hire(world, "colleague", Member("冯观", (GROUP, "二公司"), levels=(Level.COMPREHENSIVE,), staff_number="91"))
    settings = world.settings
    async with (
        Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database,
        administer(database, actor="test", now=world.clock()) as admin,
    ):
        await admin.give_office(world.people["wang"], Role.OFFICER, await add_unit(admin, (GROUP,)))
    for openid in ("stranger", "wang", "zhao", "administrator", "colleague"):
        user = world.user(openid)
        contents = set()
        looked_up = ("查 {0}",) if openid != "wang" else ()
        for command in (*looked_up, "通过 {0} 好", "退回 {0}", "退回 {0} 第4题"):
            for typed in (number, UNKNOWN_NUMBER):
                await user.says(command.format(typed))
                contents |= {reply["content"] for reply in user.replies}
        assert len(contents) == 1, openid
        await user.says("待阅")
        contents = {reply["content"] for reply in user.replies}
        assert number not in str(contents)
    assert await rows(world.settings.database, select(col(SheetReview.verdict))) == []


async def test_the_threshold_is_a_setting(tmp_path: Path) -> None:
    """With 1 only the same words count as a copy."""
    for threshold, asked in ((0.6, True), (1.0, False)):
        folder = tmp_path / str(threshold)
        folder.mkdir()
        async with open_world(folder, copy_threshold=threshold) as world:
            await handed_in(world)
            wang = world.user("wang")
            await fill(wang)
            for number, said in REWRITTEN.items():
                await wang.says(f"修改 {number}")
                await wang.says(said)
            wang.sees("都答完了")
            await wang.says("提交")
            assert ("几乎相同" in wang.seen) is asked, wang.seen
