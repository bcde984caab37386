"""What is thin or copied among the free-text answers of a sheet, worst first; pure functions, no input or output."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from handlers.forms import engine
from handlers.forms.form import Form, Kind
from handlers.forms.purposes import YES, Purpose
from handlers.forms.views import FormState
from nlp import similarity
from nlp.nearest import nearest
from nlp.sketches import closest, marks, sketch
from storage.commands import NewText
from storage.views import ComparedText, PastSheet, TextSketch

NARRATIVE: Final = frozenset({Purpose.FINDING, Purpose.MEASURE, Purpose.SUMMARY})
"""Purposes of answers that tell something; too short ones are noticed also where the workbook says no least length."""
NAMING: Final = frozenset(Purpose) - NARRATIVE
"""Purposes of answers that name something (a project, a unit, an owner): short, and the same every time."""
LEAST_COMPARED: Final = 10
"""Normalised characters from which an answer that tells something is compared with other sheets."""
LEAST_COMPARED_ELSE: Final = 15
"""The same for a question of which the workbook does not say that it wants to be told something: it may ask for a post
or for names, which stay the same. Half a sentence is longer."""
MOST_COMPARED: Final = 12
"""Answers of one sheet that are compared, the longest: what bounds the time that the check takes."""
CLOSEST: Final = 4
"""Texts of other units that are read for one answer: of more that may be copies, those that most likely are."""
EXCERPT: Final = 60
"""Characters of an answer that the evidence quotes."""
_NUMBERS: Final = re.compile(r"\[[0-9]+\]")


class Reason(StrEnum):
    """What is the matter with an answer; the first are the worst."""

    NOISE = "noise"
    REPEATED = "repeated"
    LABEL = "label"
    OWN_COPY = "own_copy"
    """Nearly the same as in the sheet that the person handed in before."""
    OTHER_COPY = "other_copy"
    """Nearly the same as in a recent sheet of another unit."""
    NOTHING = "nothing"
    SHORT = "short"


_ORDER: Final = {
    Reason.NOISE: 0,
    Reason.REPEATED: 0,
    Reason.LABEL: 0,
    Reason.OWN_COPY: 1,
    Reason.OTHER_COPY: 1,
    Reason.NOTHING: 2,
    Reason.SHORT: 3,
}


WORTHLESS: Final = frozenset({Reason.NOISE, Reason.REPEATED, Reason.LABEL, Reason.NOTHING, Reason.SHORT})
"""Answers that may simply be replaced by another one."""


@dataclass(frozen=True)
class FreeText:
    """A free-text answer of a sheet as the check looks at it."""

    ref: str
    number: int
    """As in the preview."""
    label: str
    text: str = field(repr=False)
    least: int = 0
    """Characters that the workbook asks for at least; 0: it does not say."""
    required: bool = False
    purpose: Purpose | None = None
    allows: frozenset[str] = frozenset()
    """What may be said instead: `same`, `none`."""

    @property
    def template(self) -> str:
        """The question without the numbers of instances."""
        return template(self.ref)

    @property
    def tells(self) -> bool:
        """Whether the workbook shows that it wants to be told something."""
        return self.least > 0 or self.purpose in NARRATIVE

    @cached_property
    def compared(self) -> str:
        """The text as it is compared with other sheets; empty when it is too short for that, or only names."""
        if self.purpose in NAMING or similarity.says_nothing(self.text):
            return ""
        normal = similarity.normalise(self.text)
        return normal if len(normal) >= (LEAST_COMPARED if self.tells else LEAST_COMPARED_ELSE) else ""

    @cached_property
    def sketch(self) -> bytes:
        """Of the text as it is compared."""
        return sketch(self.compared)

    @cached_property
    def thin(self) -> similarity.Thin | None:
        """Why the text says too little, whatever may be said instead; None when it may be enough."""
        if self.purpose in NAMING or not (self.required or self.tells):
            return None
        # Where nothing shows that something is to be told, an answer may be a name, a post, a number: only empty words
        # are noticed there.
        thin = similarity.thin(self.text, self.least if self.tells else 1, self.label)
        return None if thin is similarity.Thin.NOISE and not self.tells else thin


@dataclass(frozen=True, slots=True)
class Concern:
    """One answer that somebody should look at again, with the evidence."""

    ref: str
    number: int
    label: str
    reason: Reason
    text: str = field(repr=False)
    purpose: Purpose | None = None
    score: float = 0.0
    """Of a copy: the similarity, 0…1."""
    same_figures: bool | None = None
    """Of a copy of the person's own: whether numbers and dates are the same too."""
    sheet: str = ""
    """Of a copy: the number of the other sheet."""
    unit: str = ""
    """Of a copy: the name of the other unit. Never for the eyes of an observer."""
    at: datetime | None = None
    """Of a copy: when the other sheet was handed in, aware UTC."""

    def evidence(self) -> dict[str, Any]:
        """Small JSON for the records."""
        kept: dict[str, Any] = {
            "ref": self.ref,
            "number": self.number,
            "label": self.label,
            "reason": self.reason.value,
            "text": self.text[:EXCERPT],
        }
        if self.sheet:
            kept |= {"similarity": round(self.score, 2), "sheet": self.sheet, "unit": self.unit}
            kept["same_figures"] = self.same_figures
            kept["at"] = self.at.isoformat() if self.at else ""
        return kept


def template(ref: str) -> str:
    """A ref without the numbers of instances: the same question in every sheet of the form."""
    return _NUMBERS.sub("", ref)


def free_texts(form: Form, state: FormState) -> tuple[FreeText, ...]:
    """The free-text answers that a person gave, in the order of the form."""
    leaves = form.layout(state.counts).leaves
    found = []
    for line in engine.preview(form, state):
        question = leaves[line.ref]
        answer = state.answers.get(line.ref, "").strip()
        if question.kind is Kind.TEXT and answer:
            found.append(
                FreeText(
                    ref=line.ref,
                    number=line.number,
                    label=line.label,
                    text=answer,
                    least=question.least,
                    required=question.required is not None,
                    purpose=question.purpose,
                    allows=question.allows,
                )
            )
    return tuple(found)


def says_nothing_new(form: Form, state: FormState) -> bool:
    """Whether the sheet as a whole says that there is nothing new: such sheets are no copies of each other.

    A question with purpose nothing_new was answered with yes, and no finding is named elsewhere: "no other news" under
    a list of problems does not excuse copied problems.
    """
    leaves = form.layout(state.counts).leaves.values()
    quiet = any(
        question.purpose is Purpose.NOTHING_NEW and state.answers.get(question.ref, "") in YES for question in leaves
    )
    return quiet and not engine.findings(form, state)


def to_keep(texts: Sequence[FreeText]) -> tuple[NewText, ...]:
    """The answers that later sheets are compared with, for the records."""
    return tuple(map(_for_records, filter(_is_compared, texts)))


def to_compare(texts: Sequence[FreeText], *, nothing_new: bool = False) -> tuple[NewText, ...]:
    """The answers that are compared now, the longest first, for Records.text_sketches; none that is thin anyway."""
    return tuple(map(_for_records, _chosen(texts, nothing_new=nothing_new)))


def likely_copies(
    texts: Sequence[NewText], sketches: Sequence[Sequence[TextSketch]], threshold: float
) -> tuple[int, ...]:
    """Ids of the texts to be read: for each of `texts` at most CLOSEST of its candidates that may be so similar
    (0…1).
    """
    ids: dict[int, None] = {}
    for text, candidates in zip(texts, sketches, strict=True):
        ids |= dict.fromkeys(closest(len(text.text), text.sketch, candidates, threshold, CLOSEST))
    return tuple(ids)


def _is_compared(text: FreeText) -> bool:
    return bool(text.compared)


def _for_records(text: FreeText) -> NewText:
    return NewText(text.template, text.compared, text.sketch, marks(text.compared))


def _chosen(texts: Sequence[FreeText], *, nothing_new: bool) -> list[FreeText]:
    """The longest answers; about what is thin a person is asked for that reason."""
    if nothing_new:
        return []
    worth = [text for text in texts if text.compared and text.thin is None]
    return sorted(worth, key=lambda text: -len(text.compared))[:MOST_COMPARED]


def length_ratio(threshold: float) -> float:
    """How much shorter a text may be than another that is so similar: Dice's coefficient allows no more."""
    return threshold / (2 - threshold)


def concerns(texts: Sequence[FreeText], copies: Sequence[Concern], *, nothing_new: bool = False) -> tuple[Concern, ...]:
    """What is thin or copied, at most one concern for an answer, the worst first.

    `copies` are what `copies` found. A sheet with `nothing_new` is not blamed for saying 无.
    """
    found = {copy.ref: copy for copy in copies}
    found |= {text.ref: thin for text in texts if (thin := _thin(text, nothing_new=nothing_new))}
    return tuple(sorted(found.values(), key=lambda each: (_ORDER[each.reason], -each.score, each.number)))


def copies(
    texts: Sequence[FreeText],
    *,
    last: PastSheet | None,
    others: Sequence[ComparedText],
    threshold: float,
    nothing_new: bool = False,
) -> tuple[Concern, ...]:
    """What is copied, at most one concern for an answer, in the order of the form.

    `last` is the sheet that the same person handed in before, `others` texts of other units' recent sheets;
    `threshold` the similarity (0…1) from which on two answers count as copies. A sheet with `nothing_new` is not
    compared.
    """
    past = _past(last)
    elsewhere: dict[str, list[ComparedText]] = {}
    for other in others:
        elsewhere.setdefault(other.ref, []).append(other)
    found = []
    for text in sorted(_chosen(texts, nothing_new=nothing_new), key=lambda text: text.number):
        own = _copy_of_own(text, last, past.get(text.template, ()), threshold)
        other_unit = _copy_of_other(text, elsewhere.get(text.template, ()), threshold)
        copy = max((each for each in (own, other_unit) if each), key=lambda each: each.score, default=None)
        if copy is not None:
            found.append(copy)
    return tuple(found)


def _thin(text: FreeText, *, nothing_new: bool) -> Concern | None:
    if text.thin is None or ((nothing_new or "none" in text.allows) and similarity.says_nothing(text.text)):
        return None
    return concern(text, Reason(text.thin.value))


def concern(text: FreeText, reason: Reason) -> Concern:
    """That something is the matter with this answer."""
    return Concern(text.ref, text.number, text.label, reason, text.text, text.purpose)


def _past(last: PastSheet | None) -> Mapping[str, Sequence[str]]:
    """Template ref -> the answers of the sheet before; several where a repeat has several instances."""
    answers: dict[str, list[str]] = {}
    for ref, value in (last.answers if last is not None else {}).items():
        if isinstance(value, str) and value.strip():
            answers.setdefault(template(ref), []).append(value)
    return answers


def _copy_of_own(text: FreeText, last: PastSheet | None, before: Sequence[str], threshold: float) -> Concern | None:
    match = nearest(text.compared, [similarity.normalise(each) for each in before], threshold)
    if match is None or last is None:
        return None
    return replace(
        concern(text, Reason.OWN_COPY),
        score=match.score,
        same_figures=similarity.profile(text.text).figures == similarity.profile(before[match.place]).figures,
        sheet=last.number,
        at=last.submitted_at,
    )


def _copy_of_other(text: FreeText, others: Sequence[ComparedText], threshold: float) -> Concern | None:
    match = nearest(text.compared, [each.text for each in others], threshold)
    if match is None:
        return None
    other = others[match.place]
    return replace(
        concern(text, Reason.OTHER_COPY),
        score=match.score,
        sheet=other.number,
        unit=other.unit_name,
        at=other.submitted_at,
    )
