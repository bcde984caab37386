"""What a reader of the records gets: frozen views, never rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from storage.vocabulary import ROLE_PERMISSIONS, DraftState, Level, Permission, Role, SheetState


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit by its own name (二公司) and with its ancestors (集团 / 二公司)."""

    id: int
    name: str
    full_name: str
    path: str
    timezone: str
    """IANA name."""


@dataclass(frozen=True, slots=True)
class AppointmentView:
    """A running appointment: observer of `level` for `unit`; days are in the enterprise's timezone, both
    inclusive.
    """

    id: int
    level: Level
    unit: UnitView
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class OfficeView:
    """An office: a role over a unit and everything below it."""

    id: int
    role: Role
    unit: UnitView


@dataclass(frozen=True, slots=True)
class Principal:
    """Who the contact is. Unbound: no person_id, empty name, no unit, generation 0."""

    contact: str
    person_id: int | None = None
    name: str = field(default="", repr=False)
    unit: UnitView | None = None
    appointments: tuple[AppointmentView, ...] = ()
    """Only those running today."""
    offices: tuple[OfficeView, ...] = ()
    generation: int = 0
    """Changes with every change of the person's rights; give it to commit_turn."""

    def may(self, permission: Permission) -> bool:
        """Whether some office of this person carries `permission` (over its own subtree only)."""
        return any(permission in ROLE_PERMISSIONS[office.role] for office in self.offices)


@dataclass(frozen=True, slots=True)
class InviteView:
    """Whom a valid invite code is for, masked (王*国), for the question "is this you?"."""

    expected_person_id: int
    masked_name: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class FormChoice:
    """A form that may be filled for one running appointment."""

    form_version_id: int
    name: str
    title: str
    level: Level
    appointment_id: int
    unit_name: str
    """Full name of the unit that the appointment is for."""


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft of this person. `answers` and `position` are what SaveDraft kept last; times are aware UTC."""

    id: str
    form_version_id: int
    appointment_id: int
    person_id: int
    title: str
    level: Level
    unit_name: str
    version: int
    state: DraftState
    created_at: datetime
    updated_at: datetime
    position: str | None
    answers: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding of a sheet; money in fen."""

    text: str
    level: str
    measure: str
    owner: str
    deadline: date | None
    amount_fen: int | None


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet as an officer may read it. `readable` are (label, text) pairs; `submitted_at` is aware UTC."""

    number: str
    title: str
    level: Level
    unit_name: str
    author_name: str
    state: SheetState
    version: int
    submitted_at: datetime
    readable: tuple[tuple[str, str], ...] = field(repr=False)
    findings: tuple[FindingView, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FormVersionView:
    """One published version of a form; `xml` is the XForm that pyxform made."""

    id: int
    name: str
    title: str
    number: int
    sha256: str
    xml: str = field(repr=False)
