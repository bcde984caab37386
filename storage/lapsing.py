"""Drafts that nobody touches: their person is warned, then they lapse, then their answers are erased."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.connections import Connections
from storage.media import drop_media_of
from storage.models import Draft, FormVersion, Notice
from storage.notices import tell
from storage.vocabulary import DraftState, NoticeKind

_ACTOR = "clock"
_AT_ONCE = 100
"""Drafts in one transaction, so that a turn that writes waits a few milliseconds for it."""


class Lapsing:
    """What the clock does to drafts. Every method may be called by several workers at once, works in short
    transactions, returns how many drafts it touched, and raises RecordsUnavailable like Database; times are aware.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def warn(self, *, untouched_since: datetime, lapse_after: timedelta, now: datetime) -> int:
        """Put down a notice for open drafts last touched before `untouched_since`, once for each touch.

        `lapse_after`: how long after its last touch a draft lapses, to be told in the notice.
        """

        async def work(session: AsyncSession) -> int:
            rows = (await session.execute(_unwarned(min(untouched_since, now)))).all()
            for row in rows:
                lapses_at = (row.updated_at + lapse_after).astimezone(UTC).isoformat()
                body = {"draft": row.id, "title": row.title, "lapses_at": lapses_at}
                subject = f"{row.id}@{row.updated_at.isoformat()}"
                await tell(session, row.person_id, NoticeKind.DRAFT_LAPSING, subject, body, now)
            return len(rows)

        return await self._chunks(work)

    async def lapse(self, *, untouched_since: datetime, now: datetime) -> int:
        """Let open drafts lapse that were last touched before `untouched_since`; their people get a notice.

        `updated_at` of a lapsed draft is when it lapsed.
        """

        async def work(session: AsyncSession) -> int:
            rows = await _taken(session, DraftState.OPEN, untouched_since)
            await _change(session, rows, state=DraftState.LAPSED, updated_at=now)
            for row in rows:
                body = {"draft": row.id, "title": row.title}
                await tell(session, row.person_id, NoticeKind.DRAFT_LAPSED, f"{row.id}@{now.isoformat()}", body, now)
            await _noted(session, "draft.lapsed", rows, now)
            return len(rows)

        return await self._chunks(work)

    async def erase(self, *, lapsed_before: datetime, now: datetime) -> int:
        """Erase the answers, and let go the media, of drafts that lapsed before `lapsed_before`."""

        async def work(session: AsyncSession) -> int:
            rows = await _taken(session, DraftState.LAPSED, lapsed_before)
            await _change(session, rows, state=DraftState.DROPPED, answers={}, position=None, updated_at=now)
            await drop_media_of(session, [row.id for row in rows])
            await _noted(session, "draft.erased", rows, now)
            return len(rows)

        return await self._chunks(work)

    async def _chunks(self, work: Callable[[AsyncSession], Awaitable[int]]) -> int:
        touched = 0
        while count := await self._connections.bounded(self._chunk(work)):
            touched += count
        return touched

    async def _chunk(self, work: Callable[[AsyncSession], Awaitable[int]]) -> int:
        async with self._connections.writing() as session:
            return await work(session)


def _old(state: DraftState, before: datetime) -> Any:
    return (
        select(col(Draft.id), col(Draft.person_id), col(Draft.updated_at), col(FormVersion.title))
        .join(FormVersion, col(FormVersion.id) == col(Draft.form_version_id))
        .where(col(Draft.state) == state, col(Draft.updated_at) < before)
        .order_by(col(Draft.updated_at))
        .limit(_AT_ONCE)
    )


def _unwarned(before: datetime) -> Any:
    """Old drafts whose person has no warning from after the last touch."""
    warned = exists(
        select(col(Notice.id)).where(
            col(Notice.person_id) == col(Draft.person_id),
            col(Notice.kind) == NoticeKind.DRAFT_LAPSING,
            col(Notice.subject).startswith(col(Draft.id)),
            col(Notice.created_at) >= col(Draft.updated_at),
        )
    ).correlate(Draft)
    return _old(DraftState.OPEN, before).where(~warned)


async def _taken(session: AsyncSession, state: DraftState, before: datetime) -> Sequence[Row[Any]]:
    """Old drafts, locked; those that somebody else works on are left to them."""
    query = _old(state, before).with_for_update(skip_locked=True, key_share=True, of=Draft)
    rows: Sequence[Row[Any]] = (await session.execute(query)).all()
    return rows


async def _change(session: AsyncSession, rows: Sequence[Row[Any]], **values: Any) -> None:
    change = update(Draft).where(col(Draft.id).in_([row.id for row in rows]))
    change = change.values(version=col(Draft.version) + 1, **values)
    await session.execute(change.execution_options(synchronize_session=False))


async def _noted(session: AsyncSession, action: str, rows: Sequence[Row[Any]], now: datetime) -> None:
    for row in rows:
        audit.note(session, action, f"draft:{row.id}")
    await audit.write_noted(session, _ACTOR, now)
