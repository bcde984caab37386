"""Turns the XML of a callback into one frozen Inbound."""

import hashlib
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from bot.wechat.elements import Element, ElementsError, read_elements
from bot.wechat.wording import about_of
from handlers.base import Inbound, Location

NAME_CHARACTERS: Final = 64  # openids have 28 characters, account names 15; more is not WeChat
ID_CHARACTERS: Final = 64  # MsgId is a 64-bit number
TIME_DIGITS: Final = 10  # CreateTime in seconds until the year 2286
_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,20})?")
_EVENT_IDS: Final = frozenset({"MsgID", "MsgId", "TemplateId"})


class MessageError(Exception):
    """Well signed, and yet not a message that we can read. `reason` is the label of the metric; the
    answer is 400.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = 400


def parse(xml: bytes) -> Inbound:
    """What happened, from the payload of a callback (at most BODY_BYTES, see envelope.open_envelope).

    Message kinds and events that nobody knows yet come through as they are. Raises MessageError, and
    nothing else.
    """
    try:
        fields = read_elements(xml)
    except ElementsError:
        raise MessageError("malformed") from None
    account = _name(fields, "ToUserName")
    openid = _name(fields, "FromUserName")
    second = _take(fields, "CreateTime")
    kind = _take(fields, "MsgType").strip().lower()
    if not kind:
        raise MessageError("no_type")
    created_at = _moment(second)
    if kind == "event":
        return _event(fields, openid, account, second, created_at)
    message_id, tap_id = _take(fields, "MsgId"), _take(fields, "bizmsgmenuid")
    if not 1 <= len(message_id) <= ID_CHARACTERS:
        raise MessageError("no_id")
    return Inbound(
        key=f"m:{message_id}",
        openid=openid,
        account=account,
        kind=kind,
        created_at=created_at,
        text=_take(fields, "Content"),
        tap_id=tap_id,
        about=about_of(tap_id),
        media_id=_take(fields, "MediaId"),
        location=_place(fields, "Location_X", "Location_Y") if kind == "location" else None,
        fields=fields,
    )


def _event(fields: dict[str, Element], openid: str, account: str, second: str, created_at: datetime) -> Inbound:
    name = _take(fields, "Event").strip()
    if not name:
        raise MessageError("no_type")
    event, event_key = name.lower(), _take(fields, "EventKey")
    return Inbound(
        key=_event_key(openid, second, name, event_key, fields),
        openid=openid,
        account=account,
        kind="event",
        created_at=created_at,
        text=event_key if event == "click" else "",
        event=event,
        event_key=event_key,
        location=_place(fields, "Latitude", "Longitude") if event == "location" else None,
        fields=fields,
    )


def _event_key(openid: str, second: str, name: str, event_key: str, fields: dict[str, Element]) -> str:
    """The dedupe key of an event (WECHAT.md, section Callback): hashed, for an EventKey may be a long
    address and an openid should not stand in a key; every part with its length, so that parts cannot run
    into each other.
    """
    parts = [openid, second, name, event_key, *sorted(_ids(fields))]
    spelled = "".join(f"{len(part)}:{part}" for part in parts)
    return f"e:{hashlib.blake2b(spelled.encode(), digest_size=20).hexdigest()}"


def _ids(element: Element) -> Iterator[str]:
    """Every MsgID and TemplateId, at the top or in the nested List of subscribe_msg_* (one dict or
    several).
    """
    if isinstance(element, list):
        for one in element:
            yield from _ids(one)
    elif isinstance(element, dict):
        for tag, value in element.items():
            if tag in _EVENT_IDS and isinstance(value, str):
                yield f"{tag}={value}"
            elif not isinstance(value, str):
                yield from _ids(value)


def _take(fields: dict[str, Element], tag: str) -> str:
    """Remove the text of `tag`; empty when it is absent."""
    value = fields.pop(tag, "")
    if not isinstance(value, str):
        raise MessageError("malformed")
    return value


def _name(fields: dict[str, Element], tag: str) -> str:
    name = _take(fields, tag).strip()
    if not 1 <= len(name) <= NAME_CHARACTERS:
        raise MessageError("no_name")
    return name


def _moment(second: str) -> datetime:
    if not 1 <= len(second) <= TIME_DIGITS or not second.isascii() or not second.isdigit():
        raise MessageError("no_time")
    return datetime.fromtimestamp(int(second), UTC)


def _place(fields: dict[str, Element], latitude: str, longitude: str) -> Location:
    return Location(
        _degrees(_take(fields, latitude), 90), _degrees(_take(fields, longitude), 180), _take(fields, "Label")
    )


def _degrees(text: str, limit: int) -> float:
    if not _DEGREES.fullmatch(text) or math.fabs(float(text)) > limit:
        raise MessageError("no_place")
    return float(text)
