"""A people workbook compared with the records: every fault, or everything that the import would change."""

from dataclasses import dataclass
from datetime import date

from handlers.forms.faults import Fault
from handlers.people.absences import Absences
from handlers.people.layout import OFFICES
from handlers.people.lines import OfficeLine, PersonLine, Roster
from handlers.people.persons import Persons, is_known
from handlers.people.renaming import Renamed, renamed
from handlers.people.terms import Term, Terms
from handlers.people.unit_names import Key
from handlers.people.units import Units, changed_units, moved_perhaps, new_units, other_timezones
from storage.people import Standing, StandingOffice, StandingPerson
from storage.people_changes import Changes, EndedOffice, NewAppointment, NewOffice, WrittenPerson

OFFICE_TWICE = "和第 {row} 行相同，请删去一行。"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do: nothing while there are faults. What the workbook does not name stays as it is."""

    changes: Changes
    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...]
    standing: Standing
    units: Units
    persons: Persons
    unnamed_units: tuple[Key, ...] = ()
    unnamed_persons: tuple[StandingPerson, ...] = ()
    unnamed_terms: tuple[Term, ...] = ()
    unnamed_offices: tuple[StandingOffice, ...] = ()
    today: date = date.max
    """The enterprise's day on which it was made."""
    renamed: tuple[Renamed, ...] = ()
    """Whose name changes though something stands under their number."""

    def lasts(self, appointment: NewAppointment) -> bool:
        """Whether a new appointment is not over already."""
        return appointment.ends_on is None or appointment.ends_on >= self.today


def plan(roster: Roster, standing: Standing, today: date) -> Plan:
    """Compare; `today` is the enterprise's: a transfer ends appointments with the day before it."""
    units = Units(roster, standing.units)
    persons = Persons(roster, standing.persons, units)
    terms = Terms(roster, standing.appointments, units, persons, today)
    leaves = Absences(roster, standing.leaves, persons, terms)
    offices = _Offices(roster, standing.offices, units, persons, terms)
    parts = (units, persons, terms, leaves, offices)
    faults = (*roster.faults, *(fault for part in parts for fault in part.faults))
    others = renamed(persons, standing, today)
    told = (*(each.notice(roster) for each in others), *roster.notices)
    said = (*moved_perhaps(units, roster), *other_timezones(units, roster))
    notices = (*told, *said, *persons.notices, *terms.notices, *leaves.notices)
    changes = Changes(standing.position)
    if faults:
        return Plan(changes, _in_order(roster, faults), notices, standing, units, persons)
    changes.new_units, changes.changed_units = new_units(units), changed_units(units)
    for line in persons.lines.values():
        _compare(line, units, persons, changes)
    changes.new_appointments, changes.changed_appointments = terms.new(), terms.changed()
    changes.new_leaves, changes.changed_leaves = leaves.new(), leaves.changed()
    changes.new_offices, changes.ended_offices = offices.new(), offices.ended()
    return Plan(
        changes,
        (),
        notices,
        standing,
        units,
        persons,
        tuple(key for key in units.standing if key not in units.lines),
        tuple(person for person in standing.persons if person.staff_number not in persons.lines),
        tuple(terms.unnamed()),
        tuple(offices.unnamed()),
        today,
        others,
    )


def _in_order(roster: Roster, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """By sheet as in the layout, by row; what concerns the whole file first."""
    order = {title: place for place, title in enumerate(roster.titles.values())}
    return tuple(sorted(dict.fromkeys(faults), key=lambda fault: (order.get(fault.sheet, -1), fault.row)))


def _compare(line: PersonLine, units: Units, persons: Persons, changes: Changes) -> None:
    """Put the person to the new ones or to the changed ones, if there is something to write."""
    unit, standing = units.ref(persons.units[line.number]), persons.standing.get(line.number)
    superior = persons.ref(line.superior) if line.superior else None
    if standing is None:
        changes.new_persons.append(
            WrittenPerson(None, line.number, line.name or "", unit, line.phone or None, line.post or None, superior)
        )
        return
    name = line.name or standing.name
    phone = standing.phone if line.phone is None else line.phone or None
    post = standing.post if line.post is None else line.post or None
    led_by = standing.superior_id if line.superior is None else superior
    compared = {
        "name": (standing.name, name),
        "unit": (standing.unit_id, unit),
        "phone": (standing.phone, phone),
        "post": (standing.post, post),
        "superior": (standing.superior_id, led_by),
    }
    fields = tuple(field for field, (old, new) in compared.items() if old != new)
    if fields:
        changes.changed_persons.append(WrittenPerson(standing.id, line.number, name, unit, phone, post, led_by, fields))


class _Offices:
    """Offices of the workbook laid over those of the records; a transfer ends those that it does not name."""

    def __init__(
        self, roster: Roster, standing: tuple[StandingOffice, ...], units: Units, persons: Persons, terms: Terms
    ) -> None:
        self.faults: list[Fault] = []
        self._units = units
        self._persons = persons
        self._terms = terms
        self._standing = {
            (persons.number_of(row.person_id), units.key_of(row.unit_id), row.role): row for row in standing
        }
        self._rows: dict[tuple[str, Key, str], int] = {}
        self._roster = roster
        for line in roster.offices:
            self._read(line)

    def _fault(self, row: int, field: str, message: str) -> None:
        self.faults.append(self._roster.fault(OFFICES, row, field, message))

    def _read(self, line: OfficeLine) -> None:
        known = is_known(self._persons, line.number, lambda message: self._fault(line.row, "number", message))
        try:
            key = (line.number, self._units.find(line.unit), line.role)
        except ValueError as error:
            self._fault(line.row, "unit", str(error))
            return
        if key in self._rows:
            self._fault(line.row, "number", OFFICE_TWICE.format(row=self._rows[key]))
        elif known:
            self._rows[key] = line.row

    def new(self) -> list[NewOffice]:
        """The offices that the workbook gives."""
        return [
            NewOffice(self._persons.ref(number), self._units.ref(unit), role)
            for number, unit, role in self._rows
            if (number, unit, role) not in self._standing
        ]

    def ended(self) -> list[EndedOffice]:
        """The offices of those who are moved."""
        return [EndedOffice(row.id, row.person_id) for key, row in self._left() if self._terms.moved(key[0])]

    def unnamed(self) -> list[StandingOffice]:
        """The offices of people of the workbook that it does not name and that stay."""
        return [row for key, row in self._left() if key[0] in self._persons.lines and not self._terms.moved(key[0])]

    def _left(self) -> list[tuple[tuple[str, Key, str], StandingOffice]]:
        return [(key, row) for key, row in self._standing.items() if key not in self._rows]
