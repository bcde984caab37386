"""What an operator sets up before people can chat: units, people with their tasks, the built-in forms."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from handlers.catalog import BUILT_IN
from handlers.forms.workbook import CompiledWorkbook, compile_workbook
from handlers.rounds.defaults import default_rules
from handlers.rounds.rule import to_json
from storage.admin import Admin, FormLine, administer
from storage.commands import WriteRule
from storage.database import Database
from storage.views import UnitView
from storage.vocabulary import KINDS_BY_DEPTH, Level, Role


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
        unit = await admin.add_unit(name, KINDS_BY_DEPTH[min(depth, len(KINDS_BY_DEPTH) - 1)], parent=unit)
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


@dataclass(frozen=True, slots=True)
class CatalogUpdate:
    """What became of the built-in forms, by their titles: published anew, and left because the group changed them."""

    published: tuple[str, ...]
    left: tuple[str, ...]


async def publish_catalog(database: Database, group: str, now: datetime, actor: str) -> CatalogUpdate:
    """Publish the built-in forms for the group where their content is new.

    What was decided since is left alone: a form that was withdrawn, and one whose current version the group made
    itself. Closed forms are published too: they are offered to nobody.
    """
    published: list[str] = []
    left: list[str] = []
    compiled = _compiled_catalog()  # before the transaction: turns that write would wait for it
    async with administer(database, actor=actor, now=now) as admin:
        unit = await add_unit(admin, (group,))
        standing = {line.name: line for line in await admin.forms(unit) if line.unit_id == unit}
        for form, workbook in zip(BUILT_IN, compiled, strict=True):
            line = standing.get(form.name)
            if line is not None and not await _may_replace(admin, line, workbook.sha256, left):
                continue
            await admin.publish_form(
                name=workbook.name,
                title=workbook.title,
                level=form.level,
                unit=unit,
                xml=workbook.xml,
                sha256=workbook.sha256,
                audience=form.audience,
                built_in=True,
            )
            published.append(workbook.title)
    return CatalogUpdate(tuple(published), tuple(left))


async def _may_replace(admin: Admin, line: FormLine, sha256: str, left: list[str]) -> bool:
    """Whether the form that stands makes room for the built-in content; one that the group changed is put to `left`."""
    if line.withdrawn_at is not None:
        return False
    current, *earlier = await admin.form_versions(line.id)
    if current.sha256 == sha256:
        await admin.mark_built_in(current.id)
        return False
    if not any(version.built_in for version in (current, *earlier) if version.sha256 == current.sha256):
        left.append(line.title)
        return False
    return all(version.sha256 != sha256 for version in earlier)  # a product that was set back changes nothing


@cache
def _compiled_catalog() -> tuple[CompiledWorkbook, ...]:
    """The built-in forms in the order of BUILT_IN; they do not change while a process runs."""
    return tuple(compile_workbook(form.path) for form in BUILT_IN)


async def add_default_rules(database: Database, unit: UnitView, now: datetime, actor: str) -> tuple[str, ...]:
    """Make the default reminder rules of a unit, but for those that it has of that kind for that form; the names of
    those made.
    """
    made: list[str] = []
    async with administer(database, actor=actor, now=now) as admin:
        for rule in default_rules(unit.id, unit.path):
            if await admin.add_rule(WriteRule(unit.id, rule.kind, rule.form, to_json(rule))) is not None:
                made.append(rule.name)
    return tuple(made)


async def invite(database: Database, person: int, now: datetime, actor: str, valid: timedelta) -> str:
    """A new invite code for the person, shown only here."""
    async with administer(database, actor=actor, now=now) as admin:
        return await admin.invite(person, valid=valid)
