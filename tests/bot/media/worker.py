"""The bot of `expecting` in a process of its own: `python -m tests.bot.media.worker`, settings as for `serve`."""

from bot.app import Overrides, build
from bot.serving import run_worker
from bot.settings import load
from bot.telemetry import configure_logging
from tests.bot.media.expecting import answer

if __name__ == "__main__":
    settings = load()
    configure_logging(settings.log_level)
    run_worker(build(settings, Overrides(answer=answer, poll=0.1)), settings)
