"""How a call of the API is taken, checked against the rules, spoilt by faults, answered and written down."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from aiohttp import web

from simulator import xml
from simulator.api.errcodes import refusal
from simulator.callback import Callbacks
from simulator.calls import Call, Upload
from simulator.faults import Effect
from simulator.people import Entry, Person
from simulator.platform import Platform
from simulator.rules import broken_by_call

UPLOAD_BYTES = 64 * 2**20
"""Largest body that is read: nine photos in one request of /sim/. Larger media than WeChat takes still get WeChat's
errcode."""
JSON_TYPE = "application/json; encoding=utf-8"
"""[C] what WeChat really writes: no charset, and some of its answers say text/plain."""
HANG_STEP = 0.02
SECRET = ("access_token", "refresh_token", "secret")
"""Not shown in the log of the wire."""


@dataclass(slots=True)
class Desk:
    """What an endpoint may do beside answering; notes the entry and the person for the log."""

    platform: Platform
    callbacks: Callbacks
    entry: Entry | None = None
    reports: list[tuple[Person, xml.Fields, int]] = field(default_factory=list)

    def deliver(self, person: Person, kind: str, via: str, body: dict[str, Any]) -> Entry:
        """Put a message into a person's chat."""
        self.entry = self.platform.enter(person, "in", kind, via, body)
        return self.entry

    def report(self, person: Person, fields: xml.Fields, cause: int) -> None:
        """Tell the bot how a sending ended, after this call was answered."""
        self.reports.append((person, fields, cause))

    def send_reports(self) -> None:
        """Start the callbacks of the reports."""
        for person, fields, cause in self.reports:
            whole: dict[str, xml.Value] = {
                "ToUserName": self.platform.config.account_id,
                "FromUserName": person.openid,
                "CreateTime": int(self.platform.clock()),
                "MsgType": "event",
                **fields,
            }
            self.callbacks.later(self._tell(person, whole, cause))

    async def _tell(self, person: Person, fields: xml.Fields, cause: int) -> None:
        await self.callbacks.tell(person, fields, cause=cause, visible=False)


Run: TypeAlias = Callable[[Call, Desk], Awaitable[dict[str, Any] | web.Response]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of the table in endpoints.py. `api` is the name that rules, faults and the log use."""

    method: str
    path: str
    run: Run
    needs_token: bool = True

    @property
    def api(self) -> str:
        """The path without its first folder where that is /cgi-bin/."""
        return self.path.removeprefix("/cgi-bin/").removeprefix("/")


class Serving:
    """Serves the endpoints of one platform."""

    def __init__(self, platform: Platform, callbacks: Callbacks) -> None:
        self._platform = platform
        self._callbacks = callbacks

    def handler(self, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The aiohttp handler of an endpoint."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._serve(endpoint, request)

        return handle

    async def _serve(self, endpoint: Endpoint, request: web.Request) -> web.StreamResponse:
        started = time.perf_counter()
        call = await self._take(endpoint, request)
        effect = self._platform.faults.for_api(endpoint.api, call.openid)
        if effect.latency:
            await asyncio.sleep(effect.latency)
        desk = Desk(self._platform, self._callbacks)
        answer: dict[str, Any] | web.Response
        if effect.lost == "request" or effect.status:
            answer = web.Response(status=effect.status or 504)
        elif effect.body:
            answer = web.Response(text=effect.body, content_type="text/html")
        elif effect.errcode:
            answer = refusal(effect.errcode, effect.errmsg)
        else:
            answer = self._refused(call) or await endpoint.run(call, desk)
        self._log(call, request.method, desk, answer, effect, started)
        desk.send_reports()
        if effect.lost:
            await self._hang(request)
        if isinstance(answer, web.Response):
            return await _cut_off(request, answer, effect.cut) if effect.cut else answer
        content = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
        return web.Response(body=content, headers={"Content-Type": JSON_TYPE})

    async def _take(self, endpoint: Endpoint, request: web.Request) -> Call:
        parsed, upload = None, None
        if request.method == "POST":
            if request.content_type.startswith("multipart/"):
                upload = await _upload(request)
            else:
                parsed = _json(await request.read())
        return Call(
            platform=self._platform,
            api=endpoint.api,
            query=request.query,
            json=parsed,
            upload=upload,
            needs_token=endpoint.needs_token,
            now=self._platform.clock(),
            origin=str(request.url.origin()),
        )

    def _refused(self, call: Call) -> dict[str, Any] | None:
        if call.api in ("token", "stable_token"):
            self._platform.tokens.note_fetch(call.now)
        answer = None
        for rule, detail in broken_by_call(call):
            if rule.blamed:
                self._platform.accuse(rule.id, f"{call.api}: {detail}", call.openid)
            if rule.errcode:
                answer = refusal(rule.errcode, detail)
        return answer

    def _log(
        self,
        call: Call,
        method: str,
        desk: Desk,
        answer: dict[str, Any] | web.Response,
        effect: Effect,
        started: float,
    ) -> None:
        shown = answer if isinstance(answer, dict) else {"status": answer.status, "type": answer.content_type}
        errcode = shown.get("errcode", 0)
        self._platform.wire.add(
            at=call.now,
            way="api",
            name=call.api,
            openid=call.openid,
            cause=desk.entry.id if desk.entry else 0,
            attempt=1,
            request=partial(_pretty, {**call.query, **call.body}),
            sent=f"{method} {call.api}",
            response=partial(_pretty, shown),
            received="",
            status=answer.status if isinstance(answer, web.Response) else 200,
            ms=round((time.perf_counter() - started) * 1000, 2),
            outcome=f"lost {effect.lost}" if effect.lost else "ok" if not errcode else f"errcode {errcode}",
        )

    async def _hang(self, request: web.Request) -> None:
        """Say nothing until the caller gives up, then close."""
        until = time.perf_counter() + self._platform.config.hang
        while time.perf_counter() < until:
            if request.transport is None or request.transport.is_closing():
                break
            await asyncio.sleep(HANG_STEP)
        if request.transport is not None:
            request.transport.abort()


async def _cut_off(request: web.Request, answer: web.Response, size: int) -> web.StreamResponse:
    """The first `size` bytes of an answer, then a broken connection."""
    content = answer.body if isinstance(answer.body, bytes) else b""
    partial_answer = web.StreamResponse(status=answer.status, headers=answer.headers)
    partial_answer.content_length = len(content)
    await partial_answer.prepare(request)
    await partial_answer.write(content[:size])
    if request.transport is not None:
        request.transport.close()
    return partial_answer


def _pretty(value: dict[str, Any]) -> str:
    shown = {name: "…" if name in SECRET else content for name, content in value.items()}
    return json.dumps(shown, ensure_ascii=False, indent=1)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"))
    except ValueError:
        return None


async def _upload(request: web.Request) -> Upload | None:
    found = (await request.post()).get("media")
    if not isinstance(found, web.FileField):
        return None
    return Upload(found.filename, found.file.read())
