"""Handing a draft in: the sheet, its number, its version, its findings, once; and again after it was returned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.duties import HandedIn, fulfil
from storage.findings import NewFinding, keep_findings
from storage.handing_over import hand_over, may_fill
from storage.media import drop_media_of
from storage.models import Appointment, Draft, Form, FormVersion, Sheet, SheetText, SheetTextMark, SheetVersion, core
from storage.numbers import make_number
from storage.project_names import project_key
from storage.statements import insert_unless_there, take
from storage.turns import TurnFacts
from storage.vocabulary import DraftState, SheetState, SubmitRefusal

_LOCK_DRAFT = (
    select(
        col(Draft.state),
        col(Draft.version),
        col(Draft.form_version_id),
        col(Draft.appointment_id),
        col(Draft.unit_id),
        col(Draft.sheet_id),
        select(col(Appointment.person_id))
        .where(col(Appointment.id) == col(Draft.appointment_id))
        .scalar_subquery()
        .label("owner"),
    )
    .where(col(Draft.id) == bindparam("draft"), col(Draft.person_id) == bindparam("person"))
    .with_for_update(key_share=True, of=Draft)
)
_CLOSE_DRAFT = (
    update(core(Draft))
    .where(core(Draft).c.id == bindparam("draft"))
    .values(state=DraftState.SUBMITTED, version=core(Draft).c.version + 1, updated_at=bindparam("now"))
)
_LOCK_SHEET = (
    select(col(Sheet.number), col(Sheet.version), col(Sheet.state))
    .where(col(Sheet.id) == bindparam("sheet"))
    .with_for_update(key_share=True)
)
_FORM_NAME = (
    select(col(Form.name))
    .join(FormVersion, col(FormVersion.form_id) == col(Form.id))
    .where(col(FormVersion.id) == bindparam("version"))
)
_STANDING = (
    select(col(Sheet.number), col(SheetVersion.version))
    .join(Sheet, col(Sheet.id) == col(SheetVersion.sheet_id))
    .where(col(SheetVersion.draft_id) == bindparam("draft"))
)
_INSERT_TEXTS = insert(core(SheetText)).returning(core(SheetText).c.id, sort_by_parameter_order=True)
_INSERT_MARKS = insert(core(SheetTextMark))
_TEXTS_OF = select(core(SheetText).c.id).where(core(SheetText).c.sheet_id == bindparam("sheet"))
_DROP_MARKS = delete(core(SheetTextMark)).where(core(SheetTextMark).c.text_id.in_(_TEXTS_OF))
_DROP_TEXTS = delete(core(SheetText)).where(core(SheetText).c.sheet_id == bindparam("sheet"))


@dataclass(frozen=True, slots=True)
class NewText:
    """A free-text answer that later sheets are compared with: the template ref of its question, the text in the form
    in which it is to be compared, its sketch and its marks (nlp.sketches), by which texts are found without being read.
    """

    ref: str
    text: str = field(repr=False)
    sketch: bytes = field(repr=False)
    marks: tuple[int, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Submitted:
    """The sheet stands under `number`; `already`: it had been submitted by an earlier turn.

    `version` counts the hand-ins of this sheet: more than 1 after a correction. `counts_for` is the label of the round
    whose duty it fulfils (2026年第四季度), `duty_id` that duty; empty: none asked for it.
    """

    number: str
    already: bool
    version: int = 1
    counts_for: str = ""
    duty_id: int | None = None


@dataclass(frozen=True, slots=True)
class SubmitRefused:
    """No sheet was made; nothing was changed, but where a substitute was too late: the draft is `heir`'s then."""

    reason: SubmitRefusal
    heir: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SubmitSheet:
    """Turn a draft into a sheet with its findings, or the correction of a returned sheet into its next version, under
    the same number. Returns Submitted or SubmitRefused.

    `readable` is the sheet as (label, text) pairs, to be read without its form; `form_state` the engine's state as
    JSON; `quality` what was noticed, for officers (JSON; empty: nothing). `project` is the answer with that purpose
    as it was given. `texts` are compared with by later sheets of other units; of a sheet that says "nothing new",
    give none. A second time the same number comes back with `already`. An appointment that ended or a form that was
    withdrawn meanwhile does not stand in the way: what was begun may be handed in. A substitute may only while they
    stand in; but what they handed in and got back, they correct.
    """

    draft_id: str
    expected_version: int
    answers: Mapping[str, Any] = field(repr=False)
    readable: tuple[tuple[str, str], ...] = field(repr=False)
    findings: tuple[NewFinding, ...] = field(default=(), repr=False)
    quality: Mapping[str, Any] = field(default_factory=dict, repr=False)
    project: str = field(default="", repr=False)
    texts: tuple[NewText, ...] = field(default=(), repr=False)
    form_state: Mapping[str, Any] = field(default_factory=dict, repr=False)

    async def run(self, session: AsyncSession, turn: TurnFacts) -> Submitted | SubmitRefused:
        """See Command. The draft's row is locked first: two submissions of one draft queue up."""
        mine = {"draft": self.draft_id, "person": turn.person_id or 0}
        draft: Any = (await session.execute(_LOCK_DRAFT, mine)).one_or_none()
        if draft is not None and draft.state == DraftState.SUBMITTED:
            standing = (await session.execute(_STANDING, {"draft": self.draft_id})).one()
            return Submitted(standing.number, already=True, version=standing.version)
        refusal = self._refusal(draft)
        if refusal is not None:
            return SubmitRefused(refusal)
        if draft.sheet_id is None and not await may_fill(session, turn, draft.owner):
            heir = await hand_over(session, turn, self.draft_id, draft.owner, self.form_state)
            return SubmitRefused(SubmitRefusal.STOOD_IN, heir)
        if draft.sheet_id is None:
            return await self._first(session, turn, draft)
        return await self._again(session, turn, draft)

    def _refusal(self, draft: Any) -> SubmitRefusal | None:
        if draft is not None and draft.state == DraftState.LAPSED:
            return SubmitRefusal.LAPSED
        if draft is None or draft.state != DraftState.OPEN:
            return SubmitRefusal.GONE
        return None if draft.version == self.expected_version else SubmitRefusal.CHANGED

    async def _first(self, session: AsyncSession, turn: TurnFacts, draft: Any) -> Submitted:
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
            unit_id=draft.unit_id,
            state=SheetState.SUBMITTED,
            version=1,
            project=project_key(self.project),
            submitted_at=turn.now,
        )
        await self._keep(session, turn, draft, sheet_id, 1)
        audit.note(session, "sheet.submitted", f"sheet:{number}")
        handed_in = HandedIn(sheet_id, draft.appointment_id, draft.form_version_id, project_key(self.project))
        counted = await fulfil(session, handed_in, turn.now)
        return Submitted(number, already=False, counts_for=counted.label, duty_id=counted.duty_id)

    async def _again(self, session: AsyncSession, turn: TurnFacts, draft: Any) -> Submitted | SubmitRefused:
        sheet = (await session.execute(_LOCK_SHEET, {"sheet": draft.sheet_id})).one()
        if sheet.state != SheetState.RETURNED:
            return SubmitRefused(SubmitRefusal.GONE)
        version = sheet.version + 1
        change = update(Sheet).where(col(Sheet.id) == draft.sheet_id)
        change = change.values(
            state=SheetState.SUBMITTED,
            version=version,
            form_version_id=draft.form_version_id,
            project=project_key(self.project),
            submitted_at=turn.now,
        )
        await session.execute(change.execution_options(synchronize_session=False))
        for earlier in (_DROP_MARKS, _DROP_TEXTS):
            await session.execute(earlier, {"sheet": draft.sheet_id})
        await self._keep(session, turn, draft, draft.sheet_id, version)
        await self._drop_other_corrections(session, turn, draft.sheet_id)
        audit.note(session, "sheet.submitted", f"sheet:{sheet.number}", {"version": version})
        return Submitted(sheet.number, already=False, version=version)

    async def _keep(self, session: AsyncSession, turn: TurnFacts, draft: Any, sheet_id: int, version: int) -> None:
        """Everything of this hand-in that hangs on the sheet, and the end of its draft."""
        await insert_unless_there(
            session,
            SheetVersion,
            sheet_id=sheet_id,
            version=version,
            draft_id=self.draft_id,
            contact=turn.contact,
            form_version_id=draft.form_version_id,
            answers=dict(self.answers),
            readable=[list(pair) for pair in self.readable],
            state=dict(self.form_state),
            quality=dict(self.quality),
            submitted_at=turn.now,
        )
        await keep_findings(session, sheet_id, version, self.findings)
        if self.texts:
            await self._keep_texts(session, turn, draft, sheet_id)
        await session.execute(_CLOSE_DRAFT, {"draft": self.draft_id, "now": turn.now})

    async def _keep_texts(self, session: AsyncSession, turn: TurnFacts, draft: Any, sheet_id: int) -> None:
        name = (await session.execute(_FORM_NAME, {"version": draft.form_version_id})).scalar_one()
        common = {
            "sheet_id": sheet_id,
            "form_name": name,
            "unit_id": draft.unit_id,
            "person_id": turn.person_id,
            "submitted_at": turn.now,
        }
        rows = [
            {"ref": found.ref, "text": found.text, "length": len(found.text), "sketch": found.sketch, **common}
            for found in self.texts
        ]
        ids: Sequence[int] = (await session.execute(_INSERT_TEXTS, rows)).scalars().all()
        marks = [
            {"mark": mark, "question": question_of(name, found.ref), "day": turn.now.toordinal(), "text_id": text_id}
            for text_id, found in zip(ids, self.texts, strict=True)
            for mark in set(found.marks)
        ]
        if marks:
            await session.execute(_INSERT_MARKS, marks)

    async def _drop_other_corrections(self, session: AsyncSession, turn: TurnFacts, sheet_id: int) -> None:
        """A lapsed draft of the version before must not come back after this one."""
        change = (
            update(Draft)
            .where(
                col(Draft.sheet_id) == sheet_id,
                col(Draft.id) != self.draft_id,
                col(Draft.state).in_((DraftState.OPEN, DraftState.LAPSED)),
            )
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
        dropped = (await session.execute(change)).scalars().all()
        if dropped:
            await drop_media_of(session, dropped)


def question_of(form_name: str, ref: str) -> int:
    """SheetTextMark.question."""
    return crc32(f"{form_name} {ref}".encode()) - (1 << 31)
