"""Which way a delivery goes, and what comes of every error, as a table."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.planning import ATTEMPTS, BACKOFF, Outlook, Rest, Send, after, choose, hold
from bot.wechat.errors import ERRCODES, NO_ANSWER, NO_CONNECTION, NO_TOKEN, REFUSED, UNLISTED, Action, SendError
from bot.wechat.templates import Fact, Template, TemplateKind
from storage.delivery_views import ClaimedDelivery
from storage.vocabulary import DeliveryState, DeliveryWay
from tests.bot.letters import NOW, REACH, claimed

CS, TEMPLATE, TICK = DeliveryWay.CUSTOMER_SERVICE, DeliveryWay.TEMPLATE, DeliveryWay.SUBSCRIBE_NOTICE
PLAIN = Template("T", TemplateKind.TEMPLATE, {"thing1": Fact.WHAT})
TICKED = Template("S", TemplateKind.SUBSCRIBE, {"thing1": Fact.WHAT})
BOTH = (PLAIN, TICKED)
ALL = Outlook(frozenset(DeliveryWay))
WROTE = replace(REACH, wrote_at=NOW - timedelta(hours=47))
SOON = NOW + timedelta(minutes=10)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("reach", "templates", "outlook", "expected"),
    [
        (WROTE, BOTH, ALL, Send(CS)),
        (replace(WROTE, used=4), BOTH, ALL, Send(CS)),
        (replace(WROTE, used=5), BOTH, ALL, Send(TEMPLATE, PLAIN)),
        (replace(WROTE, wrote_at=NOW - 48 * HOUR), BOTH, ALL, Send(TEMPLATE, PLAIN)),
        (replace(REACH, credits={"S": 1}), BOTH, ALL, Send(TICK, TICKED)),
        (replace(WROTE, credits={"S": 1}), BOTH, ALL, Send(CS)),
        (replace(REACH, credits={"other": 3}), BOTH, ALL, Send(TEMPLATE, PLAIN)),
        (REACH, (TICKED,), ALL, Rest(DeliveryState.PARKED, "no_way")),
        (REACH, (), ALL, Rest(DeliveryState.PARKED, "no_way")),
        (REACH, BOTH, Outlook(frozenset({CS})), Rest(DeliveryState.PARKED, "no_way")),
        (None, BOTH, ALL, Rest(DeliveryState.PARKED, "unbound")),
        (replace(WROTE, gone="43004"), BOTH, ALL, Rest(DeliveryState.UNREACHABLE, "43004")),
        (replace(REACH, touched_until=NOW + SECOND), BOTH, ALL, Send(CS)),
        (replace(REACH, touched_until=NOW), BOTH, ALL, Send(TEMPLATE, PLAIN)),
        (replace(WROTE, used=5, touched_until=NOW + SECOND), BOTH, ALL, Send(CS)),
        (replace(REACH, touched_until=NOW + SECOND, gone="43004"), (), ALL, Rest(DeliveryState.UNREACHABLE, "43004")),
        (WROTE, BOTH, Outlook(ALL.ways, {CS: SOON}), Send(TEMPLATE, PLAIN)),
        (WROTE, BOTH, Outlook(ALL.ways, {CS: SOON, TEMPLATE: NOW + HOUR}), Rest(DeliveryState.PLANNED, "held", SOON)),
        (REACH, BOTH, Outlook(ALL.ways, {TEMPLATE: SOON}), Rest(DeliveryState.PLANNED, "held", SOON)),
    ],
)
def test_the_way_now(reach: Any, templates: Any, outlook: Outlook, expected: object) -> None:
    """Window, then tick, then template, then the officer's list; a hold waits."""
    assert choose(claimed(reach=reach), templates, outlook, NOW) == expected


@pytest.mark.parametrize(
    ("way", "since", "held", "expected"),
    [
        (TEMPLATE, timedelta(minutes=8), {}, Send(TEMPLATE, PLAIN)),
        (TEMPLATE, timedelta(minutes=9), {}, Rest(DeliveryState.MAYBE, "unclear")),
        (TEMPLATE, timedelta(minutes=1), {TEMPLATE: NOW + HOUR}, Rest(DeliveryState.MAYBE, "unclear")),
        (
            TEMPLATE,
            timedelta(minutes=1),
            {TEMPLATE: NOW + timedelta(minutes=2)},
            Rest(DeliveryState.PLANNED, "held", NOW + timedelta(minutes=2)),
        ),
        (CS, timedelta(minutes=1), {}, Rest(DeliveryState.MAYBE, "unclear")),
    ],
)
def test_what_may_have_arrived(way: DeliveryWay, since: timedelta, held: Any, expected: object) -> None:
    """Only the same template goes out once more, also where the window is open by now."""
    delivery = claimed(reach=WROTE, ambiguous=True, way=way, attempts=1, first_attempt_at=NOW - since)
    assert choose(delivery, BOTH, Outlook(ALL.ways, held), NOW) == expected


def error(errcode: int) -> SendError:
    """WeChat's answer."""
    return SendError(ERRCODES.get(errcode, UNLISTED), errcode=errcode)


HELD = {"next_at": NOW, "anew": True, "state": DeliveryState.PLANNED}
GIVEN_UP = {"state": DeliveryState.FAILED}
GONE = {"state": DeliveryState.UNREACHABLE}
CLOSED = {"state": DeliveryState.PLANNED, "closed": True, "anew": True, "next_at": NOW}
AGAIN = {"state": DeliveryState.PLANNED, "next_at": NOW + timedelta(seconds=BACKOFF[0]), "anew": False}
EXPECTED: Mapping[Action, Mapping[str, object]] = {
    Action.RETRY: AGAIN,
    Action.REFRESH_TOKEN: HELD,
    Action.HOLD_UNTIL_MIDNIGHT: HELD,
    Action.PARK: CLOSED,
    Action.PERSON_GONE: GONE,
    Action.PAYLOAD_BAD: GIVEN_UP,
    Action.CHANNEL_DOWN: HELD,
}


def test_an_unlisted_errcode_is_tried_again_and_given_up_in_the_end() -> None:
    """It may concern the content or the person: nobody knows."""
    found = after(error(99999), claimed(reach=WROTE), Send(CS), NOW, 1.0)
    assert (found.state, found.next_at, found.anew) == (DeliveryState.PLANNED, AGAIN["next_at"], False)
    tried = claimed(reach=WROTE, way=CS, attempts=ATTEMPTS - 1, first_attempt_at=NOW - timedelta(minutes=50))
    assert after(error(99999), tried, Send(CS), NOW, 1.0).state is DeliveryState.FAILED


@pytest.mark.parametrize("errcode", ERRCODES)
def test_every_errcode(errcode: int) -> None:
    """The row of WECHAT.md that it stands in."""
    found = error(errcode)
    result = after(found, claimed(reach=WROTE), Send(CS), NOW, 1.0)
    assert {name: getattr(result, name) for name in EXPECTED[found.action]} == EXPECTED[found.action]
    assert (result.detail, result.way, result.ambiguous) == (str(errcode), CS, False)
    assert result.gone == (str(errcode) if found.action is Action.PERSON_GONE else "")


MIDNIGHT = NOW + timedelta(hours=14)


@pytest.mark.parametrize(
    ("found", "until"),
    [
        (error(45009), MIDNIGHT),
        (error(48001), SOON),
        (error(40001), SOON),
        (SendError(NO_TOKEN, errcode=40164), SOON),
        (SendError(REFUSED, errcode=None), SOON),
        (error(45011), None),
        (error(43101), None),
        (error(43004), None),
        (error(47003), None),
    ],
)
def test_what_stops_a_way_for_everybody(found: SendError, until: datetime | None) -> None:
    assert hold(found, NOW, MIDNIGHT) == until


def tried(way: DeliveryWay, attempts: int, since: timedelta, **changed: Any) -> ClaimedDelivery:
    """A delivery with earlier attempts of this way."""
    return claimed(reach=WROTE, way=way, attempts=attempts, first_attempt_at=NOW - since, **changed)


LOST = SendError(NO_ANSWER, errcode=None, ambiguous=True)
BUSY, AWAY = error(-1), SendError(NO_CONNECTION, errcode=None)


@pytest.mark.parametrize(
    ("found", "delivery", "sent", "state", "wait"),
    [
        (AWAY, claimed(), Send(CS), DeliveryState.PLANNED, BACKOFF[0]),
        (BUSY, tried(CS, 3, timedelta(minutes=5)), Send(CS), DeliveryState.PLANNED, BACKOFF[3]),
        (BUSY, tried(CS, ATTEMPTS - 1, timedelta(minutes=5)), Send(CS), DeliveryState.FAILED, None),
        (BUSY, tried(CS, 2, timedelta(minutes=59)), Send(CS), DeliveryState.FAILED, None),
        (BUSY, tried(CS, 5, HOUR), Send(TEMPLATE, PLAIN), DeliveryState.PLANNED, BACKOFF[0]),
        (LOST, claimed(), Send(CS), DeliveryState.MAYBE, None),
        (LOST, claimed(), Send(TICK, TICKED), DeliveryState.MAYBE, None),
        (LOST, claimed(), Send(TEMPLATE, PLAIN), DeliveryState.PLANNED, BACKOFF[0]),
        (LOST, tried(TEMPLATE, 3, timedelta(minutes=4)), Send(TEMPLATE, PLAIN), DeliveryState.MAYBE, None),
        (
            BUSY,
            tried(TEMPLATE, 1, timedelta(minutes=1), ambiguous=True),
            Send(TEMPLATE, PLAIN),
            DeliveryState.PLANNED,
            BACKOFF[1],
        ),
        (
            BUSY,
            tried(TEMPLATE, 1, timedelta(minutes=8.5), ambiguous=True),
            Send(TEMPLATE, PLAIN),
            DeliveryState.MAYBE,
            None,
        ),
        (error(43101), claimed(), Send(TEMPLATE, PLAIN), DeliveryState.PARKED, None),
    ],
)
def test_again_or_given_up(
    found: SendError, delivery: ClaimedDelivery, sent: Send, state: DeliveryState, wait: float | None
) -> None:
    """At most six attempts in an hour; what may have arrived only as the same template within nine minutes."""
    result = after(found, delivery, sent, NOW, 1.0)
    assert result.state is state
    if wait is not None:
        assert result.next_at == NOW + timedelta(seconds=wait)
        later = after(found, delivery, sent, NOW, 1.25)
        assert later.next_at == NOW + timedelta(seconds=wait * 1.25)


def test_all_attempts_fit_into_the_hour() -> None:
    assert len(BACKOFF) == ATTEMPTS - 1
    assert sum(BACKOFF) * 1.25 < HOUR.total_seconds()


def test_a_notification_names_the_tick_that_it_used() -> None:
    assert after(error(43101), claimed(), Send(TICK, TICKED), NOW, 1.0).template == "S"
    assert after(error(45015), claimed(), Send(CS), NOW, 1.0).template == ""
