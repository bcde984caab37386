"""A bot process that a test can kill at a named step: `python -m tests.bot.worker ARMED STEP`.

Settings come from the environment as for `qingfeng serve`. When the file ARMED exists as STEP is passed, the
file is removed and the process kills itself with SIGKILL: once, so that the restarted process can go on.
"""

import os
import signal
import sys
from pathlib import Path

from bot.app import Overrides, build
from bot.serving import run_worker
from bot.settings import load
from bot.telemetry import configure_logging


def main(armed: Path, step: str) -> None:
    """Serve until killed."""

    def reached(passed: str) -> None:
        if passed == step and armed.exists():
            armed.unlink()
            os.kill(os.getpid(), signal.SIGKILL)

    settings = load()
    configure_logging(settings.log_level)
    run_worker(build(settings, Overrides(reached=reached)), settings)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
