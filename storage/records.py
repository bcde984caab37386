"""What a turn may read: one object a turn, bound to the rights of the turn's contact."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import principals, queries
from storage.connections import Connections
from storage.invites import code_digest, normalise_code
from storage.models import Draft
from storage.views import (
    AppointmentView,
    DraftView,
    FindingView,
    FormChoice,
    FormVersionView,
    InviteView,
    OfficeView,
    Principal,
    SheetView,
    UnitView,
)
from storage.vocabulary import DraftState

__all__ = [
    "AppointmentView",
    "DraftView",
    "FindingView",
    "FormChoice",
    "FormVersionView",
    "InviteView",
    "OfficeView",
    "Principal",
    "Records",
    "SheetView",
    "UnitView",
]

T = TypeVar("T")


class Records:
    """The reads of one turn. Each call uses one short-lived session; all raise RecordsUnavailable.

    `now` is aware UTC; what runs "today" is decided in `timezone`. `before_first` is awaited once, before the
    first read (dispatch looks the message key up there); what it raises comes out of that read.
    """

    def __init__(
        self,
        connections: Connections,
        contact: str,
        *,
        now: datetime,
        timezone: ZoneInfo,
        code_key: bytes,
        before_first: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._connections = connections
        self._contact = contact
        self._now = now
        self._today = now.astimezone(timezone).date()
        self._code_key = code_key
        self._before_first = before_first
        self._first = asyncio.Lock()
        self._principal: Principal | None = None
        self._forms: tuple[FormChoice, ...] | None = None

    @property
    def generation(self) -> int | None:
        """The generation of the rights that this turn read, for commit_turn; None when it read none."""
        return None if self._principal is None else self._principal.generation

    async def principal(self) -> Principal:
        """Who the contact is; read once a turn."""
        if self._principal is None:
            self._principal = await self._read(
                lambda session: principals.principal(session, self._contact, self._today)
            )
        return self._principal

    async def invite(self, code: str) -> InviteView | None:
        """Whom this code (as typed) would bind, or None when it is unknown, used, expired or its person is
        bound.
        """
        normal = normalise_code(code)
        if normal is None:
            return None
        digest = code_digest(normal, self._code_key)
        return await self._read(lambda session: principals.invite(session, digest, self._now))

    async def forms(self) -> tuple[FormChoice, ...]:
        """Published forms of the levels of my running appointments; the most specific unit's of each; read once."""
        if self._forms is None:
            self._forms = await self._read(lambda session: queries.forms(session, self._contact, self._today))
        return self._forms

    async def open_drafts(self) -> tuple[DraftView, ...]:
        """My drafts that are open, the one touched last first."""
        mine = queries.drafts_of(self._contact).where(col(Draft.state) == DraftState.OPEN)
        return await self._read(lambda session: queries.drafts(session, mine))

    async def draft(self, draft_id: str) -> DraftView | None:
        """My draft in whatever state, or None."""
        mine = queries.drafts_of(self._contact).where(col(Draft.id) == draft_id)
        found = await self._read(lambda session: queries.drafts(session, mine))
        return found[0] if found else None

    async def sheet(self, number: str) -> SheetView | None:
        """A sheet (canonical number) within the subtree of an office of mine that reads sheets, and not my
        own.
        """
        return await self._read(lambda session: queries.sheet(session, self._contact, number))

    async def form_version(self, version_id: int) -> FormVersionView | None:
        """A published version, or None; forms are no secret."""
        return await self._read(lambda session: queries.form_version(session, version_id))

    async def _read(self, load: Callable[[AsyncSession], Coroutine[Any, Any, T]]) -> T:
        async with self._first:
            if self._before_first is not None:
                await self._before_first()
                self._before_first = None
        return await self._connections.bounded(self._in_session(load))

    async def _in_session(self, load: Callable[[AsyncSession], Coroutine[Any, Any, T]]) -> T:
        async with self._connections.reading() as session:
            return await load(session)
