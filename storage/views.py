"""What a reader of the records gets: frozen views, never rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from storage.text_views import LabelsView
from storage.vocabulary import (
    GROUP_PERMISSIONS,
    ROLE_PERMISSIONS,
    Audience,
    DraftState,
    Level,
    MediaKind,
    MediaState,
    NoticeKind,
    Permission,
    Role,
    SheetState,
    Verdict,
)

_SLASHES_OF_A_ROOT = 2
"""/1/"""


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit by its own name (二公司) and with its ancestors (集团 / 二公司)."""

    id: int
    name: str
    full_name: str
    path: str
    timezone: str
    """IANA name."""

    @property
    def is_root(self) -> bool:
        """Whether no unit is above it."""
        return self.path.count("/") == _SLASHES_OF_A_ROOT


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
        return any(
            permission in ROLE_PERMISSIONS[office.role] and (office.unit.is_root or permission not in GROUP_PERMISSIONS)
            for office in self.offices
        )

    def keeps(self, unit: UnitView) -> bool:
        """Whether an office of this person's keeps the people of the unit."""
        return any(
            Permission.MANAGE_PEOPLE in ROLE_PERMISSIONS[office.role] and unit.path.startswith(office.unit.path)
            for office in self.offices
        )


@dataclass(frozen=True, slots=True)
class InviteView:
    """Whom a valid invite code is for, masked (王*国), for the question "is this you?"."""

    expected_person_id: int
    masked_name: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class FormChoice:
    """A form that may be filled: for a running appointment, or (`appointment_id` None) for a unit alone."""

    form_version_id: int
    name: str
    title: str
    level: Level | None
    appointment_id: int | None
    unit_name: str
    """Full name of the unit that it is filled for: the appointment's, the person's own, or the office's."""
    unit_id: int
    audience: Audience
    absent_id: int | None = None
    """Whose appointment it is, where this person stands in while that one is on leave (代填)."""
    absent_name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft of this person. `answers` and `position` are what SaveDraft kept last; times are aware UTC."""

    id: str
    form_version_id: int
    appointment_id: int | None
    person_id: int
    title: str
    level: Level | None
    unit_name: str
    version: int
    state: DraftState
    created_at: datetime
    updated_at: datetime
    position: str | None
    answers: Mapping[str, Any] = field(repr=False)
    form_name: str
    unit_id: int
    sheet_id: int | None = None
    sheet_number: str | None = None
    """The returned sheet that this draft corrects."""
    absent_id: int | None = None
    """Whose appointment it is filled for, where that is somebody else's (代填)."""
    absent_name: str = field(default="", repr=False)

    def lapses_at(self, after: timedelta) -> datetime:
        """When an open draft lapses that nobody touches for `after` (aware UTC)."""
        return self.updated_at + after


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding of a sheet; money in fen."""

    text: str
    level: str
    measure: str
    owner: str
    deadline: date | None
    amount_fen: int | None
    area: str = ""
    place: int = 0
    """From 1, in the order of the sheet; with the sheet's number and version it names the finding (CorrectFinding)."""
    labels: LabelsView = field(default_factory=LabelsView)


@dataclass(frozen=True, slots=True)
class ReviewView:
    """What an officer answered to one version of a sheet; `refs` are the questions to correct, `at` aware UTC.

    `levels` are the reviewed risk levels by the number of the finding, from 1 in the order of SheetView.findings.
    """

    version: int
    verdict: Verdict
    officer_name: str
    comment: str
    refs: tuple[str, ...]
    at: datetime
    levels: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet as an officer may read it. `readable` are (label, text) pairs; `submitted_at` is aware UTC."""

    number: str
    title: str
    level: Level | None
    unit_name: str
    author_name: str
    state: SheetState
    version: int
    submitted_at: datetime
    readable: tuple[tuple[str, str], ...] = field(repr=False)
    findings: tuple[FindingView, ...] = field(repr=False)
    form_version_id: int = 0
    form_state: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The engine's state as it was handed in; empty for sheets from before 0002."""
    quality: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What was noticed about this version, as SubmitSheet was given it; empty: nothing."""
    reviews: tuple[ReviewView, ...] = field(default=(), repr=False)
    """Of all versions, the oldest first."""
    absent_name: str = ""
    """In whose stead the author filled it (代填); empty: in their own."""


@dataclass(frozen=True, slots=True)
class SheetVersionView:
    """One hand-in of a sheet as an officer may read it."""

    version: int
    submitted_at: datetime
    form_version_id: int
    readable: tuple[tuple[str, str], ...] = field(repr=False)
    quality: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class WaitingSheet:
    """A sheet that waits for an officer's answer."""

    number: str
    title: str
    unit_name: str
    author_name: str
    version: int
    """More than 1: it was returned and corrected."""
    submitted_at: datetime
    quality: Mapping[str, Any] = field(repr=False)
    absent_name: str = ""
    """As in SheetView."""


@dataclass(frozen=True, slots=True)
class WaitingSheets:
    """How many sheets wait for this officer, and the first of them, the longest waiting first."""

    total: int
    sheets: tuple[WaitingSheet, ...]


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """A sheet of this person, or of an appointment of theirs, as the list shows it. `comment` is the last answer's."""

    number: str
    title: str
    unit_name: str
    state: SheetState
    version: int
    submitted_at: datetime
    comment: str
    absent_name: str = ""
    """In whose stead this person filled it."""
    filled_by: str = ""
    """Who filled it in this person's stead; that one corrects it, too."""


@dataclass(frozen=True, slots=True)
class ReturnedSheet:
    """A sheet of this person that was returned; give `sheet_id` and `form_state` to BeginDraft to correct it."""

    sheet_id: int
    number: str
    title: str
    form_name: str
    form_version_id: int
    unit_id: int
    unit_name: str
    appointment_id: int | None
    version: int
    comment: str
    refs: tuple[str, ...]
    """The questions to correct; empty: the officer named none."""
    returned_at: datetime
    draft_id: str | None
    """The open draft that corrects it already."""
    answers: Mapping[str, Any] = field(repr=False)
    form_state: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PastSheet:
    """A sheet handed in before, to copy from or to compare with; `form_state` may be empty (before 0002)."""

    number: str
    title: str
    form_version_id: int
    state: SheetState
    version: int
    submitted_at: datetime
    answers: Mapping[str, Any] = field(repr=False)
    readable: tuple[tuple[str, str], ...] = field(repr=False)
    form_state: Mapping[str, Any] = field(repr=False)


class TextSketch(NamedTuple):
    """What can be known of a free text of another unit's sheet without reading it; hundreds are read at a time."""

    id: int
    """For Records.compared_texts."""
    length: int
    """Characters."""
    sketch: bytes
    """As SubmitSheet was given it."""


@dataclass(frozen=True, slots=True)
class ComparedText:
    """A free text of another unit's sheet, for the quality check only: never shown to an observer."""

    ref: str
    """The template ref of the question."""
    text: str = field(repr=False)
    number: str
    """The sheet's; with `unit_name` (without the units above it) the evidence for an officer."""
    unit_name: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class MediaView:
    """What somebody sent for a question. `bytes` is 0 and `sha256` empty until it is stored."""

    id: str
    draft_id: str
    ref: str
    """The question as it was called when the thing arrived; instances of a repeat may have moved since."""
    kind: MediaKind
    state: MediaState
    reason: str
    sha256: str
    bytes: int
    mime: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Something that this person is to be told; the keys of `body` are at NoticeKind."""

    id: int
    kind: NoticeKind
    body: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FormVersionView:
    """One published version of a form; `xml` is the XForm that pyxform made."""

    id: int
    name: str
    title: str
    number: int
    sha256: str
    xml: str = field(repr=False)
