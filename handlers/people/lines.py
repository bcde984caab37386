"""The rows of the people workbook, read but not yet understood together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from handlers.forms.faults import Fault
from handlers.people.layout import APPOINTMENTS, LEAVES, OFFICES, PERSONS, UNITS

Cell = str | None
"""None: blank, what stands in the records stays; empty: 无, it goes."""


class UnitLine(NamedTuple):
    """See layout; without `name` the row is not here."""

    row: int
    name: str
    parent: Cell
    kind: Cell
    timezone: Cell


class PersonLine(NamedTuple):
    """See layout; without `number` the row is not here. Name or unit are None where there is a fault."""

    row: int
    number: str
    name: Cell
    unit: Cell
    phone: Cell
    post: Cell
    superior: Cell


class AppointmentLine(NamedTuple):
    """Days in ISO 8601."""

    row: int
    number: str
    level: str
    unit: str
    starts_on: str
    ends_on: Cell


class LeaveLine(NamedTuple):
    """Days in ISO 8601."""

    row: int
    number: str
    starts_on: str
    ends_on: str
    substitute: Cell


class OfficeLine(NamedTuple):
    """See layout."""

    row: int
    number: str
    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class Roster:
    """A whole workbook; `headers` are those of its author, by sheet and field, `titles` the names of its sheets."""

    units: Sequence[UnitLine]
    persons: Sequence[PersonLine]
    appointments: Sequence[AppointmentLine]
    leaves: Sequence[LeaveLine]
    offices: Sequence[OfficeLine]
    faults: Sequence[Fault]
    notices: Sequence[Fault]
    titles: Mapping[str, str]
    headers: Mapping[str, Mapping[str, str]]
    sha256: str

    def fault(self, sheet: str, row: int, field: str, message: str) -> Fault:
        """A fault with sheet and column as the author called them."""
        return Fault(self.titles.get(sheet, ""), row, self.headers.get(sheet, {}).get(field, ""), message)


def roster_of(found: Mapping[str, Any]) -> Roster:
    """The roster in the shape in which the child answers."""
    rows = found["rows"]
    return Roster(
        units=[UnitLine._make(row) for row in rows.get(UNITS, ())],
        persons=[PersonLine._make(row) for row in rows.get(PERSONS, ())],
        appointments=[AppointmentLine._make(row) for row in rows.get(APPOINTMENTS, ())],
        leaves=[LeaveLine._make(row) for row in rows.get(LEAVES, ())],
        offices=[OfficeLine._make(row) for row in rows.get(OFFICES, ())],
        faults=[Fault(*parts) for parts in found["wrong"]],
        notices=[Fault(*parts) for parts in found["notices"]],
        titles=found["titles"],
        headers=found["headers"],
        sha256=found["sha256"],
    )
