"""A small WeChat API on loopback for the client's tests: real HTTP, answers and faults on demand."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self, TypeAlias

from aiohttp import web

SECRET = "s3cret"


@dataclass(frozen=True)
class Call:
    """One request as it arrived."""

    method: str
    api: str
    query: dict[str, str]
    body: bytes
    content_type: str


Fault: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


def answers(result: Any, status: int = 200) -> Fault:
    """Answer this JSON, labelled as WeChat does."""

    async def act(_: web.Request) -> web.StreamResponse:
        return web.json_response(result, status=status, content_type="text/plain")

    return act


def says(
    body: bytes, status: int = 200, content_type: str = "text/html", headers: dict[str, str] | None = None
) -> Fault:
    """Answer these bytes."""

    async def act(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, content_type=content_type, headers=headers)

    return act


def errs(errcode: int) -> Fault:
    """Answer this error code."""
    return answers({"errcode": errcode, "errmsg": "as asked"})


async def hangs_up(request: web.Request) -> web.StreamResponse:
    """Read everything, then close the connection without a word."""
    await request.read()
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def stalls(request: web.Request) -> web.StreamResponse:
    """Answer far too late."""
    await request.read()
    await asyncio.sleep(30)
    return web.Response()


@dataclass
class Platform:
    """Serves `/cgi-bin/…` at `base`. Tokens are T1, T2, …: `stable_token` gives `token`, others are refused by 40001.

    `scripted[api]` holds faults that are used up one a call; `always[api]` one that stays.
    """

    token: str = "T1"
    life: int = 7200
    pause: float = 0.0
    base: str = ""
    calls: list[Call] = field(default_factory=list)
    scripted: defaultdict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    always: dict[str, Fault] = field(default_factory=dict)
    _runner: web.AppRunner | None = None

    def count(self, api: str) -> int:
        """How often an API was called."""
        return sum(call.api == api for call in self.calls)

    def last(self, api: str) -> Call:
        """The latest call of an API."""
        return next(call for call in reversed(self.calls) if call.api == api)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{api:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0, handler_cancellation=True, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        api = request.match_info["api"].removeprefix("cgi-bin/")
        self.calls.append(Call(request.method, api, dict(request.query), await request.read(), request.content_type))
        if self.scripted[api]:
            return await self.scripted[api].popleft()(request)
        if api in self.always:
            return await self.always[api](request)
        if api == "stable_token":
            await asyncio.sleep(self.pause)
            return await answers({"access_token": self.token, "expires_in": self.life})(request)
        if request.query.get("access_token") != self.token:
            return await errs(40001)(request)
        return await answers({"errcode": 0, "errmsg": "ok", "msgid": 7})(request)
