"""Nobody's account goes to another WeChat by the word of an officer with less in hand than it holds."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from bot.organisation import Member
from bot.unit_finding import find_unit
from storage.admin import administer
from storage.models import Person
from storage.vocabulary import Level, Role
from tests.bot.posting import POLL
from tests.bot.test_applying_chat import applied, decided, listed
from tests.bot.test_rights import hire, records
from tests.chat import User
from tests.world import GROUP, World, open_world

NOT_YOURS = "这位同志担任的职务您管不全，改手机、绑定和解绑要请管得到这些职务的纪检人员"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, overrides={"poll": POLL}) as opened:
        yield opened


async def keep(world: World, person: int, phone: str) -> None:
    async with records(world) as database, database.administration("test", world.clock()) as session:
        await session.execute(update(Person).where(col(Person.id) == person).values(phone=phone))


@pytest.fixture
async def boss(world: World) -> int:
    """高书记 sits in 二公司, where 孙莉 keeps the people, and is officer of the whole group."""
    member = Member("高书记", (GROUP, "二公司"), roles=(Role.OFFICER,), over=(GROUP,), staff_number="77")
    person = await hire(world, "boss", member)
    await keep(world, person, "13900001234")
    return person


async def refused(officer: User, *said: str) -> None:
    for each in said:
        await officer.says(each)
        officer.sees(NOT_YOURS)


async def test_an_officer_cannot_take_over_a_higher_officers_account(world: World, boss: int) -> None:
    """孙莉 changed the phone, applied from a second WeChat with it, confirmed, and was officer of the whole group."""
    sun, li, thief = world.user("sun"), world.user("li"), world.user("thief")
    await refused(sun, "改手机 高书记 13911112222", "改手机 77 无", "解绑 高书记")
    for officer in (sun, li):
        await officer.says("菜单")
    await applied(thief, "绑定 高书记 1234")
    await li.told("二公司的高书记申请绑定微信")  # 孙莉 is nearer, but it is not hers to decide
    number = await listed(li)
    assert await sun.says("绑定申请") == "现在没有等您确认的绑定申请。\n\n菜单"
    await refused(sun, f"确认绑定 {number}", f"拒绝绑定 {number}")
    await decided(li, f"拒绝绑定 {number}", "已拒绝 高书记 的绑定申请")
    await world.user("boss").says("人员 一公司")
    world.user("boss").sees_not("没有找到")


async def test_who_covers_all_offices_decides(world: World, boss: int) -> None:
    li, new = world.user("li"), world.user("new phone")
    await li.says("改手机 高书记 13911112222")
    await li.taps("确认")
    li.sees("已改好：高书记 的手机登记为 139****2222")
    await applied(new, "绑定 高书记 2222")
    await decided(li, f"确认绑定 {await listed(li)}", "已确认：高书记 绑定好了")
    await new.says("人员 一公司")
    new.sees("赵强")
    await li.says("解绑 高书记")
    await li.taps("确认")
    li.sees("已解除 高书记 的微信绑定")


async def test_offices_of_a_sister_company_and_what_an_administrator_may_not_read(world: World) -> None:
    """An administrator never reads what observers wrote: not through the WeChat of an officer either."""
    spread = Member("周兼", (GROUP, "二公司"), roles=(Role.OFFICER,), over=(GROUP, "一公司"), staff_number="78")
    await hire(world, "spread", spread)
    keeper = Member("钱管", (GROUP, "二公司"), roles=(Role.ADMINISTRATOR,), staff_number="90")
    await hire(world, "keeper", keeper)
    sun, administrator = world.user("sun"), world.user("keeper")
    await refused(sun, "改手机 周兼 13911112222", "解绑 周兼")
    await refused(administrator, "改手机 孙莉 13911112222", "解绑 孙莉")
    await sun.says("解绑 钱管")
    sun.sees("解除 钱管（工号 90，清源集团 / 二公司） 的微信绑定，对吗？")
    await administrator.says("改手机 王建国 13911112222")
    administrator.sees("没有登记 → 139****2222，对吗？")


async def test_an_office_given_between_question_and_answer_counts(world: World) -> None:
    wang = await hire(world, "rising", Member("吴升", (GROUP, "二公司"), levels=(Level.DAILY,), staff_number="79"))
    await keep(world, wang, "13900001234")
    sun, new = world.user("sun"), world.user("new phone")
    await applied(new, "绑定 吴升 1234")
    number = await listed(sun)
    await sun.says(f"确认绑定 {number}")
    sun.sees("这份绑定申请，对吗？")
    await raised(world, wang)
    await sun.taps("确认")
    sun.sees(NOT_YOURS)
    await new.says("人员 一公司")
    new.sees_not("赵强")


async def raised(world: World, person: int) -> None:
    """Make somebody officer of the group."""
    async with records(world) as database:
        group = await find_unit(database, (GROUP,), "test")
        async with administer(database, actor="test", now=world.clock()) as admin:
            await admin.give_office(person, Role.OFFICER, group.id)
