"""Writes an import of units and people: bulk statements in one transaction, each change audited."""

import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import Table, bindparam, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.briefing import NewSeat, ask_many
from storage.database import Database
from storage.models import Appointment, AuditEntry, Leave, Office, Person, Unit, core
from storage.people_changes import Changes, NewUnit, PersonRef, UnitRef, WrittenPerson
from storage.rebinding import lock_requests, waited_for, withdraw_requests
from storage.statements import take

_AT_ONCE: Final = 2_000
"""Rows of one statement: some 50 ms, and what a progress bar moves by."""
_READ_AT_ONCE: Final = 20_000
_AUDITED_AT_ONCE: Final = 200
"""Rows told of by one line of the audit log where a line for each would swell it (new people, telephone numbers)."""
_MOST_WAVES: Final = 30
"""Levels of superiors that are written one after the other; enterprises have about ten."""
_WATCHED: Final = (
    "unit.added",
    "unit.changed",
    "person.added",
    "person.changed",
    "person.moved",
    "appointment.made",
    "appointment.ended",
    "leave.made",
    "leave.changed",
    "office.given",
    "office.ended",
)
"""Audit actions after which what was compared is not what stands."""

Tell = Callable[[int], None]


class PeopleChanged(Exception):
    """Units or people were changed by somebody else since the changes were worked out: nothing was written."""


async def write_people(
    database: Database,
    changes: Changes,
    *,
    actor: str,
    now: datetime,
    source: str,
    tell: Tell = lambda _: None,
    brief_from: date | None = None,
) -> None:
    """Write all of it or nothing; `source` (the file's SHA-256) goes into the audit log, `tell` gets numbers of rows.
    Whoever is transferred, or gets a new appointment that lasts until `brief_from` (the enterprise's day) or longer, is
    asked for the risk briefing; None: nobody is.

    Raises PeopleChanged, or RecordsUnavailable like Database. On SQLite turns that write wait meanwhile: a thousand
    people take a tenth of a second.
    """
    try:
        async with database.administration(actor, now) as session:
            await _Writing(session, now.astimezone(UTC), source, tell, brief_from).write(changes)
            # the counter's row is locked from here on, so that whoever changed people before is seen, and nobody can
            await take(session, "audit", 0)
            if await _changed_since(session, changes.position):
                raise PeopleChanged
    except IntegrityError as error:  # the same unit or staff number made by somebody else, perhaps
        async with database.administration(actor, now) as session:
            if await _changed_since(session, changes.position):
                raise PeopleChanged from error
        raise


async def _changed_since(session: AsyncSession, position: int) -> bool:
    later = exists().where(col(AuditEntry.position) > position, col(AuditEntry.action).in_(_WATCHED))
    return bool((await session.execute(select(later))).scalar_one())


class _Writing:
    """One transaction's work."""

    def __init__(self, session: AsyncSession, now: datetime, source: str, tell: Tell, brief_from: date | None) -> None:
        self._session = session
        self._now = now
        self._source = source
        self._tell = tell
        self._brief_from = brief_from
        self._units: dict[UnitRef, int] = {}
        self._persons: dict[PersonRef, int] = {}
        self._rights: set[int] = set()

    async def write(self, changes: Changes) -> None:
        self._note("people.imported", "people", source=self._source, rows=changes.count())
        await self._write_units(changes)
        await self._write_persons(changes)
        await self._write_appointments(changes)
        await self._write_leaves(changes)
        await self._write_offices(changes)
        raised = update(core(Person)).where(core(Person).c.id == bindparam("row"))
        raised = raised.values(generation=core(Person).c.generation + 1)
        await self._each(raised, ({"row": person} for person in sorted(self._rights)), tell=False)

    async def _write_units(self, changes: Changes) -> None:
        depths: dict[int, list[NewUnit]] = {}
        for unit in changes.new_units:
            depths.setdefault(len(unit.names), []).append(unit)
        standing = await self._session.execute(select(col(Unit.id), col(Unit.path)))
        paths = {row.id or 0: row.path for row in standing}
        for depth in sorted(depths):
            await self._add_units(depths[depth], paths)
        table = core(Unit)
        changed = update(table).where(table.c.id == bindparam("row"))
        changed = changed.values(kind=bindparam("kind"), timezone=bindparam("timezone"))
        rows = ({"row": one.id, "kind": one.kind, "timezone": one.timezone} for one in changes.changed_units)
        await self._each(changed, rows)
        for one in changes.changed_units:
            self._note("unit.changed", f"unit:{one.id}", kind=one.kind, timezone=one.timezone)

    async def _add_units(self, units: Sequence[NewUnit], paths: dict[int, str]) -> None:
        table = core(Unit)
        rows = [
            {
                "parent_id": None if unit.parent is None else self._unit(unit.parent),
                "path": f"new:{secrets.token_hex(8)}",
                "name": unit.name,
                "kind": unit.kind,
                "timezone": unit.timezone,
            }
            for unit in units
        ]
        ids = await self._added(table, rows, "path")
        placed = []
        for unit, row in zip(units, rows, strict=True):
            unit_id = ids[row["path"]]
            above = "/" if row["parent_id"] is None else paths[int(row["parent_id"])]
            paths[unit_id] = f"{above}{unit_id}/"
            self._units[unit.names] = unit_id
            placed.append({"row": unit_id, "at": paths[unit_id]})
            self._note("unit.added", f"unit:{unit_id}", kind=unit.kind)
        path = update(table).where(table.c.id == bindparam("row")).values(path=bindparam("at"))
        await self._each(path, placed, tell=False)

    async def _write_persons(self, changes: Changes) -> None:
        table = core(Person)
        for wave, late in _waves(changes.new_persons):
            rows = [self._new(person, with_superior=not late) for person in wave]
            self._persons |= await self._added(table, rows, "staff_number")
            superior = update(table).where(table.c.id == bindparam("row")).values(superior_id=bindparam("superior"))
            led = (person for person in wave if late and person.superior is not None)
            pairs = ({"row": self._persons[one.staff_number], "superior": self._person(one.superior)} for one in led)
            await self._each(superior, pairs, tell=False)
        self._note_some("person.added", [self._persons[person.staff_number] for person in changes.new_persons])
        names = ("name", "unit_id", "phone", "post", "superior_id")
        changed = update(table).where(table.c.id == bindparam("row"))
        changed = changed.values({name: bindparam(f"new_{name}") for name in names})
        numbers = [person.id or 0 for person in changes.changed_persons if "phone" in person.fields]
        await lock_requests(self._session, sorted(await waited_for(self._session) & set(numbers)))
        ordered = sorted(changes.changed_persons, key=lambda person: person.id or 0)  # rows are locked in one order
        await self._each(changed, (self._changed(person) for person in ordered))
        await withdraw_requests(self._session, sorted(await waited_for(self._session) & set(numbers)), self._now)
        self._note_changed(changes.changed_persons)
        await self._brief_moved(changes)

    def _note_changed(self, persons: Sequence[WrittenPerson]) -> None:
        """A line for each transfer; of other changes the names of the fields, many persons to a line."""
        alike: dict[tuple[str, ...], list[int | None]] = {}
        for person in persons:
            if person.moved:
                self._rights.add(person.id or 0)
                self._note("person.moved", f"person:{person.id}", unit=self._unit(person.unit))
            if others := tuple(name for name in person.fields if name != "unit"):
                alike.setdefault(others, []).append(person.id)
        for fields, changed in alike.items():
            self._note_some("person.changed", changed, fields=fields)

    def _new(self, person: WrittenPerson, *, with_superior: bool) -> dict[str, Any]:
        superior = self._person(person.superior) if with_superior else None
        only_new = {"staff_number": person.staff_number, "generation": 1, "superior_id": superior}
        return {**self._columns(person), **only_new}

    def _changed(self, person: WrittenPerson) -> dict[str, Any]:
        columns = {**self._columns(person), "superior_id": self._person(person.superior)}
        return {"row": person.id, **{f"new_{name}": value for name, value in columns.items()}}

    def _columns(self, person: WrittenPerson) -> dict[str, Any]:
        return {"name": person.name, "unit_id": self._unit(person.unit), "phone": person.phone, "post": person.post}

    async def _write_appointments(self, changes: Changes) -> None:
        table = core(Appointment)
        rows = [
            {
                "person_id": self._person(one.person),
                "unit_id": self._unit(one.unit),
                "level": one.level,
                "starts_on": one.starts_on,
                "ends_on": one.ends_on,
            }
            for one in changes.new_appointments
        ]
        made = await self._added(table, rows, "person_id", "unit_id", "level", "starts_on")
        for row in rows:
            appointment = made[row["person_id"], row["unit_id"], row["level"], row["starts_on"]]
            self._note_right("appointment.made", f"appointment:{appointment}", row, "level")
        await self._brief(made, rows)
        ended = update(table).where(table.c.id == bindparam("row")).values(ends_on=bindparam("last"))
        await self._each(ended, ({"row": one.id, "last": one.ends_on} for one in changes.changed_appointments))
        for one in changes.changed_appointments:
            last = None if one.ends_on is None else one.ends_on.isoformat()
            self._note("appointment.ended", f"appointment:{one.id}", last_day=last)
            self._rights.add(one.person_id)

    async def _brief_moved(self, changes: Changes) -> None:
        day = self._brief_from
        if day is None:
            return
        # no two imports are written as of the same position
        subject, moved = f"import:{changes.position}", [one for one in changes.changed_persons if one.moved]
        seats = [NewSeat(subject, one.id or 0, self._unit(one.unit), "", day) for one in moved]
        await ask_many(self._session, seats, self._now)

    async def _brief(self, made: Mapping[Any, int], rows: Sequence[dict[str, Any]]) -> None:
        day = self._brief_from
        lasting = [row for row in rows if day is not None and (row["ends_on"] is None or row["ends_on"] >= day)]
        keys = ((row["person_id"], row["unit_id"], row["level"], row["starts_on"]) for row in lasting)
        await ask_many(self._session, [NewSeat(f"appointment:{made[key]}", *key) for key in keys], self._now)

    async def _write_leaves(self, changes: Changes) -> None:
        table = core(Leave)
        rows = (
            {
                "person_id": self._person(one.person),
                "starts_on": one.starts_on,
                "ends_on": one.ends_on,
                "substitute_id": self._person(one.substitute),
            }
            for one in changes.new_leaves
        )
        await self._each(insert(table), rows)
        self._note_some("leave.made", [self._person(one.person) for one in changes.new_leaves])
        changed = update(table).where(table.c.id == bindparam("row"))
        changed = changed.values(ends_on=bindparam("last"), substitute_id=bindparam("substitute"))
        await self._each(
            changed,
            (
                {"row": one.id, "last": one.ends_on, "substitute": self._person(one.substitute)}
                for one in changes.changed_leaves
            ),
        )
        self._note_some("leave.changed", [one.person_id for one in changes.changed_leaves])

    async def _write_offices(self, changes: Changes) -> None:
        table = core(Office)
        rows = [
            {
                "person_id": self._person(one.person),
                "unit_id": self._unit(one.unit),
                "role": one.role,
                "given_at": self._now,
            }
            for one in changes.new_offices
        ]
        made = await self._added(table, rows, "person_id", "unit_id", "role")
        for row in rows:
            office = made[row["person_id"], row["unit_id"], row["role"]]
            self._note_right("office.given", f"office:{office}", row, "role")
        ended = update(table).where(table.c.id == bindparam("row")).values(ended_at=bindparam("at"))
        await self._each(ended, ({"row": one.id, "at": self._now} for one in changes.ended_offices))
        for one in changes.ended_offices:
            self._note("office.ended", f"office:{one.id}")
            self._rights.add(one.person_id)

    async def _added(self, table: Table, rows: Sequence[dict[str, Any]], *by: str) -> dict[Any, int]:
        """Insert rows, many at a time; their ids by the values of the columns `by`, which together are unique.

        Not by RETURNING: SQLite gets those one statement a row, five times as long for 100,000.
        """
        last = (await self._session.execute(select(func.max(table.c.id)))).scalar_one() or 0
        await self._each(insert(table), rows)
        found: dict[Any, int] = {}
        query = select(table.c.id, *(table.c[name] for name in by)).order_by(table.c.id).limit(_READ_AT_ONCE)
        while some := (await self._session.execute(query.where(table.c.id > last))).all():
            found |= {tuple(values) if len(by) > 1 else values[0]: row for row, *values in some}
            last = some[-1][0]
        return found

    async def _each(self, statement: Any, rows: Iterable[dict[str, Any]], *, tell: bool = True) -> None:
        """Run a statement for every row, many at a time."""
        async for count in self._run(statement, iter(rows)):
            if tell:
                self._tell(count)

    async def _run(self, statement: Any, rows: Any) -> AsyncIterator[int]:
        connection = await self._session.connection()
        while some := list(islice(rows, _AT_ONCE)):
            await connection.execute(statement, some)
            yield len(some)

    def _unit(self, unit: UnitRef) -> int:
        return unit if isinstance(unit, int) else self._units[unit]

    def _person(self, person: PersonRef | None) -> int | None:
        return self._persons[person] if isinstance(person, str) else person

    def _note(self, action: str, subject: str, **detail: Any) -> None:
        audit.note(self._session, action, subject, detail)

    def _note_right(self, action: str, subject: str, row: dict[str, Any], what: str) -> None:
        """As Admin notes it; the person's generation goes up."""
        self._rights.add(row["person_id"])
        self._note(action, subject, person=row["person_id"], unit=row["unit_id"], **{what: row[what]})

    def _note_some(self, action: str, persons: Sequence[int | None], **detail: Any) -> None:
        for some in _chunks(persons, _AUDITED_AT_ONCE):
            self._note(action, "people", persons=list(some), **detail)


def _chunks(rows: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _waves(persons: Sequence[WrittenPerson]) -> list[tuple[list[WrittenPerson], bool]]:
    """New people, superiors before those whom they lead; True: a chain too long for that, to be linked afterwards."""
    above = {person.staff_number: person.superior for person in persons}
    depths: dict[PersonRef | None, int] = {}
    waves: dict[int, list[WrittenPerson]] = {}
    for person in persons:
        chain: list[PersonRef | None] = []
        at: PersonRef | None = person.staff_number
        while isinstance(at, str) and at in above and at not in depths:
            chain.append(at)
            at = above[at]
        for each in reversed(chain):
            depths[each] = depths[at] + 1 if at in depths else 0
            at = each
        waves.setdefault(min(depths[person.staff_number], _MOST_WAVES), []).append(person)
    return [(waves[depth], depth == _MOST_WAVES) for depth in sorted(waves)]
