"""What no way reached is tried again when the account gets one, once, and not what is over by then."""

from pathlib import Path

from sqlalchemy import select

from bot.wechat.limits import Account
from storage.models import Delivery, core
from tests.bot.posting import CUSTOM, TEMPLATE, WITH_BOTH, WITH_TEMPLATE, posting


async def test_a_first_template_reaches_those_whom_nothing_reached(tmp_path: Path) -> None:
    async with posting(tmp_path) as post:
        openids = await post.people(3)
        duties = await post.owe(openids)
        unbound = await post.owing.observer("没绑定", 1)
        await post.owing.tell(await post.owing.owes(unbound, 1), unbound)
        await post.become(parked=4)
        await post.owing.done(duties[openids[0]])
        async with post.restarted(WITH_TEMPLATE):
            await post.become(superseded=1, delivered=2, parked=1)
            assert await post.inbox(openids[0]) == [], "what is over is not told"
            assert [len(await post.inbox(openid, "template")) for openid in openids[1:]] == [1, 1]
            assert await post.owing.deliveries(unbound) == [("parked", "unbound")]
        assert len(await post.calls(TEMPLATE)) == 2


async def test_nobody_is_looked_at_again_when_nothing_is_new(tmp_path: Path) -> None:
    async with posting(tmp_path) as post:
        (openid,) = await post.people(1)
        await post.owe([openid])
        await post.become(parked=1)
        (number,) = [row.id for row in await post.owing.rows(select(core(Delivery).c.id))]
        told = await post.owing.story(number)
        async with post.restarted(WITH_BOTH, wechat_account=Account.SUBSCRIPTION):
            await post.settled()
            assert await post.owing.story(number) == told, "templates that the account cannot use are no way"
        async with post.restarted(WITH_TEMPLATE, wechat_account=Account.SERVICE):
            await post.become(delivered=1)
        assert (await post.owing.story(number))[len(told)][2] == "new_way"


async def test_what_is_tried_again_waits_for_the_morning(tmp_path: Path) -> None:
    async with posting(tmp_path) as post:
        (openid,) = await post.people(1)
        await post.owe([openid])
        await post.become(parked=1)
        post.world.clock.forward(hours=12)
        async with post.restarted(WITH_TEMPLATE):
            await post.become(planned=1)
            await post.settled()
            assert await post.calls(TEMPLATE) == []
            officer = post.world.user("li")
            await officer.says(f"推送 {await post.name_of(openid)}")
            officer.sees("等待发送：夜里不发，11月21日 08:00 发")
            await officer.taps("经过")
            officer.sees("稍后再发：有了新的通知方式")
            post.world.clock.forward(hours=12)
            await post.become(delivered=1)


async def test_what_was_parked_long_ago_waits_for_its_person(tmp_path: Path) -> None:
    async with posting(tmp_path) as post:
        (openid,) = await post.people(1)
        await post.owe([openid])
        await post.become(parked=1)
        post.world.clock.forward(days=91)
        async with post.restarted(WITH_TEMPLATE):
            await post.settled()
            await post.become(parked=1)
            user = post.world.user(openid)
            await user.says("菜单")
            await post.become(planned=1)
            post.world.clock.forward(minutes=10)
            await user.told("您有观察表要交")
            assert len(await post.calls(CUSTOM)) == 1
            assert await post.calls(TEMPLATE) == []
