"""Worker processes: exactly one with SQLite, several on one port with Redis and PostgreSQL."""

import gc
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from types import FrameType

import structlog
from aiohttp import web
from prometheus_client.multiprocess import mark_process_dead

from bot.settings import Settings

SHUTDOWN = 10.0
"""Seconds that turns in flight get after SIGTERM; a turn's own budget is 4.5 s (DESIGN.md, One turn)."""
RESTART_PAUSE = 1.0
"""Seconds before a worker that ended by itself is started again."""
EARLY = 5.0
"""Seconds; a worker that ends sooner after its start probably cannot start at all …"""
MOST_EARLY_ENDS = 5
"""… and after so many of those in a row all workers are ended, so that the service manager sees it."""
YOUNG_OBJECTS = 20_000
"""Containers made and not freed before the collector looks: a turn's own die by reference count, so its default of 700
looks, many times a second, at what is only in flight. Cycles of so many objects are a few MB."""
METRICS_DIR = "PROMETHEUS_MULTIPROC_DIR"

log = structlog.get_logger("serving")


def run_worker(app: web.Application, settings: Settings) -> None:
    """Serve here until SIGTERM or SIGINT; turns in flight are finished, then the stores are closed."""
    import uvloop

    loop = uvloop.new_event_loop()
    app.on_startup.append(settle)
    web.run_app(
        app,
        host=settings.host,
        port=settings.port,
        shutdown_timeout=SHUTDOWN,
        reuse_port=settings.workers > 1,
        access_log=None,
        print=None,
        loop=loop,
    )


async def settle(app: web.Application) -> None:
    """Spare the collector what was made at the start and stays: modules, forms, tables: about 5 % of an echo."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])


def run_workers(settings: Settings) -> int:
    """Keep `settings.workers` processes on one port until SIGTERM or SIGINT; returns the exit status.

    The workers inherit the environment; a worker that dies is replaced, all are asked to end when we are.
    """
    with tempfile.TemporaryDirectory(prefix="qingfeng-metrics-") as metrics:
        supervisor = _Supervisor(settings.workers, metrics)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, supervisor.end)
        return supervisor.run()


class _Supervisor:
    def __init__(self, count: int, metrics: str) -> None:
        self._command = [sys.executable, "-m", "bot.cli", "serve", "--worker"]
        self._environment = {**os.environ, METRICS_DIR: metrics, "QF_WORKERS": str(count)}
        self._count = count
        self._ending = False
        self._gave_up = 0
        self._early_ends = 0
        self._workers: list[_Worker] = []

    def end(self, number: int, frame: FrameType | None) -> None:
        self._ending = True

    def run(self) -> int:
        self._workers = [self._start() for _ in range(self._count)]
        while not self._ending:
            time.sleep(0.2)
            self._replace_the_dead()
        for worker in self._workers:
            worker.process.terminate()
        return max([self._gave_up, *(_wait(worker.process) for worker in self._workers)])

    def _start(self) -> "_Worker":
        process = subprocess.Popen(self._command, env=self._environment, start_new_session=True)  # noqa: S603 - ours
        return _Worker(process, time.monotonic())

    def _replace_the_dead(self) -> None:
        for place, worker in enumerate(self._workers):
            status = worker.process.poll()
            if status is None or self._ending:
                continue
            log.error("worker ended", pid=worker.process.pid, status=status)
            mark_process_dead(worker.process.pid, self._environment[METRICS_DIR])  # type: ignore[no-untyped-call]  # untyped there
            early = time.monotonic() - worker.started < EARLY
            self._early_ends = self._early_ends + 1 if early else 0
            if self._early_ends >= MOST_EARLY_ENDS:
                self._ending, self._gave_up = True, max(status, 1)
                return
            time.sleep(RESTART_PAUSE)
            self._workers[place] = self._start()


@dataclass(frozen=True, slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    started: float
    """Seconds of the monotonic clock."""


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return max(process.wait(SHUTDOWN + 5), 0)
    except subprocess.TimeoutExpired:
        process.kill()
        return 1
