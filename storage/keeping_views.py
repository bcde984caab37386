"""What those who keep people read: a person with appointments, leaves and transfers, and requests to be bound."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from storage.views import AppointmentView, UnitView


@dataclass(frozen=True, slots=True)
class LeaveView:
    """A leave that is not over; both days inclusive, in the enterprise's timezone."""

    id: int
    starts_on: date
    ends_on: date
    substitute_id: int | None = None
    substitute_name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class StandsInView:
    """A leave of somebody else, not over, for whom this person stands in."""

    absent_name: str = field(repr=False)
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class StandInView:
    """A leave with a substitute; `stays`: the substitute still stands in after a move."""

    leave_id: int
    substitute_id: int
    absent_name: str = field(repr=False)
    substitute_name: str = field(repr=False)
    starts_on: date
    ends_on: date
    stays: bool


@dataclass(frozen=True, slots=True)
class PlannedEnd:
    """The last day that a planned transfer gave an appointment, and the one that it had before (None: no end)."""

    appointment_id: int
    last_day: date
    before: date | None

    def written(self) -> list[Any]:
        """As JSON."""
        return [self.appointment_id, self.last_day.isoformat(), self.before and self.before.isoformat()]


def planned_ends(written: Sequence[Sequence[Any]] | None) -> tuple[PlannedEnd, ...]:
    """What `written` wrote; None: nothing is known."""
    return tuple(
        PlannedEnd(number, date.fromisoformat(last), None if before is None else date.fromisoformat(before))
        for number, last, before in written or ()
    )


@dataclass(frozen=True, slots=True)
class TransferView:
    """Where a person goes on a day to come, and which appointments end for it."""

    unit: UnitView
    starts_on: date
    ended: tuple[PlannedEnd, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person as those see them who keep people. `phone` (11 digits) is to be shown masked only."""

    id: int
    name: str = field(repr=False)
    staff_number: str | None
    unit: UnitView
    post: str | None
    phone: str | None = field(repr=False)
    is_bound: bool
    is_beyond: bool = False
    """They hold an office that the reader's do not cover: their phone and WeChat are not the reader's to change."""
    appointments: tuple[AppointmentView, ...] = ()
    """Those that run today or later, the earliest first."""
    leaves: tuple[LeaveView, ...] = ()
    """Those that are not over, the earliest first."""
    stands_in: tuple[StandsInView, ...] = ()
    transfer: TransferView | None = None
    gone: str = ""
    """Why nothing reaches their WeChat: unfollowed, or WeChat's errcode; else empty."""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some of the people of a unit and the units below it, and how many there are."""

    total: int
    people: tuple[PersonCard, ...]


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request to be bound; `made_at` is aware UTC. `is_bound`: the person has another WeChat, which loses
    them.
    """

    id: int
    person_id: int
    person_name: str = field(repr=False)
    staff_number: str | None
    unit_name: str
    phone: str | None = field(repr=False)
    is_bound: bool
    made_at: datetime
    is_beyond: bool = False
    """They hold an office that the reader's do not cover: who reads may not decide."""
    waits: bool = True
    """Nobody has decided it."""


@dataclass(frozen=True, slots=True)
class OfficerView:
    """An officer whom people may turn to, and the unit that they look after."""

    name: str = field(repr=False)
    unit_name: str
