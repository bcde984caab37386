"""A bot process that looks for rounds all the time: `python -m tests.bot.rounds_worker BEGAN LEASE TIMEOUT`.

Its rounds go by a clock that runs ten times as fast since BEGAN (ISO 8601), so that what a killed worker held is free
after 3 s; everything else goes by the real one, as with workers whose clocks differ. LEASE: seconds that a delivery is
left to its worker; TIMEOUT: that WeChat gets for an answer.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.app import Overrides, build, utc_now
from bot.rounds import Rounds
from bot.serving import run_worker
from bot.settings import load
from bot.telemetry import configure_logging
from bot.workdays import Workdays
from storage.database import Database

SPEED = 10
PAUSE = 0.2


def main(began: datetime, lease: timedelta, call_timeout: float) -> None:
    """Serve until killed."""
    settings = load()
    configure_logging(settings.log_level)

    def hurried() -> datetime:
        return began + (utc_now() - began) * SPEED

    async def rounds(_: web.Application) -> AsyncIterator[None]:
        async with Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database:
            made = Rounds(
                database.rounds, hurried, ZoneInfo(settings.timezone), Workdays(settings.data_dir), wake=lambda: None
            )
            ticking = asyncio.create_task(_forever(made))
            yield
            ticking.cancel()
            with suppress(asyncio.CancelledError):
                await ticking

    app = build(settings, Overrides(lease=lease, call_timeout=call_timeout, poll=0.2))
    app.cleanup_ctx.append(rounds)
    run_worker(app, settings)


async def _forever(rounds: Rounds) -> None:
    while True:
        await rounds.tick()
        await asyncio.sleep(PAUSE)


if __name__ == "__main__":
    main(datetime.fromisoformat(sys.argv[1]), timedelta(seconds=float(sys.argv[2])), float(sys.argv[3]))
