"""What a form shows at a moment: its state as small JSON, the question being asked, the preview, the findings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from handlers.forms.form import Choice, Kind


class FormState(NamedTuple):
    """A half-filled form. Immutable; every engine function returns a new one.

    Values are canonical strings: text as it is, integers, decimals and ranges in plain digits, dates as `2026-11-13`,
    times as `10:30:00.000+08:00`, date-times as `2026-11-13T10:30:00.000+08:00`, one choice by its name, several
    choices (and a rank, best first) by their names with a space between, a confirmation as `OK`, a place as
    `latitude longitude altitude accuracy`, media as their names with a space between. Empty answers are absent.

    Refs are paths of one instance: `/data/trees[2]/stems[5]/cbh` (numbers count from 1 and stand on repeats only).
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
    counts: Mapping[str, int] = MappingProxyType({})
    """Ref of a repeat (`/data/trees`, `/data/trees[1]/stems`) -> how many instances it has."""
    said: Mapping[str, str] = MappingProxyType({})
    """ref -> what the person said, where the canonical value loses something of it (`6000余万元`)."""
    last: Mapping[str, str] = MappingProxyType({})
    """ref without numbers -> canonical value of the last sheet, as far as the form reads it (Form.last_reads)."""
    moment: str = ""
    """The local moment, ISO with offset, of the last step; kept only for forms that ask for now()."""

    def to_json(self) -> dict[str, Any]:
        """The state as a small dict of JSON types; what few forms need is left out where it is empty."""
        kept: dict[str, Any] = {
            "answers": dict(self.answers),
            "at": self.at,
            "skipped": sorted(self.skipped),
            "preset": sorted(self.preset),
            "off": sorted(self.off),
            "day": self.day.isoformat(),
        }
        more = {"counts": dict(self.counts), "said": dict(self.said), "last": dict(self.last), "moment": self.moment}
        return kept | {name: value for name, value in more.items() if value}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The state that `to_json` gave, also an older version of it. Raises KeyError, TypeError or ValueError."""
        return cls(
            answers=dict(kept["answers"]),
            at=kept["at"],
            skipped=frozenset(kept["skipped"]),
            preset=frozenset(kept["preset"]),
            off=frozenset(kept["off"]),
            day=date.fromisoformat(kept["day"]),
            counts=dict(kept.get("counts", {})),
            said=dict(kept.get("said", {})),
            last=dict(kept.get("last", {})),
            moment=str(kept.get("moment", "")),
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
    guidance: str = ""
    """More than the hint: shown when somebody asks for help."""
    start: Decimal | None = None
    end: Decimal | None = None
    step: Decimal | None = None
    """What a range goes from, to (both included) and by."""
    allows: frozenset[str] = frozenset()
    """What may be said instead of an answer: `same` (as in the instance before), `none`."""
    same: str = ""
    """The canonical answer to the same question in the instance before; empty when there is none."""
    instances: tuple[str, ...] = ()
    """For `Kind.MORE`: what the instances of the repeat say, a line each."""
    least: int = 0
    """The smallest useful number of characters; 0: not said."""
    several: bool = False
    """Whether a media question takes several files."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance of a repeat that is relevant now, for previews."""

    ref: str
    """`/data/trees[2]`: what `engine.remove` takes."""
    repeat: str
    """`/data/trees`: what `engine.add` takes."""
    label: str
    """The label of the repeat; empty when it has none."""
    number: int
    """From 1."""
    summary: str
    """Its first answers in one line; empty when it has none."""
    open: bool
    """Whether people may add and remove instances (no repeat_count)."""


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
