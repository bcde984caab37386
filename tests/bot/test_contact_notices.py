"""Notices to contacts that are nobody's go at the account's pace, and wait where a quota or WeChat stops the way."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.contact_notices import tell_contact
from storage.vocabulary import ContactNoticeKind
from tests.bot.posting import CUSTOM, Post, posting


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """An account of which strangers have heard."""
    async with posting(tmp_path) as made:
        yield made


async def strangers(post: Post, count: int) -> list[str]:
    """So many people write who are nobody; their openids."""
    openids = [f"stranger-{number}" for number in range(count)]
    for openid in openids:
        await post.world.user(openid).says("菜单")
    return openids


async def refuse(post: Post, openids: list[str]) -> None:
    """An officer has refused what they applied for."""
    database = post.owing.database
    contacts = [await database.contact_of(openid, post.world.clock()) for openid in openids]
    async with database.administration("test", post.world.clock()) as session:
        for contact in contacts:
            await tell_contact(session, contact, ContactNoticeKind.BINDING_REFUSED, "request:1", post.world.clock())


async def test_a_used_up_quota_keeps_them_until_the_morning(post: Post) -> None:
    first, second = await strangers(post, 2)
    await post.world.faults(api=CUSTOM, errcode=45009)
    await refuse(post, [first, second])
    await post.called(CUSTOM, 1)
    await post.settled()
    assert len(await post.calls(CUSTOM)) == 1, "the other one is not even tried"
    post.world.clock.forward(hours=15)  # the quota is new, and it is night
    await post.settled()
    assert len(await post.calls(CUSTOM)) == 1
    post.world.clock.forward(hours=8)
    for openid in (first, second):
        await post.world.user(openid).told("您的绑定申请没有通过")
    assert [call["outcome"] for call in await post.calls(CUSTOM)].count("ok") == 2
    assert [len(await post.inbox(openid)) for openid in (first, second)] == [1, 1]


async def test_what_deliveries_found_stopped_is_not_tried_by_notices(post: Post) -> None:
    (stranger,) = await strangers(post, 1)
    await post.world.user("wang").says("菜单")
    await post.world.faults(api=CUSTOM, errcode=48004)
    await post.owe(["wang"])
    await post.tried(1)
    await post.settled()
    await refuse(post, [stranger])
    await post.settled()
    assert len(await post.calls(CUSTOM)) == 1
    post.world.clock.forward(minutes=10)
    await post.world.user(stranger).told("您的绑定申请没有通过")
    await post.world.user("wang").told("您有观察表要交")


async def test_what_notices_found_stopped_is_not_tried_by_deliveries(post: Post) -> None:
    (stranger,) = await strangers(post, 1)
    await post.world.user("wang").says("菜单")
    await post.world.faults(api=CUSTOM, errcode=48004)
    await refuse(post, [stranger])
    await post.called(CUSTOM, 1)
    await post.settled()
    await post.owe(["wang"])
    await post.tried(1)
    await post.settled()
    assert len(await post.calls(CUSTOM)) == 1
    assert await post.outcomes() == {"held"}


async def test_a_notice_that_waits_is_shown_to_whoever_writes_and_not_pushed_any_more(post: Post) -> None:
    (stranger,) = await strangers(post, 1)
    await post.world.faults(api=CUSTOM, errcode=45009)
    await refuse(post, [stranger])
    await post.called(CUSTOM, 1)
    user = post.world.user(stranger)
    await user.says("菜单")
    user.sees("您的绑定申请没有通过")
    post.world.clock.forward(hours=23)
    await post.settled()
    assert len(await post.calls(CUSTOM)) == 1


async def test_they_share_the_pace_of_the_deliveries(tmp_path: Path) -> None:
    async with posting(tmp_path, custom_rate=5) as post:
        openids = await strangers(post, 8)
        people = await post.people(8)
        for openid in people:
            await post.world.user(openid).says("菜单")
        began = time.monotonic()
        await post.owe(people)
        await refuse(post, openids)
        await post.become(sent=8)
        for openid in openids:
            await post.world.user(openid).told("您的绑定申请没有通过")
        assert time.monotonic() - began >= (16 - 1 - 1) / 5
