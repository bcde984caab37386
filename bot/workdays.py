"""The working days as the operator's file and the built-in calendar say, read anew when the file changes."""

from datetime import date
from pathlib import Path

import structlog

from handlers.rounds.overrides import FILE_NAME, read_overrides
from handlers.rounds.workdays import WorkCalendar

LARGEST = 256 * 1024
"""Bytes of the file; a year has some forty lines."""

log = structlog.get_logger("workdays")


class Workdays:
    """Call it for the calendar as it stands. A file with faults is told to operators and changes nothing."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE_NAME
        self._seen: tuple[int, int] | None = None
        self._calendar = WorkCalendar()
        self._warned: date | None = None
        self.fault = ""
        """Why the file is not in use: Chinese lines; empty when it is, or when there is none."""

    def __call__(self) -> WorkCalendar:
        """The calendar; a look at the file's time and size is all it costs."""
        seen = self._stamp()
        if seen != self._seen:
            self._seen = seen
            self._read(seen)
        return self._calendar

    def warn(self, today: date) -> None:
        """Tell operators, once a day, that the known days run out."""
        if self._warned == today:
            return
        self._warned = today
        warning = self().warning(today)
        if warning is not None:
            log.warning("working days run out", advice=warning)

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def _read(self, seen: tuple[int, int] | None) -> None:
        self.fault = ""
        if seen is None:
            self._calendar = WorkCalendar()
            return
        try:
            if seen[1] > LARGEST:
                raise ValueError(f"{FILE_NAME} 太大了，最多 {LARGEST // 1024} KB。")
            self._calendar = WorkCalendar(read_overrides(self._file.read_text(encoding="utf-8-sig")))
        except UnicodeDecodeError:
            self.fault = f"{FILE_NAME} 不是 UTF-8 编码，请另存为 UTF-8。"
        except (ValueError, OSError) as error:
            self.fault = str(error)
        if self.fault:
            log.error("working days are not read", file=FILE_NAME, faults=self.fault)
