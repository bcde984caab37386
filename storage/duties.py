"""What becomes of duties when sheets are handed in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.models import Duty, Form, FormVersion, Round, core
from storage.project_names import project_key
from storage.round_filling import counts_for

_OWED = (
    select(col(Duty.id), col(Round.label), col(Round.subject))
    .join(Round, col(Round.id) == col(Duty.round_id))
    .join(FormVersion, col(FormVersion.id) == bindparam("version"))
    .join(Form, col(Form.id) == col(FormVersion.form_id))
    .where(
        col(Duty.appointment_id) == bindparam("appointment"),
        col(Duty.done_at).is_(None),
        col(Duty.excused_at).is_(None),
        counts_for(core(Form).c, core(Round).c),
    )
    .order_by(col(Round.due_at), col(Duty.id))
    .with_for_update(of=Duty)
)
_FULFIL = (
    update(core(Duty))
    .where(core(Duty).c.id == bindparam("duty"), core(Duty).c.done_at.is_(None))
    .values(sheet_id=bindparam("sheet"), done_at=bindparam("now"))
)


class HandedIn(NamedTuple):
    """A sheet that was handed in for the first time; `project` is a `project_key`, or empty."""

    sheet_id: int
    appointment_id: int | None
    form_version_id: int
    project: str = ""


class Counted(NamedTuple):
    """The duty that a sheet fulfils, and the label of its round; None and empty: nothing was owed."""

    duty_id: int | None = None
    label: str = ""


async def fulfil(session: AsyncSession, sheet: HandedIn, now: datetime) -> Counted:
    """Let a sheet count for what its appointment owes: of several rounds the one that was due first.

    What is due at a node of a project is fulfilled by a sheet about that project (as `project_key` compares
    their names), and by one that names no project.
    """
    if sheet.appointment_id is None:
        return Counted()
    wanted = {"appointment": sheet.appointment_id, "version": sheet.form_version_id}
    owed = _chosen((await session.execute(_OWED, wanted)).all(), sheet.project)
    if owed is None:
        return Counted()
    await session.execute(_FULFIL, {"duty": owed.id, "sheet": sheet.sheet_id, "now": now})
    return Counted(owed.id, str(owed.label))


def _chosen(owed: Sequence[Any], project: str) -> Any | None:
    """The first one about this project; or else the first that no project is named for."""
    if not project:
        return next(iter(owed), None)
    about_it = (row for row in owed if row.subject and project_key(row.subject) == project)
    return next(about_it, None) or next((row for row in owed if not row.subject), None)
