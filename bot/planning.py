"""Which way a delivery goes now, and what comes of an attempt: pure decisions, no clock and no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from bot.waiting import is_quota_reset
from bot.wechat.errors import UNLISTED, Action, Scope, SendError
from bot.wechat.limits import CUSTOMER_SERVICE_MESSAGES, CUSTOMER_SERVICE_WINDOW, TEMPLATE_RESEND_WITHIN
from bot.wechat.templates import Template, TemplateKind
from storage.delivery_views import ClaimedDelivery, DeliveryResult, Reachable
from storage.reaching import UNBOUND
from storage.vocabulary import DeliveryState, DeliveryWay

WINDOW: Final = timedelta(seconds=CUSTOMER_SERVICE_WINDOW)
RESEND_WITHIN: Final = timedelta(seconds=TEMPLATE_RESEND_WITHIN)
ATTEMPTS: Final = 6
"""Attempts of one way at most …"""
PATIENCE: Final = timedelta(hours=1)
"""… and for how long after the first of them."""
BACKOFF: Final = (20.0, 60.0, 180.0, 480.0, 1200.0)
"""Seconds between two attempts, each times a random factor of 0.75 to 1.25: half an hour in all."""
STOPPED: Final = timedelta(minutes=10)
"""How long a way is left alone that WeChat has closed for the account."""

NO_WAY: Final = "no_way"
HELD: Final = "held"
QUOTA: Final = "quota"
"""Held until midnight in China, when quotas begin anew."""
QUIET: Final = "quiet"
"""It became night there while it waited for its place."""
NOTHING: Final = "nothing"
UNCLEAR: Final = "unclear"
"""An attempt had no answer."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send it by this way; a template or notification by this template."""

    way: DeliveryWay
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """Do not send it: it comes to this state, or waits until `next_at` (PLANNED)."""

    state: DeliveryState
    reason: str
    next_at: datetime | None = None


Choice: TypeAlias = Send | Rest


@dataclass(frozen=True, slots=True)
class Outlook:
    """What holds for every delivery now: the ways that the account has, and those that are held until when."""

    ways: frozenset[DeliveryWay]
    held: Mapping[DeliveryWay, datetime] = field(default_factory=dict)


def choose(delivery: ClaimedDelivery, templates: Sequence[Template], outlook: Outlook, now: datetime) -> Choice:
    """The way for a delivery that has something to say. `templates` are those for what it says, the preferred first.

    The customer-service window first, then a tick of the person, then a template; what no way reaches is parked for
    the officer's phone list, what some way would reach but for a hold waits.
    """
    if delivery.ambiguous:
        return _again(delivery, templates, outlook, now)
    reach = delivery.reach
    if reach is None:
        return Rest(DeliveryState.PARKED, UNBOUND)
    if reach.gone:
        return Rest(DeliveryState.UNREACHABLE, reach.gone)
    possible = [choice for choice in _possible(reach, templates, now) if choice.way in outlook.ways]
    free = [choice for choice in possible if choice.way not in outlook.held]
    if free:
        return free[0]
    if possible:
        return _held(min(outlook.held[choice.way] for choice in possible))
    return Rest(DeliveryState.PARKED, NO_WAY)


def _held(until: datetime) -> Rest:
    return Rest(DeliveryState.PLANNED, QUOTA if is_quota_reset(until) else HELD, until)


def window_is_open(reach: Reachable, now: datetime) -> bool:
    """Whether a customer-service message may be sent: they wrote, or touched the account, lately enough."""
    return wrote_lately(reach, now) or (reach.touched_until is not None and now < reach.touched_until)


def wrote_lately(reach: Reachable, now: datetime) -> bool:
    """Whether the window that a message opens lets one through; by the beginning of its hour: never late."""
    open_still = reach.wrote_at is not None and now < reach.wrote_at + WINDOW
    return open_still and reach.used < CUSTOMER_SERVICE_MESSAGES


def _possible(reach: Reachable, templates: Sequence[Template], now: datetime) -> list[Send]:
    found = [Send(DeliveryWay.CUSTOMER_SERVICE)] if window_is_open(reach, now) else []
    for template in templates:
        if template.kind is TemplateKind.SUBSCRIBE and reach.credits.get(template.id, 0) > 0:
            found.append(Send(DeliveryWay.SUBSCRIBE_NOTICE, template))
    found += [Send(DeliveryWay.TEMPLATE, each) for each in templates if each.kind is TemplateKind.TEMPLATE]
    return found


def _again(delivery: ClaimedDelivery, templates: Sequence[Template], outlook: Outlook, now: datetime) -> Choice:
    """What may have arrived goes out once more only as the same template, within nine minutes."""
    same = next((template for template in templates if template.kind is TemplateKind.TEMPLATE), None)
    until = (delivery.first_attempt_at or now) + RESEND_WITHIN
    held = outlook.held.get(DeliveryWay.TEMPLATE)
    if delivery.way is not DeliveryWay.TEMPLATE or same is None or now >= until or (held and held >= until):
        return Rest(DeliveryState.MAYBE, UNCLEAR)
    if held:
        return _held(held)
    return Send(DeliveryWay.TEMPLATE, same)


def hold(error: SendError, now: datetime, midnight: datetime) -> datetime | None:
    """Until when this error stops its way for everybody; None: it does not."""
    if error.scope is Scope.API:
        return midnight
    return now + STOPPED if error.scope is Scope.CHANNEL else None


def after(error: SendError, delivery: ClaimedDelivery, sent: Send, now: datetime, factor: float) -> DeliveryResult:
    """What becomes of a delivery whose attempt ended with this error; `factor` is the jitter of BACKOFF."""
    nameless = UNCLEAR if error.ambiguous else "no_connection"
    plain = DeliveryResult(
        delivery,
        DeliveryState.PLANNED,
        way=sent.way,
        detail=nameless if error.errcode is None else str(error.errcode),
        template=sent.template.id if sent.template and sent.way is DeliveryWay.SUBSCRIBE_NOTICE else "",
    )
    if error.scope in {Scope.API, Scope.CHANNEL}:
        return replace(plain, next_at=delivery.next_at, anew=True)
    if error.action is Action.PARK:
        if sent.way is DeliveryWay.TEMPLATE:
            return replace(plain, state=DeliveryState.PARKED)
        return replace(plain, next_at=delivery.next_at, closed=True, anew=True)
    if error.action is Action.PERSON_GONE:
        return replace(plain, state=DeliveryState.UNREACHABLE, gone=plain.detail)
    if error.action is Action.PAYLOAD_BAD and error.meaning is not UNLISTED:
        return replace(plain, state=DeliveryState.FAILED)
    return _retried(plain, sent, now, factor, ambiguous=error.ambiguous or delivery.ambiguous)


def _retried(plain: DeliveryResult, sent: Send, now: datetime, factor: float, *, ambiguous: bool) -> DeliveryResult:
    """After a passing trouble: again later, or given up; what may have arrived only as a template, in nine minutes."""
    patience = RESEND_WITHIN if ambiguous else PATIENCE
    repeatable = sent.way is DeliveryWay.TEMPLATE or not ambiguous
    again_at = _next_attempt(plain.delivery, sent, now, factor, patience) if repeatable else None
    if again_at is not None:
        return replace(plain, next_at=again_at, ambiguous=ambiguous)
    return replace(plain, state=DeliveryState.MAYBE if ambiguous else DeliveryState.FAILED, ambiguous=ambiguous)


def _next_attempt(
    delivery: ClaimedDelivery, sent: Send, now: datetime, factor: float, patience: timedelta
) -> datetime | None:
    same = delivery.way is sent.way and delivery.first_attempt_at is not None
    attempts = delivery.attempts + 1 if same else 1
    first = delivery.first_attempt_at if same and delivery.first_attempt_at else now
    if attempts >= ATTEMPTS:
        return None
    again_at = now + timedelta(seconds=BACKOFF[attempts - 1] * factor)
    return again_at if again_at - first < patience else None
