"""The audit log: append-only, each line chained to the one before it by a hash, written with what it tells
of.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.models import AuditEntry, Counter, core
from storage.statements import take
from storage.turns import TurnFacts

_COUNTER = "audit"
_NOTED = "audit"
_BEGINNING = "0" * 64
_CHUNK = 1000
_APPEND = insert(core(AuditEntry))
_HASH_AT = select(col(AuditEntry.hash)).where(col(AuditEntry.position) == bindparam("place"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the chain found. `head` is the last good line's hash (hex); keep a copy elsewhere.

    `broken_at` is the position (from 1) of the first line that is missing or was changed, None when all is
    well.
    """

    entries: int
    head: str
    broken_at: int | None = None


@dataclass(frozen=True, slots=True)
class WriteAudit:
    """Put one entry on the audit log (who and when come from the turn). Returns None.

    `action` is like `sheet.read`, `subject` like `sheet:GC26-0000179`; `detail` is small JSON, never message
    text.
    """

    action: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)

    async def run(self, session: AsyncSession, turn: TurnFacts) -> None:
        """See Command."""
        note(session, self.action, self.subject, self.detail)


def note(session: AsyncSession, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
    """Remember an entry until the end of the transaction, where `write_noted` appends them all."""
    session.info.setdefault(_NOTED, []).append((action, subject, _canonical(detail or {})))


async def write_noted(session: AsyncSession, actor: str, now: datetime) -> None:
    """Append what was noted, as the last writes of a transaction.

    The counter's row is locked from here to the commit, so that lines are chained in the order of their
    commits; it is the last lock of every transaction, so that it can be part of no deadlock. It also tells
    when the tail of the log was cut off.
    """
    noted: list[tuple[str, str, str]] = session.info.pop(_NOTED, [])
    if not noted:
        return
    last = await take(session, _COUNTER, len(noted))
    first = last - len(noted) + 1
    previous = (await session.execute(_HASH_AT, {"place": first - 1})).scalar_one_or_none() or _BEGINNING
    rows = []
    for position, (action, subject, detail) in enumerate(noted, first):
        row: dict[str, Any] = {
            "position": position,
            "at": now.astimezone(UTC),
            "actor": actor,
            "action": action,
            "subject": subject,
            "detail": detail,
            "previous": previous,
        }
        previous = row["hash"] = _hash(row)
        rows.append(row)
    for start in range(0, len(rows), _CHUNK):
        await session.execute(_APPEND, rows[start : start + _CHUNK])


async def verify(session: AsyncSession) -> Verdict:
    """Walk the whole chain, in chunks, up to the last line that stood when the walk began."""
    counted = select(col(Counter.value)).where(col(Counter.name) == _COUNTER)
    last = (await session.execute(counted)).scalar_one_or_none() or 0
    position, head = 0, _BEGINNING
    while True:
        rows = await _chunk(session, position)
        for row in rows:
            if row["position"] != position + 1 or row["previous"] != head or row["hash"] != _hash(row):
                return Verdict(position, head, position + 1)
            position, head = row["position"], row["hash"]
        if len(rows) < _CHUNK:
            return Verdict(position, head, position + 1 if position < last else None)


async def _chunk(session: AsyncSession, after: int) -> Sequence[RowMapping]:
    entry = AuditEntry
    query = select(
        col(entry.position),
        col(entry.at),
        col(entry.actor),
        col(entry.action),
        col(entry.subject),
        col(entry.detail),
        col(entry.previous),
        col(entry.hash),
    )
    query = query.where(col(entry.position) > after).order_by(col(entry.position)).limit(_CHUNK)
    return (await session.execute(query)).mappings().all()


def _hash(row: Mapping[str, Any] | RowMapping) -> str:
    told = [
        row["position"],
        row["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        row["actor"],
        row["action"],
        row["subject"],
        row["detail"],
        row["previous"],
    ]
    return hashlib.sha256(_canonical(told).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
