"""The closed word lists of the records: what a level, a role, a state may be (DOMAIN.md, section Words)."""

from collections.abc import Mapping
from enum import StrEnum


class UnitKind(StrEnum):
    """What a node of the organisation tree is."""

    GROUP = "group"
    SUBSIDIARY = "subsidiary"
    DEPARTMENT = "department"
    SITE = "site"


KINDS_BY_DEPTH = tuple(UnitKind)
"""What a unit is, unless it is said, by its depth below the group; deeper ones are sites."""


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
    READ_MESSAGES = "read_messages"
    CORRECT_LABELS = "correct_labels"
    """Say what a message or a finding is, where the classifier was wrong."""
    MANAGE_ROUNDS = "manage_rounds"
    """Ask for what is owed (催办), excuse a duty, set reminder rules, open nodes."""
    EDIT_LEXICON = "edit_lexicon"
    """Add words to the classifier's lexicon or take them out, for everybody: see GROUP_PERMISSIONS."""


class Role(StrEnum):
    """What an office is. An administrator keeps people and units and never reads what observers wrote."""

    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.OFFICER: frozenset(Permission),
    Role.ADMINISTRATOR: frozenset({Permission.MANAGE_PEOPLE}),
}
"""The one table of rights: the queries of storage and the staff commands both read it."""

GROUP_PERMISSIONS = frozenset({Permission.EDIT_LEXICON})
"""What only an office over a root unit carries: its effects know no subtree."""


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """The roles that carry `permission`."""
    return tuple(role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions)


def roles_like(role: Role) -> tuple[Role, ...]:
    """The roles that carry all that `role` does, itself first of all."""
    return tuple(each for each, permissions in ROLE_PERMISSIONS.items() if permissions >= ROLE_PERMISSIONS[role])


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
    """number, title, version (int), comment; with reviewed risk levels also levels (list of dicts: number (int), text
    and level of the finding, reviewed).
    """
    SHEET_RETURNED = "sheet_returned"
    """number, title, version (int), comment, refs (list: the questions to correct; empty: the whole sheet)."""
    DRAFT_LAPSING = "draft_lapsing"
    """draft, title, lapses_at (ISO 8601, UTC)."""
    DRAFT_LAPSED = "draft_lapsed"
    """draft, title."""
    DRAFT_MOVED = "draft_moved"
    """draft, title (of the version that it was moved to)."""
    DRAFT_HANDED_OVER = "draft_handed_over"
    """What a substitute began is this person's now: draft, title, by (who began it), whose (the observer that this
    person stands in for; empty: their own).
    """
    MEDIA_FAILED = "media_failed"
    """media, draft, ref, kind (a MediaKind), reason (the fetcher's code), title (of the form)."""
    HOLIDAY = "holiday"
    """holiday (国庆、中秋), first, last (days off, ISO 8601), prompt (风险提示, a sentence or more)."""
    RISK_BRIEFING = "risk_briefing"
    """A new appointment or a transfer. unit (full name), starts_on (ISO 8601, the enterprise's timezone), level (a
    Level; empty for a transfer), title (of the form that is to be filled; empty: none is offered).
    """
    BINDING_CONFIRMED = "binding_confirmed"
    """An officer confirmed that the contact is this person. name."""
    BINDING_WAITING = "binding_waiting"
    """To who keeps people: request (int), name, unit (of the person that somebody says to be)."""
    PERSON_UNREACHABLE = "person_unreachable"
    """To officers: name, unit, reason (unfollowed, or the errcode)."""
    NODE_CANCELLED = "node_cancelled"
    """To whoever was reminded of it: project, label (of the node), title (of the form)."""


DECLINABLE = frozenset(
    {
        NoticeKind.SHEET_ACCEPTED,
        NoticeKind.DRAFT_LAPSING,
        NoticeKind.DRAFT_LAPSED,
        NoticeKind.DRAFT_MOVED,
        NoticeKind.HOLIDAY,
    }
)
"""What a person need not be pushed (停止提醒): no duty of theirs hangs on it, and the chat shows it anyway."""


class ContactNoticeKind(StrEnum):
    """What a contact is told that no person is bound to (any more); the bodies are empty."""

    BINDING_REFUSED = "binding_refused"
    BOUND_ELSEWHERE = "bound_elsewhere"
    """Its person is bound to another WeChat now."""
    UNBOUND = "unbound"
    """An officer loosened it from its person."""
    PHONE_CHANGED = "phone_changed"
    """Its request to be bound was withdrawn: the phone that it was asked with was changed."""


class RequestState(StrEnum):
    """Where a request to be bound is."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    REPLACED = "replaced"
    """The contact asked again, or was bound by a code."""
    WITHDRAWN = "withdrawn"
    """The phone that it was asked with is not kept any more."""


class TransferState(StrEnum):
    """Where a transfer is."""

    PLANNED = "planned"
    """Its day has not come: the person still belongs to the old unit."""
    DONE = "done"
    REPLACED = "replaced"
    """Another transfer took its place, or the person was moved otherwise."""


class KeepingRefusal(StrEnum):
    """Why nothing was changed about a person."""

    UNKNOWN = "unknown"
    """No such person or unit, or none that this officer keeps: to be answered alike."""
    CHANGED = "changed"
    """Somebody changed it since it was read."""
    OVERLAP = "overlap"
    """A later appointment, or another leave, stands in the way."""
    SUBSTITUTE = "substitute"
    """Who is to stand in is not among those who may, or is the absent one."""
    SUBSTITUTE_AWAY = "substitute_away"
    """Who is to stand in is on leave in these days."""
    LEAVE_OVER = "leave_over"
    """The leave ended, or was called off, meanwhile."""
    STANDS_IN = "stands_in"
    """Who wants a leave stands in for somebody in these days."""
    OWN = "own"
    """The officer's own matter: another officer decides (回避)."""
    BEYOND = "beyond"
    """The person holds an office that the officer's own do not cover: their phone and WeChat are not the officer's."""
    CONTACT_BOUND = "contact_bound"
    """The contact was bound to somebody else meanwhile."""
    DECIDED = "decided"
    """Another officer was faster, the applicant asked again, or the phone was changed."""


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
    STOOD_IN = "stood_in"
    """Whoever filled it does not stand in any more: it went to whom it belongs to now (SubmitRefused.heir)."""
    LAPSED = "lapsed"
    """The draft lapsed: its person may restore it (RestoreDraft) and hand it in then."""


class MessageKind(StrEnum):
    """What its writer confirmed a message to be; the values are intents of the classifier. Never a report: those have
    their own protection (DOMAIN.md, Reporters' protection).
    """

    SUGGESTION = "suggestion"
    INQUIRY = "inquiry"
    COMPLAINT = "complaint"


class MessageRefusal(StrEnum):
    """Why a message was not kept."""

    KIND = "kind"
    """It is said to be a report, or anything else that is no MessageKind."""
    EMPTY = "empty"
    NOWHERE = "nowhere"
    """There is no unit yet that it could belong to."""


class TextSource(StrEnum):
    """Where a classified text stands."""

    MESSAGE = "message"
    FINDING = "finding"


class CorrectionRefusal(StrEnum):
    """Why labels were not corrected; nothing was changed."""

    UNKNOWN = "unknown"
    """No such text, or none whose labels this officer may correct: to be answered alike."""
    OWN = "own"
    """The officer wrote it (回避)."""
    CHANGED = "changed"
    """Its labels changed since they were read, or the sheet was handed in again."""


class LexiconRefusal(StrEnum):
    """Why the lexicon was not edited; nothing was changed."""

    NO_RIGHT = "no_right"
    CHANGED = "changed"
    """Somebody edited it since it was read."""
    NOTHING = "nothing"
    """There is nothing (left) to undo: no such edit, or it was undone."""


class RoundState(StrEnum):
    """Where a round is in its life."""

    OPENING = "opening"
    """Its duties are being made; whoever finds it goes on where the cursor is."""
    OPEN = "open"
    CLOSED = "closed"
    """All its steps are over."""


class StepState(StrEnum):
    """Where a step of a round's ladder is."""

    WAITING = "waiting"
    """It has not come, or its dues are being made."""
    DONE = "done"
    SKIPPED = "skipped"
    """It was over before anybody could do it (a downtime): a later step told the same people instead."""


class DeliveryState(StrEnum):
    """Where a delivery is. The first three are open, the others are ends; each is explained in docs/deliveries.md."""

    PLANNED = "planned"
    """To be sent when its time comes."""
    ATTEMPTING = "attempting"
    """The start of an attempt was written; when its lease runs out, nobody knows whether it arrived."""
    PARKED = "parked"
    """No way reaches the person now: it waits until they write or tick, and stands in the officer's phone list."""
    SENT = "sent"
    """WeChat has taken it; for a template or a notification the status event is still awaited."""
    DELIVERED = "delivered"
    REFUSED = "refused"
    """The person has blocked such messages (status event)."""
    FAILED = "failed"
    """WeChat could not deliver it, or will never take it."""
    MAYBE = "maybe"
    """可能已送达: an attempt had no answer, and is not repeated."""
    UNREACHABLE = "unreachable"
    """The person does not follow the account, or their openid is void: the officer is told."""
    SUPERSEDED = "superseded"
    """Nothing was left to say when its time came: handed in, declined, or told by a newer one."""


class DeliveryStep(StrEnum):
    """One kind of line in the story of a delivery."""

    PLANNED = "planned"
    ATTEMPT = "attempt"
    SENT = "sent"
    WAITS = "waits"
    """It was not sent and will be tried again; the detail says why."""
    PARKED = "parked"
    ENDED = "ended"
    """It came to the end that the detail names (a DeliveryState)."""


class RoundRefusal(StrEnum):
    """Why nothing was written about rounds, rules or duties."""

    UNKNOWN = "unknown"
    """No such thing, or none that this person may change: to be answered alike."""
    OWN = "own"
    """It is the officer's own duty (回避)."""
    STANDS_IN = "stands_in"
    """The officer stands in for who owes it (代填): as good as their own."""
    DONE = "done"
    """The duty was handed in, or excused, already."""
    CHANGED = "changed"
    """Somebody changed the rule since it was read."""
    EXISTS = "exists"
    """There is one already: a rule for this form and unit, a node of this project and day."""


class DeliveryWay(StrEnum):
    """How a delivery was sent; the values are those of bot.wechat.limits.Way."""

    CUSTOMER_SERVICE = "customer_service"
    TEMPLATE = "template"
    SUBSCRIBE_NOTICE = "subscribe_notice"
