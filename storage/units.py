"""All units with their names from the root down, for an operator who types one of them."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.models import Unit
from storage.views import UnitView


async def all_units(session: AsyncSession) -> tuple[UnitView, ...]:
    """Every unit, those above before those below them, then by full name."""
    query = select(col(Unit.id), col(Unit.name), col(Unit.path), col(Unit.timezone))
    rows = (await session.execute(query)).all()
    names = {row.id: row.name for row in rows}
    found = [
        UnitView(
            row.id,
            row.name,
            " / ".join(names[int(step)] for step in row.path.split("/") if step),
            row.path,
            row.timezone,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda view: (view.path.count("/"), view.full_name)))
