"""What a reader of rounds gets: frozen views of duties, rules and of what was sent about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage.views import UnitView
from storage.vocabulary import DeliveryState, DeliveryStep, Level, NoticeKind, SheetState


@dataclass(frozen=True, slots=True)
class DutyScope:
    """Which duties are meant, within what the asking person may see. Nothing set: all of the rounds that are open.

    `periods` are keys of rounds; with them also rounds that are closed are meant. A node has no period of the calendar:
    it is meant when it is due within one of `spans` (aware; the end is not included). `back` counts from what is in
    progress: 0 is the newest period of each rule that was opened, and nodes that are open; 1 the period before that.
    """

    periods: frozenset[str] = frozenset()
    spans: tuple[tuple[datetime, datetime], ...] = ()
    level: Level | None = None
    unit_id: int | None = None
    """This unit and those below it."""
    back: frozenset[int] = frozenset()
    person_id: int | None = None

    @property
    def names_periods(self) -> bool:
        """Whether anything is said about periods."""
        return bool(self.periods or self.spans or self.back)


@dataclass(frozen=True, slots=True)
class OwnDuty:
    """A duty of this person, or of somebody for whom they stand in today. Times are aware UTC."""

    id: int
    appointment_id: int
    form_name: str
    title: str
    """Of the form."""
    label: str
    """Of the round: 2026年第四季度."""
    subject: str
    """The project of a node; else empty."""
    level: Level
    unit_id: int
    unit_name: str
    opens_at: datetime
    due_at: datetime
    absent_name: str = field(default="", repr=False)
    """In whose stead (代填); empty: in their own."""
    done_at: datetime | None = None
    sheet_number: str = ""
    sheet_state: SheetState | None = None


@dataclass(frozen=True, slots=True)
class OwedLine:
    """A duty that somebody owes, as an officer sees it."""

    duty_id: int
    person_id: int
    person_name: str = field(repr=False)
    unit: UnitView
    level: Level
    title: str
    period: str
    """The key of the round."""
    label: str
    subject: str
    due_at: datetime
    on_leave: bool
    substitute_name: str = field(repr=False)
    """Who stands in today; empty: nobody."""
    has_left: bool
    """The appointment does not run any more (已调离)."""
    bound: bool
    gone: str
    """Why nothing reaches their WeChat: unfollowed, or WeChat's errcode; else empty."""
    told: Mapping[str, int] = field(default_factory=dict)
    """How many messages about it were sent, by DeliveryWay."""


@dataclass(frozen=True, slots=True)
class OwedPage:
    """How many duties there are, how many of them are owed by how many people, and some of those."""

    total: int
    """Without those that an officer excused."""
    owed: int
    people: int
    lines: tuple[OwedLine, ...]


@dataclass(frozen=True, slots=True)
class Askable:
    """What a 催办 would tell: persons and their duties; `unreachable` of these persons by no WeChat; `already` is the
    number of duties of which somebody was asked today; `reminded` people are left out, as their round reminded them
    today.
    """

    persons: int
    duties: int
    unreachable: int
    already: int
    reminded: int = 0


@dataclass(frozen=True, slots=True)
class UnitRate:
    """How much of what a unit and those below it owe was handed in."""

    unit_id: int
    name: str
    total: int
    """Without those that an officer excused."""
    done: int
    late: int
    """Of those done: after the due moment."""
    excused: int
    itself: bool = False
    """Only the unit itself, without those below it."""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as an officer finds them by name."""

    id: int
    name: str = field(repr=False)
    staff_number: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A message to a person and its end. Times are aware UTC; `duties` are (title, label of the round, subject)."""

    id: int
    person_name: str = field(repr=False)
    state: DeliveryState
    way: str
    """A DeliveryWay; empty: none was tried."""
    outcome: str
    next_at: datetime
    """When it may be tried (again), where it waits."""
    timezone: str
    """Of the person's unit (IANA name): their quiet hours, and the local time of `next_at`."""
    bound: bool
    """Whether a contact is bound to the person now."""
    created_at: datetime
    updated_at: datetime
    duties: tuple[tuple[str, str, str], ...]
    notices: tuple[NoticeKind, ...]


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One line of the story of a delivery; `at` is aware UTC."""

    at: datetime
    what: DeliveryStep
    way: str
    detail: str


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """Somebody whom WeChat does not reach. `phone` is the whole number: only for 电话名单, whose reads are audited."""

    person_id: int
    name: str = field(repr=False)
    unit: UnitView
    phone: str = field(repr=False)
    bound: bool
    gone: str
    """Why nothing reaches the contact: unfollowed, or WeChat's errcode."""
    state: DeliveryState | None
    """Of the newest message to them."""
    owed: int
    """Duties of open rounds."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A reminder rule that holds for units of this officer. `rule` is as handlers.rounds.rule wrote it."""

    id: int
    version: int
    active: bool
    kind: str
    form_name: str
    unit: UnitView
    rule: Mapping[str, Any] = field(repr=False)
    editable: bool
    """The rule is of a unit of this officer, not of one above."""


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round of a rule; times are aware UTC."""

    id: int
    period: str
    label: str
    opens_at: datetime
    due_at: datetime
    closed: bool


@dataclass(frozen=True, slots=True)
class OpenNodeLine:
    """A node of a project at which something is owed, as an officer sees it. `due_at` is aware UTC."""

    round_id: int
    project: str
    label: str
    due_at: datetime
    people: tuple[str, ...] = field(repr=False)
    """Who owes something."""
    done: int
    """How many sheets were handed in for it."""


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form of observers that may be asked for in a unit."""

    name: str
    title: str
    level: Level


@dataclass(frozen=True, slots=True)
class ProjectSeat:
    """A running appointment of level project, for which a node may be opened by this person."""

    appointment_id: int
    person_id: int
    person_name: str = field(repr=False)
    unit: UnitView
    own: bool
