"""What a turn may write: the frozen commands and their results, in one place for the handlers."""

from storage.audit import WriteAudit
from storage.binding import BindContact, BindRefused, Bound
from storage.drafting import (
    BeginDraft,
    DraftBegun,
    DraftCopy,
    DraftDropped,
    DraftRestored,
    DraftSaved,
    DropDraft,
    RestoreDraft,
    SaveDraft,
)
from storage.media import DropMedia, ExpectMedia, MediaDropped, MediaExpected
from storage.notices import SeeNotices
from storage.reviewing import AcceptSheet, ReturnSheet, Reviewed, ReviewRefused
from storage.submission import NewFinding, NewText, SubmitRefused, SubmitSheet, Submitted
from storage.turns import Command, TurnFacts
from storage.vocabulary import BindRefusal, ReviewRefusal, SubmitRefusal, Verdict

__all__ = [
    "AcceptSheet",
    "BeginDraft",
    "BindContact",
    "BindRefusal",
    "BindRefused",
    "Bound",
    "Command",
    "DraftBegun",
    "DraftCopy",
    "DraftDropped",
    "DraftRestored",
    "DraftSaved",
    "DropDraft",
    "DropMedia",
    "ExpectMedia",
    "MediaDropped",
    "MediaExpected",
    "NewFinding",
    "NewText",
    "RestoreDraft",
    "ReturnSheet",
    "ReviewRefusal",
    "ReviewRefused",
    "Reviewed",
    "SaveDraft",
    "SeeNotices",
    "SubmitRefusal",
    "SubmitRefused",
    "SubmitSheet",
    "Submitted",
    "TurnFacts",
    "Verdict",
    "WriteAudit",
]
