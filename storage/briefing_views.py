"""Which risk briefings people still have to acknowledge, and when they last did."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.briefing import APPOINTMENT, FORM
from storage.models import Appointment, Form, FormVersion, Notice, Person, Sheet, Unit
from storage.tree import may, person_of
from storage.vocabulary import NoticeKind, Permission


@dataclass(frozen=True, slots=True)
class Briefing:
    """What a person was asked to acknowledge last, and whether they did. Times are aware UTC."""

    asked_at: datetime
    title: str
    """Of the form."""
    unit: str
    """Full name."""
    level: str
    """Of the appointment; empty: a transfer."""
    done_at: datetime | None = None
    sheet_number: str = ""


async def own(session: AsyncSession, contact: str, today: date) -> Briefing | None:
    """The last briefing of the contact's own person; None: there was none, or what it was about is over."""
    return await _last(session, col(Person.id) == person_of(contact), today)


async def of_kept(session: AsyncSession, contact: str, person_id: int, today: date) -> Briefing | None:
    """The same of a person whom the contact's person keeps."""
    kept = may(Permission.MANAGE_PEOPLE, contact, col(Unit.path))
    return await _last(session, (col(Person.id) == person_id) & kept, today)


async def _last(session: AsyncSession, whose: Any, today: date) -> Briefing | None:
    """One sheet acknowledges all that was asked before it."""
    asked: Any = (
        select(col(Notice.subject), col(Notice.body), col(Notice.created_at), col(Notice.person_id))
        .join(Person, col(Person.id) == col(Notice.person_id))
        .join(Unit, col(Unit.id) == col(Person.unit_id))
        .where(whose, col(Notice.kind) == NoticeKind.RISK_BRIEFING)
        .order_by(col(Notice.created_at).desc(), col(Notice.id).desc())
    )
    rows = [row for row in (await session.execute(asked)).all() if row.body.get("title")]
    over = await _over(session, [row.subject for row in rows], today)
    last = next((row for row in rows if row.subject not in over), None)
    if last is None:
        return None
    sheets: Any = (
        select(col(Sheet.number), col(Sheet.submitted_at))
        .join(FormVersion, col(FormVersion.id) == col(Sheet.form_version_id))
        .join(Form, col(Form.id) == col(FormVersion.form_id))
        .where(col(Sheet.person_id) == last.person_id, col(Form.name) == FORM)
        .where(col(Sheet.submitted_at) >= last.created_at)
        .order_by(col(Sheet.submitted_at).desc())
        .limit(1)
    )
    done = (await session.execute(sheets)).first()
    title, unit, level = (str(last.body.get(name) or "") for name in ("title", "unit", "level"))
    done_at, number = (None, "") if done is None else (done.submitted_at, done.number)
    return Briefing(last.created_at, title, unit, level, done_at, number)


async def _over(session: AsyncSession, subjects: list[str], today: date) -> frozenset[str]:
    """Those of these subjects whose appointment has ended, or was called off before it began."""
    numbers = {
        int(number): f"{kind}:{number}"
        for kind, _, number in (subject.partition(":") for subject in subjects)
        if kind == APPOINTMENT and number.isdigit()
    }
    if not numbers:
        return frozenset()
    ended = select(col(Appointment.id)).where(col(Appointment.id).in_(numbers), col(Appointment.ends_on) < today)
    never = select(col(Appointment.id)).where(
        col(Appointment.id).in_(numbers), col(Appointment.ends_on) < col(Appointment.starts_on)
    )
    rows = (await session.execute(ended.union(never))).scalars()
    return frozenset(numbers[number] for number in rows if number is not None)
