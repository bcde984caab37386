"""The servers that are measured: ours and the peers, each alone on one core, started for one benchmark."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.ports import free_port

SERVER_CORE = "0"
TOKEN = "benchmark"
APPID = "wx0123456789abcdef"
SECRET = "0123456789abcdef0123456789abcdef"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
START_SECONDS = 30.0


@dataclass
class Server:
    """A server process pinned to a core. `resident` is its memory in MB, with its children."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    log: Path = Path(os.devnull)
    core: str = SERVER_CORE
    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Server":
        pin = ["taskset", "-c", self.core] if shutil.which("taskset") else []
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*pin, *(part.replace("{port}", str(self.port)) for part in self.command)],
                env={**os.environ, **self.environment, "QF_PORT": str(self.port)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until = time.monotonic() + START_SECONDS
        while not self._listens():
            if time.monotonic() > until or self.process.poll() is not None:
                raise RuntimeError(f"{self.command} did not start, see {self.log}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(15)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def resident(self) -> float:
        """Resident memory in MB, children included."""
        import psutil

        if self.process is None:
            return 0.0
        family = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        return float(sum(member.memory_info().rss for member in family)) / 1e6

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far, without children."""
        import psutil

        if self.process is None:
            return 0.0
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def get(self, path: str) -> str:
        """The body of a GET."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
                return str(response.read().decode())
        except urllib.error.URLError as error:
            raise RuntimeError(f"{path} of {self.command}: {error}") from error


def bot_environment(folder: Path, **changed: str) -> dict[str, str]:
    """The environment of our bot in `folder`; SQLite unless changed."""
    kept = {
        "QF_WECHAT_TOKEN": TOKEN,
        "QF_WECHAT_APPID": APPID,
        "QF_WECHAT_SECRET": SECRET,
        "QF_WECHAT_AES_KEY": AES_KEY,
        "QF_DATA_DIR": str(folder),
    }
    return {**kept, **changed}


def bare() -> Server:
    """aiohttp on uvloop answering a constant: the floor of everything here."""
    return Server([sys.executable, "-m", "benchmarks.echo", "bare", "{port}"])


def echo(folder: Path) -> Server:
    """Our callback with envelope, logs and metrics, and an echo in place of the turn."""
    return Server([sys.executable, "-m", "benchmarks.echo", "aes", "{port}"], bot_environment(folder))


def bot(folder: Path, **changed: str) -> Server:
    """The whole bot."""
    return Server([sys.executable, "-m", "bot.cli", "serve"], bot_environment(folder, **changed), log=folder / "log")


def werobot(*, encrypted: bool, sessions: bool) -> Server:
    """WeRoBot's documented echo under gunicorn with one worker."""
    environment = {"WEROBOT_AES": str(int(encrypted)), "WEROBOT_SESSIONS": str(int(sessions))}
    command = [sys.executable, "-m", "gunicorn", "-w1", "-b", "127.0.0.1:{port}", "--log-level", "error"]
    return Server([*command, "benchmarks.werobot_echo:application"], environment)
