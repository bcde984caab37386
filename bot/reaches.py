"""What people's doings say about how they can be reached, and what status events say about sendings: to the records."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

import structlog

from bot.batches import Batches
from bot.letters import notification_key
from bot.touches import Touches
from handlers.base import Inbound
from storage.database import Database, RecordsUnavailable
from storage.reaching import ReachChange
from storage.vocabulary import DeliveryState

PAUSE: Final = 2.0
"""Seconds between two writes: whoever writes ten messages meanwhile is one row."""
AT_ONCE: Final = 200
"""Contacts, or status events, in one transaction: some 5 ms."""
GATHER: Final = 0.02
"""Seconds that a status event waits for others to be written with; WeChat waits 5 s for the answer."""
MOST: Final = 20_000
"""Contacts that wait at most while the records are away; further ones are dropped."""
RESUME_AFTER: Final = timedelta(minutes=10)
"""When somebody writes, what was parked for them waits so long: they may be filling the sheet already."""
RESUME_TOUCHED_AFTER: Final = timedelta(seconds=15)
"""When somebody only touches the account, there is a minute; whoever writes meanwhile is left to RESUME_AFTER."""
TEMPLATE_STATUS: Final = "templatesendjobfinish"
NOTIFICATION_STATUS: Final = "subscribe_msg_sent_event"
STATUS_EVENTS: Final = frozenset({TEMPLATE_STATUS, NOTIFICATION_STATUS})
"""Events about sendings, not about what the person did."""
_TICKS: Final[Mapping[str, str]] = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
}
_TOUCHES: Final = frozenset({"click", "scan", "scancode_push", "scancode_waitmsg", "subscribe"})
"""Events that open a minute of customer-service messages (WECHAT.md, Sending)."""
_REFUSALS: Final = ("block", "refuse", "reject")

Status: TypeAlias = tuple[str, DeliveryState, str]

log = structlog.get_logger("reaches")


class Reaches:
    """Takes what happened at any time and writes it behind the turns; an async context manager that ends with a flush.

    A crash loses what waits here, at most PAUSE seconds' worth: then a delivery takes another way. Status events are
    written before they are answered, many together: WeChat repeats what has no answer.
    """

    def __init__(self, database: Database, touches: Touches, now: Callable[[], datetime]) -> None:
        self._database = database
        self._touches = touches
        self._now = now
        self._waiting: dict[str, ReachChange] = {}
        self._statuses: Batches[Sequence[Status], None] = Batches(self._write_statuses, AT_ONCE, GATHER)
        self._writing = asyncio.Lock()
        self._some = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._write_forever())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.flush()

    def happened(self, inbound: Inbound, contact: str) -> None:
        """Note what this says about how the contact can be reached; most events say nothing."""
        change = change_of(inbound, contact, self._now())
        known = self._waiting.get(contact)
        if change is None or (known is None and len(self._waiting) >= MOST):
            return
        self._waiting[contact] = change if known is None else _together(known, change)
        self._some.set()

    async def told(self, inbound: Inbound) -> None:
        """A status event: returns when it is in the records. Raises RecordsUnavailable."""
        contact = ""
        if inbound.event == NOTIFICATION_STATUS:
            contact = await self._database.contact_of(inbound.openid, self._now())
        statuses = statuses_of(inbound, contact)
        if statuses:
            await self._statuses.add(statuses)

    async def flush(self) -> None:
        """Write what waits now, not what comes meanwhile: people may write faster. What cannot be written waits on."""
        async with self._writing:
            for _ in range(0, len(self._waiting), AT_ONCE):
                if not await self._write_some():
                    break

    async def _write_forever(self) -> None:
        while True:
            await self._some.wait()
            self._some.clear()
            await asyncio.sleep(PAUSE)
            await self.flush()
            if self._waiting:
                self._some.set()

    async def _write_some(self) -> bool:
        taken = dict(list(self._waiting.items())[:AT_ONCE])
        for contact in taken:
            del self._waiting[contact]
        now = self._now()
        changes = list(taken.values())
        try:
            await self._touches.happened({each.contact: each.touched_at for each in changes if each.touched_at})
            await self._database.deliveries.reached(
                changes, now=now, resume_at=now + RESUME_AFTER, soon=now + RESUME_TOUCHED_AFTER
            )
        except BaseException as error:
            newer = self._waiting
            self._waiting = {**taken, **newer}
            self._waiting |= {each: _together(taken[each], newer[each]) for each in taken.keys() & newer.keys()}
            if not isinstance(error, RecordsUnavailable):
                raise
            log.warning("reaches wait", count=len(taken), reason=str(error))
            return False
        return True

    async def _write_statuses(self, batches: Sequence[Sequence[Status]]) -> Sequence[None]:
        statuses = [status for batch in batches for status in batch]
        await self._database.deliveries.told(statuses, now=self._now())
        return [None] * len(batches)


def change_of(inbound: Inbound, contact: str, now: datetime) -> ReachChange | None:
    """What somebody's doing says about how they can be reached; None: nothing. `now` is aware."""
    if inbound.kind != "event":
        return ReachChange(contact, wrote_at=now.replace(minute=0, second=0, microsecond=0))
    if inbound.event in _TOUCHES:
        return ReachChange(contact, follows=True if inbound.event == "subscribe" else None, touched_at=now)
    if inbound.event == "unsubscribe":
        return ReachChange(contact, follows=False)
    if inbound.event not in _TICKS:
        return None
    ticks: dict[str, int] = {}
    refused: set[str] = set()
    for item in _items(inbound.fields.get(_TICKS[inbound.event])):
        template, said = str(item.get("TemplateId") or ""), item.get("SubscribeStatusString")
        if template and said == "accept":
            ticks[template] = ticks.get(template, 0) + 1
        elif template:
            refused.add(template)
    return ReachChange(contact, ticks=ticks, refused=frozenset(refused)) if ticks or refused else None


def statuses_of(inbound: Inbound, contact: str) -> tuple[Status, ...]:
    """How sendings ended, as a status event tells: of one template, or of several notifications."""
    if inbound.event == TEMPLATE_STATUS:
        number, said = inbound.fields.get("MsgID"), str(inbound.fields.get("Status") or "")
        return ((str(number), _end_of(said), said),) if number else ()
    found = []
    for item in _items(inbound.fields.get("SubscribeMsgSentEvent")):
        template, said = str(item.get("TemplateId") or ""), str(item.get("ErrorStatus") or "")
        if template:
            found.append((notification_key(template, contact), _end_of(said), said))
    return tuple(found)


def _end_of(said: str) -> DeliveryState:
    words = said.strip().lower()
    if words == "success":
        return DeliveryState.DELIVERED
    return DeliveryState.REFUSED if any(mark in words for mark in _REFUSALS) else DeliveryState.FAILED


def _items(event: Any) -> Iterator[Mapping[str, Any]]:
    """The entries of a nested List: one dict when single, a list when several (WECHAT.md, Callback)."""
    found = event.get("List") if isinstance(event, dict) else None
    for item in found if isinstance(found, list) else [found]:
        if isinstance(item, dict):
            yield item


def _together(earlier: ReachChange, later: ReachChange) -> ReachChange:
    """What both say, the later one deciding."""
    ticks = {name: count for name, count in earlier.ticks.items() if name not in later.refused}
    for name, count in later.ticks.items():
        ticks[name] = ticks.get(name, 0) + count
    left = later.follows is False
    follows = earlier.follows if later.follows is None and later.wrote_at is None else later.follows
    return ReachChange(
        earlier.contact,
        wrote_at=None if left else later.wrote_at or earlier.wrote_at,
        follows=follows,
        ticks=ticks,
        refused=earlier.refused | later.refused,
        touched_at=None if left else later.touched_at or earlier.touched_at,
    )
