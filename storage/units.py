"""Units found by the names that an operator types."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.models import Unit
from storage.tree import unit_views
from storage.views import UnitView


async def find_units(session: AsyncSession, names: Sequence[str]) -> tuple[UnitView, ...]:
    """The units whose full name ends with these names, the highest first; without names the units that stand above
    all others.
    """
    query = select(col(Unit.path))
    query = query.where(col(Unit.name) == names[-1]) if names else query.where(col(Unit.parent_id).is_(None))
    views = await unit_views(session, (await session.execute(query)).scalars())
    wanted = list(names)
    found = [view for view in views.values() if view.full_name.split(" / ")[-len(wanted) :] == wanted or not wanted]
    return tuple(sorted(found, key=lambda view: (view.path.count("/"), view.full_name)))
