"""What a turn may read: one object a turn, bound to the rights of the turn's contact."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from storage import briefing_views, lexicon, other_texts, own_sheets, principals, queries, sheet_queries, text_queries
from storage.briefing_views import Briefing
from storage.connections import Connections
from storage.duty_records import DutyRecords
from storage.invites import code_digest, normalise_code
from storage.keeping_records import KeepingRecords
from storage.project_names import project_key
from storage.submission import NewText
from storage.text_views import (
    LabelCorrectionView,
    LexiconEditView,
    LexiconState,
    MessageView,
    OwnMessage,
    ReceivedMessages,
    RecentText,
    TextCursor,
)
from storage.views import (
    AppointmentView,
    ComparedText,
    DraftView,
    FindingView,
    FormChoice,
    FormVersionView,
    InviteView,
    MediaView,
    NoticeView,
    OfficeView,
    OwnSheet,
    PastSheet,
    Principal,
    ReturnedSheet,
    SheetVersionView,
    SheetView,
    TextSketch,
    UnitView,
    WaitingSheets,
)
from storage.vocabulary import DraftState

__all__ = [
    "AppointmentView",
    "ComparedText",
    "DraftView",
    "FindingView",
    "FormChoice",
    "FormVersionView",
    "InviteView",
    "LabelCorrectionView",
    "LexiconEditView",
    "LexiconState",
    "MediaView",
    "MessageView",
    "NoticeView",
    "OfficeView",
    "OwnMessage",
    "OwnSheet",
    "PastSheet",
    "Principal",
    "RecentText",
    "Records",
    "ReturnedSheet",
    "SheetVersionView",
    "SheetView",
    "TextCursor",
    "TextSketch",
    "UnitView",
    "WaitingSheets",
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

    @property
    def rounds(self) -> DutyRecords:
        """What is read about rounds: duties, deliveries, rules."""
        return DutyRecords(self._read, self._contact, self._today)

    @property
    def people(self) -> KeepingRecords:
        """What those read who keep people."""
        return KeepingRecords(self._read, self._contact, self._today)

    async def principal(self) -> Principal:
        """Who the contact is; read once a turn. Raises ContactMoved."""
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
        """The forms that I may fill now: for my running appointments (the most specific unit that offers any form of
        the level), for everyone by my unit and for officers by their offices (the most specific of each name); read
        once.
        """
        if self._forms is None:
            self._forms = await self._read(lambda session: queries.forms(session, self._contact, self._today))
        return self._forms

    async def open_drafts(self) -> tuple[DraftView, ...]:
        """My drafts that are open, the one touched last first."""
        return await self._read(lambda session: queries.drafts(session, self._contact, DraftState.OPEN))

    async def draft(self, draft_id: str) -> DraftView | None:
        """My draft in whatever state, or None."""
        return await self._read(lambda session: queries.draft(session, self._contact, draft_id))

    async def lapsed_drafts(self) -> tuple[DraftView, ...]:
        """My drafts that lapsed and may be restored (RestoreDraft), the one that lapsed last first."""
        return await self._read(lambda session: queries.drafts(session, self._contact, DraftState.LAPSED))

    async def media(self, draft_id: str) -> tuple[MediaView, ...]:
        """What I sent for my draft, and for the earlier hand-ins of the sheet that it corrects; without what was
        dropped, in the order in which it came.
        """
        return await self._read(lambda session: queries.media(session, self._contact, draft_id))

    async def notices(self) -> tuple[NoticeView, ...]:
        """What I have not been shown yet, the oldest first; show it and say so (SeeNotices)."""
        return await self._read(lambda session: queries.notices(session, self._contact))

    async def sheet(self, number: str) -> SheetView | None:
        """A sheet (canonical number) within the subtree of an office of mine that reads sheets, and not my
        own.
        """
        return await self._read(lambda session: sheet_queries.sheet(session, self._contact, number))

    async def sheet_versions(self, number: str) -> tuple[SheetVersionView, ...]:
        """All hand-ins of such a sheet, the oldest first; empty when I may not read it."""
        return await self._read(lambda session: sheet_queries.versions(session, self._contact, number))

    async def sheet_media(self, number: str) -> tuple[MediaView, ...]:
        """The media of all hand-ins of such a sheet; empty when I may not read it."""
        return await self._read(lambda session: sheet_queries.media(session, self._contact, number))

    async def waiting_sheets(self, limit: int = 10) -> WaitingSheets:
        """The sheets that wait for an answer within the subtree of an office of mine that reviews, never my own."""
        return await self._read(lambda session: sheet_queries.waiting(session, self._contact, limit))

    async def my_sheets(self, limit: int = 10) -> tuple[OwnSheet, ...]:
        """What I handed in, the newest first."""
        return await self._read(lambda session: own_sheets.own(session, self._contact, limit))

    async def my_sheet(self, number: str) -> SheetView | None:
        """A sheet (canonical number) that I handed in, as I may read it: without what was noticed about it."""
        return await self._read(lambda session: own_sheets.whole(session, self._contact, number))

    async def my_sheet_versions(self, number: str) -> tuple[SheetVersionView, ...]:
        """All hand-ins of such a sheet, the oldest first; empty when it is not mine."""
        return await self._read(lambda session: own_sheets.versions(session, self._contact, number))

    async def briefing(self) -> Briefing | None:
        """The last risk briefing that I was asked to acknowledge."""
        return await self._read(lambda session: briefing_views.own(session, self._contact, self._today))

    async def returned_sheets(self) -> tuple[ReturnedSheet, ...]:
        """My sheets that wait to be corrected, with the office's comment; the one returned last first."""
        return await self._read(lambda session: own_sheets.returned(session, self._contact))

    async def last_sheet(self, form_name: str, *, unit_id: int, but: str = "") -> PastSheet | None:
        """The sheet that I handed in last on forms of this name for this unit (FormChoice.unit_id), in whatever
        state; `but` is the number of one to leave out, as when it is being corrected.
        """
        return await self._read(lambda session: own_sheets.last(session, self._contact, form_name, unit_id, but))

    async def last_project_sheet(
        self, form_name: str, project: str, *, unit_id: int, but: str = ""
    ) -> PastSheet | None:
        """The newest sheet of this project (its name as given) within the unit, whoever wrote it, if I am observer of
        the unit today; `but` as at last_sheet.
        """
        key = project_key(project)
        return await self._read(
            lambda session: own_sheets.last_of_project(
                session, self._contact, self._today, form_name, key, unit_id, but
            )
        )

    async def text_sketches(
        self,
        form_name: str,
        texts: Sequence[NewText],
        *,
        unit_id: int,
        since: datetime,
        ratio: float = 0.5,
        limit: int = 100,
    ) -> tuple[tuple[TextSketch, ...], ...]:
        """Candidates of near-copies: texts of other units' sheets on forms of this name handed in from `since` on,
        never of mine. `unit_id` is the unit that the sheet is for.

        For each of `texts` at most `limit`, those that share most of its marks, and at least two where it has two; of
        the same number the newest. All are at least `ratio` times and at most 1/`ratio` times as long.
        """
        return await self._read(
            lambda session: other_texts.sketches(
                session,
                self._contact,
                form_name,
                texts,
                unit_id=unit_id,
                since=since,
                ratio=ratio,
                limit=limit,
            )
        )

    async def compared_texts(self, ids: Sequence[int], *, unit_id: int) -> tuple[ComparedText, ...]:
        """The texts of such sketches, in this order, with where they come from. For the quality check only, to be
        shown to no observer.
        """
        return await self._read(lambda session: other_texts.compared(session, self._contact, ids, unit_id=unit_id))

    async def message(self, number: str) -> MessageView | None:
        """A message (canonical number, YJ…) within the subtree of an office of mine that reads messages, and not my
        own.
        """
        return await self._read(lambda session: text_queries.message(session, self._contact, number))

    async def my_messages(self, limit: int = 10, number: str = "") -> tuple[OwnMessage, ...]:
        """What I wrote, the newest first; also what this contact wrote before it was bound. With a canonical `number`
        only that one.
        """
        return await self._read(lambda session: text_queries.own(session, self._contact, limit, number))

    async def recent_texts(
        self, since: datetime, *, limit: int = 500, after: TextCursor | None = None
    ) -> tuple[RecentText, ...]:
        """Messages, and findings of sheets' newest versions, that I may read as an officer and that were handed in from
        `since` (aware) on, the newest first; `after` is the last cursor of the page before.
        """
        return await self._read(lambda session: text_queries.recent(session, self._contact, since, limit, after))

    async def received_messages(self, since: datetime, *, limit: int = 10, offset: int = 0) -> ReceivedMessages:
        """Messages that I may read as an officer, handed in from `since` (aware) on, and how many they are."""
        return await self._read(lambda session: text_queries.received(session, self._contact, since, limit, offset))

    async def label_corrections(self, *, after: int = 0, limit: int = 1000) -> tuple[LabelCorrectionView, ...]:
        """The newest correction of each text whose labels I may correct, with an id greater than `after`, the oldest
        first.
        """
        return await self._read(lambda session: text_queries.corrections(session, self._contact, after, limit))

    async def lexicon_version(self) -> int:
        """The version of the staff's lexicon edits, 0 when there are none; no right is asked for."""
        return await self._read(lexicon.newest)

    async def lexicon_edits(self) -> LexiconState:
        """The staff's edits as they count now: what the classifier is made with; no right is asked for."""
        return await self._read(lexicon.state)

    async def lexicon_history(self, limit: int = 10) -> tuple[LexiconEditView, ...]:
        """Edits and their undoings, the newest first; empty unless some office of mine corrects labels."""
        return await self._read(lambda session: lexicon.history(session, self._contact, limit))

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
