"""What a turn may write: the frozen commands and their results, in one place for the handlers."""

from storage.audit import WriteAudit
from storage.binding import BindContact, BindRefused, Bound
from storage.chasing import AskDuties, DutyRefused, Excused, ExcuseDuty
from storage.contact_notices import SeeContactNotices
from storage.correcting import CorrectFinding, CorrectionRefused, CorrectMessage, LabelsCorrected
from storage.drafting import (
    BeginDraft,
    DraftBegun,
    DraftCopy,
    DraftDropped,
    DraftRestored,
    DraftSaved,
    DropDraft,
    KeepCopy,
    RestoreDraft,
    SaveDraft,
)
from storage.findings import NewFinding
from storage.handing_over import DraftHandedOver, HandOverDraft
from storage.keeping import Appoint, Appointed, AppointmentsEnded, EndAppointments, KeepingRefused
from storage.leaves import EndLeave, LeaveKept, NameSubstitute, TakeLeave
from storage.lexicon import EditLexicon, LexiconEdited, LexiconRefused, UndoLexiconEdit
from storage.media import DropMedia, ExpectMedia, MediaDropped, MediaExpected
from storage.messages import MessageRecorded, MessageRefused, RecordMessage
from storage.moving import TransferPerson, Transferred
from storage.node_cancelling import CancelNode, NodeCancelled
from storage.notices import SeeNotices
from storage.phones import ChangePhone, PhoneChanged
from storage.reaching import DeclineReminders
from storage.rebinding import Applied, ApplyForBinding, DecideBinding, Decided, UnbindPerson, Unbound
from storage.reviewing import AcceptSheet, ReturnSheet, Reviewed, ReviewRefused
from storage.ruling import NodeOpened, OpenNode, RuleWritten, WriteRule
from storage.submission import NewText, SubmitRefused, SubmitSheet, Submitted
from storage.turns import Command, TurnFacts
from storage.vocabulary import (
    BindRefusal,
    CorrectionRefusal,
    KeepingRefusal,
    LexiconRefusal,
    MessageKind,
    MessageRefusal,
    ReviewRefusal,
    SubmitRefusal,
    Verdict,
)

__all__ = [
    "AcceptSheet",
    "Applied",
    "ApplyForBinding",
    "Appoint",
    "Appointed",
    "AppointmentsEnded",
    "AskDuties",
    "BeginDraft",
    "BindContact",
    "BindRefusal",
    "BindRefused",
    "Bound",
    "CancelNode",
    "ChangePhone",
    "Command",
    "CorrectFinding",
    "CorrectMessage",
    "CorrectionRefusal",
    "CorrectionRefused",
    "DecideBinding",
    "Decided",
    "DeclineReminders",
    "DraftBegun",
    "DraftCopy",
    "DraftDropped",
    "DraftHandedOver",
    "DraftRestored",
    "DraftSaved",
    "DropDraft",
    "DropMedia",
    "DutyRefused",
    "EditLexicon",
    "EndAppointments",
    "EndLeave",
    "ExcuseDuty",
    "Excused",
    "ExpectMedia",
    "HandOverDraft",
    "KeepCopy",
    "KeepingRefusal",
    "KeepingRefused",
    "LabelsCorrected",
    "LeaveKept",
    "LexiconEdited",
    "LexiconRefusal",
    "LexiconRefused",
    "MediaDropped",
    "MediaExpected",
    "MessageKind",
    "MessageRecorded",
    "MessageRefusal",
    "MessageRefused",
    "NameSubstitute",
    "NewFinding",
    "NewText",
    "NodeCancelled",
    "NodeOpened",
    "OpenNode",
    "PhoneChanged",
    "RecordMessage",
    "RestoreDraft",
    "ReturnSheet",
    "ReviewRefusal",
    "ReviewRefused",
    "Reviewed",
    "RuleWritten",
    "SaveDraft",
    "SeeContactNotices",
    "SeeNotices",
    "SubmitRefusal",
    "SubmitRefused",
    "SubmitSheet",
    "Submitted",
    "TakeLeave",
    "TransferPerson",
    "Transferred",
    "TurnFacts",
    "UnbindPerson",
    "Unbound",
    "UndoLexiconEdit",
    "Verdict",
    "WriteAudit",
    "WriteRule",
]
