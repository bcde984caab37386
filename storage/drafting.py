"""A draft's life up to its submission: begun, saved, dropped, restored after it lapsed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.media import drop_media_of
from storage.models import Draft, FormVersion, Sheet, core
from storage.offers import offered
from storage.statements import insert_unless_there
from storage.tree import person_of
from storage.turns import TurnFacts
from storage.vocabulary import DraftState, SheetState


@dataclass(frozen=True, slots=True)
class DraftBegun:
    """`begun` is False when the form cannot be filled by this person for this appointment or unit, or the sheet not
    corrected by them (any more, or another draft does so already).

    `version` is the one to expect next; 0 when not begun.
    """

    begun: bool
    version: int


@dataclass(frozen=True, slots=True)
class DraftSaved:
    """`saved` is False when the draft is not open, not this person's, or has another version than expected.

    `version` is the one to expect next; 0 when not saved.
    """

    saved: bool
    version: int


@dataclass(frozen=True, slots=True)
class DraftDropped:
    """`dropped` is False when there was no such open draft of this person."""

    dropped: bool


@dataclass(frozen=True, slots=True)
class DraftRestored:
    """`restored` is False when there is no such lapsed draft of this person, or its sheet needs it no more.

    `version` is the one to expect next; 0 when not restored.
    """

    restored: bool
    version: int


@dataclass(frozen=True, slots=True)
class BeginDraft:
    """Open a draft under an id that the handler made. Returns DraftBegun; the same id twice is one draft.

    For an appointment, or (`appointment_id` None) for the unit `unit_id`, both as FormChoice names them. With
    `sheet_id` it corrects that returned sheet of the person, on any version of the same form; appointment and unit
    are the sheet's then. `answers` and `position` are what the draft begins with (as SaveDraft keeps them).
    """

    draft_id: str
    form_version_id: int
    appointment_id: int | None
    person_id: int
    unit_id: int | None = None
    sheet_id: int | None = None
    answers: Mapping[str, Any] = field(default_factory=dict, repr=False)
    position: str | None = None

    async def run(self, session: AsyncSession, turn: TurnFacts) -> DraftBegun:
        """See Command."""
        if turn.person_id != self.person_id:
            return DraftBegun(False, 0)
        place = await (self._offered(session, turn) if self.sheet_id is None else self._returned(session))
        if place is None:
            return DraftBegun(False, 0)
        await insert_unless_there(
            session,
            Draft,
            id=self.draft_id,
            person_id=self.person_id,
            appointment_id=place.appointment_id,
            unit_id=place.unit_id,
            sheet_id=self.sheet_id,
            form_version_id=self.form_version_id,
            state=DraftState.OPEN,
            version=1,
            position=self.position,
            answers=dict(self.answers),
            created_at=turn.now,
            updated_at=turn.now,
        )
        stands = select(col(Draft.version)).where(*_my_draft(self.draft_id, turn))
        version = (await session.execute(stands)).scalar_one_or_none()
        return DraftBegun(version is not None, version or 0)

    async def _offered(self, session: AsyncSession, turn: TurnFacts) -> Any:
        """Appointment and unit, when the form is offered for them."""
        today = turn.now.astimezone(turn.timezone).date()
        asked = {"person": self.person_id, "today": today, "form_version": self.form_version_id}
        rows = (await session.execute(_OFFERED, asked)).all()
        wanted = (self.appointment_id, self.unit_id)
        for row in rows:
            if self.appointment_id is None and (row.appointment_id, row.unit_id) == wanted:
                return row
            if self.appointment_id is not None and row.appointment_id == self.appointment_id:
                return row
        return None

    async def _returned(self, session: AsyncSession) -> Any:
        """Appointment and unit of the sheet, when it waits to be corrected by no other draft."""
        sheet = (await session.execute(_LOCK_SHEET, {"sheet": self.sheet_id})).one_or_none()
        if sheet is None or sheet.person_id != self.person_id or sheet.state != SheetState.RETURNED:
            return None
        forms = select(col(FormVersion.form_id)).where(
            col(FormVersion.id).in_((self.form_version_id, sheet.form_version_id))
        )
        if len(set((await session.execute(forms)).scalars())) != 1:
            return None
        return None if await _corrected_elsewhere(session, self.sheet_id, self.draft_id) else sheet


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Keep the answers (ref -> value, JSON) and the position of an open draft. Returns DraftSaved."""

    draft_id: str
    expected_version: int
    answers: Mapping[str, Any] = field(repr=False)
    position: str | None

    async def run(self, session: AsyncSession, turn: TurnFacts) -> DraftSaved:
        """See Command."""
        change = (
            update(Draft)
            .where(*_my_draft(self.draft_id, turn), col(Draft.version) == self.expected_version)
            .values(
                answers=dict(self.answers),
                position=self.position,
                version=col(Draft.version) + 1,
                updated_at=turn.now,
            )
            .returning(col(Draft.version))
            .execution_options(synchronize_session=False)
        )
        version = (await session.execute(change)).scalar_one_or_none()
        return DraftSaved(version is not None, version or 0)


@dataclass(frozen=True, slots=True)
class DraftCopy:
    """What a conversation holds of an open draft, to be kept in the records too; not a command, for nobody waits.

    It is what lists and expiry read and what a lost conversation store is rebuilt from; the conversation stays the
    original. `version` is the draft's, which a copy does not raise; `contact` is whose conversation it is.
    """

    draft_id: str
    version: int
    answers: Mapping[str, Any] = field(repr=False)
    position: str | None
    contact: str


@dataclass(frozen=True, slots=True)
class KeepCopy:
    """Keep what another contact's conversation holds of an open draft, while that contact is still the person's: see
    `keep_copies`. Returns nothing.
    """

    copy: DraftCopy

    async def run(self, session: AsyncSession, turn: TurnFacts) -> None:
        """See Command."""
        await keep_copies(session, [(self.copy, turn.now)])


@dataclass(frozen=True, slots=True)
class DropDraft:
    """Give a draft up; its answers are erased. Returns DraftDropped."""

    draft_id: str

    async def run(self, session: AsyncSession, turn: TurnFacts) -> DraftDropped:
        """See Command."""
        change = (
            update(Draft)
            .where(*_my_draft(self.draft_id, turn))
            .values(
                state=DraftState.DROPPED,
                answers={},
                position=None,
                version=col(Draft.version) + 1,
                updated_at=turn.now,
            )
            .returning(col(Draft.id))
            .execution_options(synchronize_session=False)
        )
        dropped = (await session.execute(change)).scalar_one_or_none() is not None
        if dropped:
            await drop_media_of(session, (self.draft_id,))
        return DraftDropped(dropped)


@dataclass(frozen=True, slots=True)
class RestoreDraft:
    """Open a lapsed draft again. Returns DraftRestored."""

    draft_id: str

    async def run(self, session: AsyncSession, turn: TurnFacts) -> DraftRestored:
        """See Command."""
        mine = _my_draft(self.draft_id, turn, DraftState.LAPSED)
        sheet_id = (await session.execute(select(col(Draft.sheet_id)).where(*mine))).scalar_one_or_none()
        if sheet_id is not None:
            sheet = (await session.execute(_LOCK_SHEET, {"sheet": sheet_id})).one()
            if sheet.state != SheetState.RETURNED or await _corrected_elsewhere(session, sheet_id, self.draft_id):
                return DraftRestored(False, 0)
        change = (
            update(Draft)
            .where(*mine)
            .values(state=DraftState.OPEN, version=col(Draft.version) + 1, updated_at=turn.now)
            .returning(col(Draft.version))
            .execution_options(synchronize_session=False)
        )
        version = (await session.execute(change)).scalar_one_or_none()
        return DraftRestored(version is not None, version or 0)


async def keep_copies(session: AsyncSession, copies: Sequence[tuple[DraftCopy, datetime]]) -> None:
    """Write copies (each with the aware time it was made); one that is older than what stands there, of a draft that
    was handed in, dropped or changed meanwhile, or of a contact that is not the person's (any more), changes nothing.
    """
    rows = [
        {
            "draft": copy.draft_id,
            "seen": copy.version,
            "kept": dict(copy.answers),
            "place": copy.position,
            "made": made,
            "whose": copy.contact,
        }
        for copy, made in copies
    ]
    connection = await session.connection()
    await connection.execute(_KEEP_COPY, rows)


_DRAFTS = core(Draft)
_KEEP_COPY = (
    update(_DRAFTS)
    .where(
        _DRAFTS.c.id == bindparam("draft"),
        _DRAFTS.c.state == DraftState.OPEN,
        _DRAFTS.c.version == bindparam("seen"),
        _DRAFTS.c.updated_at <= bindparam("made"),
        _DRAFTS.c.person_id == person_of(bindparam("whose", type_=String)),
    )
    .values(answers=bindparam("kept"), position=bindparam("place"), updated_at=bindparam("made"))
)


_OFFERED = offered(bindparam("person", type_=Integer)).where(col(FormVersion.id) == bindparam("form_version"))
_LOCK_SHEET = (
    select(
        col(Sheet.person_id),
        col(Sheet.state),
        col(Sheet.form_version_id),
        col(Sheet.appointment_id),
        col(Sheet.unit_id),
    )
    .where(col(Sheet.id) == bindparam("sheet"))
    .with_for_update(key_share=True)
)


async def _corrected_elsewhere(session: AsyncSession, sheet_id: int | None, but: str) -> bool:
    """Whether another open draft than `but` corrects the sheet; its row is to be locked."""
    others = select(col(Draft.id)).where(
        col(Draft.sheet_id) == sheet_id, col(Draft.state) == DraftState.OPEN, col(Draft.id) != but
    )
    return (await session.execute(others.limit(1))).scalar_one_or_none() is not None


def _my_draft(draft_id: str, turn: TurnFacts, state: DraftState = DraftState.OPEN) -> tuple[Any, ...]:
    """The conditions that it is in this state and belongs to the turn's person (NULL equals nobody)."""
    return (
        col(Draft.id) == draft_id,
        col(Draft.person_id) == (turn.person_id or 0),
        col(Draft.state) == state,
    )
