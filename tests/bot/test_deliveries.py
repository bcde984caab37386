"""Reminders and notices reach people by the way that reaches them, in one message, and the loop closes."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.models import DeliveryEvent, DeliveryStatus, Notice, core
from tests.bot.posting import (
    CUSTOM,
    NOTIFICATION,
    TEMPLATE,
    WITH_BOTH,
    WITH_TEMPLATE,
    Post,
    posting,
)
from tests.bot.wire import rows


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """An account without templates."""
    async with posting(tmp_path) as made:
        yield made
        assert await made.world.violations() == []


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Post]:
    """An account with a template and a notification."""
    async with posting(tmp_path, WITH_BOTH) as made:
        yield made
        assert await made.world.violations() == []


async def test_whoever_wrote_gets_a_message_that_leads_into_the_form(post: Post) -> None:
    user = post.world.user("wang")
    await user.says("菜单")
    await post.owe(["wang"])
    await user.told("您有观察表要交")
    user.sees("王建国，您好！", "2026年第四季度《综合观察表》", "12月31日（周四）18:00截止")
    await post.become(sent=1)
    await user.taps("现在填")
    user.sees("综合观察表", "1/")
    assert len(await post.inbox("wang")) == 1


async def test_a_follower_who_did_not_write_gets_a_template_and_the_loop_closes(served: Post) -> None:
    (openid,) = await served.people(1)
    await served.owe([openid])
    await served.become(delivered=1)
    (card,) = await served.inbox(openid)
    assert card["via"] == "template"
    assert [row["value"] for row in card["rows"]] == [
        "综合观察表 2026年第四季度",
        "2026年12月31日 18:00",
        "清源集团",
        "待提交",
    ]
    (call,) = await served.calls(TEMPLATE)
    assert re.search(r'"client_msg_id": "qf\d+-\d+"', str(call["request"]))
    story = await rows(served.world.settings.database, select(core(DeliveryEvent).c.what, core(DeliveryEvent).c.detail))
    assert [tuple(row) for row in story] == [
        ("planned", ""),
        ("attempt", ""),
        ("sent", ""),
        ("ended", "delivered success"),
    ]


async def test_whoever_ticked_gets_a_notification_and_the_tick_is_used(served: Post) -> None:
    (openid,) = await served.people(1)
    await served.ticks(openid)
    await served.owe([openid])
    await served.become(delivered=1)
    assert [entry["via"] for entry in await served.inbox(openid)] == ["subscribe"]
    await served.owing.begin(1)
    await served.owe([openid])
    await served.become(delivered=2)
    assert [entry["via"] for entry in await served.inbox(openid)] == ["subscribe", "template"]


async def test_a_refused_tick_is_not_counted(served: Post) -> None:
    (openid,) = await served.people(1)
    await served.ticks(openid)
    await served.ticks(openid, accepts=False)
    await served.owe([openid])
    await served.become(delivered=1)
    assert [entry["via"] for entry in await served.inbox(openid)] == ["template"]


async def test_a_tick_that_wechat_does_not_know_leads_to_the_next_way_at_once(served: Post) -> None:
    (openid,) = await served.people(1)
    await served.ticks(openid)
    await served.world.faults(api=NOTIFICATION, errcode=43101)
    await served.owe([openid])
    await served.become(delivered=1)
    assert len(await served.calls(NOTIFICATION)) == 1
    assert [entry["via"] for entry in await served.inbox(openid)] == ["template"]


@pytest.mark.parametrize("errcode", [45015, 45047])
async def test_a_shut_window_leads_to_the_next_way_at_once(errcode: int, served: Post) -> None:
    await served.world.user("wang").says("菜单")
    await served.world.faults(api=CUSTOM, errcode=errcode)
    await served.owe(["wang"])
    await served.become(delivered=1)
    assert len(await served.calls(CUSTOM)) == 1
    assert [entry["via"] for entry in await served.inbox("wang")] == ["template"]


async def test_what_no_way_reaches_waits_until_the_person_writes(post: Post) -> None:
    (openid,) = await post.people(1)
    await post.owe([openid])
    await post.become(parked=1)
    assert await post.outcomes() == {"no_way"}
    user = post.world.user(openid)
    await user.says("菜单")
    await post.become(planned=1)
    await post.settled()
    assert await post.inbox(openid) == [], "whoever is filling the sheet is left in peace for ten minutes"
    post.world.clock.forward(minutes=10)
    await user.told("您有观察表要交")
    await post.become(sent=1)


async def test_somebody_who_is_not_bound_stands_in_the_phone_list(post: Post) -> None:
    person = await post.owing.observer("没绑定", 1)
    await post.owing.tell(await post.owing.owes(person, 1), person)
    await post.become(parked=1)
    assert await post.outcomes() == {"unbound"}


def have_ended(count: int, states: Counter[str]) -> bool:
    """Whether so many were sent or parked."""
    return states["sent"] + states["parked"] == count


async def test_five_messages_use_up_the_window(post: Post) -> None:
    await post.world.user("wang").says("菜单")
    for number in range(6):
        if number:
            await post.owing.begin(1)
        await post.owe(["wang"])
        await post.until(partial(have_ended, number + 1), f"{number + 1} ended")
    await post.become(sent=5, parked=1)
    assert len(await post.calls(CUSTOM)) == 5, "the sixth is not even tried"


async def test_what_waits_for_its_place_as_night_falls_waits_until_the_morning(tmp_path: Path) -> None:
    async with posting(tmp_path, WITH_TEMPLATE, template_rate=2) as slow:
        slow.world.clock.now = datetime(2026, 11, 20, 12, 59, 50, tzinfo=UTC)  # ten seconds before 21:00 in Shanghai
        openids = await slow.people(8)
        await slow.owe(openids)
        await slow.called(TEMPLATE, 2)
        slow.world.clock.forward(seconds=20)
        began = len(await slow.calls(TEMPLATE))
        await slow.until(lambda states: states["attempting"] == 0 and states["planned"] >= 4, "waiting")
        await asyncio.sleep(2)
        assert len(await slow.calls(TEMPLATE)) <= began + 1, "one may have been on its way"
        slow.world.clock.forward(hours=11)
        await slow.become(delivered=8)


async def test_nobody_is_told_at_night(served: Post) -> None:
    (openid,) = await served.people(1)
    served.world.clock.now += timedelta(hours=12)  # 21:30 in Shanghai
    await served.owe([openid])
    await served.become(planned=1)
    await served.settled()
    assert await served.calls(TEMPLATE) == []
    served.world.clock.now += timedelta(hours=10, minutes=30)
    await served.become(delivered=1)


async def test_whoever_handed_in_before_the_sending_gets_nothing(served: Post) -> None:
    openids = await served.people(2)
    served.world.clock.now += timedelta(hours=12)
    duties = await served.owe(openids)
    await served.become(planned=2)
    await served.owing.done(duties[openids[0]])
    served.world.clock.now += timedelta(hours=12)
    await served.become(superseded=1, delivered=1)
    assert await served.inbox(openids[0]) == []
    assert len(await served.inbox(openids[1])) == 1


async def test_several_duties_and_a_notice_are_one_message(post: Post) -> None:
    user = post.world.user("wang")
    await user.says("菜单")
    async with post.owing.database.administration("test", post.world.clock()) as session:
        body = {"number": "GC26-0000001", "title": "综合观察表", "version": 1, "comment": "写得具体"}
        facts: dict[str, Any] = {
            "kind": "sheet_accepted",
            "subject": "s",
            "body": body,
            "created_at": post.world.clock(),
        }
        session.add(Notice(person_id=post.world.people["wang"], **facts))
        duty = await post.owing.owes(post.world.people["wang"], 2)
        await post.owing.begin(1)
        other = await post.owing.owes(post.world.people["wang"], 2)
    post.world.clock.now += timedelta(hours=12)
    await post.owing.tell(duty, post.world.people["wang"])
    await post.owing.tell(other, post.world.people["wang"])
    post.world.clock.now += timedelta(hours=12)
    await user.told("您有 2 份观察表要交")
    user.sees("写得具体")
    await post.until(lambda states: not states["attempting"], "what was told is written down")
    found = await rows(post.world.settings.database, select(core(Notice).c.seen_at))
    assert all(row.seen_at is not None for row in found)
    await user.says("菜单")
    user.sees_not("写得具体")


async def test_a_blocked_template_is_refused(served: Post) -> None:
    (openid,) = await served.people(1)
    await served.world.faults(api=TEMPLATE, status_event="failed:user block")
    await served.owe([openid])
    await served.become(refused=1)
    assert await served.outcomes() == {"failed:user block"}


async def test_a_template_that_the_platform_could_not_deliver_has_failed(served: Post) -> None:
    (openid,) = await served.people(1)
    await served.world.faults(api=TEMPLATE, status_event="failed: system failed")
    await served.owe([openid])
    await served.become(failed=1)


async def test_whoever_left_is_unreachable_and_their_officers_read_it(served: Post) -> None:
    user, officer = served.world.user("wang"), served.world.user("sun")
    await user.says("菜单")
    await officer.says("菜单")
    await user.unfollows()
    await served.owe(["wang"])
    await officer.told("联系不上二公司的王建国：对方没有关注公众号")
    await served.become(unreachable=1, sent=1)
    assert len(await served.calls(CUSTOM)) == 1, "it is not even tried"
    await user.follows()
    await served.owing.begin(1)
    await served.owe(["wang"])
    await served.become(unreachable=1, sent=2)  # in the minute after they followed


async def test_an_account_that_has_no_templates_does_not_try_them(tmp_path: Path) -> None:
    async with posting(tmp_path, WITH_TEMPLATE, wechat_account="subscription") as post:
        (openid,) = await post.people(1)
        await post.owe([openid])
        await post.become(parked=1)
        assert await post.calls(TEMPLATE) == []


async def test_status_events_pass_by_a_turn_that_hangs(served: Post) -> None:
    """They wait neither for the contact's lock nor for its conversation, and two of one second are two."""
    user = served.world.user("wang")
    await served.people(0)
    await user.says("菜单")
    key = {"Event": "TEMPLATESENDJOBFINISH", "Status": "success"}
    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(served.simulate("people/wang/events", {**key, "MsgID": str(10**18 + number)}))
    found = await rows(served.world.settings.database, select(core(DeliveryStatus).c.key))
    assert sorted(row.key for row in found) == [str(10**18 + number) for number in range(5)]
