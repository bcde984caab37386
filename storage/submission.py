"""Handing a draft in: the sheet, its number and its findings, once."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.models import Appointment, Draft, Finding, Sheet, core
from storage.numbers import make_number
from storage.statements import insert_unless_there, take
from storage.turns import TurnFacts
from storage.vocabulary import DraftState, SheetState, SubmitRefusal

_LOCK_DRAFT = (
    select(
        col(Draft.state),
        col(Draft.version),
        col(Draft.form_version_id),
        col(Draft.appointment_id),
        col(Appointment.unit_id),
    )
    .join(Appointment, col(Appointment.id) == col(Draft.appointment_id))
    .where(col(Draft.id) == bindparam("draft"), col(Draft.person_id) == bindparam("person"))
    .with_for_update(key_share=True, of=Draft)
)
_CLOSE_DRAFT = (
    update(core(Draft))
    .where(core(Draft).c.id == bindparam("draft"))
    .values(state=DraftState.SUBMITTED, version=core(Draft).c.version + 1, updated_at=bindparam("now"))
)
_INSERT_FINDINGS = insert(core(Finding))


@dataclass(frozen=True, slots=True)
class NewFinding:
    """One problem or risk that a sheet names. `amount_fen` is money in fen; `ref` the question it came from."""

    text: str
    level: str = ""
    measure: str = ""
    owner: str = ""
    deadline: date | None = None
    amount_fen: int | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The sheet stands under `number`; `already`: it had been submitted by an earlier turn."""

    number: str
    already: bool


@dataclass(frozen=True, slots=True)
class SubmitRefused:
    """No sheet was made; nothing was changed."""

    reason: SubmitRefusal


@dataclass(frozen=True, slots=True)
class SubmitSheet:
    """Turn a draft into a sheet with its findings. Returns Submitted or SubmitRefused.

    `readable` is the sheet as (label, text) pairs, to be read without its form. A second time the same number
    comes back with `already`. An appointment that ended meanwhile does not stand in the way: what was begun
    may be handed in.
    """

    draft_id: str
    expected_version: int
    answers: Mapping[str, Any] = field(repr=False)
    readable: tuple[tuple[str, str], ...] = field(repr=False)
    findings: tuple[NewFinding, ...] = field(default=(), repr=False)

    async def run(self, session: AsyncSession, turn: TurnFacts) -> Submitted | SubmitRefused:
        """See Command. The draft's row is locked first: two submissions of one draft queue up."""
        mine = {"draft": self.draft_id, "person": turn.person_id or 0}
        draft = (await session.execute(_LOCK_DRAFT, mine)).one_or_none()
        if draft is not None and draft.state == DraftState.SUBMITTED:
            standing = select(col(Sheet.number)).where(col(Sheet.draft_id) == self.draft_id)
            return Submitted((await session.execute(standing)).scalar_one(), already=True)
        if draft is None or draft.state != DraftState.OPEN:
            return SubmitRefused(SubmitRefusal.GONE)
        if draft.version != self.expected_version:
            return SubmitRefused(SubmitRefusal.CHANGED)
        number = await self._submit(session, turn, draft)
        audit.note(session, "sheet.submitted", f"sheet:{number}")
        return Submitted(number, already=False)

    async def _submit(self, session: AsyncSession, turn: TurnFacts, draft: Any) -> str:
        year = turn.now.astimezone(turn.timezone).year
        number = make_number(year, await take(session, f"sheet:{year}"))
        sheet_id = await insert_unless_there(
            session,
            Sheet,
            number=number,
            draft_id=self.draft_id,
            form_version_id=draft.form_version_id,
            appointment_id=draft.appointment_id,
            person_id=turn.person_id,
            contact=turn.contact,
            unit_id=draft.unit_id,
            state=SheetState.SUBMITTED,
            version=1,
            answers=dict(self.answers),
            readable=[list(pair) for pair in self.readable],
            submitted_at=turn.now,
        )
        if self.findings:
            rows = [
                {"sheet_id": sheet_id, "place": place, **asdict(found)} for place, found in enumerate(self.findings, 1)
            ]
            await session.execute(_INSERT_FINDINGS, rows)
        await session.execute(_CLOSE_DRAFT, {"draft": self.draft_id, "now": turn.now})
        return number
