"""The callback URL: WeChat's requests in, sealed replies out, 4xx for what is not WeChat's."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from aiohttp import web

from bot import telemetry
from bot.reaches import STATUS_EVENTS
from bot.wechat import envelope
from bot.wechat.envelope import EnvelopeError, Keys, Mode, Opened
from bot.wechat.messages import MessageError, parse
from bot.wechat.replies import SUCCESS, Ready, render
from handlers.base import Inbound
from storage.conversations.contract import Shared, StoreUnavailable
from storage.errors import RecordsUnavailable

KNOWN_EVENTS = frozenset(
    (
        *("subscribe", "unsubscribe", "scan", "click", "view", "location", "location_select", "templatesendjobfinish"),
        *("scancode_waitmsg", "scancode_push", "pic_sysphoto", "pic_photo_or_album", "pic_weixin"),
        *("subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event"),
    )
)
"""Events of WECHAT.md, section Callback; any other is answered like those without a handler, and counted."""
NONCE_SECONDS_FACTOR = 2
"""A nonce is kept for twice the allowed age: a timestamp may lie that far on either side of our clock."""
XML = {"Content-Type": "text/xml; charset=utf-8"}


class Callback:
    """Opens envelopes, hands each message to `turn` and seals what it answers.

    `turn` is told when the request began, in seconds of the event loop's clock: WeChat's 5 s have run since then.
    Status events of sendings (STATUS_EVENTS) go past it to `status`, which raises RecordsUnavailable.
    """

    def __init__(
        self,
        *,
        keys: Keys,
        mode: Mode,
        max_age: float,
        shared: Shared,
        clock: Callable[[], datetime],
        turn: Callable[[Inbound, float], Awaitable[Ready | None]],
        status: Callable[[Inbound], Awaitable[None]],
        name: Callable[[str], str],
    ) -> None:
        self._keys = keys
        self._mode = mode
        self._max_age = max_age
        self._shared = shared
        self._clock = clock
        self._turn = turn
        self._status = status
        self._name = name

    async def check(self, request: web.Request) -> web.Response:
        """WeChat's GET when the server configuration is saved: the echo, as text."""
        try:
            return web.Response(text=envelope.check_url(self._keys, request.query))
        except EnvelopeError as error:
            return refuse(error.reason, error.status)

    async def receive(self, request: web.Request) -> web.Response:
        """One message or event. Never a traceback to the sender, and a 5xx only for a status event (see _noted)."""
        began = asyncio.get_running_loop().time()
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return refuse("too_large", 413)
        except (web.RequestPayloadError, ConnectionError):  # not what its headers say it is, or hung up half-way
            return refuse("malformed", 400)
        now, query = self._clock().timestamp(), query_of(request)
        try:
            opened = envelope.open_envelope(self._keys, self._mode, query, body, now, self._max_age)
            if not await self._is_first_body(query, body):
                return refuse("replayed", 403)
            inbound = parse(opened.xml)
        except (EnvelopeError, MessageError) as error:
            return refuse(error.reason, error.status)
        if inbound.event and inbound.event not in KNOWN_EVENTS:
            telemetry.unknown_events.inc()
        request[telemetry.PERSON] = self._name(inbound.openid)
        if inbound.event in STATUS_EVENTS:
            return await self._noted(inbound)
        reply = await self._turn(inbound, began)
        body = SUCCESS if reply is None else self._sealed(opened, render(reply, inbound, int(now)), int(now))
        return web.Response(body=body, headers=XML)

    async def _noted(self, inbound: Inbound) -> web.Response:
        """The answer to a status event: 503 while the records are away, so that WeChat asks again; nobody sees it."""
        try:
            await self._status(inbound)
        except RecordsUnavailable:
            return refuse("records_away", 503)
        return web.Response(body=SUCCESS, headers=XML)

    async def _is_first_body(self, query: Mapping[str, str], body: bytes) -> bool:
        """False when this nonce came before with another body. A store that is away is the turn's to tell."""
        digest = envelope.body_digest(body)
        try:
            before = await self._shared.put_if_absent(
                envelope.replay_name(query), digest, self._max_age * NONCE_SECONDS_FACTOR
            )
        except StoreUnavailable:
            return True
        return before is None or before == digest

    def _sealed(self, opened: Opened, xml: bytes, now: int) -> bytes:
        if opened.key is None:
            return xml
        random = os.urandom(8 + envelope.RANDOM_BYTES)
        return envelope.seal(self._keys, opened.key, xml, now, random[:8].hex(), random[8:])


def query_of(request: web.Request) -> Mapping[str, str]:
    """The same as `request.query`, without its cost where nothing is percent-encoded (what WeChat sends is not).

    Of several values of a name the first counts.
    """
    raw = request.rel_url.raw_query_string
    if "%" in raw or "+" in raw:
        return request.query
    query: dict[str, str] = {}
    for field in raw.split("&"):
        name, _, value = field.partition("=")
        query.setdefault(name, value)
    return query


def refuse(reason: str, status: int) -> web.Response:
    """A short answer without details, counted by reason."""
    telemetry.refused.labels(reason).inc()
    return web.Response(status=status, text=f"{status}\n")
