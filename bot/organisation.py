"""What an operator sets up before people can chat: units, people with their tasks, the built-in forms."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from handlers.catalog import BUILT_IN
from handlers.forms.workbook import CompiledWorkbook, compile_workbook
from storage.admin import Admin, administer
from storage.database import Database
from storage.vocabulary import Level, Role, UnitKind

KINDS = (UnitKind.GROUP, UnitKind.SUBSIDIARY, UnitKind.DEPARTMENT, UnitKind.SITE)
"""What a unit is by its depth below the group; deeper ones are sites."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a unit (names from the group down) and what they do there or over `over`."""

    name: str
    unit: tuple[str, ...]
    levels: tuple[Level, ...] = ()
    roles: tuple[Role, ...] = ()
    over: tuple[str, ...] = ()
    """The unit of the appointments and offices; empty: the person's own."""
    staff_number: str | None = field(default=None)


async def add_unit(admin: Admin, names: Sequence[str]) -> int:
    """The unit of this path, made with its ancestors where they are missing; returns its id."""
    unit: int | None = None
    for depth, name in enumerate(names):
        unit = await admin.add_unit(name, KINDS[min(depth, len(KINDS) - 1)], parent=unit)
    if unit is None:
        raise ValueError("a unit's path has at least the group's name")
    return unit


async def add_member(admin: Admin, member: Member, now: datetime, timezone: ZoneInfo) -> int:
    """Add the person with appointments from today on and offices; returns the person's id."""
    unit = await add_unit(admin, member.unit)
    over = await add_unit(admin, member.over) if member.over else unit
    person = await admin.add_person(member.name, unit, staff_number=member.staff_number)
    for level in member.levels:
        await admin.appoint(person, level, over, starts_on=now.astimezone(timezone).date())
    for role in member.roles:
        await admin.give_office(person, role, over)
    return person


async def publish_catalog(database: Database, group: str, now: datetime, actor: str) -> list[str]:
    """Publish the built-in forms for the group where their content is new; returns those titles.

    What was decided since is left alone: a form that was withdrawn, and one that the group has changed after this
    content was published. Closed forms are published too: they are offered to nobody.
    """
    published = []
    compiled = _compiled_catalog()  # before the transaction: turns that write would wait for it
    async with administer(database, actor=actor, now=now) as admin:
        unit = await add_unit(admin, (group,))
        standing = {line.name: line for line in await admin.forms(unit) if line.unit_id == unit}
        for form, workbook in zip(BUILT_IN, compiled, strict=True):
            line = standing.get(form.name)
            if line is not None and (line.withdrawn_at is not None or await _had(admin, line.id, workbook.sha256)):
                continue
            await admin.publish_form(
                name=workbook.name,
                title=workbook.title,
                level=form.level,
                unit=unit,
                xml=workbook.xml,
                sha256=workbook.sha256,
                audience=form.audience,
            )
            published.append(workbook.title)
    return published


@cache
def _compiled_catalog() -> tuple[CompiledWorkbook, ...]:
    """The built-in forms in the order of BUILT_IN; they do not change while a process runs."""
    return tuple(compile_workbook(form.path) for form in BUILT_IN)


async def _had(admin: Admin, form: int, sha256: str) -> bool:
    """Whether the form was published with this content before."""
    return any(version.sha256 == sha256 for version in await admin.form_versions(form))


async def invite(database: Database, person: int, now: datetime, actor: str, valid: timedelta) -> str:
    """A new invite code for the person, shown only here."""
    async with administer(database, actor=actor, now=now) as admin:
        return await admin.invite(person, valid=valid)
