"""Media on their way from WeChat to the shelf: every worker claims what is pending and fetches it behind the turns."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import TracebackType

import structlog

from bot import telemetry
from bot.background import Background
from bot.media.intake import Intake, Refusal, Refused
from bot.receiving import Sink, TooLarge, Unwritable
from bot.waiting import midnight_after
from bot.wechat.client import WeChat
from bot.wechat.errors import UNLISTED, Action, SendError
from bot.wechat.limits import MEDIA_LIFE
from handlers.notices import REASONS
from storage.errors import RecordsUnavailable
from storage.media_work import MediaWork, PendingMedia
from storage.vocabulary import MediaKind

AT_ONCE = 4
"""Media that one worker fetches at the same time: nine pictures take three rounds and the turns keep their share."""
LEASE = timedelta(minutes=5)
"""How long a medium is this worker's; a worker that dies gives it up by that. Longer than all attempts of a download
(CALL_ATTEMPTS of DOWNLOAD_TIMEOUT) and what follows."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=30)
"""Before a medium is tried again: doubled each time."""
STOPPED = timedelta(minutes=10)
"""The pause after WeChat has refused the account, not this medium: an operator has to mend that."""
UNLISTED_ATTEMPTS = 5
"""Attempts of a medium for which WeChat gives an error code that nobody knows."""

log = structlog.get_logger("media")


class _Trouble(Exception):
    """This attempt came to nothing; one at `until` may come to more. `reason` is for operators."""

    def __init__(self, reason: str, until: datetime) -> None:
        super().__init__(reason)
        self.reason = reason
        self.until = until


class Fetcher(Background):
    """Fetches while the bot runs; an async context manager. `most`: bytes by kind."""

    def __init__(
        self,
        work: MediaWork,
        wechat: WeChat,
        intake: Intake,
        now: Callable[[], datetime],
        *,
        most: Mapping[MediaKind, int],
        gave_up: Callable[[], None] = lambda: None,
        poll: float,
    ) -> None:
        """`gave_up` is called when a medium failed for good and its person is to be told."""
        super().__init__("media", poll)
        self._work = work
        self._wechat = wechat
        self._intake = intake
        self._now = now
        self._most = most
        self._gave_up = gave_up
        self._claimed: set[str] = set()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        for media_id in tuple(self._claimed):  # so that the next start need not wait for the lease
            with suppress(RecordsUnavailable):
                await self._work.retry(media_id, "stopped", at=self._now())

    async def do_some(self) -> int:
        """Claim some and fetch them; returns how many were claimed. Raises RecordsUnavailable."""
        claimed = await self._work.claim(now=self._now(), lease=LEASE, limit=AT_ONCE)
        self._claimed.update(one.id for one in claimed)
        ended = await asyncio.gather(*(self._fetch(one) for one in claimed), return_exceptions=True)
        self._claimed.clear()
        for error in ended:
            if isinstance(error, BaseException):
                raise error
        if claimed:
            telemetry.media_waiting.set(await self._work.pending())
        return len(claimed)

    async def _fetch(self, medium: PendingMedia) -> None:
        """One attempt, and what it comes to in the records. A lease that nobody ended runs out."""
        try:
            async with self._intake.scratch() as place:
                try:
                    await self._wechat.media.save(medium.wechat_media_id, Sink(place, self._most[medium.kind]))
                    file = await self._intake.store(place, medium.kind)
                except TooLarge:
                    raise Refused(Refusal.TOO_LARGE) from None
                except SendError as error:
                    raise self._judged(error, medium) from error
            if await self._work.stored(medium.id, file, now=self._now()):
                telemetry.media_fetched.labels(medium.kind).inc()
        except Refused as error:
            await self._give_up(medium, error.reason)
        except _Trouble as trouble:
            await self._again(medium, trouble.reason, trouble.until)
        except (Unwritable, OSError) as error:
            log.error("media cannot be written", error=type(error).__name__)
            await self._again(medium, "disk", self._now() + _pause(medium))

    def _judged(self, error: SendError, medium: PendingMedia) -> Exception:
        """What an error of WeChat's means for this medium (bot/wechat/errors.py)."""
        now = self._now()
        log.warning("media not fetched", media=medium.id, attempt=medium.attempts, error=str(error))
        known = error.meaning is not UNLISTED
        if error.action is Action.PAYLOAD_BAD and (known or medium.attempts >= UNLISTED_ATTEMPTS):
            return Refused(Refusal.EXPIRED if known else Refusal.UNREADABLE)
        if now - medium.created_at >= timedelta(seconds=MEDIA_LIFE):
            return Refused(Refusal.EXPIRED)
        if error.action is Action.HOLD_UNTIL_MIDNIGHT:
            return _Trouble("quota", midnight_after(now))
        if error.action is Action.CHANNEL_DOWN:
            return _Trouble("refused", now + STOPPED)
        return _Trouble("away", now + _pause(medium))

    async def _again(self, medium: PendingMedia, reason: str, at: datetime) -> None:
        telemetry.media_retried.labels(reason).inc()
        await self._work.retry(medium.id, reason, at=at.astimezone(UTC))

    async def _give_up(self, medium: PendingMedia, reason: Refusal) -> None:
        if await self._work.failed(medium.id, REASONS[reason], now=self._now()):
            telemetry.media_failed.labels(reason).inc()
            log.warning("media given up", media=medium.id, kind=medium.kind, reason=reason)
            self._gave_up()


def _pause(medium: PendingMedia) -> timedelta:
    """Before the next attempt of a medium."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(medium.attempts - 1, 10)
    return min(doubled, LONGEST_PAUSE)
