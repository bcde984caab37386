"""Two officers at the lexicon and at the labels at once, on two workers that share PostgreSQL and Redis."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.app import Overrides, build
from bot.organisation import Member, add_member, invite
from storage.admin import administer
from storage.database import Database
from storage.models import LabelCorrection, LexiconEdit, Message
from storage.vocabulary import Role
from tests.bot.wire import PLAIN, Wire, rows
from tests.ports import free_port
from tests.world import GROUP, TIMEZONE, World, bind, listen, open_world

OFFICERS = ("li", "qian")
SAID = "建议把格桑花的事情办得再好一点，大家都盼着"
NUMBER = re.compile(r"YJ\d\d-\d{7,}")


@pytest.fixture(params=["sqlite", "redis"])
async def wire(
    request: pytest.FixtureRequest, stores: Callable[[str], dict[str, str]], tmp_path: Path
) -> AsyncIterator[Wire]:
    """One worker on SQLite, or two on PostgreSQL; 钱进 is a second officer of the group."""
    async with AsyncExitStack() as stack:
        chosen: dict[str, Any] = {**PLAIN, **stores(request.param)}
        world = await stack.enter_async_context(open_world(tmp_path, **chosen))
        workers = [world.bot_url]
        if request.param == "redis":
            port = free_port()
            second = await listen(build(world.settings, Overrides(clock=world.clock)), port)
            stack.push_async_callback(second.cleanup)
            workers.append(f"http://127.0.0.1:{port}")
        await _second_officer(world)
        yield Wire(world, workers)


async def _second_officer(world: World) -> None:
    settings, now = world.settings, world.clock()
    member = Member("钱进", (GROUP, "纪检监察室"), roles=(Role.OFFICER,), over=(GROUP,), staff_number="6")
    async with Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database:
        async with administer(database, actor="test", now=now) as admin:
            person = await add_member(admin, member, now, TIMEZONE)
        code = await invite(database, person, now, "test", timedelta(days=14))
        await bind(database, "qian", person, code, now)


async def _together(wire: Wire, *said: str) -> Sequence[str]:
    """What both officers see who say this at the same moment."""
    both = said if len(said) > 1 else said * len(OFFICERS)
    return await asyncio.gather(*(wire.says(who, each) for who, each in zip(OFFICERS, both, strict=True)))


async def test_of_two_edits_at_once_one_counts_and_the_other_is_tried_again(wire: Wire) -> None:
    for version in range(1, 6):
        tried = await _together(wire, f"加词 格桑{version}号 车辆管理 高", f"加词 雪莲{version}号 食堂后勤")
        assert all("确认后" in each for each in tried), tried
        seen = sorted(await _together(wire, "确认改词"), key=lambda each: "已生效" in each)
        assert "刚刚有人改过，这次没有生效" in seen[0] and f"词库第 {version} 版" in seen[1], seen
    versions = await rows(wire.world.settings.database, select(col(LexiconEdit.id)).order_by(col(LexiconEdit.id)))
    assert [row.id for row in versions] == [1, 2, 3, 4, 5]


async def test_two_undoings_at_once_undo_once(wire: Wire) -> None:
    await wire.says("li", "加词 格桑花 车辆管理 高")
    assert "词库第 1 版" in await wire.says("li", "确认")
    seen = await _together(wire, "撤销改词 1")
    assert sum("已撤销第 1 版" in each for each in seen) == 1, seen
    (other,) = [each for each in seen if "已撤销第 1 版" not in each]
    assert any(told in other for told in ("已经撤销了", "这次没有撤销", "没有可以撤销的改动")), other
    edits = await rows(wire.world.settings.database, select(col(LexiconEdit.undoes)).order_by(col(LexiconEdit.id)))
    assert [row.undoes for row in edits] == [None, 1]


async def test_two_corrections_at_once_overwrite_nothing(wire: Wire) -> None:
    await wire.says("wang", SAID)
    found = NUMBER.search(await wire.says("wang", "对，提交"))
    assert found is not None
    number, url = found.group(), wire.world.settings.database
    seen = await _together(wire, f"改类 {number} 车辆管理", f"改类 {number} 食堂后勤")
    done = [each for each in seen if "的分类已改" in each]
    assert done and all("的分类已改" in each or "这次没有改" in each for each in seen), seen
    assert len(await rows(url, select(col(LabelCorrection.id)))) == len(done)
    ((fields,),) = [(row.correction["fields"],) for row in await rows(url, select(col(Message.correction)))]
    assert len(fields) == len(done), "each that was told has been written, none of them twice"


async def test_a_word_counts_in_every_worker_from_the_next_message_on(wire: Wire) -> None:
    await wire.says("li", "加词 格桑花 车辆管理 高")
    assert "已生效" in await wire.says("li", "好的")
    for who in ("a", "b", "c", "d"):
        assert "我理解您在提建议：车辆管理" in await wire.says(who, SAID)
