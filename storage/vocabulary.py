"""The closed word lists of the records: what a level, a role, a state may be (DOMAIN.md, section Words)."""

from collections.abc import Mapping
from enum import StrEnum


class UnitKind(StrEnum):
    """What a node of the organisation tree is."""

    GROUP = "group"
    SUBSIDIARY = "subsidiary"
    DEPARTMENT = "department"
    SITE = "site"


class Level(StrEnum):
    """The level of observation that an appointment or a form belongs to."""

    COMPREHENSIVE = "comprehensive"
    PROJECT = "project"
    FUNCTIONAL = "functional"
    DAILY = "daily"


class Audience(StrEnum):
    """Who is offered a form: 观察员, 全体人员, 纪检人员, or nobody yet (暂不开放)."""

    OBSERVERS = "observers"
    """Those with a running appointment of the form's level."""
    EVERYONE = "everyone"
    """Every bound person, by their own unit."""
    OFFICERS = "officers"
    """Those with an office of discipline staff, by the office's unit."""
    CLOSED = "closed"


class Permission(StrEnum):
    """One thing that an office may allow, within the office's unit subtree."""

    READ_SHEETS = "read_sheets"
    REVIEW_SHEETS = "review_sheets"
    """Answer a sheet: accept it or return it to be corrected."""
    MANAGE_PEOPLE = "manage_people"


class Role(StrEnum):
    """What an office is. An administrator keeps people and units and never reads what observers wrote."""

    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.OFFICER: frozenset({Permission.READ_SHEETS, Permission.REVIEW_SHEETS, Permission.MANAGE_PEOPLE}),
    Role.ADMINISTRATOR: frozenset({Permission.MANAGE_PEOPLE}),
}
"""The one table of rights: the queries of storage and the staff commands both read it."""


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """The roles that carry `permission`."""
    return tuple(role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions)


class DraftState(StrEnum):
    """Where a draft is in its life."""

    OPEN = "open"
    DROPPED = "dropped"
    """Given up: its answers are erased."""
    SUBMITTED = "submitted"
    LAPSED = "lapsed"
    """Not touched for too long: its person may restore it until its answers are erased."""


class SheetState(StrEnum):
    """Where a sheet is in its life: submitted, returned 退回补正, accepted."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class Verdict(StrEnum):
    """What an officer answers to a sheet: 通过 or 退回."""

    ACCEPTED = "accepted"
    RETURNED = "returned"


class ReviewRefusal(StrEnum):
    """Why a sheet was not reviewed; nothing was changed."""

    UNKNOWN = "unknown"
    """No such sheet, or none that this officer may review: to be answered alike."""
    OWN = "own"
    """The officer wrote it (回避)."""
    STATE = "state"
    """It is not waiting: accepted already, or returned and not handed in again."""
    CHANGED = "changed"
    """It was handed in again since the version that the officer read."""


class MediaKind(StrEnum):
    """What a person sent, as the question asks for it."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"


class MediaState(StrEnum):
    """Where a picture, recording or file is on its way to us."""

    PENDING = "pending"
    """To be fetched from WeChat."""
    STORED = "stored"
    FAILED = "failed"
    """It could not be fetched or was refused: the person is asked again."""
    DROPPED = "dropped"
    """Not wanted any more: file and row are to be removed."""


class NoticeKind(StrEnum):
    """What a notice tells a person; the keys of its body stand here, all texts unless said otherwise."""

    SHEET_ACCEPTED = "sheet_accepted"
    """number, title, version (int), comment."""
    SHEET_RETURNED = "sheet_returned"
    """number, title, version (int), comment, refs (list: the questions to correct; empty: the whole sheet)."""
    DRAFT_LAPSING = "draft_lapsing"
    """draft, title, lapses_at (ISO 8601, UTC)."""
    DRAFT_LAPSED = "draft_lapsed"
    """draft, title."""
    DRAFT_MOVED = "draft_moved"
    """draft, title (of the version that it was moved to)."""
    MEDIA_FAILED = "media_failed"
    """media, draft, ref, kind (a MediaKind), reason (the fetcher's code), title (of the form)."""


class BindRefusal(StrEnum):
    """Why an invite code does not bind this contact."""

    UNKNOWN = "unknown"
    """No such code, or it belongs to another person than the one who was confirmed."""
    USED = "used"
    EXPIRED = "expired"
    PERSON_BOUND = "person_bound"
    """The person is bound to another contact already."""
    CONTACT_BOUND = "contact_bound"
    """This contact is bound to another person already."""


class SubmitRefusal(StrEnum):
    """Why a draft was not turned into a sheet."""

    GONE = "gone"
    """No such open draft of this person: dropped, or never theirs."""
    CHANGED = "changed"
    """The draft has another version than the one that was read: load it again."""
    LAPSED = "lapsed"
    """The draft lapsed: its person may restore it (RestoreDraft) and hand it in then."""
