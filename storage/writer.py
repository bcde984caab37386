"""What the writers outside turns share: rows that must be there, new rows, entries of the audit log."""

from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncSession

from storage import audit
from storage.models import Table

R = TypeVar("R", bound=Table)


class Numbered(Protocol):
    """A row whose id the database gives."""

    id: int | None


class Writer:
    """Writes within one open transaction at one aware UTC time."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now

    async def _known(self, table: type[R], row_id: int) -> R:
        row = await self._session.get(table, row_id)
        if row is None:
            raise LookupError(f"there is no {table.__name__.lower()} {row_id}")
        return row

    async def _one(self, statement: Executable) -> Any:
        await self._session.flush()
        return (await self._session.execute(statement)).scalar_one_or_none()

    async def _add(self, row: Numbered) -> int:
        self._session.add(row)
        await self._session.flush()
        if row.id is None:
            raise RuntimeError("the database gave the new row no id")
        return row.id

    def _note(self, action: str, subject: str, **detail: Any) -> None:
        audit.note(self._session, action, subject, detail)
