"""What a worker that sends deliveries gets from the records and gives back to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage.vocabulary import DeliveryState, DeliveryWay, NoticeKind


@dataclass(frozen=True, slots=True)
class OwedItem:
    """A duty that is still owed and that its delivery tells of."""

    duty_id: int
    audience: str
    """Who is told: observer (also who stands in for them), superior, officers; empty: an officer asked for it."""
    title: str
    """Of the form, as its people read it."""
    period: str
    """Label of the round: 2026年第四季度."""
    subject: str
    """The project, where it is due at a node; else empty."""
    due_at: datetime
    person_id: int
    """Who owes it."""
    person_name: str = field(repr=False)
    unit_id: int
    unit_name: str


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """A notice that its person has not seen and that its delivery tells."""

    id: int
    kind: NoticeKind
    body: Mapping[str, Any] = field(repr=False)
    """Its keys are at NoticeKind."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Reachable:
    """A person's contact and what is known of the ways to it."""

    contact: str
    openid: str = field(repr=False)
    wrote_at: datetime | None = None
    """When they last wrote, to the hour (the hour's beginning)."""
    used: int = 0
    """Customer-service messages since then."""
    gone: str = ""
    """Why nothing reaches them: unfollowed, or WeChat's errcode."""
    declined: bool = False
    credits: Mapping[str, int] = field(default_factory=dict)
    """Unused ticks by subscription template."""
    touched_until: datetime | None = None
    """Until when the minute after a tap on the menu, a follow or a scan lasts; in no records, see bot.touches."""


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery that this worker may send while its claim lasts, with all that there is to say now."""

    id: int
    token: str = field(repr=False)
    person_id: int
    name: str = field(repr=False)
    timezone: str
    """Of the person's unit."""
    created_at: datetime
    next_at: datetime
    way: DeliveryWay | None
    attempts: int
    first_attempt_at: datetime | None
    ambiguous: bool
    """An attempt may have arrived: only the same template may be sent again, see TEMPLATE_RESEND_WITHIN."""
    reach: Reachable | None
    """None: nobody is bound to the person."""
    owed: tuple[OwedItem, ...] = ()
    notices: tuple[NoticeItem, ...] = ()

    @property
    def client_msg_id(self) -> str:
        """The id by which WeChat sends a template once: the same for every attempt of this delivery."""
        return f"qf{self.id}-{int(self.created_at.timestamp())}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A delivery about to be sent by one way. `msg_key`: how status events will name it, where that is known."""

    delivery: ClaimedDelivery
    way: DeliveryWay
    msg_key: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What became of a claimed delivery. `state` PLANNED: it waits until `next_at`."""

    delivery: ClaimedDelivery
    state: DeliveryState
    way: DeliveryWay | None = None
    detail: str = ""
    """An errcode or a reason; for people at 推送."""
    next_at: datetime | None = None
    msg_key: str | None = None
    template: str = ""
    """The subscription template whose tick was used, or refused."""
    ambiguous: bool = False
    """The attempt may have arrived."""
    anew: bool = False
    """The attempt does not count: the whole way was stopped."""
    closed: bool = False
    """This way does not reach the person now."""
    gone: str = ""
    """Nothing reaches the person any more, and why."""
    seen: tuple[int, ...] = ()
    """Notices that were told whole."""
