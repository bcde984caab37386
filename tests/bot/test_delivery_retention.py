"""Once a day the bot forgets what it sent long ago; people and officers notice nothing of it."""

from pathlib import Path

from sqlalchemy import select

from bot.delivery_retention import AT_ONCE, OldDeliveries
from storage.models import Delivery, DeliveryEvent, core
from tests.bot.posting import CUSTOM, posting
from tests.world import TIMEZONE


async def test_a_message_is_kept_for_its_days_and_the_duty_for_ever(tmp_path: Path) -> None:
    async with posting(tmp_path) as post:
        user, officer = post.world.user("wang"), post.world.user("li")
        await user.says("菜单")
        await post.owe(["wang"])
        await user.told("您有观察表要交")
        await post.become(sent=1)
        old = OldDeliveries(post.owing.database.delivery_retention, post.world.clock, TIMEZONE, 400)
        post.world.clock.forward(days=399)
        await old.forget()
        assert len(await post.owing.rows(select(core(Delivery).c.id))) == 1
        post.world.clock.forward(days=2)
        await old.forget()
        assert await post.owing.rows(select(core(Delivery).c.id)) == []
        assert await post.owing.rows(select(core(DeliveryEvent).c.id)) == []
        await officer.says("推送 王建国")
        officer.sees("近 90 天没有推送过消息")
        await officer.says("未交")
        officer.sees("王建国")
        await post.settled()
        assert len(await post.calls(CUSTOM)) == 1, "nothing is sent once more"


async def test_a_day_s_work_is_done_once_a_day(tmp_path: Path) -> None:
    async with posting(tmp_path) as post:
        now = post.world.clock()
        people = await post.people(AT_ONCE + 5)
        await post.owe(people)
        await post.become(parked=len(people))
        async with post.owing.database.administration("test", now) as session:
            await session.execute(core(Delivery).update().values(state="failed"))
        old = OldDeliveries(post.owing.database.delivery_retention, post.world.clock, TIMEZONE, 0)
        await old.forget()
        assert len(await post.states()) == 1, "nothing is older than now"
        post.world.clock.forward(minutes=1)
        await old.forget()
        assert sum((await post.states()).values()) == len(people), "today's work is done"
        post.world.clock.forward(hours=15)
        await old.forget()
        assert await post.states() == {}
