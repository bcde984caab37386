"""What a reader gets of messages, of classified texts and of the lexicon that staff edit: frozen views, never rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from storage.vocabulary import MessageKind, TextSource


@dataclass(frozen=True, slots=True)
class LabelsView:
    """What a text is said to be: the machine's words and, once an officer corrected them, the officer's beside them."""

    classification: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The machine's, as it was given (Classification.to_json); empty: the text was never classified."""
    current: Mapping[str, Any] = field(default_factory=dict)
    """intent, disciplines, fields, severity, negated, eight_rules as they count now; empty as above."""
    version: int = 0
    """Goes up with every change of the labels; give it to CorrectMessage or CorrectFinding."""
    corrected_at: datetime | None = None
    """Aware UTC; None until an officer corrected them."""
    corrected_by: str = ""
    """The officer's name."""
    lexicon: int = 0
    """The version of the staff's lexicon edits behind `classification`."""
    classifier: str = ""


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as an officer may read it. `author_name` is empty for somebody who was not bound when they wrote."""

    number: str
    kind: MessageKind
    """As its writer confirmed it; the labels may say otherwise."""
    text: str = field(repr=False)
    unit_name: str
    author_name: str = field(repr=False)
    submitted_at: datetime
    labels: LabelsView


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """A message of this person, as the list of what they wrote shows it; `submitted_at` is aware UTC."""

    number: str
    kind: MessageKind
    text: str = field(repr=False)
    submitted_at: datetime


class TextCursor(NamedTuple):
    """Where a page of recent texts ended."""

    submitted_at: datetime
    source: TextSource
    id: int


@dataclass(frozen=True, slots=True)
class RecentText:
    """A message or a finding with the labels that count now, to try a lexicon edit on."""

    number: str
    """The message's, or the sheet's."""
    place: int
    """Of the finding in the sheet's newest version, from 1; 0: a message."""
    text: str = field(repr=False)
    labels: Mapping[str, Any]
    corrected: bool
    """By an officer: no edit of the lexicon changes these labels."""
    submitted_at: datetime
    cursor: TextCursor
    """Give the last one's to recent_texts for the next page."""
    area: str = field(default="", repr=False)
    """What stood beside a finding, and was classified with it; a message has none."""


@dataclass(frozen=True, slots=True)
class ReceivedMessages:
    """How many messages an officer reads, and one page of them, the newest first."""

    total: int
    messages: tuple[RecentText, ...]


@dataclass(frozen=True, slots=True)
class LabelCorrectionView:
    """One correction of labels, a training example. `before` and `after` are whole labels; `at` is aware UTC."""

    id: int
    number: str
    """The message's, or the sheet's."""
    place: int
    """0: a message."""
    text: str = field(repr=False)
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    officer_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LexiconWord:
    """A word as staff want it: labels and weight 1–3, or weight 0: it means nothing."""

    word: str
    labels: tuple[str, ...] = ()
    weight: int = 0


@dataclass(frozen=True, slots=True)
class LexiconState:
    """What staff want of the lexicon: the newest edit of each word that was not undone, in the order of versions."""

    version: int
    """The newest edit's or undoing's; 0: none was ever made."""
    edits: tuple[LexiconWord, ...]


@dataclass(frozen=True, slots=True)
class LexiconEditView:
    """One edit, or the undoing of one (`undoes`; the word, labels and weight are then those of the undone edit)."""

    version: int
    word: str
    labels: tuple[str, ...]
    weight: int
    note: str
    officer_name: str
    at: datetime
    undoes: int | None
    undone_by: int | None
    """The version that undid this edit."""
