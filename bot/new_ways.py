"""When the account has got a way of sending that it did not have, what was parked for want of one is tried again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.account import Account
from bot.wechat.templates import TemplateKind
from storage.conversations.contract import Shared
from storage.deliveries import DeliveryWork
from storage.vocabulary import DeliveryWay

KNOWN: Final = "deliveries:ways"
"""Under this name all workers keep which ways there were when the last of them started."""
KNOWN_FOR: Final = timedelta(days=400)
"""How long that is kept: whoever starts after a longer pause tries everything again."""
SINCE: Final = timedelta(days=90)
"""Nobody is told now what was parked longer ago; whoever writes is."""
AT_ONCE: Final = 200
"""People in one transaction: some 5 ms."""
_WAYS: Final = {
    TemplateKind.TEMPLATE: DeliveryWay.TEMPLATE,
    TemplateKind.SUBSCRIBE: DeliveryWay.SUBSCRIBE_NOTICE,
}

log = structlog.get_logger("deliveries")


class NewWays:
    """Looks once, when a worker begins, and goes through the people a part at a time. Who has nothing to be told any
    more is found when their delivery is claimed, as always.
    """

    def __init__(self, work: DeliveryWork, shared: Shared, account: Account, now: Callable[[], datetime]) -> None:
        self._work = work
        self._shared = shared
        self._ways = ways_of(account)
        self._now = now
        self._after: int | None = None
        """The last person that was looked at; None: it is not known yet whether anybody is to be."""
        self._done = False

    async def resume_some(self) -> int:
        """Try again what was parked for some people; how many, 0 when all is done. Raises RecordsUnavailable and
        StoreUnavailable; the next call goes on.
        """
        if self._done:
            return 0
        if self._after is None and not await self._has_new():
            await self._remember()
            return 0
        now = self._now()
        last, count = await self._work.resume(self._after or 0, now=now, since=now - SINCE, limit=AT_ONCE)
        if last is None:
            await self._remember()
        self._after = last
        if count:
            log.info("parked deliveries are tried again: the account has a new way", count=count)
        return count

    async def _has_new(self) -> bool:
        before = await self._shared.get(KNOWN)
        return before is None or bool(self._ways - set(before.split("\n")))

    async def _remember(self) -> None:
        """At the end: a crash before it begins anew, which does no harm."""
        await self._shared.put(KNOWN, "\n".join(sorted(self._ways)), KNOWN_FOR.total_seconds())
        self._done = True


def ways_of(account: Account) -> frozenset[str]:
    """The ways that the account can really use: customer-service messages, and each template for what it is about."""
    usable = {
        f"{about}:{template.kind}:{template.id}"
        for about, templates in account.templates.items()
        for template in templates
        if _WAYS[template.kind] in account.ways
    }
    plain = {way.value for way in account.ways if way is DeliveryWay.CUSTOMER_SERVICE}
    return frozenset(usable | plain)
