"""A tap on the menu, a follow or a scan opens a minute: who is reached by nothing else is reached then."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.touches import OPEN_FOR, Touches
from storage.conversations.contract import Shared
from storage.conversations.opening import open_store
from storage.delivery_views import DeliveryResult
from storage.vocabulary import DeliveryState, DeliveryWay
from tests.bot.letters import NOW, REACH, claimed
from tests.bot.posting import CUSTOM, TEMPLATE, WITH_TEMPLATE, posting
from tests.servers import RedisServer

SOON = 16
"""Seconds after which what was parked is tried."""


async def test_a_tap_on_the_menu_brings_what_nothing_else_could(tmp_path: Path) -> None:
    async with posting(tmp_path) as post:
        (openid,) = await post.people(1)
        await post.owe([openid])
        await post.become(parked=1)
        user = post.world.user(openid)
        await user.clicks("我的任务")
        await post.become(planned=1)
        assert await post.calls(CUSTOM) == [], "they are looking at the answer"
        post.world.clock.forward(seconds=SOON)
        await user.told("您有观察表要交")
        await post.become(sent=1)
        officer = post.world.user("li")
        await officer.says(f"推送 {await post.name_of(openid)}")
        await officer.taps("经过")
        officer.sees("稍后再发：本人刚点了菜单、关注或扫码，趁这一分钟发")
        assert await post.world.violations() == []


@pytest.mark.parametrize("touch", ["follows", "scans"])
async def test_whoever_follows_or_scans_is_told_too(tmp_path: Path, touch: str) -> None:
    async with posting(tmp_path) as post:
        (openid,) = await post.people(1)
        await post.owe([openid])
        await post.become(parked=1)
        await post.simulate(f"people/{openid}/{touch}", {"scene": "poster"})
        await post.become(planned=1)
        post.world.clock.forward(seconds=SOON)
        await post.become(sent=1)


async def test_whoever_writes_after_the_tap_is_left_in_peace(tmp_path: Path) -> None:
    async with posting(tmp_path) as post:
        (openid,) = await post.people(1)
        await post.owe([openid])
        await post.become(parked=1)
        user = post.world.user(openid)
        await user.clicks("我的任务")
        await post.become(planned=1)
        await user.says("菜单")
        await post.explained("reachable")
        post.world.clock.forward(seconds=SOON)
        await post.settled()
        assert await post.calls(CUSTOM) == []
        post.world.clock.forward(minutes=10)
        await post.become(sent=1)


async def test_after_the_minute_it_is_parked_again(tmp_path: Path) -> None:
    async with posting(tmp_path) as post:
        (openid,) = await post.people(1)
        await post.owe([openid])
        await post.become(parked=1)
        await post.world.user(openid).clicks("我的任务")
        await post.become(planned=1)
        post.world.clock.forward(seconds=OPEN_FOR.total_seconds())
        await post.become(parked=1)
        assert await post.calls(CUSTOM) == [], "WeChat would refuse it"


async def test_the_minute_comes_before_a_template_and_a_refusal_ends_it(tmp_path: Path) -> None:
    async with posting(tmp_path, WITH_TEMPLATE) as post:
        first, second = await post.people(2)
        for openid in (first, second):
            await post.world.user(openid).clicks("我的任务")
        await post.world.faults(api=CUSTOM, errcode=45015, times=1)
        await post.owe([first])
        await post.become(delivered=1)
        await post.owe([second])
        await post.become(delivered=1, sent=1)
        assert (len(await post.calls(CUSTOM)), len(await post.calls(TEMPLATE))) == (2, 1)


TOUCHED = replace(REACH, touched_until=NOW + OPEN_FOR)
THROUGH = DeliveryResult(claimed(reach=TOUCHED), DeliveryState.SENT, DeliveryWay.CUSTOMER_SERVICE)


async def until(touches: Touches) -> datetime | None:
    """How long the minute of REACH lasts, as a worker sees it that claims a delivery."""
    (found,) = await touches.known([claimed()], NOW)
    return found.reach.touched_until if found.reach else None


async def test_three_messages_and_it_is_over(two_shared: tuple[Shared, Shared]) -> None:
    one, other = (Touches(shared) for shared in two_shared)
    await one.happened({REACH.contact: NOW})
    for worker in (one, other, one):
        assert await until(other) == NOW + OPEN_FOR
        await worker.came_of(THROUGH)
    assert await until(other) is None


async def test_another_touch_begins_anew(two_shared: tuple[Shared, Shared]) -> None:
    touches = Touches(two_shared[0])
    later = NOW + timedelta(seconds=20)
    await touches.happened({REACH.contact: NOW})
    await touches.happened({REACH.contact: later})
    await touches.came_of(replace(THROUGH, state=DeliveryState.PLANNED, closed=True))
    assert await until(touches) == later + OPEN_FOR, "what WeChat refused was the minute before"


async def test_what_needs_no_minute_uses_none(two_shared: tuple[Shared, Shared]) -> None:
    touches = Touches(two_shared[0])
    await touches.happened({REACH.contact: NOW})
    others = [claimed(reach=replace(REACH, wrote_at=NOW)), claimed(reach=None)]
    assert await touches.known(others, NOW) == others
    for result in (replace(THROUGH, way=DeliveryWay.TEMPLATE), replace(THROUGH, state=DeliveryState.FAILED)):
        for _ in range(3):
            await touches.came_of(result)
    assert await until(touches) == NOW + OPEN_FOR


async def test_a_store_that_is_away_only_costs_the_minute() -> None:
    with closing(RedisServer()) as server:
        server.start()
        async with open_store(server.url) as store:
            touches = Touches(store.shared)
            await touches.happened({REACH.contact: NOW})
            server.stop()
            await touches.happened({"another": NOW})
            assert await until(touches) is None
            await touches.came_of(THROUGH)
            server.start()
            assert await until(touches) == NOW + OPEN_FOR
