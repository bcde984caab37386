"""Who may do what, attacked from outside: reading sheets without the right, and binding with codes of others."""

import statistics
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.organisation import Member, add_member, add_unit, invite
from storage.admin import administer
from storage.database import Database
from storage.models import Office
from storage.numbers import make_number
from storage.vocabulary import Level, Role
from tests.bot.wire import PLAIN, Wire, rows
from tests.walk import WEAK_POINT, fill, reply_to
from tests.world import GROUP, MEMBERS, TIMEZONE, World, bind, open_world

UNKNOWN_NUMBER = make_number(2026, 999)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as opened:
        yield opened


def records(world: World) -> Database:
    """The world's records, beside the bot's own connections."""
    settings = world.settings
    return Database(settings.database, number_key=settings.code_key, timezone=settings.timezone)


async def hire(world: World, openid: str, member: Member) -> int:
    """Add a person and bind the openid to them."""
    async with records(world) as database:
        async with administer(database, actor="test", now=world.clock()) as admin:
            person = await add_member(admin, member, world.clock(), TIMEZONE)
        code = await invite(database, person, world.clock(), "test", timedelta(days=1))
        await bind(database, openid, person, code, world.clock())
    return person


async def handed_in(world: World) -> str:
    """The number of a sheet of 王建国 of 二公司."""
    wang = world.user("wang")
    await fill(wang)
    await wang.says("提交")
    return wang.seen.split("编号：")[1].split("\n")[0]


async def offices(world: World, person: int) -> list[int]:
    """The ids of a person's offices."""
    found = await rows(world.settings.database, select(col(Office.id)).where(col(Office.person_id) == person))
    return [int(row.id) for row in found]


async def test_everybody_without_the_right_sees_what_stands_for_an_unknown_number(world: World) -> None:
    """Stranger, observers, sibling, administrator, ended office, unbound: the same to the byte."""
    number = await handed_in(world)
    admin_person = Member("钱管", (GROUP, "二公司"), roles=(Role.ADMINISTRATOR,), staff_number="90")
    await hire(world, "administrator", admin_person)
    observing = Member("冯观", (GROUP, "二公司"), levels=(Level.COMPREHENSIVE,), staff_number="91")
    await hire(world, "colleague", observing)
    ended = await hire(world, "ended", Member("卫退", (GROUP, "二公司"), roles=(Role.OFFICER,), staff_number="92"))
    unbound = await hire(world, "unbound", Member("蒋离", (GROUP, "二公司"), roles=(Role.OFFICER,), staff_number="93"))
    for former in ("ended", "unbound"):
        await world.user(former).says(f"查 {number}")
    async with records(world) as database, administer(database, actor="test", now=world.clock()) as admin:
        for office in await offices(world, ended):
            await admin.end_office(office)
        await admin.unbind(unbound)
    for openid in ("stranger", "chen", "zhao", "administrator", "colleague", "ended", "unbound"):
        user = world.user(openid)
        real = await user.says(f"查 {number}"), list(user.replies)
        fake = await user.says(f"查 {UNKNOWN_NUMBER}"), list(user.replies)
        assert real[0] == fake[0], openid
        assert [reply["content"] for reply in real[1]] == [reply["content"] for reply in fake[1]], openid
        assert "没有查到这个编号" in real[0], openid
    officer = world.user("sun")
    await officer.says(f"查 {number}")
    officer.sees("王建国", WEAK_POINT)


async def test_an_office_over_a_unit_whose_path_begins_alike_sees_nothing(world: World) -> None:
    """Paths are ids joined by slashes: the officer of /1/2/ is none of /1/21/."""
    sites = [f"场站{number}" for number in range(30)]
    async with records(world) as database, administer(database, actor="test", now=world.clock()) as admin:
        units = {name: await add_unit(admin, (GROUP, name)) for name in sites}
    pairs = [
        (short, long)
        for short, first in units.items()
        for long, second in units.items()
        if first != second and str(second).startswith(str(first))
    ]
    pairs += [("二公司", long) for long, unit in units.items() if str(unit).startswith("2")][:1]
    assert pairs
    short, long = pairs[0]
    await hire(world, "observer", Member("韩站", (GROUP, long), levels=(Level.COMPREHENSIVE,), staff_number="94"))
    await hire(world, "neighbour", Member("杨邻", (GROUP, short), roles=(Role.OFFICER,), staff_number="95"))
    await hire(world, "right", Member("朱对", (GROUP, long), roles=(Role.OFFICER,), staff_number="96"))
    observer = world.user("observer")
    await fill(observer)
    await observer.says("提交")
    number = observer.seen.split("编号：")[1].split("\n")[0]
    neighbour, right = world.user("neighbour"), world.user("right")
    assert await neighbour.says(f"查 {number}") == await neighbour.says(f"查 {UNKNOWN_NUMBER}")
    await right.says(f"查 {number}")
    right.sees("韩站")


@pytest.mark.parametrize("more", ["继续", "下一页"])
async def test_an_office_that_ended_ends_the_pages_of_a_sheet_too(world: World, more: str) -> None:
    """The rest of a long sheet is not read after the office ended."""
    wang = world.user("wang")
    await fill(wang, until="主要的薄弱环节")
    await wang.says("长" * 600)
    seen = await wang.says("高（需马上报告处置）")

    while "都答完了" not in seen:
        seen = await wang.says(reply_to(seen) or "")
    await wang.says("提交")
    await wang.taps("就按这样提交")
    number = wang.seen.split("编号：")[1].split("\n")[0]
    sun = world.user("sun")
    await sun.says(f"查 {number}")
    sun.sees("回复 继续 看下一页")
    await sun.says(more)
    sun.sees("长长长")
    await sun.says(f"查 {number}")
    async with records(world) as database, administer(database, actor="test", now=world.clock()) as admin:
        for office in await offices(world, world.people["sun"]):
            await admin.end_office(office)
    await sun.says(more)
    sun.sees_not("长长长", "王建国", "填报内容")


async def test_time_tells_nothing_about_a_number(tmp_path: Path) -> None:
    """A sheet out of reach and an unknown number take about the same time."""
    async with open_world(tmp_path, **PLAIN) as world:
        wire = Wire(world, [world.bot_url])
        number = await handed_in(world)
        taken: dict[str, list[float]] = {number: [], UNKNOWN_NUMBER: []}
        for turn in range(60):
            for asked in taken if turn % 2 else reversed(taken):
                started = time.perf_counter()
                await wire.says("zhao", f"查 {asked}")
                taken[asked].append(time.perf_counter() - started)
        real, fake = (statistics.median(times) for times in taken.values())
        assert abs(real - fake) < 0.35 * max(real, fake), (real, fake)


async def test_a_contact_is_one_person_and_a_person_is_one_contact(world: World) -> None:
    """One contact with two codes is bound to the one it confirmed last; the other code stays good."""
    async with records(world) as database:
        async with administer(database, actor="test", now=world.clock()) as admin:
            other = await add_member(
                admin, Member("秦二", (GROUP, "一公司"), staff_number="97"), world.clock(), TIMEZONE
            )
        second = await invite(database, other, world.clock(), "test", timedelta(days=1))
    phone = world.user("phone")
    await phone.says(world.codes["chen"])
    phone.sees("陈*", "三公司")
    await phone.says(second)
    phone.sees("秦*", "一公司")
    await phone.says("确认")
    phone.sees("绑定好了，秦二")
    await phone.says(world.codes["chen"])
    phone.sees("已经绑定过了")
    rightful = world.user("rightful")
    await rightful.says(world.codes["chen"])
    await rightful.says("确认")
    rightful.sees("绑定好了，陈晓")


async def test_a_new_person_at_an_old_phone_reads_nothing_of_the_one_before(world: World) -> None:
    """Answers that somebody left in a WeChat are gone when it is bound to another person."""
    wang = world.user("wang")
    await fill(wang, until="风险等级")
    wang.sees("风险等级")
    async with records(world) as database, administer(database, actor="test", now=world.clock()) as admin:
        await admin.unbind(world.people["wang"])
    await wang.says("菜单")
    wang.sees("先绑定身份")
    await wang.says(world.codes["chen"])
    await wang.says("确认")
    wang.sees("绑定好了，陈晓")
    for said in ("预览", "继续", "提交", "上一步", "菜单"):
        await wang.says(said)
        wang.sees_not(WEAK_POINT, "第 5/")


async def test_an_unbound_phone_reads_no_draft(world: World) -> None:
    """A phone that was lost and unbound shows nothing of the form that was being filled on it."""
    wang = world.user("wang")
    await fill(wang, until="风险等级")
    await wang.says("上一步")
    wang.sees("已填", WEAK_POINT)
    async with records(world) as database, administer(database, actor="test", now=world.clock()) as admin:
        await admin.unbind(world.people["wang"])
    await wang.sends("image")
    wang.sees_not(WEAK_POINT)
    for said in ("短", "预览", "上一步", "继续", "修改 4"):
        await wang.says(said)
        wang.sees_not(WEAK_POINT)


async def test_an_answer_refused_after_the_unbinding_shows_nothing(world: World) -> None:
    """The question would be asked again with what was filled before."""
    wang = world.user("wang")
    await fill(wang, until="风险等级")
    await wang.says("上一步")
    async with records(world) as database, administer(database, actor="test", now=world.clock()) as admin:
        await admin.unbind(world.people["wang"])
    await wang.says("短")
    wang.sees_not(WEAK_POINT)
    wang.sees("绑定")


SPELLINGS = (
    "{0}-{1}",
    "{0}{1}",
    "{0} {1}",
    " {0} - {1} ",
    "{0}—{1}",
    "{0}——{1}",
    "{0}－{1}",
    "{0}_{1}",
    "{0}一{1}",
    "绑定 {0}-{1}",
    "绑定码：{0}—{1}",
    "我的绑定码是{0}{1}",
    "“{0}-{1}”",
    "{0}\u200b-{1}",
)


@pytest.mark.parametrize("wide", [False, True])
async def test_a_code_in_all_spellings(wide: bool, world: World) -> None:
    """Upper and lower case, full width, any dash, with words before it."""
    halves = world.codes["chen"].split("-")
    if wide:
        halves = ["".join(chr(ord(each) + 0xFEE0) for each in half) for half in halves]
    user = world.user("phone")
    for spelling in SPELLINGS:
        for spelled in (spelling.format(*halves), spelling.format(*(half.lower() for half in halves))):
            await user.says(spelled)
            user.sees("是您本人吗", "陈*")
            await user.says("取消")
            user.sees("没有绑定")


async def test_guessing_is_stopped_and_a_clock_put_back_does_not_lock_anybody_out(world: World) -> None:
    """Five wrong codes an hour; the right one does not help then, and the refusal does not tell it from a wrong one."""
    guesser = world.user("guesser")
    for guess in range(5):
        await guesser.says(f"BBBBB-BBBB{guess + 2}")
        guesser.sees_not("是您本人吗")
    stopped = await guesser.says("BBBBB-BBBB9")
    assert await guesser.says(world.codes["chen"]) == stopped
    world.clock.forward(minutes=59)
    await guesser.says(world.codes["chen"])
    guesser.sees("先停一停")
    world.clock.forward(hours=-26)
    await guesser.says(world.codes["chen"])
    guesser.sees_not("先停一停")


async def test_members_are_what_these_tests_think() -> None:
    """王建国 writes for 二公司, 孙莉 reads there, 赵强 reads elsewhere."""
    assert MEMBERS["wang"].unit == MEMBERS["sun"].unit != MEMBERS["zhao"].unit
