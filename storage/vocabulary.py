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


class Permission(StrEnum):
    """One thing that an office may allow, within the office's unit subtree."""

    READ_SHEETS = "read_sheets"
    MANAGE_PEOPLE = "manage_people"


class Role(StrEnum):
    """What an office is. An administrator keeps people and units and never reads what observers wrote."""

    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.OFFICER: frozenset({Permission.READ_SHEETS, Permission.MANAGE_PEOPLE}),
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
    SUBMITTED = "submitted"


class SheetState(StrEnum):
    """Where a sheet is in its life: submitted, returned 退回补正, accepted."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


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
