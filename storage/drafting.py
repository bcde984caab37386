"""A draft's life up to its submission: begun, saved, dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.models import Appointment, Draft, Form, FormVersion, Unit, core
from storage.statements import insert_unless_there
from storage.tree import below, running
from storage.turns import TurnFacts
from storage.vocabulary import DraftState


@dataclass(frozen=True, slots=True)
class DraftBegun:
    """`begun` is False when the appointment is not a running one of this person or the form cannot be filled
    for it.

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
class BeginDraft:
    """Open a draft under an id that the handler made. Returns DraftBegun; the same id twice is one draft."""

    draft_id: str
    form_version_id: int
    appointment_id: int
    person_id: int

    async def run(self, session: AsyncSession, turn: TurnFacts) -> DraftBegun:
        """See Command."""
        if turn.person_id != self.person_id or not await self._allowed(session, turn):
            return DraftBegun(False, 0)
        await insert_unless_there(
            session,
            Draft,
            id=self.draft_id,
            person_id=self.person_id,
            appointment_id=self.appointment_id,
            form_version_id=self.form_version_id,
            state=DraftState.OPEN,
            version=1,
            answers={},
            created_at=turn.now,
            updated_at=turn.now,
        )
        stands = select(col(Draft.version)).where(*_open_draft(self.draft_id, turn))
        version = (await session.execute(stands)).scalar_one_or_none()
        return DraftBegun(version is not None, version or 0)

    async def _allowed(self, session: AsyncSession, turn: TurnFacts) -> bool:
        publisher = aliased(Unit)
        query = (
            select(col(Appointment.id))
            .join(Unit, col(Unit.id) == col(Appointment.unit_id))
            .join(Form, col(Form.level) == col(Appointment.level))
            .join(FormVersion, col(FormVersion.form_id) == col(Form.id))
            .join(publisher, col(publisher.id) == col(Form.unit_id))
            .where(
                col(Appointment.id) == self.appointment_id,
                col(Appointment.person_id) == self.person_id,
                running(turn.now.astimezone(turn.timezone).date()),
                col(FormVersion.id) == self.form_version_id,
                col(Form.withdrawn_at).is_(None),
                below(col(Unit.path), col(publisher.path)),
            )
        )
        return (await session.execute(query)).scalar_one_or_none() is not None


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
            .where(*_open_draft(self.draft_id, turn), col(Draft.version) == self.expected_version)
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
    original. `version` is the draft's, which a copy does not raise.
    """

    draft_id: str
    version: int
    answers: Mapping[str, Any] = field(repr=False)
    position: str | None


@dataclass(frozen=True, slots=True)
class DropDraft:
    """Give a draft up; its answers are erased. Returns DraftDropped."""

    draft_id: str

    async def run(self, session: AsyncSession, turn: TurnFacts) -> DraftDropped:
        """See Command."""
        change = (
            update(Draft)
            .where(*_open_draft(self.draft_id, turn))
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
        return DraftDropped((await session.execute(change)).scalar_one_or_none() is not None)


async def keep_copies(session: AsyncSession, copies: Sequence[tuple[DraftCopy, datetime]]) -> None:
    """Write copies (each with the aware time it was made); one that is older than what stands there, or of a draft
    that was handed in, dropped or changed meanwhile, changes nothing.
    """
    rows = [
        {"draft": copy.draft_id, "seen": copy.version, "kept": dict(copy.answers), "place": copy.position, "made": made}
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
    )
    .values(answers=bindparam("kept"), position=bindparam("place"), updated_at=bindparam("made"))
)


def _open_draft(draft_id: str, turn: TurnFacts) -> tuple[Any, ...]:
    """The conditions that it is open and belongs to the turn's person (NULL equals nobody)."""
    return (
        col(Draft.id) == draft_id,
        col(Draft.person_id) == (turn.person_id or 0),
        col(Draft.state) == DraftState.OPEN,
    )
