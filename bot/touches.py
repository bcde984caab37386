"""The minute after somebody tapped the menu, followed or scanned: customer-service messages go through then."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.planning import wrote_lately
from bot.wechat.limits import ACTION_MESSAGES, ACTION_WINDOW
from storage.conversations.contract import Shared, StoreUnavailable
from storage.delivery_views import ClaimedDelivery, DeliveryResult
from storage.vocabulary import DeliveryState, DeliveryWay

MARGIN: Final = timedelta(seconds=5)
"""How long before WeChat's minute is over ours is: clocks differ, and a call takes its time."""
OPEN_FOR: Final = timedelta(seconds=ACTION_WINDOW) - MARGIN

log = structlog.get_logger("touches")


class Touches:
    """Who touched the account in the last minute, as all workers know it. It stands in no records: there the times of
    what people did are kept to the hour. While the store is away nothing is known, and another way is taken.
    """

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    async def happened(self, touched: Mapping[str, datetime]) -> None:
        """These contacts touched the account at these times (aware)."""
        puts = (
            self._shared.put(_name(contact), (at + OPEN_FOR).isoformat(), ACTION_WINDOW)
            for contact, at in touched.items()
        )
        try:
            await asyncio.gather(*puts)
        except StoreUnavailable as error:
            log.warning("touches lost", count=len(touched), reason=str(error))

    async def known(self, claimed: Sequence[ClaimedDelivery], now: datetime) -> Sequence[ClaimedDelivery]:
        """The same deliveries; those whose people have no longer window with the end of this one."""
        asked = [each.reach.contact for each in claimed if each.reach and not wrote_lately(each.reach, now)]
        if not asked:
            return claimed
        try:
            found = await self._shared.get_all([_name(contact) for contact in asked])
        except StoreUnavailable as error:
            log.warning("touches not known", reason=str(error))
            return claimed
        return [_with(each, found) for each in claimed] if found else claimed

    async def came_of(self, result: DeliveryResult) -> None:
        """An attempt ended: the minute is over after its third message, and when WeChat let nothing through."""
        reach = result.delivery.reach
        if result.way is not DeliveryWay.CUSTOMER_SERVICE or reach is None or reach.touched_until is None:
            return
        name, until = _name(reach.contact), reach.touched_until.isoformat()
        try:
            is_over = result.closed
            if result.state is DeliveryState.SENT:
                is_over = await self._shared.count(f"{name}:{until}", ACTION_WINDOW) >= ACTION_MESSAGES
            if is_over:  # unless they touched the account again meanwhile
                await self._shared.remove(name, until)
        except StoreUnavailable as error:
            log.warning("touch not ended", reason=str(error))


def _with(delivery: ClaimedDelivery, found: Mapping[str, str]) -> ClaimedDelivery:
    until = found.get(_name(delivery.reach.contact)) if delivery.reach else None
    if until is None or delivery.reach is None:
        return delivery
    return replace(delivery, reach=replace(delivery.reach, touched_until=datetime.fromisoformat(until)))


def _name(contact: str) -> str:
    return f"touched:{contact}"
