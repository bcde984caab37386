"""Shared facts of the one process that owns the SQLite file: in memory, and on disk where they live long."""

import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence

from storage.conversations.sqlite_writer import Table, Writer

DURABLE_FROM = 3_600.0
"""Seconds: what lives this long (access tokens, daily limits, links) outlives a restart."""
MOST_ENTRIES = 50_000
"""Short-lived and long-lived entries each, about 300 bytes an entry; beyond it the oldest go first."""

_Entry = tuple[str, float]


class SqliteShared:
    """The Shared contract for one process. Clock: seconds since 1970."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._short: dict[str, _Entry] = {}
        self._long: dict[str, _Entry] = {}
        self._sweep_at = 1_024
        self._queues: dict[str, float] = {}
        """When the next place of each paced queue would come up without a burst; few names, on no disk."""

    def load(self, connection: sqlite3.Connection) -> None:
        """Take over what an earlier process left. Raises sqlite3.Error."""
        self._short.clear()
        newest = connection.execute(
            "SELECT name, value, expires FROM shared WHERE expires > ? ORDER BY expires DESC LIMIT ?",
            (time.time(), MOST_ENTRIES),
        )
        self._long = {name: (value, expires) for name, value, expires in newest}

    async def get(self, name: str) -> str | None:
        """See Shared."""
        entry = self._alive(name)
        return entry[0] if entry else None

    async def get_all(self, names: Sequence[str]) -> Mapping[str, str]:
        """See Shared."""
        return {name: entry[0] for name in names if (entry := self._alive(name))}

    async def put(self, name: str, value: str, ttl: float) -> None:
        """See Shared."""
        await self._set(name, (value, time.time() + ttl), durable=ttl >= DURABLE_FROM)

    async def put_if_absent(self, name: str, value: str, ttl: float) -> str | None:
        """See Shared."""
        entry = self._alive(name)
        if entry is not None:
            return entry[0]
        await self._set(name, (value, time.time() + ttl), durable=ttl >= DURABLE_FROM)
        return None

    async def remove(self, name: str, value: str) -> bool:
        """See Shared."""
        entry = self._alive(name)
        if entry is None or entry[0] != value:
            return False
        await self._set(name, None, durable=False)
        return True

    async def count(self, name: str, ttl: float) -> int:
        """See Shared."""
        entry = self._alive(name)
        if entry is None:
            await self._set(name, ("1", time.time() + ttl), durable=ttl >= DURABLE_FROM)
            return 1
        counted = int(entry[0]) + 1
        await self._set(name, (str(counted), entry[1]), durable=name in self._long)
        return counted

    async def take(self, name: str, rate: float, burst: int, places: int = 1) -> float:
        """See Shared; GCRA: https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm."""
        now = time.time()
        due = max(self._queues.get(name, now), now) + places / rate
        self._queues[name] = due
        return max(0.0, due - burst / rate - now)

    def _alive(self, name: str) -> _Entry | None:
        entry = self._short.get(name) or self._long.get(name)
        return entry if entry is not None and entry[1] > time.time() else None

    async def _set(self, name: str, entry: _Entry | None, *, durable: bool) -> None:
        """Change memory at once, so that nobody comes between, then the disk where it is concerned.

        When the disk cannot be written, memory goes back to what it was unless somebody changed it meanwhile.
        """
        before_short, before_long = self._short.pop(name, None), self._long.pop(name, None)
        place = self._long if durable else self._short
        if entry is not None:
            place[name] = entry
        rows = self._evicted() if len(self._short) + len(self._long) >= self._sweep_at else []
        if durable and entry is not None:
            rows.append((name, *entry))
        elif before_long is not None:
            rows.append(_tombstone(name))
        if not rows:
            return
        try:
            await self._writer.write(*((Table.SHARED, row) for row in rows))
        except Exception:
            if place.get(name) is entry:
                _put_back(self._short, name, before_short)
                _put_back(self._long, name, before_long)
            raise

    def _evicted(self) -> list[tuple[str, str, float]]:
        """Drop what expired and the oldest beyond MOST_ENTRIES; return the rows that take it off the disk."""
        now = time.time()
        self._short = _newest((item for item in self._short.items() if item[1][1] > now), MOST_ENTRIES)
        kept = _newest((item for item in self._long.items() if item[1][1] > now), MOST_ENTRIES)
        gone = [_tombstone(name) for name, entry in self._long.items() if name not in kept and entry[1] > now]
        self._long = kept
        self._sweep_at = min(max(1_024, 2 * (len(self._short) + len(kept))), 2 * MOST_ENTRIES + 1_024)
        return gone


def _newest(items: Iterable[tuple[str, _Entry]], most: int) -> dict[str, _Entry]:
    kept = list(items)
    return dict(kept[-most:] if len(kept) > most else kept)


def _tombstone(name: str) -> tuple[str, str, float]:
    """A row that says the entry is gone; the sweep deletes it."""
    return (name, "", 0.0)


def _put_back(place: dict[str, _Entry], name: str, before: _Entry | None) -> None:
    if before is None:
        place.pop(name, None)
    else:
        place[name] = before
