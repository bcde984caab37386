"""Notices on their way to people as customer-service messages; what cannot be sent, the chat shows."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from bot import telemetry
from bot.background import Background
from bot.waiting import midnight_after
from bot.wechat.client import WeChat
from bot.wechat.errors import Action, Scope, SendError
from bot.wechat.pagination import paginate
from handlers.base import Text
from handlers.notices import is_shortened, worded
from storage.notices import OutgoingNotice

AT_ONCE = 5
"""Notices taken in one go: those behind one that stops the channel are left to the chat."""
ATTEMPTS = 3
"""Sendings of one notice while WeChat is surely not reached or says that it is busy."""
BACKOFF = 0.5
"""Seconds: the first pause between two attempts is random up to this."""
COMMENT = 400
"""Characters of an officer's comment in a message, so that a notice is one; the chat shows a longer comment whole."""
STOPPED = timedelta(minutes=10)
"""How long nothing is sent after WeChat has refused the channel; meanwhile notices wait to be taken."""
SENT = "sent"

log = structlog.get_logger("notices")


class Work(Protocol):
    """storage.notices.NoticeWork."""

    async def take(self, *, now: datetime, limit: int = AT_ONCE) -> tuple[OutgoingNotice, ...]:
        """Notices that from now on count as pushed, whatever comes of it."""
        ...

    async def seen(self, notice_ids: Sequence[int], *, now: datetime) -> None:
        """These reached their people."""
        ...


class Notices(Background):
    """Sends while the bot runs; an async context manager.

    A notice is taken before it is sent, and taken once: nobody is told twice. One that could not be sent, or that
    may or may not have arrived, stays unseen: the person reads it at their next turn.
    """

    def __init__(
        self,
        work: Work,
        wechat: WeChat,
        now: Callable[[], datetime],
        timezone: ZoneInfo,
        *,
        poll: float,
        backoff: float = BACKOFF,
    ) -> None:
        super().__init__("notices", poll)
        self._work = work
        self._wechat = wechat
        self._now = now
        self._timezone = timezone
        self._backoff = backoff
        self._stopped_until = datetime.min.replace(tzinfo=UTC)

    async def do_some(self) -> int:
        """Take some and send them, one after the other; returns how many were taken. Raises RecordsUnavailable.

        While the channel is stopped or its quota is used up, none are taken.
        """
        if self._now() < self._stopped_until:
            return 0
        taken = await self._work.take(now=self._now(), limit=AT_ONCE)
        for notice in taken:
            if self._now() < self._stopped_until:
                break
            result = await self._send(notice)
            telemetry.notices.labels(result).inc()
            if result == SENT and not is_shortened(notice, COMMENT):
                await self._work.seen((notice.id,), now=self._now())
        return len(taken)

    async def _send(self, notice: OutgoingNotice) -> str:
        """SENT, or the name of what an error asks for; the log names no person."""
        content = paginate(Text(worded(notice, self._timezone, COMMENT)))[0]
        try:
            await self._send_patiently(notice.openid, content)
        except SendError as error:
            result = "unclear" if error.ambiguous else error.action.value
            if error.scope is Scope.API:
                self._stopped_until = midnight_after(self._now())
            elif error.scope is Scope.CHANNEL:
                self._stopped_until = self._now() + STOPPED
            level = log.info if error.action is Action.PARK else log.warning
            level("notice not sent", notice=notice.id, kind=notice.kind, result=result, errcode=error.errcode)
            return result
        return SENT

    async def _send_patiently(self, openid: str, content: str) -> None:
        """Send, again while WeChat surely has not taken it and may do so in a moment. Raises SendError."""

        async def attempt() -> None:  # tenacity awaits only what is written as a coroutine function
            await self._wechat.message.send_text(openid, content)

        await AsyncRetrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=self._backoff, max=self._backoff * 4),
            retry=retry_if_exception(_is_worth_another),
            reraise=True,
        )(attempt)


def _is_worth_another(error: BaseException) -> bool:
    return isinstance(error, SendError) and error.action is Action.RETRY and not error.ambiguous
