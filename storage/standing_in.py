"""What becomes of 代填 when who is away, or who stands in, goes to another unit."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage import audit
from storage.keeping import raise_generation
from storage.keeping_views import StandInView
from storage.models import Appointment, Leave, Person, Unit
from storage.tree import may, running
from storage.vocabulary import Permission


async def after_move(
    session: AsyncSession, person_id: int, path: str, day: date, without: Sequence[int] = ()
) -> tuple[StandInView, ...]:
    """The leaves with a substitute that last until `day` (enterprise's) or longer, of which the person is one of the
    two; with what becomes of them when the person goes to the unit at `path`, and the appointments `without` end.

    Within a company (a unit right below the root) nothing changes. Else the substitute must belong, as when people
    name one themselves, to the unit of who is away or to one that they observe, or below.
    """
    found = []
    for row in (await session.execute(_leaves(person_id, day))).all():
        old = row.absent_path if row.person_id == person_id else row.substitute_path
        homes = {person_id: path}
        inside = homes.get(row.substitute_id, row.substitute_path)
        above = [homes.get(row.person_id, row.absent_path)]
        if _company(old) == _company(path):
            above.append(inside)
        else:
            above += (await session.execute(_observed(row.person_id, day, without))).scalars()
        stays = any(inside.startswith(each) for each in above)
        found.append(
            StandInView(row.id, row.substitute_id, row.absent, row.substitute, row.starts_on, row.ends_on, stays)
        )
    return tuple(found)


async def seen_after_move(
    session: AsyncSession, contact: str, person_id: int, path: str, day: date, without: Sequence[int]
) -> tuple[StandInView, ...]:
    """The same for whoever keeps the person; nothing for others."""
    kept = (
        select(col(Person.id))
        .join(Unit, col(Unit.id) == col(Person.unit_id))
        .where(col(Person.id) == person_id, may(Permission.MANAGE_PEOPLE, contact, col(Unit.path)))
    )
    if (await session.execute(kept)).scalar_one_or_none() is None:
        return ()
    return await after_move(session, person_id, path, day, without)


async def end_stand_ins(session: AsyncSession, person_id: int, path: str, day: date) -> int:
    """End what does not outlast the person's move to the unit at `path`, before they are moved; how many. The leaves
    stay, with nobody to stand in.
    """
    ending = [each for each in await after_move(session, person_id, path, day) if not each.stays]
    for each in ending:
        change = update(Leave).where(col(Leave.id) == each.leave_id).values(substitute_id=None)
        await session.execute(change.execution_options(synchronize_session=False))
        audit.note(session, "leave.changed", f"leave:{each.leave_id}", {"substitute_id": None})
    await raise_generation(session, sorted({each.substitute_id for each in ending}))
    return len(ending)


def _leaves(person_id: int, day: date) -> Any:
    absent, substitute, home, theirs = aliased(Person), aliased(Person), aliased(Unit), aliased(Unit)
    return (
        select(
            *(col(Leave.id), col(Leave.person_id), col(Leave.substitute_id), col(Leave.starts_on), col(Leave.ends_on)),
            *(col(absent.name).label("absent"), col(substitute.name).label("substitute")),
            *(col(home.path).label("absent_path"), col(theirs.path).label("substitute_path")),
        )
        .join(absent, col(absent.id) == col(Leave.person_id))
        .join(home, col(home.id) == col(absent.unit_id))
        .join(substitute, col(substitute.id) == col(Leave.substitute_id))
        .join(theirs, col(theirs.id) == col(substitute.unit_id))
        .where(
            or_(col(Leave.person_id) == person_id, col(Leave.substitute_id) == person_id),
            col(Leave.ends_on) >= day,
            col(Leave.ends_on) >= col(Leave.starts_on),
        )
        .order_by(col(Leave.starts_on), col(Leave.id))
    )


def _observed(person_id: int, day: date, without: Sequence[int]) -> Any:
    return (
        select(col(Unit.path))
        .join(Appointment, col(Appointment.unit_id) == col(Unit.id))
        .where(col(Appointment.person_id) == person_id, running(day), col(Appointment.id).not_in(without))
    )


def _company(path: str) -> list[str]:
    """The ids of the root and of the unit right below it."""
    return path.split("/")[1:3]
