"""Whatever WeChat answers, people get at most one message, nobody is forgotten, and no call is made in vain."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.delivery import IN_FLIGHT
from bot.planning import ATTEMPTS, BACKOFF
from bot.wechat.errors import ERRCODES, Action
from tests.bot.posting import CUSTOM, NOTIFICATION, TEMPLATE, WITH_BOTH, WITH_TEMPLATE, Post, posting

QUICK = {"call_timeout": 0.4}
"""Seconds for one call: a lost answer is noticed soon."""
MIDNIGHT = datetime(2026, 11, 20, 16, tzinfo=UTC)
"""The end of the first day in Shanghai."""
TOKEN = "stable_token"
STATES: dict[Action, str] = {
    Action.RETRY: "planned",
    Action.REFRESH_TOKEN: "planned",
    Action.HOLD_UNTIL_MIDNIGHT: "planned",
    Action.PERSON_GONE: "unreachable",
    Action.PAYLOAD_BAD: "failed",
    Action.CHANNEL_DOWN: "planned",
}
"""What becomes of a delivery whose only way answers so; PARK: see below."""


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """An account with a template."""
    async with posting(tmp_path, WITH_TEMPLATE, overrides=QUICK) as made:
        yield made


def unblamed(violations: list[dict[str, str]]) -> list[dict[str, str]]:
    """Violations but those that a fault itself makes."""
    return [found for found in violations if found["rule"] not in {"answered"}]


@pytest.mark.parametrize("errcode", [code for code, meant in ERRCODES.items() if meant.action is not Action.PARK])
async def test_every_errcode_of_a_template(errcode: int, post: Post) -> None:
    """Once a way is stopped, or the person or payload is hopeless, there is no further call; the rest is sent when it
    may be.
    """
    action = ERRCODES[errcode].action
    (openid,) = await post.people(1)
    await post.world.faults(api=TEMPLATE, errcode=errcode, times=2 if action is Action.REFRESH_TOKEN else 1)
    await post.owe([openid])
    await post.until(lambda states: states["attempting"] == 0 and sum(states.values()) >= 1, "tried")
    await post.until(lambda states: states[STATES[action]] == 1, STATES[action])
    await post.settled()
    expected = 2 if action is Action.REFRESH_TOKEN else 1
    assert len(await post.calls(TEMPLATE)) == expected
    assert len(await post.calls(TOKEN)) == expected
    if action in {Action.PERSON_GONE, Action.PAYLOAD_BAD}:
        assert await post.outcomes() == {str(errcode)} or action is Action.PERSON_GONE
        post.world.clock.forward(days=1)
        await post.settled()
        assert len(await post.calls(TEMPLATE)) == 1
        return
    wait = {Action.RETRY: timedelta(seconds=BACKOFF[0] * 1.25), Action.HOLD_UNTIL_MIDNIGHT: timedelta(hours=23)}
    post.world.clock.now += wait.get(action, timedelta(minutes=10))
    await post.become(delivered=1)
    later = (await post.calls(TEMPLATE))[expected:]
    assert [call["outcome"] for call in later if call["outcome"] != "errcode 42001"] == ["ok"]
    assert len(await post.inbox(openid)) == 1


@pytest.mark.parametrize(
    ("api", "errcode", "state"),
    [
        (CUSTOM, 45002, "failed"),
        (CUSTOM, 40007, "failed"),
        (CUSTOM, 40003, "unreachable"),
        (NOTIFICATION, 47003, "failed"),
        (NOTIFICATION, 43004, "unreachable"),
    ],
)
async def test_hopeless_answers_on_the_other_ways(api: str, errcode: int, state: str, tmp_path: Path) -> None:
    async with posting(tmp_path, WITH_BOTH) as post:
        (openid,) = await post.people(1)
        if api == CUSTOM:
            await post.world.user(openid).says("菜单")
        else:
            await post.ticks(openid)
        await post.world.faults(api=api, errcode=errcode)
        await post.owe([openid])
        await post.until(lambda states: states[state] == 1, state)
        await post.settled()
        assert len(await post.calls(api)) == 1
        assert await post.calls(TEMPLATE) == []


async def test_a_used_up_quota_holds_the_rest_until_midnight_in_china(post: Post) -> None:
    """The 45009 comes at the eleventh; those in flight then may have asked as well."""
    openids = await post.people(150)
    await post.world.faults(api=TEMPLATE, errcode=45009, after=10, times=None)
    await post.owe(openids)
    await post.until(lambda states: states["planned"] == 140 and states["attempting"] == 0, "held")
    await post.settled()
    calls = await post.calls(TEMPLATE)
    assert sum(call["outcome"] == "ok" for call in calls) == 10
    assert len(calls) <= 10 + IN_FLIGHT
    async with post.world.session.delete(f"{post.world.platform_url}/sim/faults") as response:
        assert response.status == 200
    post.world.clock.now = MIDNIGHT - timedelta(seconds=1)
    await post.settled()
    post.world.clock.now = MIDNIGHT  # the quota is new, and people sleep
    await post.settled()
    assert len(await post.calls(TEMPLATE)) == len(calls)
    post.world.clock.now = MIDNIGHT + timedelta(hours=8)

    def delivered(states: Counter[str]) -> bool:
        """A call that a busy machine did not answer in time is tried again some seconds later, by this clock."""
        post.world.clock.forward(milliseconds=200)
        return states == Counter(delivered=150)

    await post.until(delivered, "delivered")
    assert await most_messages(post, openids) == 1
    assert unblamed(await post.world.violations()) == []


async def test_a_token_that_expires_in_the_middle_is_replaced_once(post: Post) -> None:
    openids = await post.people(120)
    await post.owe(openids[:60])
    await post.until(lambda states: states["delivered"] >= 10, "under way")
    async with post.world.session.delete(f"{post.world.platform_url}/sim/tokens") as response:
        assert response.status == 200
    await post.owe(openids[60:])
    await post.become(delivered=120)
    assert len(await post.calls(TOKEN)) == 2
    assert await most_messages(post, openids) == 1


async def test_a_token_that_is_never_taken_stops_the_way_without_a_storm(post: Post) -> None:
    openids = await post.people(100)
    await post.world.faults(api=TEMPLATE, errcode=40001, times=None)
    await post.owe(openids)
    await post.until(lambda states: states["planned"] == 100, "waiting")
    await post.until(lambda states: states["attempting"] == 0, "waiting")
    await post.settled()
    calls, tokens = len(await post.calls(TEMPLATE)), len(await post.calls(TOKEN))
    assert calls <= 2 * IN_FLIGHT
    assert tokens <= IN_FLIGHT
    await post.settled()
    assert len(await post.calls(TEMPLATE)) == calls, "nothing more for ten minutes"
    assert unblamed(await post.world.violations()) == []


async def test_an_unlisted_errcode_for_everybody_stops_the_way(post: Post) -> None:
    """Nobody's reminder is used up by an error that nobody knows: it may be the account's."""
    openids = await post.people(200)
    await post.world.faults(api=TEMPLATE, errcode=41001, times=None)
    await post.owe(openids)
    await post.until(lambda states: states["planned"] == 200 and states["attempting"] == 0, "waiting")
    for _ in range(8):  # the way is tried again every ten minutes, for longer than one message is
        post.world.clock.forward(minutes=10, seconds=1)
        await post.settled()
    states = await post.states()
    assert states["failed"] <= 5
    assert len(await post.calls(TEMPLATE)) <= 9 * (IN_FLIGHT + 5)
    async with post.world.session.delete(f"{post.world.platform_url}/sim/faults") as response:
        assert response.status == 200
    post.world.clock.forward(minutes=20)
    await post.until(lambda states: states["delivered"] + states["failed"] == 200, "delivered")
    assert (await post.states())["failed"] <= 5
    assert await most_messages(post, openids) == 1


async def test_an_unlisted_errcode_for_one_holds_up_nobody_else(post: Post) -> None:
    openids = await post.people(20)
    await post.world.faults(api=TEMPLATE, errcode=43019, times=None, openid=openids[0])
    await post.owe(openids)
    await post.until(lambda states: states["delivered"] == 19, "delivered")

    def failed(states: Counter[str]) -> bool:
        post.world.clock.forward(minutes=1)
        return states == Counter(delivered=19, failed=1)

    await post.until(failed, "given up")
    assert await post.outcomes() == {"43019", "success"}


async def test_a_lost_answer_to_a_message_is_never_repeated(post: Post) -> None:
    """Three of ten answers are lost, after the message went out or before: 可能已送达, and no second one."""
    openids = await post.people(60)
    await asyncio.gather(*(post.world.user(openid).says("菜单") for openid in openids))
    await post.world.faults(api=CUSTOM, timeout_rate=0.3)
    await post.owe(openids)
    await post.until(lambda states: states["sent"] + states["maybe"] == 60, "ended")
    post.world.clock.forward(hours=2)
    await post.settled()
    states = await post.states()
    assert 5 <= states["maybe"] <= 35
    assert len(await post.calls(CUSTOM)) == 60
    assert await most_messages(post, openids) == 1


async def test_a_lost_answer_to_a_template_is_asked_for_again_under_its_id(post: Post) -> None:
    openids = await post.people(40)
    await post.world.faults(api=TEMPLATE, timeout_rate=0.3)
    await post.owe(openids)
    for wait in (BACKOFF[0], BACKOFF[1], BACKOFF[2]):
        await post.tried(40)
        post.world.clock.forward(seconds=wait * 1.25)
    await post.until(lambda states: states["delivered"] + states["maybe"] == 40, "ended")
    assert (await post.states())["delivered"] >= 36
    assert await most_messages(post, openids) == 1, "WeChat knows the id of what it has sent"
    assert len(await post.calls(TEMPLATE)) > 40


async def test_when_nobody_answers_it_is_given_up_within_the_hour(post: Post) -> None:
    """Six attempts, then FAILED; a lost connection is no reason to ask more often."""
    (openid,) = await post.people(1)
    await post.world.faults(api=TEMPLATE, errcode=-1, times=None)
    await post.owe([openid])
    for attempt, wait in enumerate((*BACKOFF, 3600.0), start=1):
        await post.called(TEMPLATE, attempt)
        await post.tried(1)
        await post.settled()
        assert len(await post.calls(TEMPLATE)) == attempt
        post.world.clock.forward(seconds=wait * 1.25)
    await post.become(failed=1)
    assert len(await post.calls(TEMPLATE)) == ATTEMPTS
    assert await post.outcomes() == {"-1"}


async def test_those_who_left_do_not_hold_up_the_others(post: Post) -> None:
    openids = await post.people(60)
    left = openids[::6]
    for openid in left:
        await post.world.faults(api=TEMPLATE, openid=openid, errcode=43004)
    await post.owe(openids)
    await post.until(lambda states: states["delivered"] + states["unreachable"] >= 60, "ended")
    assert (await post.states())["unreachable"] == len(left)
    reached = Counter([bool(await post.inbox(openid)) for openid in openids])
    assert reached == {True: 50, False: 10}


async def test_slow_answers_do_not_stop_the_others(tmp_path: Path) -> None:
    """Two seconds an answer: the messages go out beside each other."""
    async with posting(tmp_path, WITH_TEMPLATE) as slow:
        openids = await slow.people(48)
        await slow.world.faults(api=TEMPLATE, latency=2.0)
        began = time.monotonic()
        await slow.owe(openids)
        await slow.become(delivered=48)
        assert time.monotonic() - began < 48 * 2.0 / 4
        assert await most_messages(slow, openids) == 1


async def test_who_waited_longest_comes_first(tmp_path: Path) -> None:
    async with posting(tmp_path, WITH_TEMPLATE, template_rate=20) as post:
        openids = await post.people(30)
        post.world.clock.now += timedelta(hours=12)  # at night everything is planned
        owing = 0
        for part in (openids[20:], openids[10:20], openids[:10]):
            await post.owe(part)
            owing += len(part)
            await post.become(planned=owing)
            post.world.clock.forward(minutes=1)
        post.world.clock.now += timedelta(hours=12)
        await post.become(delivered=30)
        order = [call["openid"] for call in await post.calls(TEMPLATE)]
        assert set(order[:10]) == set(openids[20:])
        assert set(order[-10:]) == set(openids[:10])


async def test_the_pace_is_kept(tmp_path: Path) -> None:
    async with posting(tmp_path, WITH_TEMPLATE, template_rate=10) as post:
        openids = await post.people(25)
        began = time.monotonic()
        await post.owe(openids)
        await post.become(delivered=25)
        assert time.monotonic() - began >= (25 - 2 - 1) / 10


async def most_messages(post: Post, openids: list[str]) -> int:
    """The most messages that one of these people got."""
    return max([len(await post.inbox(openid)) for openid in openids])
