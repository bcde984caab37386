"""The people workbook of what stands: all that an import reads, so that importing it again changes nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, TypeAlias

from handlers.forms.faults import Fault
from handlers.people.cells import KINDS, LEVEL_WORDS, ROLES
from handlers.people.layout import APPOINTMENTS, BY_NAME, LAYOUTS, LEAVES, OFFICES, PERSONS, UNITS, Field
from handlers.people.lines import AppointmentLine, LeaveLine, OfficeLine, PersonLine, Roster, UnitLine
from handlers.people.planning import plan
from handlers.people.reading import read_cell
from handlers.people.template import workbook
from handlers.people.units import Units
from storage.people import Standing

_TITLES: Final = {layout.name: layout.title for layout in LAYOUTS}
_HEADERS: Final = {layout.name: {field.name: field.words[0] for field in layout.fields} for layout in LAYOUTS}
_EMPTY: Final = Roster((), (), (), (), (), (), (), _TITLES, _HEADERS, "")
_WORDS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {"kind": KINDS, "level": LEVEL_WORDS, "role": ROLES}

Row: TypeAlias = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """The .xlsx, how many people are in it and how many are not for want of a staff number, and what was left out
    since an import would refuse it.
    """

    content: bytes
    persons: int
    unnumbered: int
    left_out: tuple[Fault, ...]


def export_people(standing: Standing, today: date) -> Export:
    """Units, people and offices; appointments and leaves of `today` (the enterprise's) and later."""
    roster = _roster(standing, today)
    left_out: list[Fault] = []
    while faults := plan(roster, standing, today).faults:  # each time rows go: two that overlap are a fault of either
        left_out += faults
        roster = _without(roster, {(fault.sheet, fault.row) for fault in faults})
    rows = {name: [_cells(name, line) for line in lines] for name, lines in _sheets(roster).items()}
    unnumbered = sum(person.staff_number is None for person in standing.persons)
    return Export(workbook(rows), len(rows[PERSONS]), unnumbered, tuple(left_out))


def _without(roster: Roster, wrong: set[tuple[str, int]]) -> Roster:
    """Raises ValueError for a fault that is none of a row: it would be found again and again."""
    kept = {
        name: [line for line in lines if (_TITLES[name], line.row) not in wrong]
        for name, lines in _sheets(roster).items()
    }
    if kept == _sheets(roster):
        raise ValueError("a fault of the records stands in no row")
    return replace(
        roster,
        units=kept[UNITS],
        persons=kept[PERSONS],
        appointments=kept[APPOINTMENTS],
        leaves=kept[LEAVES],
        offices=kept[OFFICES],
    )


def _sheets(roster: Roster) -> dict[str, Sequence[Any]]:
    return {
        UNITS: roster.units,
        PERSONS: roster.persons,
        APPOINTMENTS: roster.appointments,
        LEAVES: roster.leaves,
        OFFICES: roster.offices,
    }


def _cells(name: str, line: Any) -> tuple[str, ...]:
    """A row as people write it."""
    values = line._asdict()
    return tuple(_shown(field, values[field.name] or "") for field in BY_NAME[name].fields)


def _shown(field: Field, text: str) -> str:
    words = _WORDS.get(field.name, {})
    return words[text][0] if text in words else text


class _Rows:
    """What stands as the cells of each sheet; people without a staff number have no place in it."""

    def __init__(self, standing: Standing, today: date) -> None:
        self._standing = standing
        self._today = today
        units = Units(_EMPTY, standing.units)
        self._keys = {unit.id: units.key_of(unit.id) for unit in standing.units}
        self._units = {unit: units.written(key) for unit, key in self._keys.items()}
        self._numbers = {person.id: person.staff_number for person in standing.persons if person.staff_number}

    def units(self) -> Iterator[Row]:
        """Those above first."""
        for unit in sorted(self._standing.units, key=lambda unit: (len(self._keys[unit.id]), unit.id)):
            above = "" if unit.parent_id is None else self._units[unit.parent_id]
            yield unit.name, above or None, unit.kind, unit.timezone

    def persons(self) -> Iterator[Row]:
        """By unit."""
        for person in sorted(self._standing.persons, key=lambda person: (person.unit_id, person.id)):
            if person.id in self._numbers:
                superior = self._numbers.get(person.superior_id or 0)
                yield (
                    *(person.staff_number, person.name, self._units[person.unit_id]),
                    *(person.phone, person.post, superior),
                )

    def appointments(self) -> Iterator[Row]:
        """Those that are not over."""
        for term in self._standing.appointments:
            if self._is_told(term.person_id, term.starts_on, term.ends_on or date.max):
                number, unit = self._numbers[term.person_id], self._units[term.unit_id]
                yield number, term.level, unit, term.starts_on.isoformat(), _day(term.ends_on)

    def leaves(self) -> Iterator[Row]:
        """Those that are not over."""
        for leave in self._standing.leaves:
            if self._is_told(leave.person_id, leave.starts_on, leave.ends_on):
                number, substitute = self._numbers[leave.person_id], self._numbers.get(leave.substitute_id or 0)
                yield number, leave.starts_on.isoformat(), leave.ends_on.isoformat(), substitute

    def offices(self) -> Iterator[Row]:
        """All that are held."""
        for office in self._standing.offices:
            if office.person_id in self._numbers:
                yield self._numbers[office.person_id], office.role, self._units[office.unit_id]

    def _is_told(self, person: int, first: date, last: date) -> bool:
        return person in self._numbers and last >= max(self._today, first)


def _roster(standing: Standing, today: date) -> Roster:
    rows = _Rows(standing, today)
    return replace(
        _EMPTY,
        units=_lines(UNITS, UnitLine, rows.units()),
        persons=_lines(PERSONS, PersonLine, rows.persons()),
        appointments=_lines(APPOINTMENTS, AppointmentLine, rows.appointments()),
        leaves=_lines(LEAVES, LeaveLine, rows.leaves()),
        offices=_lines(OFFICES, OfficeLine, rows.offices()),
    )


def _lines(name: str, line: Any, rows: Iterable[Row]) -> list[Any]:
    """The rows as lines, those left out that an import could not read."""
    fields = BY_NAME[name].fields
    found: list[Any] = []
    for row in rows:
        cells = [_canonical(field, text) for field, text in zip(fields, row, strict=True)]
        if all(text is not None for field, text in zip(fields, cells, strict=True) if field.required):
            found.append(line(len(found) + 2, *cells))
    return found


def _canonical(field: Field, text: str | None) -> str | None:
    """What an import would read of this cell; None: nothing, or what it could not read."""
    if text is None:
        return None
    try:
        return read_cell(field, _shown(field, text)) or None
    except ValueError:
        return None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
