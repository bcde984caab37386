"""Puts one simulated platform together as an aiohttp application."""

import time
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from simulator.actions import Actions
from simulator.api.endpoints import ENDPOINTS
from simulator.api.serving import UPLOAD_BYTES, Serving
from simulator.callback import Callbacks
from simulator.config import Config
from simulator.oauth import OAuth
from simulator.platform import Platform
from simulator.sim_api import SimApi

PLATFORM = web.AppKey("platform", Platform)
STATIC = Path(__file__).parent / "static"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: http: https:; "
    "connect-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'"
)
"""Only what lies beside the page runs in it, whatever the bot writes; articles bring pictures from elsewhere."""


def build(config: Config, *, clock: Callable[[], float] = time.time) -> web.Application:
    """The simulator. `clock` gives epoch seconds: tests move it to see windows and tokens run out.

    The state is at `app[PLATFORM]`. Connections to the bot are opened at startup and closed at cleanup.
    """
    app = web.Application(client_max_size=UPLOAD_BYTES)
    platform = app[PLATFORM] = Platform(config, clock)
    callbacks = Callbacks(platform)
    serving = Serving(platform, callbacks)
    app.add_routes([web.route(endpoint.method, endpoint.path, serving.handler(endpoint)) for endpoint in ENDPOINTS])
    app.add_routes(OAuth(platform).routes())
    app.add_routes(SimApi(platform, callbacks, Actions(platform, callbacks)).routes())
    app.add_routes([web.get("/", _page), web.static("/static", STATIC)])

    async def start(_: web.Application) -> None:
        await callbacks.start()

    async def close_streams(_: web.Application) -> None:
        platform.feed.close()

    async def stop(_: web.Application) -> None:
        await callbacks.stop()

    app.on_startup.append(start)
    app.on_shutdown.append(close_streams)
    app.on_cleanup.append(stop)
    return app


async def _page(_: web.Request) -> web.StreamResponse:
    headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-cache"}
    return web.FileResponse(STATIC / "index.html", headers=headers)
