"""Appointments of the workbook laid over those of the records, with what a transfer ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from handlers.deliveries.days import full_day, period
from handlers.forms.faults import Fault
from handlers.people.layout import APPOINTMENTS
from handlers.people.lines import AppointmentLine, Roster
from handlers.people.persons import Persons, is_known
from handlers.people.unit_names import Key
from handlers.people.units import Units
from storage.people import StandingAppointment
from storage.people_changes import ChangedAppointment, NewAppointment

TWICE = "和第 {row} 行重复（同一人、同一层级、同一单位、同一天起），请删去一行。"
END_BEFORE_START = "最后一天（{ends}）早于第一天（{starts}），请改正。"
OVERLAP = "和{other}的聘任重叠（{period}，同一人、同一层级、同一单位）；请给前一段写上“止”，或删去一行。"
ROW = "第 {row} 行"
IN_RECORDS = "业务库里已有"
NOT_BEGUN = "{person}调动了，还没开始的聘任（{unit}，{starts} 起）没有动，请核对。"
ONE_DAY: Final = timedelta(days=1)
FOREVER: Final = date.max


@dataclass(slots=True)
class Term:
    """One appointment as it will be; `row` is 0 when the workbook does not name it. `stated`: its end is written."""

    number: str
    level: str
    unit: Key
    starts_on: date
    ends_on: date | None
    row: int = 0
    standing: StandingAppointment | None = None
    stated: bool = False

    @property
    def last(self) -> date:
        """The last day, far off when there is none."""
        return self.ends_on or FOREVER


class Terms:
    """All appointments, by person. `faults` says what is wrong with the sheet."""

    def __init__(
        self, roster: Roster, standing: Iterable[StandingAppointment], units: Units, persons: Persons, today: date
    ) -> None:
        self.faults: list[Fault] = []
        self.notices: list[Fault] = []
        self.by_person: dict[str, list[Term]] = {}
        self._roster = roster
        self._units = units
        self._persons = persons
        self.today = today
        """The enterprise's."""
        self._terms: dict[Any, Term] = {}
        for row in standing:
            number, unit = persons.number_of(row.person_id), units.key_of(row.unit_id)
            self._add(Term(number, row.level, unit, row.starts_on, row.ends_on, standing=row))
        for line in roster.appointments:
            self._read(line)
        for number, unit in persons.units.items():
            if self.moved(number):
                self._transfer(number, unit)
        self._check_overlaps()

    def _add(self, term: Term) -> None:
        self._terms[term.number, term.level, term.unit, term.starts_on] = term
        self.by_person.setdefault(term.number, []).append(term)

    def _fault(self, row: int, field: str, message: str) -> None:
        self.faults.append(self._roster.fault(APPOINTMENTS, row, field, message))

    def moved(self, number: str) -> bool:
        """Whether the workbook puts somebody of the records into another unit."""
        standing, unit = self._persons.standing.get(number), self._persons.units.get(number)
        return standing is not None and unit is not None and self._units.key_of(standing.unit_id) != unit

    def _read(self, line: AppointmentLine) -> None:
        known = is_known(self._persons, line.number, lambda message: self._fault(line.row, "number", message))
        try:
            unit = self._units.find(line.unit)
        except ValueError as error:
            self._fault(line.row, "unit", str(error))
            return
        starts = date.fromisoformat(line.starts_on)
        ends = date.fromisoformat(line.ends_on) if line.ends_on else None
        if ends is not None and ends < starts:
            self._fault(line.row, "ends_on", END_BEFORE_START.format(ends=full_day(ends), starts=full_day(starts)))
            return
        if not known:
            return
        term = self._terms.get((line.number, line.level, unit, starts))
        if term is None:
            stated = line.ends_on is not None
            self._add(Term(line.number, line.level, unit, starts, ends, row=line.row, stated=stated))
        elif term.row:
            self._fault(line.row, "number", TWICE.format(row=term.row))
        else:
            term.row = line.row
            if line.ends_on is not None:
                term.ends_on, term.stated = ends, True

    def _transfer(self, number: str, unit: Key) -> None:
        """End what runs for units that the new one is not part of, except what the workbook itself says the end of."""
        for term in self.by_person.get(number, ()):
            covers = unit[: len(term.unit)] == term.unit
            if term.standing is None or term.stated or covers or term.last < self.today:
                continue
            if term.starts_on > self.today:
                starts = full_day(term.starts_on)
                message = NOT_BEGUN.format(
                    person=self._persons.shown(number), unit=self._units.shown(term.unit), starts=starts
                )
                self.notices.append(self._roster.fault(APPOINTMENTS, term.row, "", message))
                continue
            term.ends_on = max(self.today - ONE_DAY, term.starts_on)

    def _check_overlaps(self) -> None:
        alike: dict[Any, list[Term]] = {}
        for term in self._terms.values():
            if term.last < term.starts_on:  # called off before it began
                continue
            alike.setdefault((term.number, term.level, term.unit), []).append(term)
        for terms in alike.values():
            terms.sort(key=lambda term: term.starts_on)
            longest = terms[0]
            for term in terms[1:]:
                if longest.last >= term.starts_on and (longest.row or term.row):
                    self._report_overlap(longest, term)
                longest = max(longest, term, key=lambda each: each.last)

    def _report_overlap(self, one: Term, two: Term) -> None:
        told, other = (one, two) if one.row > two.row else (two, one)
        name = ROW.format(row=other.row) if other.row else IN_RECORDS
        message = OVERLAP.format(other=name, period=period(other.starts_on, other.ends_on))
        self._fault(told.row, "starts_on", message)

    def new(self) -> list[NewAppointment]:
        """The appointments that the workbook adds."""
        return [
            NewAppointment(
                self._persons.ref(term.number), self._units.ref(term.unit), term.level, term.starts_on, term.ends_on
            )
            for term in self._terms.values()
            if term.standing is None
        ]

    def changed(self) -> list[ChangedAppointment]:
        """The appointments that get another end."""
        return [
            ChangedAppointment(row.id, row.person_id, term.ends_on)
            for term in self._terms.values()
            if (row := term.standing) is not None and row.ends_on != term.ends_on
        ]

    def unnamed(self) -> list[Term]:
        """What runs today or later for people of the workbook, is not named in it, and stays as it is."""
        return [
            term
            for term in self._terms.values()
            if not term.row
            and term.number in self._persons.lines
            and term.last >= max(self.today, term.starts_on)
            and term.standing is not None
            and term.standing.ends_on == term.ends_on
        ]
