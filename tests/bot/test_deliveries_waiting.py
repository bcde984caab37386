"""推送 says of a message that waits until when and why, by the clock of the person's own unit."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from storage.models import Contact, Unit, core
from tests.bot.posting import CUSTOM, TEMPLATE, WITH_TEMPLATE, Post, posting


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """An account with a template."""
    async with posting(tmp_path, WITH_TEMPLATE) as made:
        yield made


async def test_at_night_the_officer_reads_when_the_morning_comes(post: Post) -> None:
    officer = post.world.user("li")
    post.world.clock.forward(hours=12)
    await post.owe(["wang"])
    await post.become(planned=1)
    await officer.says("推送 王建国")
    officer.sees("等待发送：夜里不发，11月21日 08:00 发")
    await officer.taps("经过")
    officer.sees("结果：等待发送：夜里不发，11月21日 08:00 发", "排入待发")


@pytest.mark.parametrize(
    ("errcode", "told"),
    [
        (45009, "等待发送：微信的额度用完了，夜里不发，11月21日 08:00 发"),
        (48001, "等待发送：这种方式暂停了，11月20日 09:40 发"),
        (-1, "等待发送：错误码 -1，11月20日 09:30 再试"),
    ],
)
async def test_what_wechat_refused_says_when_it_is_tried_again(errcode: int, told: str, post: Post) -> None:
    (openid,) = await post.people(1)
    await post.world.faults(api=TEMPLATE, errcode=errcode)
    await post.owe([openid])
    await post.called(TEMPLATE, 1)
    await post.tried(1)
    officer = post.world.user("li")
    await officer.says(f"推送 {await post.name_of(openid)}")
    officer.sees(told)
    await officer.taps("经过")
    officer.sees(told)


async def test_whoever_has_just_written_is_left_in_peace_and_the_officer_knows(tmp_path: Path) -> None:
    async with posting(tmp_path) as post:
        (openid,) = await post.people(1)
        await post.owe([openid])
        await post.become(parked=1)
        officer, name = post.world.user("li"), await post.name_of(openid)
        await officer.says(f"推送 {name}")
        officer.sees("暂时发不到，等本人来信再发：没有可用的通知方式")
        await post.world.user(openid).says("菜单")
        await post.become(planned=1)
        await officer.says(f"推送 {name}")
        officer.sees("等待发送：本人刚来过信，先不打扰，11月20日 09:40 发")
        await officer.taps("经过")
        officer.sees("稍后再发：本人刚来过信，先不打扰")
        assert len(await post.calls(CUSTOM)) == 0


async def test_abroad_it_is_the_time_there(post: Post) -> None:
    async with post.owing.database.administration("test", post.world.clock()) as session:
        await session.execute(update(Unit).where(col(Unit.name) == "二公司").values(timezone="Africa/Cairo"))
    await post.owe(["wang"])  # half past three in the morning there
    await post.become(planned=1)
    officer = post.world.user("li")
    await officer.says("推送 王建国")
    officer.sees("等待发送：夜里不发，11月20日 08:00（当地时间）发")


async def test_a_group_that_gets_another_timezone_is_sent_to_soon(post: Post) -> None:
    """The units' timezones were believed for five minutes: whoever lived in a new one was promised 很快就发."""
    await post.world.user("wang").says("菜单")
    await post.owe(["wang"])
    await post.become(sent=1)
    async with post.owing.database.administration("test", post.world.clock()) as session:
        await session.execute(update(Unit).values(timezone="Asia/Karachi"))
    await post.owing.begin(1)
    post.world.clock.forward(hours=4)
    await post.owe(["wang"])
    await post.become(sent=2)


async def test_what_waits_for_somebody_unbound_is_not_promised_soon(post: Post) -> None:
    officer = post.world.user("li")
    post.world.clock.forward(hours=12)
    await post.owe(["wang"])
    async with post.owing.database.administration("test", post.world.clock()) as session:
        contact = core(Contact)
        await session.execute(update(contact).where(contact.c.openid == "wang").values(person_id=None))
    await post.become(planned=1)
    await officer.says("推送 王建国")
    officer.sees("等待发送：未绑定微信，绑定以后才发得到")
