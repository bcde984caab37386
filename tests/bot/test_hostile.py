"""Hostile and unlucky use of the whole bot: strange content, strange moments, and a world that changes meanwhile.

Long, for every case is a chat of its own and they share the same few people.
"""

import asyncio
import random
import re
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from handlers.base import Context, Conversation, Inbound, Outcome
from handlers.forms.workbook import compile_workbook
from storage.admin import administer
from storage.database import Database
from storage.models import Appointment, Form, Sheet, SheetVersion
from storage.vocabulary import Level
from tests.bot.wire import PLAIN, Wire, rows, suits
from tests.chat import User
from tests.handlers.workbooks import OTHER_NAMES
from tests.walk import TITLE, WEAK_POINT, fill
from tests.world import World, open_world

FAILED, FAULT = "没有处理成功", "服务出现故障"
LONG = "风险点很长，" * 800
TEXTS = (
    "<a href='https://evil.example'>点我领奖</a>，这里写的是薄弱环节",
    "]]></Content><MsgType>image</MsgType><Content><![CDATA[",
    "&lt;a href=x&gt; &amp;#60; &#x3c;b&gt; 招标没有复核",
    "'; DROP TABLE sheets; -- 招标文件没有人复核",
    "{0} {1!r} {name} %s %d %(x)s $x ${politics_state} #{x} 招标",
    '{"type":"text","content":"x"}，{"recall":"x"}，薄弱环节',
    "weixin://bizmsgmenu?msgmenucontent=提交&msgmenuid=1 提交",
    "\u202e\u200f右到左的字和\u2066隔离\u2069，招标文件没有复核\u202c",
    "\U0001f469\u200d\U0001f4bb\U0001f1e8\U0001f1f3\ufe0f👨‍👩‍👧‍👦" * 30,
    "第一行：提交\n第二行：取消\n第三行：菜单，招标没有复核",
    "我想提交材料，暂存在办公室，后来取消了，继续整改中",
    "𠮷野家的𪚥字，生僻字也要记下来，招标没有复核",
    "e\u0301\u0301\u0301" * 40 + "组合字符很多的薄弱环节",
    "绑定 ABCDE-FGHJK 查 GC26-0000179 都写在一句话里",
)
UNREADABLE_NUMBERS = (
    "1e400",
    "99999999999999999999",
    "-5",
    "负数",
    "负三",
    "NaN",
    "Infinity",
    "-inf",
    "0x10",
    "1_000",
    "１２．５．６",
    "十百千万亿",
    "9" * 500,
    "1/0",
    "٣٤٥",
    "²",
    "--1",
    "1,2,3",
    "",
    "ⅷ",
    "2.5",
)
UNREADABLE_DAYS = (
    "0000-00-00",
    "2月30日",
    "2026-13-45",
    "9999-12-31",
    "10000年1月1日",
    "0001-01-01",
    "99999999天前",
    "999个月前",
    "明年",
    "2026-02-29",
    "99999999",
    "-1天前",
    "元旦",
)

INSIST = "就按这样提交"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as opened:
        yield opened


def calm(user: User) -> None:
    """AssertionError when the bot failed."""
    user.sees_not(FAILED, FAULT, "Traceback")


async def go_on(user: User) -> str:
    """Answer from wherever the form stands to its end and hand in; the sheet's number."""
    seen = await user.says("提交")
    for _ in range(80):
        calm(user)
        if "编号：" in seen:
            return seen.split("编号：")[1].split("\n")[0]
        if INSIST in seen:  # thin, as hostile texts are
            seen = await user.says(INSIST)
        else:
            seen = await user.says("提交" if "都答完了" in seen else suits(seen))
    raise AssertionError(f"no end: {seen}")


async def told_of(world: World, number: str) -> dict[str, str]:
    """The sheet as it is stored for reading."""
    kept = select(col(SheetVersion.readable)).join(Sheet, col(Sheet.id) == col(SheetVersion.sheet_id))
    found = await rows(world.settings.database, kept.where(col(Sheet.number) == number))
    return {label: text for label, text in found[0].readable}


@pytest.mark.parametrize("text", [*TEXTS[:7], *(pytest.param(text, marks=pytest.mark.long) for text in TEXTS[7:])])
async def test_what_people_write_is_kept_as_it_is_and_does_no_harm(text: str, world: World) -> None:
    """The sheet holds the words themselves; neither preview nor 查 lets them become links, XML or commands."""
    user, officer = world.user("wang"), world.user("sun")
    await fill(user, until="主要的薄弱环节")
    await user.says(text)
    user.sees("风险等级")
    await user.says("上一步")
    user.sees("已填")
    await user.says("预览")
    number = await go_on(user)
    told = await told_of(world, number)
    assert text in told.values() or text.strip() in told.values()
    seen = await officer.says(f"查 {number}")
    while "看下一页" in officer.seen:
        seen += await officer.says("继续")
    for reply in officer.replies + user.replies:
        assert "evil.example'>" not in re.sub(r"＜", "", reply.get("content", ""))
        offered = {"继续", "菜单", "提交", "待阅", f"通过 {number}", f"退回 {number}"}
        assert {tap["content"] for tap in reply.get("taps", ())} <= offered
    calm(officer)
    assert await world.violations() == []


async def test_a_very_long_answer_is_refused_kindly_or_kept_whole(tmp_path: Path) -> None:
    """20,000 characters are too many; 5,000 are kept to the last one, previewed and read page by page."""
    async with open_world(tmp_path, **PLAIN) as world:
        wire, user, officer = Wire(world, [world.bot_url]), world.user("wang"), world.user("sun")
        await fill(user, until="主要的薄弱环节")
        assert "太长了" in await wire.says("wang", "长" * 20_000, 800_001)
        kept = LONG[:4_990] + "到此为止完整无缺。"
        assert "风险等级" in await wire.says("wang", kept, 800_002)
        await user.says("预览")
        whole = user.seen
        while "看下一页" in user.seen:
            await user.says("继续")
            whole += user.seen
        assert kept in whole.replace("\n回复 继续 看下一页", "")
        number = await go_on(user)
        assert kept in (await told_of(world, number)).values()
        await officer.says(f"查 {number}")
        read = officer.seen
        while "看下一页" in officer.seen:
            await officer.says("继续")
            read += officer.seen
        assert kept in read.replace("\n回复 继续 看下一页", "")
        assert await world.violations() == []


async def test_characters_that_nothing_can_store_are_left_out(tmp_path: Path) -> None:
    """Control characters cannot come in XML; references to NUL and to lone surrogates are no message at all."""
    async with open_world(tmp_path, **PLAIN) as world:
        wire = Wire(world, [world.bot_url])
        for place, bad in enumerate(("&#0;", "&#xD800;", "&#xDFFF;", "\x00", "&#xFFFE;", "&#x1F;")):
            inside = f"<MsgType>text</MsgType><Content>招标{bad}文件</Content><MsgId>{700 + place}</MsgId>"
            with pytest.raises(AssertionError, match="400"):
                await wire.raw("wang", inside)
        assert "菜单" in await wire.says("wang", "帮助")


async def test_numbers_that_are_none_are_asked_again(world: World) -> None:
    """Out of range, not finite, in other scripts, empty: the question stands and says what it wants."""
    user = world.user("wang")
    await fill(user, until="专题研究党风廉政建设工作几次")
    for said in filter(None, UNREADABLE_NUMBERS):
        await user.says(said)
        user.sees("专题研究党风廉政建设工作几次")
        calm(user)
    await user.says("两次")
    user.sees("已记：2", "廉洁谈话多少人次")
    assert await world.violations() == []


async def test_days_that_are_none_are_asked_again(world: World) -> None:
    """Days that do not exist, are too far away or are no days."""
    user = world.user("wang")
    await fill(user, until="最近一次廉洁谈话")
    for said in UNREADABLE_DAYS:
        await user.says(said)
        user.sees("最近一次廉洁谈话")
        calm(user)
    await user.says("上周五")
    user.sees("记为 2026-11-13")


async def broken(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """A handler with a mistake in it."""
    raise KeyError(inbound.text)


async def test_a_mistake_of_ours_is_told_kindly_and_is_no_fault_to_wechat(tmp_path: Path) -> None:
    """Whatever a handler raises, the person reads a sentence, and WeChat shows no fault notice."""
    async with open_world(tmp_path, overrides={"answer": broken}) as world:
        user = world.user("wang")
        await user.says("菜单")
        user.sees(FAILED)
        user.sees_not(FAULT)
        assert await world.violations() == []


MEDIA: tuple[tuple[str, dict[str, object]], ...] = (
    ("image", {}),
    ("voice", {}),
    ("video", {}),
    ("shortvideo", {}),
    ("location", {}),
    ("link", {}),
)
MOMENTS = ("stranger", "offered", "menu", "question", "picking", "cancelling", "paused", "end", "handed in", "paging")


async def arrive(world: World, moment: str) -> User:
    """Somebody at this moment of a conversation."""
    user = world.user("phone" if moment in {"stranger", "offered"} else "wang")
    if moment == "offered":
        await user.says(world.codes["chen"])
    elif moment in {"menu", "stranger"}:
        await user.says("菜单")
    elif moment == "picking":
        await fill(user, until="是否发现以下苗头")
        await user.says("逐项点选")
        await user.says("1")
    elif moment in {"end", "handed in"}:
        await fill(user)
        if moment == "handed in":
            await user.says("提交")
    else:
        await fill(user, until="主要的薄弱环节")
        if moment == "cancelling":
            await user.says("取消")
        elif moment == "paused":
            await user.says("暂存")
        elif moment == "paging":
            await user.says(WEAK_POINT * 20)
            await user.says("预览")
            user.sees("看下一页")
    return user


@pytest.mark.parametrize("moment", MOMENTS)
async def test_anything_may_come_at_any_moment(moment: str, world: World) -> None:
    """Pictures, voice, places, links and all events: never a fault, never taken for an answer, and one can go on."""
    user = await arrive(world, moment)
    for kind, fields in MEDIA:
        await user.sends(kind, **fields)
        assert user.seen, kind
        calm(user)
    for event in ("LOCATION", "VIEW", "TEMPLATESENDJOBFINISH", "unsubscribed_x", "scancode_waitmsg", "pic_weixin"):
        address = f"{world.platform_url}/sim/people/{user.openid}/events"
        place = {"Latitude": "23.1", "Longitude": "113.3", "Precision": "1", "MsgID": "1", "Status": "success"}
        async with world.session.post(address, json={"Event": event, "EventKey": "x", **place}) as response:
            assert response.status == 200
    for word in ("继续", "帮助", "查 1", "绑定", "继续"):
        await user.says(word)
        calm(user)
    await user.unfollows()
    await user.follows()
    calm(user)
    await user.clicks("菜单")
    calm(user)
    if user.openid == "wang" and moment not in {"menu", "handed in"}:
        await user.says("继续")
        if moment == "cancelling":
            await user.says("继续填写")
        told = await told_of(world, await go_on(user))
        assert "x" not in told.values()
    assert await world.violations() == []


@pytest.mark.parametrize(
    "seed", [1, 2, pytest.param(3, marks=pytest.mark.long), pytest.param(4, marks=pytest.mark.long)]
)
async def test_long_walks_back_and_forth_end_with_the_sheet_that_the_preview_showed(seed: int, world: World) -> None:
    """120 steps of 上一步, 修改, 跳过, answers and detours; the sheet is what the last preview said."""
    chance = random.Random(seed)
    user = world.user("wang")
    seen = await user.says(TITLE)
    for _ in range(120):
        answer = suits(seen)
        detours = ["上一步", f"修改 {chance.randrange(25)}", "跳过", "预览", "继续", "暂存", "菜单", "1", "2", "3"]
        if "请先点一下" in seen:
            answer = "继续填写"
        seen = await user.says(chance.choice([answer, answer, answer, *detours]))
        calm(user)
    await user.says("继续")
    seen = await user.says("提交")
    for _ in range(80):
        if "编号：" in seen or "都答完了" in seen or INSIST in seen:
            break
        seen = await user.says(suits(seen))
    shown = ""
    if "编号：" not in seen:
        shown = await user.says("预览")
        while "看下一页" in user.seen:
            shown += await user.says("继续")
        seen = await user.says("提交")
    if INSIST in seen:  # a step answered a question for a text with a number
        seen = await user.says(INSIST)
    assert "编号：" in seen, (shown, seen)
    number = seen.split("编号：")[1].split("\n")[0]
    told = await told_of(world, number)
    answered = [text for label, text in told.items() if re.match(r"\d+\. ", label) and text != "（未填）"]
    assert not shown or all(text in shown for text in answered)
    assert answered
    assert await world.violations() == []


def records(world: World) -> Database:
    """The world's records, beside the bot's own connections."""
    settings = world.settings
    return Database(settings.database, number_key=settings.code_key, timezone=settings.timezone)


async def test_a_form_republished_or_withdrawn_meanwhile_is_finished_as_begun(world: World) -> None:
    """Who has begun goes on with the questions that they know; the next one gets the new form, or is told."""
    user = world.user("wang")
    await fill(user, until="主要的薄弱环节")
    other = compile_workbook(OTHER_NAMES)
    async with records(world) as database:
        known = select(col(Form.id), col(Form.name), col(Form.unit_id)).where(col(Form.name) == "comprehensive")
        (form,) = await rows(world.settings.database, known)
        async with administer(database, actor="test", now=world.clock()) as admin:
            await admin.publish_form(
                name=form.name,
                title="综合观察表（新）",
                level=Level.COMPREHENSIVE,
                unit=form.unit_id,
                xml=other.xml,
                sha256=other.sha256,
            )
        await user.says(WEAK_POINT)
        user.sees("风险等级")
        async with administer(database, actor="test", now=world.clock()) as admin:
            await admin.withdraw_form(form.id)
    await user.says("暂存")
    await user.says("菜单")
    user.sees("接着填完", TITLE)
    user.sees_not("还没有发布")
    await user.says("继续")
    assert WEAK_POINT in (await told_of(world, await go_on(user))).values()
    await user.says("菜单")
    user.sees("还没有发布")


async def test_an_appointment_that_ends_meanwhile_lets_what_was_begun_be_handed_in(world: World) -> None:
    """What was begun may be finished; a new form may not be begun, and the person is told whom to ask."""
    user = world.user("wang")
    await fill(user, until="主要的薄弱环节")
    found = await rows(
        world.settings.database,
        select(col(Appointment.id)).where(col(Appointment.person_id) == world.people["wang"]),
    )
    async with records(world) as database, administer(database, actor="test", now=world.clock()) as admin:
        for appointment in found:
            await admin.end_appointment(appointment.id, last_day=(world.clock() - timedelta(days=1)).date())
    await user.says(WEAK_POINT)
    user.sees("风险等级")
    await user.says("暂存")
    await user.says("菜单")
    user.sees("聘任", "接着填完", TITLE)
    user.sees_not("登记聘任")
    await user.says("继续")
    assert WEAK_POINT in (await told_of(world, await go_on(user))).values()
    await user.says(TITLE)
    user.sees_not("第 1/")
    await user.says("开始")
    user.sees("没有观察员聘任", "联系本单位纪检人员")


async def test_a_clock_that_is_put_back_disturbs_nobody(world: World) -> None:
    """Minutes, days and a year back, and forward again, within one form."""
    user = world.user("wang")
    seen = await user.says(TITLE)
    steps = [timedelta(minutes=-5), timedelta(days=-3), timedelta(days=400), timedelta(days=-390), timedelta(days=-7)]
    for turn in range(40):
        if "都答完了" in seen:
            break
        world.clock.now += steps[turn % len(steps)] if turn < 10 else timedelta(0)
        seen = await user.says(suits(seen))
        calm(user)
    number = await go_on(user)
    assert await told_of(world, number)


async def test_an_emptied_conversation_store_costs_no_saved_answer(tmp_path: Path) -> None:
    """What was put aside is taken up from the records; a sheet that was handed in is not handed in twice."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    async with open_world(first, database_url=f"sqlite+aiosqlite:///{first}/records.db") as world:
        user = world.user("wang")
        await fill(user, until="风险等级")
        await user.says("暂存")
        await asyncio.sleep(0)
    shutil.copytree(first, second)
    for file in second.glob("conversations.db*"):
        file.unlink()
    async with open_world(second, database_url=f"sqlite+aiosqlite:///{second}/records.db") as world:
        user = world.user("wang")
        await user.says("高（需马上报告处置）")
        user.sees("观察表里的回答", "继续")
        await user.says("继续")
        user.sees("风险等级")
        number = await go_on(user)
        assert WEAK_POINT in (await told_of(world, number)).values()
    for file in second.glob("conversations.db*"):
        file.unlink()
    async with open_world(second, database_url=f"sqlite+aiosqlite:///{second}/records.db") as world:
        user = world.user("wang")
        await user.says("提交")
        calm(user)
        user.sees_not("已提交，辛苦了")
        assert len(await rows(world.settings.database, select(Sheet))) == 1


async def test_records_restored_from_an_older_copy_are_survived(tmp_path: Path) -> None:
    """The conversation knows a draft that the records lost: the person is told, and can begin anew."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    async with open_world(first, database_url=f"sqlite+aiosqlite:///{first}/records.db") as world:
        shutil.copy(first / "records.db", tmp_path / "older.db")
        user = world.user("wang")
        await fill(user, until="风险等级")
    shutil.copytree(first, second)
    for file in second.glob("records.db*"):
        file.unlink()
    shutil.copy(tmp_path / "older.db", second / "records.db")
    async with open_world(second, database_url=f"sqlite+aiosqlite:///{second}/records.db") as world:
        user = world.user("wang")
        for said in ("高（需马上报告处置）", "预览", "提交", "暂存", "继续", "菜单"):
            await user.says(said)
            calm(user)
        await user.says("取消")
        calm(user)
        await user.says("确认取消")
        calm(user)
        await user.says(TITLE)
        user.sees("第 1/")
        assert await go_on(user)
