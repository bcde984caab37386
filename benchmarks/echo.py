"""Echo servers to measure against: bare aiohttp, and our callback with an echo in place of the turn."""

import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import uvloop
from aiohttp import web

from bot.app import count_unrouted, observed, utc_now
from bot.callback import Callback
from bot.serving import settle
from bot.settings import load
from bot.telemetry import configure_logging
from bot.wechat.limits import BODY_BYTES
from bot.wechat.replies import Page, Ready
from handlers.base import Inbound
from storage.conversations.opening import open_store


async def _constant(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(text="success")


async def _say_back(inbound: Inbound, began: float) -> Ready | None:
    return Page(inbound.text)


def bare() -> web.Application:
    """Reads the body, answers `success`."""
    app = web.Application()
    app.router.add_post("/wechat", _constant)
    return app


async def _unheard(inbound: Inbound) -> None:
    """Status events: the load has none."""


def aes() -> web.Application:
    """Our envelope, nonce check, parsing, rendering, logs, metrics and collector."""
    settings = load()
    configure_logging(settings.log_level)
    app = web.Application(client_max_size=BODY_BYTES)
    app.on_response_prepare.append(count_unrouted)

    async def run(app: web.Application) -> AsyncIterator[None]:
        with tempfile.TemporaryDirectory() as folder:
            async with open_store(f"sqlite:///{Path(folder) / 'echo.db'}") as store:
                callback = Callback(
                    keys=settings.keys,
                    mode=settings.wechat_mode,
                    max_age=settings.max_age,
                    shared=store.shared,
                    clock=utc_now,
                    turn=_say_back,
                    status=_unheard,
                    name=settings.log_name,
                )
                app[CALLBACK] = callback
                yield

    async def receive(request: web.Request) -> web.Response:
        return await request.app[CALLBACK].receive(request)

    app.cleanup_ctx.append(run)
    app.on_startup.append(settle)
    app.router.add_post("/wechat", observed("/wechat", receive))
    return app


CALLBACK = web.AppKey("callback", Callback)

if __name__ == "__main__":
    web.run_app(
        {"bare": bare, "aes": aes}[sys.argv[1]](),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        access_log=None,
        print=None,
        loop=uvloop.new_event_loop(),
    )
