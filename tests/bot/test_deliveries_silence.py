"""While WeChat does not answer, a worker asks little; as soon as it answers, everything goes out."""

import asyncio
import re
from pathlib import Path

from bot.delivery import IN_FLIGHT
from bot.lanes import FEWEST
from bot.planning import BACKOFF
from tests.bot.posting import CUSTOM, TEMPLATE, WITH_TEMPLATE, Post, posting

CALL = 0.4
"""Seconds until a call is given up."""
PATIENT = 3.0
"""Likewise, where only lost answers are to be given up, on a slow machine too."""
QUICK = {"call_timeout": CALL}
WATCHED = 5
"""Call timeouts for which a test counts calls."""


async def test_a_silent_wechat_is_asked_less_and_less(tmp_path: Path) -> None:
    """The first calls find it out; then only a few at a time try."""
    async with posting(tmp_path, WITH_TEMPLATE, overrides=QUICK) as post:
        openids = await post.people(IN_FLIGHT + 60)
        await post.world.faults(api=TEMPLATE, timeout_rate=1.0, lost="request")
        await post.owe(openids)
        await post.called(TEMPLATE, IN_FLIGHT // 2)
        await asyncio.sleep(CALL * WATCHED)
        assert len(await post.calls(TEMPLATE)) <= IN_FLIGHT + FEWEST * (WATCHED + 2)
        assert await lanes(post) == FEWEST
        async with post.world.session.delete(f"{post.world.platform_url}/sim/faults") as response:
            assert response.status == 200
        await post.until(lambda states: states["delivered"] >= 20, "those that were not tried yet")
        for wait in BACKOFF[:3]:  # on a slow machine one may be lost once more
            await post.tried(len(openids))
            post.world.clock.forward(seconds=wait * 1.25)
        await post.until(lambda states: states["delivered"] + states["maybe"] == len(openids), "ended")
        assert (await post.states())["delivered"] >= len(openids) - 5
        assert await lanes(post) > IN_FLIGHT / 4
        assert max([len(await post.inbox(openid)) for openid in openids]) == 1


async def test_slow_answers_that_come_too_late_count_as_none(tmp_path: Path) -> None:
    """What may have arrived is not repeated, so the fewer are asked in vain, the more arrive."""
    async with posting(tmp_path, overrides=QUICK) as post:
        openids = await post.people(IN_FLIGHT + 40)
        await asyncio.gather(*(post.world.user(openid).says("菜单") for openid in openids))
        await post.world.faults(api=CUSTOM, latency=CALL * 3)
        await post.owe(openids)
        await post.called(CUSTOM, IN_FLIGHT // 2)
        await asyncio.sleep(CALL * WATCHED)
        assert len(await post.calls(CUSTOM)) <= IN_FLIGHT + FEWEST * (WATCHED + 2)
        async with post.world.session.delete(f"{post.world.platform_url}/sim/faults") as response:
            assert response.status == 200
        await post.tried(len(openids))
        assert (await post.states())["sent"] >= 5
        assert len(await post.calls(CUSTOM)) <= len(openids), "none is repeated"


async def test_three_lost_answers_of_ten_slow_nobody_down(tmp_path: Path) -> None:
    """While one call is waited for in vain, others are answered."""
    async with posting(tmp_path, WITH_TEMPLATE, overrides={"call_timeout": PATIENT}) as post:
        openids = await post.people(IN_FLIGHT + 30)
        lost = openids[:-20:3]  # the last ones are answered: whoever is lost behind them would find silence
        for openid in lost:
            await post.world.faults(api=TEMPLATE, openid=openid, timeout_rate=1.0)
        await post.owe(openids)
        await post.tried(len(openids))
        assert dict(await post.states()) == {"planned": len(lost), "delivered": len(openids) - len(lost)}
        assert await lanes(post) == IN_FLIGHT


async def lanes(post: Post) -> float:
    """How many calls the bot may have under way."""
    async with post.world.session.get(f"{post.world.bot_url}/metrics") as response:
        found = re.search(r"^qingfeng_delivery_lanes (\S+)", await response.text(), re.MULTILINE)
    assert found is not None
    return float(found.group(1))
