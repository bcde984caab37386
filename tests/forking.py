"""Programs of ours in processes of their own that start at once: forks of a process that has imported everything.

A bot that starts from nothing spends two seconds on imports. What is left out here (the interpreter's own start, the
imports) the tests of the demo go through.
"""

import atexit
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any

IMPORTED = (
    *("bot.app", "bot.serving", "bot.telemetry", "bot.organisation", "bot.workbooks", "bot.wechat.client"),
    *("storage.upgrade", "alembic.command", "alembic.autogenerate", "storage.conversations.sqlite", "uvloop"),
    *("typer", "rich.table", "rich.progress", "aiosqlite", "asyncpg", "openpyxl", "pyxform.xls2xform"),
)
"""Nothing that looks at its environment while it is imported: `bot.terminal` and who needs it stay out."""
_MESSAGE_BYTES = 200_000


class Program:
    """A running fork, as subprocess.Popen has it."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self.pid = int(link.recv(64))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit status, or minus the signal that ended it; None while it runs."""
        return self._ended_within(0)

    def wait(self, timeout: float | None = None) -> int:
        """The same when it has ended. Raises subprocess.TimeoutExpired."""
        status = self._ended_within(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return status

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _ended_within(self, seconds: float | None) -> int | None:
        if self.returncode is None and select.select([self._link], [], [], seconds)[0]:
            self.returncode = os.waitstatus_to_exitcode(int(self._link.recv(64) or b"9"))
            self._link.close()
        return self.returncode


def start(arguments: Sequence[str], env: Mapping[str, str], output: IO[Any], errors: IO[Any] | None = None) -> Program:
    """Run `python -m` with these arguments; what it prints goes to `output`, its errors too unless told otherwise."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    asked = json.dumps({"arguments": list(arguments), "env": dict(env), "cwd": str(Path.cwd())}).encode()
    with theirs:
        fds = [output.fileno(), (errors or output).fileno(), theirs.fileno()]
        socket.send_fds(_parent(), [asked], fds)
    return Program(ours)


def run(arguments: Sequence[str], env: Mapping[str, str], timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run it to its end, as subprocess.run does with captured text. Raises subprocess.TimeoutExpired."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        program = start(arguments, env, output, errors)
        try:
            status = program.wait(timeout)
        finally:
            program.kill()
        output.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(list(arguments), status, output.read(), errors.read())


@cache
def _parent() -> socket.socket:
    """The link to the process that forks for this one; it ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-m", "tests.forking", str(theirs.fileno())]
        process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _wait_for_work(link: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """In the parent: fork for every request and tell of every end. Returns in the child, with what it is to do."""
    woken, wakes = socket.socketpair()
    wakes.setblocking(False)
    woken.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes.fileno())
    links: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([link, woken], [], [])
        if woken in ready:
            woken.recv(4096)
            _tell_of_ends(links)
        if link in ready:
            asked, fds, _, _ = socket.recv_fds(link, _MESSAGE_BYTES, 3)
            if not asked:
                os._exit(0)  # what this process imported every child has measured too
            if pid := os.fork():
                links[pid] = socket.socket(fileno=fds.pop())
                links[pid].send(str(pid).encode())
                for fd in fds:
                    os.close(fd)
                continue
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for open_here in (link, woken, wakes, *links.values()):
                open_here.close()
            return json.loads(asked), fds


def _tell_of_ends(links: dict[int, socket.socket]) -> None:
    while links:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with links.pop(pid) as link:
            try:
                link.send(str(status).encode())
            except BrokenPipeError:
                continue  # whoever started it does not want to know


def _become(asked: dict[str, Any], fds: list[int]) -> None:
    """Be the program that was asked for."""
    for number, fd in enumerate(fds[:2], start=1):
        os.dup2(fd, number)
    for fd in fds:
        os.close(fd)
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    os.chdir(asked["cwd"])
    sys.argv[:] = asked["arguments"]
    runpy.run_module(asked["arguments"][0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    for name in IMPORTED:
        import_module(name)
    _become(*_wait_for_work(socket.socket(fileno=int(sys.argv[1]))))
