"""The risk briefing 廉洁风险交底确认 that a new appointment or a transfer asks for: a notice with the form to fill."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.models import Form, FormVersion, Notice, Person, Unit, core
from storage.notices import tell
from storage.tree import unit_views
from storage.vocabulary import Audience, NoticeKind

FORM: Final = "risk_briefing"
"""The name of the form that is asked for, the group's or a unit's own."""
APPOINTMENT: Final = "appointment"
"""Notice.subject of an appointment's briefing is appointment:7."""
_AT_ONCE: Final = 2_000
"""Rows, or people, of one statement."""
_OFFERED: Final = (
    select(col(FormVersion.title), col(Unit.path))
    .join(Form, col(Form.id) == col(FormVersion.form_id))
    .join(Unit, col(Unit.id) == col(Form.unit_id))
    .where(col(Form.name) == FORM, col(Form.audience) == Audience.EVERYONE, col(Form.withdrawn_at).is_(None))
    .order_by(col(FormVersion.number).desc())
)
"""The versions of the form that stand, the newest first, with the path of the unit that offers them."""


class NewSeat(NamedTuple):
    """An appointment that was just made, or (`level` empty) a transfer; `subject` as ask_for_briefing takes it."""

    subject: str
    person_id: int
    unit_id: int
    level: str
    starts_on: date


async def ask_for_briefing(
    session: AsyncSession, person_id: int, unit_id: int, subject: str, starts_on: date, level: str, now: datetime
) -> None:
    """Tell a person of a new appointment for the unit, or (`level` empty) of the transfer to it, and ask for the form;
    once for each subject (appointment:7, transfer:3).
    """
    path = (await session.execute(select(col(Unit.path)).where(col(Unit.id) == unit_id))).scalar_one()
    unit = (await unit_views(session, [path]))[path]
    body = _body(unit.full_name, starts_on, level, await _title(session, person_id))
    await tell(session, person_id, NoticeKind.RISK_BRIEFING, subject, body, now)


async def call_off(session: AsyncSession, appointment_ids: Sequence[int], now: datetime) -> None:
    """These appointments will never begin: nobody is told of them any more who was not told yet."""
    subjects = [f"{APPOINTMENT}:{number}" for number in appointment_ids]
    change = update(Notice).where(
        col(Notice.kind) == NoticeKind.RISK_BRIEFING, col(Notice.subject).in_(subjects), col(Notice.seen_at).is_(None)
    )
    await session.execute(change.values(seen_at=now).execution_options(synchronize_session=False))


async def ask_many(session: AsyncSession, made: Sequence[NewSeat], now: datetime) -> None:
    """The same for many at once, none of which anybody was told of."""
    if not made:
        return
    homes = await _homes(session, sorted({one.person_id for one in made}))
    units = await _full_names(session, {one.unit_id for one in made})
    forms = (await session.execute(_OFFERED)).all()
    titles = {path: _nearest(path, forms) for path in set(homes.values())}
    rows = [
        {
            "person_id": one.person_id,
            "kind": NoticeKind.RISK_BRIEFING.value,
            "subject": one.subject,
            "body": _body(units[one.unit_id], one.starts_on, one.level, titles[homes[one.person_id]]),
            "created_at": now,
        }
        for one in made
    ]
    connection = await session.connection()
    for start in range(0, len(rows), _AT_ONCE):
        await connection.execute(insert(core(Notice)), rows[start : start + _AT_ONCE])


async def _homes(session: AsyncSession, people: Sequence[int]) -> dict[int, str]:
    """The paths of the units that these people belong to."""
    query = select(col(Person.id), col(Unit.path)).join(Unit, col(Unit.id) == col(Person.unit_id))
    found: dict[int, str] = {}
    for start in range(0, len(people), _AT_ONCE):
        some = query.where(col(Person.id).in_(people[start : start + _AT_ONCE]))
        found |= {row.id: row.path for row in (await session.execute(some)).all()}
    return found


async def _full_names(session: AsyncSession, ids: set[int]) -> dict[int, str]:
    paths = {row.id: row.path for row in (await session.execute(select(col(Unit.id), col(Unit.path)))).all()}
    views = await unit_views(session, {paths[number] for number in ids})
    return {view.id: view.full_name for view in views.values()}


def _nearest(path: str, forms: Sequence[Any]) -> str:
    """The title that the unit nearest above `path` offers, of the versions the first given; empty: none does."""
    above = [form for form in forms if path.startswith(form.path)]
    return max(above, key=lambda form: len(form.path)).title if above else ""


def _body(unit: str, starts_on: date, level: str, title: str) -> dict[str, str]:
    return {"unit": unit, "starts_on": starts_on.isoformat(), "level": str(level), "title": title}


async def _title(session: AsyncSession, person_id: int) -> str:
    """What the form is called that is offered to the person by their own unit; empty when there is none."""
    homes = await _homes(session, [person_id])
    return _nearest(homes[person_id], (await session.execute(_OFFERED)).all())
