"""What people's doings and status events say, read from callbacks as WeChat writes them, and written together."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from bot.batches import Batches
from bot.reaches import Reaches, change_of, statuses_of
from bot.touches import Touches
from bot.wechat.messages import parse
from handlers.base import Inbound
from storage.database import Database
from storage.errors import RecordsUnavailable
from storage.reaching import ReachChange
from storage.vocabulary import DeliveryState
from tests.bot.wechat.account import event, message
from tests.world import START

HOUR = START.replace(minute=0)


def ticked(name: str, *items: tuple[str, str]) -> Inbound:
    """The answer to the pop-up of notifications: (template, accept or reject)."""
    listed = "".join(
        f"<List><TemplateId><![CDATA[{template}]]></TemplateId>"
        f"<SubscribeStatusString><![CDATA[{said}]]></SubscribeStatusString><PopupScene>2</PopupScene></List>"
        for template, said in items
    )
    return parse(
        event(
            f"subscribe_msg_{name}_event",
            f"<SubscribeMsg{name.title()}Event>{listed}</SubscribeMsg{name.title()}Event>",
        )
    )


@pytest.mark.parametrize(
    ("inbound", "expected"),
    [
        (parse(message("text", "<Content>好</Content>")), ReachChange("c", wrote_at=HOUR)),
        (parse(message("image", "<MediaId>m</MediaId>")), ReachChange("c", wrote_at=HOUR)),
        (parse(event("subscribe")), ReachChange("c", follows=True, touched_at=START)),
        (parse(event("SCAN", "<EventKey>1</EventKey>")), ReachChange("c", touched_at=START)),
        (parse(event("scancode_waitmsg", "<EventKey>1</EventKey>")), ReachChange("c", touched_at=START)),
        (parse(event("unsubscribe")), ReachChange("c", follows=False)),
        (parse(event("CLICK", "<EventKey>菜单</EventKey>")), ReachChange("c", touched_at=START)),
        (parse(event("VIEW", "<EventKey>https://example.com</EventKey>")), None),
        (ticked("popup", ("T", "accept")), ReachChange("c", ticks={"T": 1})),
        (
            ticked("popup", ("T", "accept"), ("U", "reject"), ("T", "accept")),
            ReachChange("c", ticks={"T": 2}, refused=frozenset({"U"})),
        ),
        (ticked("change", ("T", "reject")), ReachChange("c", refused=frozenset({"T"}))),
        (parse(event("subscribe_msg_popup_event")), None),
    ],
)
def test_what_a_callback_says_of_reach(inbound: Inbound, expected: ReachChange | None) -> None:
    """Messages open the window, to the hour; taps on the menu, follows and scans a minute of their own."""
    assert change_of(inbound, "c", START) == expected


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("success", DeliveryState.DELIVERED),
        ("failed:user block", DeliveryState.REFUSED),
        ("failed: system failed", DeliveryState.FAILED),
        ("failed:system failed", DeliveryState.FAILED),
        ("", DeliveryState.FAILED),
    ],
)
def test_the_status_of_a_template(said: str, state: DeliveryState) -> None:
    inbound = parse(
        event("TEMPLATESENDJOBFINISH", f"<MsgID>4611686018427387911</MsgID><Status><![CDATA[{said}]]></Status>")
    )
    assert statuses_of(inbound, "") == (("4611686018427387911", state, said),)


def test_the_status_of_several_notifications() -> None:
    items = "".join(
        f"<List><TemplateId>{template}</TemplateId><MsgID>{number}</MsgID><ErrorCode>0</ErrorCode>"
        f"<ErrorStatus>{said}</ErrorStatus></List>"
        for template, number, said in (("T", 1, "success"), ("U", 2, "user refuse to accept the msg"))
    )
    inbound = parse(event("subscribe_msg_sent_event", f"<SubscribeMsgSentEvent>{items}</SubscribeMsgSentEvent>"))
    assert statuses_of(inbound, "c") == (
        ("T:c", DeliveryState.DELIVERED, "success"),
        ("U:c", DeliveryState.REFUSED, "user refuse to accept the msg"),
    )


def test_a_status_without_a_number_is_none() -> None:
    assert statuses_of(parse(event("TEMPLATESENDJOBFINISH", "<Status>success</Status>")), "") == ()


@dataclass
class Work:
    """What was written, in order; `away`: the records do not answer."""

    written: list[ReachChange] = field(default_factory=list)
    calls: int = 0
    away: bool = False

    async def reached(
        self, changes: Sequence[ReachChange], *, now: datetime, resume_at: datetime, soon: datetime
    ) -> None:
        """Written, unless away."""
        assert (resume_at - now, soon - now) == (timedelta(minutes=10), timedelta(seconds=15))
        self.calls += 1
        await asyncio.sleep(0)
        if self.away:
            raise RecordsUnavailable("away")
        self.written += changes


@dataclass
class Records:
    """A database with nothing but that."""

    deliveries: Work = field(default_factory=Work)


@dataclass
class Noted:
    """Touches that are only noted."""

    touched: dict[str, datetime] = field(default_factory=dict)

    async def happened(self, touched: Mapping[str, datetime]) -> None:
        """Noted."""
        self.touched |= touched


def reaches(records: Records, touches: Noted | None = None) -> Reaches:
    """A collector over those records."""
    return Reaches(cast("Database", records), cast("Touches", touches or Noted()), lambda: START)


TEXT = parse(message("text", "<Content>好</Content>"))
FOLLOWS, LEAVES = parse(event("subscribe")), parse(event("unsubscribe"))


async def test_whoever_writes_ten_messages_is_one_row() -> None:
    records = Records()
    async with reaches(records) as collected:
        for _ in range(10):
            collected.happened(TEXT, "c")
        collected.happened(ticked("popup", ("T", "accept")), "c")
        collected.happened(ticked("popup", ("T", "accept"), ("U", "reject")), "c")
    assert records.deliveries.written == [ReachChange("c", wrote_at=HOUR, ticks={"T": 2}, refused=frozenset({"U"}))]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ((TEXT, LEAVES), ReachChange("c", follows=False)),
        ((FOLLOWS, LEAVES), ReachChange("c", follows=False)),
        ((LEAVES, FOLLOWS), ReachChange("c", follows=True, touched_at=START)),
        ((LEAVES, FOLLOWS, TEXT), ReachChange("c", wrote_at=HOUR, touched_at=START)),
        ((FOLLOWS, TEXT), ReachChange("c", wrote_at=HOUR, touched_at=START)),
    ],
)
async def test_the_later_doing_decides(order: Sequence[Inbound], expected: ReachChange) -> None:
    records = Records()
    async with reaches(records) as collected:
        for inbound in order:
            collected.happened(inbound, "c")
    assert records.deliveries.written == [expected]


async def test_touches_are_told_before_anything_is_planned_anew() -> None:
    touches = Noted()
    async with reaches(Records(), touches) as collected:
        collected.happened(FOLLOWS, "a")
        collected.happened(TEXT, "b")
    assert touches.touched == {"a": START}


async def test_what_cannot_be_written_waits_and_joins_what_came_meanwhile() -> None:
    records = Records(Work(away=True))
    collected = reaches(records)
    collected.happened(TEXT, "a")
    collected.happened(ticked("popup", ("T", "accept")), "b")
    flush = asyncio.create_task(collected.flush())
    await asyncio.sleep(0)
    collected.happened(ticked("popup", ("T", "accept")), "b")
    await flush
    assert (records.deliveries.calls, records.deliveries.written) == (1, [])
    records.deliveries.away = False
    await collected.flush()
    assert sorted(records.deliveries.written, key=lambda each: each.contact) == [
        ReachChange("a", wrote_at=HOUR),
        ReachChange("b", ticks={"T": 2}),
    ]
    await collected.flush()
    assert records.deliveries.calls == 2


async def test_a_flush_ends_while_people_write_faster_than_it() -> None:
    """Deliveries wait for it before they are claimed: a busy evening must not hold them up for good."""

    class Busy(Work):
        async def reached(
            self, changes: Sequence[ReachChange], *, now: datetime, resume_at: datetime, soon: datetime
        ) -> None:
            await super().reached(changes, now=now, resume_at=resume_at, soon=soon)
            collected.happened(TEXT, f"other-{self.calls}")

    records = Records(Busy())
    collected = reaches(records)
    collected.happened(TEXT, "a")
    async with asyncio.timeout(2):
        await collected.flush()
    assert [each.contact for each in records.deliveries.written] == ["a"]
    await collected.flush()
    assert [each.contact for each in records.deliveries.written] == ["a", "other-1"]


async def test_few_adds_wait_a_moment_for_each_other() -> None:
    calls: list[int] = []

    async def write(items: Sequence[int]) -> Sequence[int]:
        calls.append(len(items))
        return items

    batches: Batches[int, int] = Batches(write, 80, gather=0.2)
    slow = [asyncio.create_task(batches.add(number)) for number in range(3)]
    await asyncio.sleep(0.01)
    slow += [asyncio.create_task(batches.add(number)) for number in range(3, 6)]
    assert await asyncio.gather(*slow) == [*range(6)]
    assert calls == [6]
    began = time.monotonic()
    assert await asyncio.gather(*(batches.add(number) for number in range(40))) == [*range(40)]
    assert time.monotonic() - began < 0.2, "many are written at once"


async def test_many_adds_are_few_writes() -> None:
    calls: list[int] = []

    async def write(items: Sequence[int]) -> Sequence[int]:
        calls.append(len(items))
        await asyncio.sleep(0.01)
        return [item * 2 for item in items]

    batches: Batches[int, int] = Batches(write, 40)
    assert await asyncio.gather(*(batches.add(number) for number in range(100))) == [n * 2 for n in range(100)]
    assert sum(calls) == 100
    assert len(calls) <= 4
    assert max(calls) <= 40


async def test_a_failed_write_fails_its_items_only() -> None:
    async def write(items: Sequence[Any]) -> Sequence[Any]:
        if "bad" in items:
            raise RecordsUnavailable("away")
        return items

    batches: Batches[str, str] = Batches(write, 1)
    found = await asyncio.gather(*(batches.add(item) for item in ("a", "bad", "b")), return_exceptions=True)
    assert (found[0], found[2]) == ("a", "b")
    assert isinstance(found[1], RecordsUnavailable)


async def test_whoever_is_cancelled_leaves_the_others_alone() -> None:
    going = asyncio.Event()

    async def write(items: Sequence[str]) -> Sequence[str]:
        await going.wait()
        return items

    batches: Batches[str, str] = Batches(write, 10)
    gone, stays = asyncio.create_task(batches.add("gone")), asyncio.create_task(batches.add("stays"))
    await asyncio.sleep(0.01)
    gone.cancel()
    going.set()
    assert await stays == "stays"
