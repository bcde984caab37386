"""A bot process that a test can kill at a named step: `python -m tests.bot.worker ARMED STEP [LEASE]`.

Settings come from the environment as for `qingfeng serve`. When the file ARMED exists as STEP is passed, the
file is removed and the process kills itself with SIGKILL: once, so that the restarted process can go on. LEASE:
seconds that a delivery is left to its worker.
"""

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from bot.app import Overrides, build
from bot.delivery import LEASE
from bot.serving import run_worker
from bot.settings import load
from bot.telemetry import configure_logging


def main(armed: Path, step: str, lease: timedelta = LEASE) -> None:
    """Serve until killed."""

    def reached(passed: str) -> None:
        if passed == step and armed.exists():
            armed.unlink()
            os.kill(os.getpid(), signal.SIGKILL)

    settings = load()
    configure_logging(settings.log_level)
    run_worker(build(settings, Overrides(reached=reached, lease=lease, poll=0.2)), settings)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], *(timedelta(seconds=float(given)) for given in sys.argv[3:4]))
