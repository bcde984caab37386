"""What an import of units and people changes, as rows; new units and persons are named by what stands in the list."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

Names = tuple[str, ...]
UnitRef = int | Names
"""A unit of the records by its id, a new one by the names from the root down to it."""
PersonRef = int | str
"""A person of the records by the id, a new one by the staff number."""


class NewUnit(NamedTuple):
    """A unit below `parent`, or a root; `names` is what others refer to it by, one for each unit down to it."""

    names: Names
    name: str
    parent: UnitRef | None
    kind: str
    timezone: str


class ChangedUnit(NamedTuple):
    """What a unit is from now on."""

    id: int
    kind: str
    timezone: str
    fields: Names


@dataclass(frozen=True, slots=True)
class WrittenPerson:
    """What is written of a person; `fields` are the names of what changed, empty for a new one."""

    id: int | None
    staff_number: str
    name: str
    unit: UnitRef
    phone: str | None = field(repr=False)
    post: str | None
    superior: PersonRef | None
    fields: Names = ()

    @property
    def moved(self) -> bool:
        """Whether somebody of the records goes to another unit."""
        return "unit" in self.fields


class NewAppointment(NamedTuple):
    """See StandingAppointment."""

    person: PersonRef
    unit: UnitRef
    level: str
    starts_on: date
    ends_on: date | None


class ChangedAppointment(NamedTuple):
    """The last day that an appointment has from now on."""

    id: int
    person_id: int
    ends_on: date | None


class NewLeave(NamedTuple):
    """See StandingLeave."""

    person: PersonRef
    starts_on: date
    ends_on: date
    substitute: PersonRef | None


class ChangedLeave(NamedTuple):
    """What a leave is from now on."""

    id: int
    person_id: int
    ends_on: date
    substitute: PersonRef | None


class NewOffice(NamedTuple):
    """See StandingOffice."""

    person: PersonRef
    unit: UnitRef
    role: str


class EndedOffice(NamedTuple):
    """An office that ends now."""

    id: int
    person_id: int


@dataclass(slots=True)
class Changes:
    """All changes of one import, worked out from the records as of `position` of the audit log. Parents of new units
    come before them.
    """

    position: int
    new_units: list[NewUnit] = field(default_factory=list)
    changed_units: list[ChangedUnit] = field(default_factory=list)
    new_persons: list[WrittenPerson] = field(default_factory=list)
    changed_persons: list[WrittenPerson] = field(default_factory=list)
    new_appointments: list[NewAppointment] = field(default_factory=list)
    changed_appointments: list[ChangedAppointment] = field(default_factory=list)
    new_leaves: list[NewLeave] = field(default_factory=list)
    changed_leaves: list[ChangedLeave] = field(default_factory=list)
    new_offices: list[NewOffice] = field(default_factory=list)
    ended_offices: list[EndedOffice] = field(default_factory=list)

    def count(self) -> int:
        """How many rows are made or changed."""
        return sum(len(getattr(self, name)) for name in self.__slots__ if name != "position")
