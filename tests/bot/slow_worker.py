"""A bot process whose every answer takes a while: `python -m tests.bot.slow_worker`."""

import asyncio

from bot.app import Overrides, build
from bot.serving import run_worker
from bot.settings import load
from bot.telemetry import configure_logging
from handlers import routes
from handlers.base import Context, Conversation, Inbound, Outcome

SECONDS = 2.0
"""What an answer takes; within a turn's budget."""


async def slowly(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """The usual answer, late."""
    await asyncio.sleep(SECONDS)
    return await routes.answer(inbound, conversation, context)


if __name__ == "__main__":
    settings = load()
    configure_logging(settings.log_level)
    run_worker(build(settings, Overrides(answer=slowly)), settings)
