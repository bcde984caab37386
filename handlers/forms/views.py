"""What a form shows at a moment: its state as small JSON, the question being asked, the preview, the findings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from handlers.forms.form import Choice, Kind


class FormState(NamedTuple):
    """A half-filled form. Immutable; every engine function returns a new one.

    Values are canonical strings: text as it is, integers and decimals in plain digits, dates as `2026-11-13`, one
    choice by its name, several choices by their names with a space between. Empty answers are absent.
    """

    answers: Mapping[str, str] = MappingProxyType({})
    """ref -> canonical value: answers, values from defaults, calculated values. Only relevant ones."""
    at: str | None = None
    """The ref of the question being asked; None at the end (preview, hand in)."""
    skipped: frozenset[str] = frozenset()
    """Questions that were passed without an answer."""
    preset: frozenset[str] = frozenset()
    """Questions whose value comes from a default and which have not been shown to the person yet."""
    off: frozenset[str] = frozenset()
    """Refs of groups and questions whose own `relevant` is false."""
    day: date = date.min
    """The local day for which `today()` was last computed."""

    def to_json(self) -> dict[str, Any]:
        """The state as a small dict of JSON types."""
        return {
            "answers": dict(self.answers),
            "at": self.at,
            "skipped": sorted(self.skipped),
            "preset": sorted(self.preset),
            "off": sorted(self.off),
            "day": self.day.isoformat(),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The state that `to_json` gave. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            answers=dict(kept["answers"]),
            at=kept["at"],
            skipped=frozenset(kept["skipped"]),
            preset=frozenset(kept["preset"]),
            off=frozenset(kept["off"]),
            day=date.fromisoformat(kept["day"]),
        )


class Asked(NamedTuple):
    """The question being asked, ready to be worded: labels carry the answers they mention, choices are filtered."""

    ref: str
    kind: Kind
    label: str
    hint: str
    choices: tuple[Choice, ...]
    required: bool
    number: int
    """1 … total, counted over the questions that are relevant now."""
    total: int
    section: str
    """Labels of the groups around it, outermost first, joined by ` · `; empty when none has a label."""
    opens_section: bool
    """Whether the question before it stands in another section (or there is none)."""
    notes: tuple[str, ...]
    """Texts of the notes that stand between the question before and this one."""
    value: str
    """The canonical answer that it has already (a default, or when the person came back to it); empty when none."""
    value_text: str
    """The same as people read it."""


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One relevant question with its answer as people read it; `text` is empty when there is none."""

    number: int
    section: str
    label: str
    text: str
    ref: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that stands in the way of handing in; `message` is the Chinese sentence that says why."""

    ref: str
    number: int
    label: str
    message: str


@dataclass(frozen=True, slots=True)
class FoundFinding:
    """One problem or risk that the answers name, found through the purposes of a form, never by question names.

    `level` is what was answered with purpose finding_level, canonical (the choice's name); `amount_fen` is money
    in fen; `area` is the answer with purpose area beside it, else the section that the question stands in.
    """

    text: str
    level: str
    measure: str
    owner: str
    deadline: date | None
    amount_fen: int | None
    ref: str
    """The question that named it."""
    area: str = ""
