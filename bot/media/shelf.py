"""Where files are kept: each under the SHA-256 of its content, written whole or not at all, once."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

GRACE: Final = 3600.0
"""Seconds since its last change before a file that no row names is deleted: it may be about to be named."""
_INCOMING: Final = "incoming"
_HEX: Final = frozenset("0123456789abcdef")
_DIGITS: Final = 64


class Shelf:
    """The files of one deployment under `folder`: `ab/abcd…`. All methods block; call them in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / _INCOMING

    def path(self, sha256: str) -> Path:
        """Where the file with this SHA-256 (hex) is. Raises ValueError for anything else."""
        if len(sha256) != _DIGITS or not _HEX.issuperset(sha256):
            raise ValueError("not a SHA-256")
        return self._folder / sha256[:2] / sha256

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A place for a file that is being received, on the same disk; what is left there at the end is deleted.
        Raises OSError.
        """
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self._incoming / secrets.token_hex(16)
        try:
            yield place
        finally:
            place.unlink(missing_ok=True)

    def keep(self, source: Path) -> tuple[str, int]:
        """Move a finished file (within `scratch`) to its place; its SHA-256 and its size in bytes. Raises OSError.

        When this returns the file survives a loss of power. A file that is there already is replaced by its equal,
        which also makes its last change now, see GRACE.
        """
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = os.fstat(file.fileno()).st_size
            os.fsync(file.fileno())
        target = self.path(digest)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        source.chmod(0o600)
        os.utime(source)
        source.replace(target)
        for folder in (target.parent, self._folder):
            _sync(folder)
        return digest, size

    def remove(self, sha256: str, before: float) -> bool:
        """Delete a file whose last change was before this time (seconds since 1970); False when it is younger.

        It is moved away first and looked at then: one that is stored anew at the same moment is put back.
        """
        place = self.path(sha256)
        with self.scratch() as aside:
            try:
                place.replace(aside)
            except FileNotFoundError:
                return True
            if aside.stat().st_mtime >= before:
                aside.replace(place)
                return False
        return True

    def old_files(self, first: str, before: float) -> list[str]:
        """The SHA-256s in the folder `first` (two hex digits) whose last change was before this time."""
        with suppress(FileNotFoundError), os.scandir(self._folder / first) as entries:
            return [entry.name for entry in entries if len(entry.name) == _DIGITS and entry.stat().st_mtime < before]
        return []

    def sweep_incoming(self, before: float) -> int:
        """Delete what a crash left half received before this time; how many."""
        removed = 0
        with suppress(FileNotFoundError), os.scandir(self._incoming) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    if entry.stat().st_mtime < before:
                        Path(entry.path).unlink()
                        removed += 1
        return removed


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
