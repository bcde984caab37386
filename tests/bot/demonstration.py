"""`qingfeng demo`, what `make run` runs, in a process of its own on ports of its own."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

PATIENCE = 60.0
"""Seconds the demo gets to serve, the promise of README.md, and to end."""
READY = "Ctrl-C"
"""Stands in the last line that the demo prints when everything serves."""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A demo that serves: its port (the bot's), its data folder, what it printed, and its process."""

    port: int
    folder: Path
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """The simulator's page."""
        return f"http://127.0.0.1:{self.port + 1}"

    def servers(self) -> list[psutil.Process]:
        """Bot and simulator."""
        found: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return found


def free_pair() -> int:
    """A loopback port that is free together with the next one; below those that outgoing connections take."""
    for _ in range(100):
        port = random.randrange(20_000, 30_000)
        try:
            with socket.create_server(("127.0.0.1", port)), socket.create_server(("127.0.0.1", port + 1)):
                return port
        except OSError:
            continue
    raise AssertionError("no two free ports in a row")


def start(port: int, folder: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start a demo; what it prints goes to `log`.

    It heeds Ctrl-C and a closed terminal also when this run itself was started to ignore them (nohup, a script's `&`).
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QF_")}
    command = [sys.executable, "-m", "bot.cli", "demo", "--port", str(port), "--data", str(folder)]
    ignored = [number for number in (signal.SIGINT, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    try:
        with log.open("wb") as output:
            return subprocess.Popen(command, env=kept, stdout=output, stderr=subprocess.STDOUT)
    finally:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)


@contextmanager
def demonstrated(folder: Path) -> Iterator[Demonstration]:
    """A demo with its data in `folder`, ended with everything that it started."""
    port, data, log = free_pair(), folder / "data", folder / "demo.log"
    process = start(port, data, log)
    demo = Demonstration(port, data, log, process)
    try:
        _wait_until_ready(demo)
        yield demo
    finally:
        left = demo.servers() if process.poll() is None else []
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            for server in left:
                if server.is_running():
                    server.kill()


def _wait_until_ready(demo: Demonstration) -> None:
    until = time.monotonic() + PATIENCE
    while READY not in demo.log.read_text():
        assert demo.process.poll() is None, demo.log.read_text()
        assert time.monotonic() < until, f"not ready after {PATIENCE} s:\n{demo.log.read_text()}"
        time.sleep(0.1)
