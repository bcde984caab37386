"""Notices to contacts that are nobody's, sent as customer-service messages; what cannot be sent, the chat shows."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from bot import telemetry
from bot.background import Background
from bot.holds import Holds
from bot.pace import Pace
from bot.wechat.client import WeChat
from bot.wechat.errors import Scope, SendError
from bot.wechat.pagination import paginate
from handlers.base import Text
from handlers.contact_notices import worded
from handlers.rounds.quiet import is_quiet
from storage.contact_notices import ContactNoticeWork, OutgoingContactNotice
from storage.conversations.contract import StoreUnavailable
from storage.errors import RecordsUnavailable
from storage.vocabulary import DeliveryWay

WAY: Final = DeliveryWay.CUSTOMER_SERVICE
"""By which they go: at the pace of all customer-service messages, and not while that way is stopped."""

log = structlog.get_logger("notices")


class ContactNotices(Background):
    """Sends while the bot runs; an async context manager. Each is tried once: it is short, and whoever does not get it
    reads it at their next turn. What finds the way stopped, for its quota or by WeChat, waits until it is open again,
    and then for the day by the clock of the enterprise: nothing else is known of these contacts. `holds` and `pace` are
    those of the deliveries.
    """

    def __init__(
        self,
        work: ContactNoticeWork,
        wechat: WeChat,
        holds: Holds,
        pace: Pace,
        now: Callable[[], datetime],
        timezone: ZoneInfo,
        *,
        poll: float,
    ) -> None:
        super().__init__("contact notices", poll)
        self._work = work
        self._wechat = wechat
        self._now = now
        self._timezone = timezone
        self._holds = holds
        self._pace = pace

    async def do_some(self) -> int:
        """Take one and send it; 0 when there is none, or none may be sent now. Raises RecordsUnavailable."""
        try:
            return await self._do_one()
        except StoreUnavailable as error:
            raise RecordsUnavailable(str(error)) from error

    async def _do_one(self) -> int:
        await self._holds.look()
        if WAY in self._holds.standing() or is_quiet(self._now(), self._timezone):
            return 0
        taken = await self._work.take(now=self._now(), limit=1)
        for notice in taken:
            await self._send(notice)
        return len(taken)

    async def _send(self, notice: OutgoingContactNotice) -> None:
        try:
            await self._pace.place(WAY)
        except StoreUnavailable:
            await self._work.put_back((notice.id,))
            raise
        content = paginate(Text(worded(notice.kind)))[0]
        try:
            await self._wechat.message.send_text(notice.openid, content)
        except SendError as error:
            self._tell(notice, error)
            if error.scope in {Scope.API, Scope.CHANNEL}:
                await self._work.put_back((notice.id,))
            await self._holds.learn(WAY, error)
            return
        telemetry.contact_notices.labels("sent").inc()
        await self._work.seen((notice.id,), now=self._now())

    def _tell(self, notice: OutgoingContactNotice, error: SendError) -> None:
        """The log names nobody."""
        result = "unclear" if error.ambiguous else error.action.value
        log.info("contact notice not sent", notice=notice.id, kind=notice.kind, result=result, errcode=error.errcode)
        telemetry.contact_notices.labels(result).inc()
