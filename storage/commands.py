"""What a turn may write: the frozen commands and their results, in one place for the handlers."""

from storage.audit import WriteAudit
from storage.binding import BindContact, BindRefused, Bound
from storage.drafting import BeginDraft, DraftBegun, DraftCopy, DraftDropped, DraftSaved, DropDraft, SaveDraft
from storage.submission import NewFinding, SubmitRefused, SubmitSheet, Submitted
from storage.turns import Command, TurnFacts
from storage.vocabulary import BindRefusal, SubmitRefusal

__all__ = [
    "BeginDraft",
    "BindContact",
    "BindRefusal",
    "BindRefused",
    "Bound",
    "Command",
    "DraftBegun",
    "DraftCopy",
    "DraftDropped",
    "DraftSaved",
    "DropDraft",
    "NewFinding",
    "SaveDraft",
    "SubmitRefusal",
    "SubmitRefused",
    "SubmitSheet",
    "Submitted",
    "TurnFacts",
    "WriteAudit",
]
