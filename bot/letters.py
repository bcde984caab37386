"""One message to one person, by whichever way was chosen: what it says, and the call that sends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.planning import Send
from bot.wechat.client import WeChat
from bot.wechat.pagination import paginate
from bot.wechat.templates import About, filled
from handlers.deliveries.facts import facts
from handlers.deliveries.wording import told
from storage.delivery_views import ClaimedDelivery, NoticeItem, OwedItem
from storage.vocabulary import DeliveryWay


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be said to somebody, before it is known by which way."""

    delivery: ClaimedDelivery
    owed: Sequence[OwedItem]
    notices: Sequence[NoticeItem]

    @property
    def about(self) -> About:
        """Which of the account's templates suit it."""
        return About.REMINDER if self.owed else About.NOTICE


@dataclass(frozen=True, slots=True)
class Sent:
    """WeChat has taken it. `key` names it in status events; `seen` are the notices that were told whole."""

    key: str | None = None
    seen: tuple[int, ...] = ()


def key_before(letter: Letter, choice: Send) -> str | None:
    """How status events will name a sending, where that is known before it: template and contact of a notification."""
    reach = letter.delivery.reach
    if choice.way is not DeliveryWay.SUBSCRIBE_NOTICE or choice.template is None or reach is None:
        return None
    return notification_key(choice.template.id, reach.contact)


def notification_key(template: str, contact: str) -> str:
    """How a notification is known to status events, which name no message."""
    return f"{template}:{contact}"


async def send(wechat: WeChat, letter: Letter, choice: Send, now: datetime, timezone: ZoneInfo) -> Sent:
    """Send it once. Raises SendError."""
    delivery = letter.delivery
    openid = delivery.reach.openid if delivery.reach is not None else ""
    if choice.template is None:
        said = told(delivery, letter.owed, letter.notices, now=now, timezone=timezone)
        await wechat.message.send_text(openid, paginate(said.text)[0])
        return Sent(seen=said.notices)
    data = filled(choice.template, facts(delivery, letter.owed, letter.notices, now.astimezone(timezone)))
    if choice.way is DeliveryWay.SUBSCRIBE_NOTICE:
        await wechat.message.send_subscribe(openid, choice.template.id, data)
        return Sent(key_before(letter, choice))
    answer = await wechat.message.send_template(openid, choice.template.id, data, client_msg_id=delivery.client_msg_id)
    number = answer.get("msgid")
    return Sent(None if number is None else str(number))
