"""What people are to be told: put down once, carried by a delivery, seen when it was shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.models import Notice
from storage.statements import Executor, insert_unless_there
from storage.turns import TurnFacts
from storage.vocabulary import NoticeKind


@dataclass(frozen=True, slots=True)
class SeeNotices:
    """Remember that this turn showed these notices (NoticeView.id) to their person. Returns how many were new."""

    notice_ids: tuple[int, ...]

    async def run(self, session: AsyncSession, turn: TurnFacts) -> int:
        """See Command."""
        return await _see(session, self.notice_ids, turn.now, col(Notice.person_id) == (turn.person_id or 0))


async def tell(
    executor: Executor, person_id: int, kind: NoticeKind, subject: str, body: Mapping[str, Any], now: datetime
) -> None:
    """Put a notice down, unless the person was told of this subject (`sheet:GC26-0000179:1`) already."""
    await insert_unless_there(
        executor, Notice, person_id=person_id, kind=kind, subject=subject, body=dict(body), created_at=now
    )


async def _see(session: AsyncSession, notice_ids: Sequence[int], now: datetime, *conditions: Any) -> int:
    change = (
        update(Notice)
        .where(col(Notice.id).in_(notice_ids), col(Notice.seen_at).is_(None), *conditions)
        .values(seen_at=now)
        .returning(col(Notice.id))
        .execution_options(synchronize_session=False)
    )
    return len((await session.execute(change)).all())
