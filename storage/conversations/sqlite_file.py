"""The SQLite file of the conversation store: one process owns it; connections, tables, settings."""

import fcntl
import os
import sqlite3
from pathlib import Path

from storage.conversations.contract import StoreUnavailable

SCHEMA_VERSION = 1

_SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS conversations (
    contact TEXT PRIMARY KEY NOT NULL, seq INTEGER NOT NULL, epoch INTEGER NOT NULL, state TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS replies (
    key TEXT NOT NULL, contact TEXT NOT NULL, at INTEGER NOT NULL, reply TEXT NOT NULL,
    PRIMARY KEY (key, contact)
);
CREATE TABLE IF NOT EXISTS shared (
    name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL, expires REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS beats (id INTEGER PRIMARY KEY CHECK (id = 1), at REAL NOT NULL);
PRAGMA user_version = 1;
COMMIT;
"""
# `epoch`: the run of the process that wrote the row. `at`, `expires`: seconds since 1970, UTC. `beats`: what
# `ping` writes. Replies get ascending rowids, so that the sweep finds the oldest without an index of its own.

_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -1024",  # KiB: the pages that matter are in the system's page cache
    "PRAGMA journal_size_limit = 16777216",  # bytes
    "PRAGMA temp_store = MEMORY",
)


class StoreInUse(Exception):
    """Another process owns the conversation file; `path` and `pid` (0 when unknown) say which."""

    def __init__(self, path: Path, pid: int) -> None:
        super().__init__(
            f"{path} is in use by process {pid or 'unknown'}; one process owns the conversation file: "
            "stop that process, or use a redis:// store for several workers"
        )
        self.path = path
        self.pid = pid


class FileLock:
    """The lock on `<file>.lock`; the operating system frees it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._side = path.with_name(path.name + ".lock")
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take the lock and write our pid into it. Raises StoreInUse, StoreUnavailable."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._side, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreUnavailable(f"{self._side}: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            pid = os.read(descriptor, 20).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise StoreInUse(self._path, int(pid) if pid.isdigit() else 0) from error
        self._descriptor = descriptor
        os.ftruncate(descriptor, 0)
        self._write_pid(descriptor)

    def free(self) -> None:
        """Give the lock back; harmless when it is not taken."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _write_pid(self, descriptor: int) -> None:
        try:
            os.write(descriptor, str(os.getpid()).encode())
        except OSError:  # a full disk: the lock holds all the same, only its message lacks the pid
            return


def prepare(path: Path) -> None:
    """Create the file (readable by its owner only) and its tables. Raises StoreUnavailable."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        connection = connect(path)
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > SCHEMA_VERSION:
                raise StoreUnavailable(f"{path} was written by a newer version of this program")
            if version < SCHEMA_VERSION:
                connection.executescript(_SCHEMA)
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(f"{path}: {error}") from error


def connect(path: Path, *, patience: float = 0.5, read_only: bool = False) -> sqlite3.Connection:
    """A connection without implicit transactions, for any thread (one at a time).

    `patience`: seconds to wait for a foreign lock, an operator's sqlite3 shell say. Raises sqlite3.Error.
    """
    connection = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
    try:
        for setting in _SETTINGS:
            connection.execute(setting).close()
        if read_only:
            connection.execute("PRAGMA query_only = ON").close()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
