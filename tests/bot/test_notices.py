"""Notices reach people as customer-service messages, once; what cannot be sent stays for the chat."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.notices import ATTEMPTS, Notices
from bot.wechat.client import WeChat
from storage.conversations.contract import Shared
from storage.conversations.opening import open_store
from storage.errors import RecordsUnavailable
from storage.notices import OutgoingNotice
from storage.vocabulary import NoticeKind
from tests.bot.wechat.account import APPID
from tests.bot.wechat.platform import SECRET, Platform, errs, hangs_up, says
from tests.world import START, TIMEZONE, Clock

CUSTOM = "message/custom/send"


@dataclass
class Work:
    """The notices of the records, in memory: taken once, seen or not."""

    waiting: list[OutgoingNotice]
    taken: list[int] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    away: bool = False

    async def take(self, *, now: datetime, limit: int = 50) -> tuple[OutgoingNotice, ...]:
        """The oldest."""
        if self.away:
            raise RecordsUnavailable("away")
        some, self.waiting = tuple(self.waiting[:limit]), self.waiting[limit:]
        self.taken += [notice.id for notice in some]
        return some

    async def seen(self, notice_ids: Sequence[int], *, now: datetime) -> None:
        """Remembered."""
        self.shown += notice_ids


def notice(number: int, **body: Any) -> OutgoingNotice:
    """A sheet was accepted."""
    told = {"number": f"GC26-{number:07}", "title": "综合观察表", "version": 1, "comment": "", **body}
    return OutgoingNotice(number, f"openid-{number}", NoticeKind.SHEET_ACCEPTED, told, START)


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """A platform that knows the token T1."""
    async with Platform() as served:
        yield served


@pytest.fixture
async def shared(tmp_path: Path) -> AsyncIterator[Shared]:
    """Where the token is kept."""
    async with open_store(f"sqlite:///{tmp_path}/conversations.db") as store:
        yield store.shared


@pytest.fixture
def clock() -> Clock:
    """A Friday morning."""
    return Clock()


@asynccontextmanager
async def sending(
    platform: Platform, shared: Shared, clock: Clock, *waiting: OutgoingNotice
) -> AsyncIterator[tuple[Notices, Work]]:
    """A sender that does not run by itself."""
    work = Work(list(waiting))
    async with WeChat(APPID, SECRET, shared, base=platform.base, timeout=0.3, backoff=0.01) as wechat:
        yield Notices(work, wechat, clock, TIMEZONE, poll=60, backoff=0.01), work


async def test_each_gets_a_message_and_is_not_told_again(platform: Platform, shared: Shared, clock: Clock) -> None:
    async with sending(platform, shared, clock, notice(1), notice(2)) as (notices, work):
        assert await notices.do_some() == 2
        assert await notices.do_some() == 0
        assert work.shown == [1, 2]
        assert platform.count(CUSTOM) == 2
        assert "已经通过" in platform.last(CUSTOM).body.decode()


@pytest.mark.parametrize("errcode", [45015, 45047, 40003, 43004, 45002, 99999])
async def test_what_this_person_cannot_get_is_left_to_the_chat(
    errcode: int, platform: Platform, shared: Shared, clock: Clock
) -> None:
    """Not tried again, not counted as seen; the others are told."""
    async with sending(platform, shared, clock, notice(1), notice(2)) as (notices, work):
        platform.scripted[CUSTOM].append(errs(errcode))
        await notices.do_some()
        assert work.shown == [2]
        assert platform.count(CUSTOM) == 2


async def test_a_sending_that_may_have_arrived_is_not_repeated(
    platform: Platform, shared: Shared, clock: Clock
) -> None:
    async with sending(platform, shared, clock, notice(1)) as (notices, work):
        platform.scripted[CUSTOM].append(hangs_up)
        await notices.do_some()
        assert (platform.count(CUSTOM), work.shown) == (1, [])
    async with sending(platform, shared, clock, notice(2)) as (notices, work):
        platform.scripted[CUSTOM].append(says(b"bad gateway", 502))
        await notices.do_some()
        assert (platform.count(CUSTOM), work.shown) == (2, [])


async def test_a_busy_wechat_is_asked_again(platform: Platform, shared: Shared, clock: Clock) -> None:
    """Surely not sent, so that it may be sent."""
    async with sending(platform, shared, clock, notice(1)) as (notices, work):
        platform.scripted[CUSTOM] += [errs(-1)] * (ATTEMPTS - 1)
        await notices.do_some()
        assert (platform.count(CUSTOM), work.shown) == (ATTEMPTS, [1])


@pytest.mark.parametrize(("errcode", "pause"), [(48001, timedelta(minutes=10)), (45009, timedelta(hours=14.5))])
async def test_a_stopped_channel_is_left_alone_for_a_while(
    errcode: int, pause: timedelta, platform: Platform, shared: Shared, clock: Clock
) -> None:
    """What waits is not taken meanwhile: it would count as told. The quota begins anew at midnight in China."""
    async with sending(platform, shared, clock, *map(notice, range(1, 9))) as (notices, work):
        platform.scripted[CUSTOM].append(errs(errcode))
        assert await notices.do_some() == 5
        assert platform.count(CUSTOM) == 1
        clock.now += pause - timedelta(seconds=1)
        assert await notices.do_some() == 0
        clock.now += timedelta(seconds=1)
        assert await notices.do_some() == 3
        assert work.shown == [6, 7, 8]


async def test_a_shortened_notice_is_shown_whole_later(platform: Platform, shared: Shared, clock: Clock) -> None:
    """One message, and not seen yet."""
    async with sending(platform, shared, clock, notice(1, comment="长" * 3000)) as (notices, work):
        await notices.do_some()
        assert (platform.count(CUSTOM), work.shown) == (1, [])


async def test_it_runs_by_itself_and_outlives_an_outage(platform: Platform, shared: Shared, clock: Clock) -> None:
    """Woken by a turn; records that are away are asked again at the next wake."""
    async with sending(platform, shared, clock) as (notices, work):
        work.away = True
        async with notices:
            notices.wake()
            await settled()
            work.away, work.waiting = False, [notice(7)]
            notices.wake()
            for _ in range(100):
                if work.shown:
                    break
                await settled()
        assert work.shown == [7]


async def settled() -> None:
    """A moment."""
    await asyncio.sleep(0.02)
