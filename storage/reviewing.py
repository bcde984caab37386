"""The office's answer to a sheet: accepted, or returned with a comment; once for each version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.models import Finding, FormVersion, Sheet, SheetReview, Unit
from storage.notices import tell
from storage.sheet_queries import not_own
from storage.statements import insert_unless_there
from storage.tree import may
from storage.turns import TurnFacts
from storage.vocabulary import NoticeKind, Permission, ReviewRefusal, SheetState, Verdict


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The sheet was answered: this version of it is accepted or returned now, and its author has a notice."""

    number: str
    version: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ReviewRefused:
    """Nothing was changed. `state` and `version` are the sheet's now; None and 0 when it is unknown."""

    reason: ReviewRefusal
    state: SheetState | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class AcceptSheet:
    """通过: accept a submitted sheet (canonical number). Returns Reviewed or ReviewRefused.

    `expected_version` is the version that the officer read; None: whichever is submitted. `levels` are the reviewed
    risk levels of findings by their number in SheetView.findings, counted from 1; give `expected_version` with them.
    """

    number: str
    comment: str = field(default="", repr=False)
    expected_version: int | None = None
    levels: Mapping[int, str] = field(default_factory=dict)

    async def run(self, session: AsyncSession, turn: TurnFacts) -> Reviewed | ReviewRefused:
        """See Command."""
        answer = _Answer(self.number, Verdict.ACCEPTED, self.comment, (), self.expected_version, self.levels)
        return await answer.run(session, turn)


@dataclass(frozen=True, slots=True)
class ReturnSheet:
    """退回: return a submitted sheet (canonical number) to be corrected. Returns Reviewed or ReviewRefused.

    `refs` are the questions to correct (empty: the comment says it); `expected_version` as at AcceptSheet.
    """

    number: str
    comment: str = field(repr=False)
    refs: tuple[str, ...] = ()
    expected_version: int | None = None

    async def run(self, session: AsyncSession, turn: TurnFacts) -> Reviewed | ReviewRefused:
        """See Command."""
        answer = _Answer(self.number, Verdict.RETURNED, self.comment, self.refs, self.expected_version)
        return await answer.run(session, turn)


_STATES = {Verdict.ACCEPTED: SheetState.ACCEPTED, Verdict.RETURNED: SheetState.RETURNED}
_NOTICES = {Verdict.ACCEPTED: NoticeKind.SHEET_ACCEPTED, Verdict.RETURNED: NoticeKind.SHEET_RETURNED}


@dataclass(frozen=True, slots=True)
class _Answer:
    number: str
    verdict: Verdict
    comment: str
    refs: tuple[str, ...]
    expected_version: int | None
    levels: Mapping[int, str] = field(default_factory=dict)

    async def run(self, session: AsyncSession, turn: TurnFacts) -> Reviewed | ReviewRefused:
        """The sheet's row is locked first: of two officers at once, the second finds it answered."""
        sheet = await self._locked(session, turn)
        if sheet is None:
            return ReviewRefused(ReviewRefusal.UNKNOWN)
        state = SheetState(sheet.state)
        if await self._is_own(session, turn, sheet):
            return ReviewRefused(ReviewRefusal.OWN, state, sheet.version)
        if state is not SheetState.SUBMITTED:
            return ReviewRefused(ReviewRefusal.STATE, state, sheet.version)
        if self.expected_version not in (None, sheet.version):
            return ReviewRefused(ReviewRefusal.CHANGED, state, sheet.version)
        await self._write(session, turn, sheet)
        return Reviewed(self.number, sheet.version, self.verdict)

    async def _locked(self, session: AsyncSession, turn: TurnFacts) -> Any:
        query = (
            select(col(Sheet.id), col(Sheet.state), col(Sheet.version), col(Sheet.person_id), col(FormVersion.title))
            .join(FormVersion, col(FormVersion.id) == col(Sheet.form_version_id))
            .join(Unit, col(Unit.id) == col(Sheet.unit_id))
            .where(col(Sheet.number) == self.number, may(Permission.REVIEW_SHEETS, turn.contact, col(Unit.path)))
            .with_for_update(key_share=True, of=Sheet)
        )
        return (await session.execute(query)).one_or_none()

    async def _is_own(self, session: AsyncSession, turn: TurnFacts, sheet: Any) -> bool:
        """By person, by the contact that a version was handed in from, or by the appointment (回避)."""
        query = select(col(Sheet.id)).where(col(Sheet.id) == sheet.id, not_own(turn.contact))
        return (await session.execute(query)).scalar_one_or_none() is None

    async def _write(self, session: AsyncSession, turn: TurnFacts, sheet: Any) -> None:
        change = update(Sheet).where(col(Sheet.id) == sheet.id).values(state=_STATES[self.verdict])
        await session.execute(change.execution_options(synchronize_session=False))
        await insert_unless_there(
            session,
            SheetReview,
            sheet_id=sheet.id,
            version=sheet.version,
            person_id=turn.person_id,
            verdict=self.verdict,
            comment=self.comment,
            refs=list(self.refs),
            levels={str(number): level for number, level in self.levels.items()},
            at=turn.now,
        )
        told = {"number": self.number, "title": sheet.title, "version": sheet.version, "comment": self.comment}
        if self.verdict is Verdict.RETURNED:
            told["refs"] = list(self.refs)
        if self.levels:
            told["levels"] = await self._levels(session, sheet)
        subject = f"sheet:{self.number}"
        await tell(session, sheet.person_id, _NOTICES[self.verdict], f"{subject}:{sheet.version}", told, turn.now)
        set_levels = {"levels": {str(number): level for number, level in self.levels.items()}} if self.levels else {}
        audit.note(session, f"sheet.{self.verdict}", subject, {"version": sheet.version, **set_levels})

    async def _levels(self, session: AsyncSession, sheet: Any) -> list[dict[str, Any]]:
        """The findings whose level was reviewed, with both levels."""
        query = (
            select(col(Finding.text), col(Finding.level))
            .where(col(Finding.sheet_id) == sheet.id, col(Finding.version) == sheet.version)
            .order_by(col(Finding.place))
        )
        rows = enumerate((await session.execute(query)).all(), start=1)
        return [
            {"number": number, "text": row.text, "level": row.level, "reviewed": self.levels[number]}
            for number, row in rows
            if number in self.levels
        ]
