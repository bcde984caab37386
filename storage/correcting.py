"""An officer says what a message or a finding is, where the classifier was wrong: training examples."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.labels import check, corrected, counting, queried_columns, replace_labels
from storage.models import Finding, LabelCorrection, Message, Sheet, Unit, core
from storage.sheet_queries import not_own as not_own_sheet
from storage.statements import insert_unless_there
from storage.text_queries import not_own as not_own_message
from storage.tree import may
from storage.turns import TurnFacts
from storage.vocabulary import CorrectionRefusal, Permission, TextSource


@dataclass(frozen=True, slots=True)
class LabelsCorrected:
    """The labels are the officer's now: whole labels before and after (equal: the officer found the machine right, and
    no later version of the lexicon changes them either), and their version.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    version: int


@dataclass(frozen=True, slots=True)
class CorrectionRefused:
    """Nothing was changed."""

    reason: CorrectionRefusal


@dataclass(frozen=True, slots=True)
class CorrectMessage:
    """Replace some labels of a message (canonical number). Returns LabelsCorrected or CorrectionRefused.

    `labels` are those to replace, as Classification.labels() spells them: {"fields": […], "severity": "low"}; the
    others stay. `expected_version` is LabelsView.version as the officer saw it. An unknown key or a value of the wrong
    type raises ValueError; whether a label exists is the caller's to check.
    """

    number: str
    labels: Mapping[str, Any]
    expected_version: int

    def __post_init__(self) -> None:
        check(self.labels)

    async def run(self, session: AsyncSession, turn: TurnFacts) -> LabelsCorrected | CorrectionRefused:
        """See Command. The message's row is locked first: of two officers at once, the second finds it changed."""
        query = (
            select(col(Message.id), col(Message.text), not_own_message(turn.contact).label("foreign"), *_kept(Message))
            .join(Unit, col(Unit.id) == col(Message.unit_id))
            .where(col(Message.number) == self.number, may(Permission.CORRECT_LABELS, turn.contact, col(Unit.path)))
            .with_for_update(key_share=True, of=Message)
        )
        row = (await session.execute(query)).one_or_none()
        refusal = _refusal(row, self.expected_version)
        if refusal is not None:
            return CorrectionRefused(refusal)
        correction = _Correction(TextSource.MESSAGE, f"message:{self.number}", self.labels)
        return await correction.write(session, turn, row)


@dataclass(frozen=True, slots=True)
class CorrectFinding:
    """The same for the finding at `place` (from 1) of a sheet's newest version; `sheet_version` is the one that the
    officer read. Returns LabelsCorrected or CorrectionRefused.
    """

    number: str
    place: int
    labels: Mapping[str, Any]
    expected_version: int
    sheet_version: int

    def __post_init__(self) -> None:
        check(self.labels)

    async def run(self, session: AsyncSession, turn: TurnFacts) -> LabelsCorrected | CorrectionRefused:
        """See Command. The finding's row and its sheet's are locked: the sheet is not handed in again meanwhile."""
        query = (
            select(
                col(Finding.id),
                col(Finding.text),
                not_own_sheet(turn.contact).label("foreign"),
                col(Sheet.version),
                *_kept(Finding),
            )
            .join(Sheet, col(Sheet.id) == col(Finding.sheet_id))
            .join(Unit, col(Unit.id) == col(Sheet.unit_id))
            .where(
                col(Sheet.number) == self.number,
                col(Finding.version) == self.sheet_version,
                col(Finding.place) == self.place,
                may(Permission.CORRECT_LABELS, turn.contact, col(Unit.path)),
            )
            .with_for_update(key_share=True, of=(Finding, Sheet))
        )
        row: Any = (await session.execute(query)).one_or_none()
        refusal = _refusal(row, self.expected_version)
        if refusal is None and row.version != self.sheet_version:
            refusal = CorrectionRefusal.CHANGED
        if refusal is not None:
            return CorrectionRefused(refusal)
        subject = f"finding:{self.number}:{self.sheet_version}:{self.place}"
        return await _Correction(TextSource.FINDING, subject, self.labels).write(session, turn, row)


def _kept(model: type[Message] | type[Finding]) -> tuple[Any, ...]:
    return (col(model.classification), col(model.correction), col(model.labels_version))


def _refusal(row: Any, expected_version: int) -> CorrectionRefusal | None:
    if row is None:
        return CorrectionRefusal.UNKNOWN
    if not row.foreign:
        return CorrectionRefusal.OWN
    return None if row.labels_version == expected_version else CorrectionRefusal.CHANGED


@dataclass(frozen=True, slots=True)
class _Correction:
    source: TextSource
    subject: str
    said: Mapping[str, Any]

    async def write(self, session: AsyncSession, turn: TurnFacts, row: Any) -> LabelsCorrected:
        """Write to a text whose row is locked."""
        before = counting(row)
        after = corrected(before, self.said)
        version = row.labels_version + 1
        of_message = self.source is TextSource.MESSAGE
        table = core(Message if of_message else Finding)
        change = update(table).where(table.c.id == row.id)
        change = change.values(
            correction=after,
            corrected_at=turn.now,
            corrected_by=turn.person_id,
            labels_version=version,
            **queried_columns(after),
        )
        await session.execute(change)
        await replace_labels(session, self.source, [(row.id, after)])
        await insert_unless_there(
            session,
            LabelCorrection,
            message_id=row.id if of_message else None,
            finding_id=None if of_message else row.id,
            text=row.text,
            before=before,
            after=after,
            person_id=turn.person_id,
            at=turn.now,
        )
        audit.note(session, "labels.corrected", self.subject, {"before": before, "after": after})
        return LabelsCorrected(before, after, version)
