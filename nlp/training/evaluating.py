"""How well labels fit: F1 by label set, on messages whose right labels are known."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from sklearn.metrics import confusion_matrix, f1_score

from nlp.classification import Classification
from nlp.labels import Discipline, Field, Intent, Severity
from nlp.training.examples import Example

GOALS = {
    "intent": (0.82, 0.75),
    "disciplines": (0.65, 0.60),
    "fields": (0.80, 0.77),
    "severity": (0.74, 0.62),
    "negated": (0.85, 0.85),
}
"""F1, micro and macro, on 500 messages that were not used in development."""


class Labels(NamedTuple):
    """The labels of one message, right ones or given ones."""

    intent: Intent
    disciplines: frozenset[Discipline]
    fields: frozenset[Field]
    severity: Severity
    negated: bool


def right(example: Example) -> Labels:
    """What a person labelled."""
    return Labels(*example[1:])


def given(found: Classification) -> Labels:
    """What the classifier says."""
    return Labels(found.intent, frozenset(found.disciplines), frozenset(found.fields), found.severity, found.negated)


def figures(wanted: Sequence[Labels], found: Sequence[Labels]) -> dict[str, tuple[float, float]]:
    """F1 by label set: micro, macro; for `negated` the F1 of true, twice."""
    scores = {
        "intent": _single([it.intent for it in wanted], [it.intent for it in found], list(Intent)),
        "disciplines": _many([it.disciplines for it in wanted], [it.disciplines for it in found], list(Discipline)),
        "fields": _many([it.fields for it in wanted], [it.fields for it in found], list(Field)),
        "severity": _single([it.severity for it in wanted], [it.severity for it in found], list(Severity)),
    }
    negated = float(f1_score([it.negated for it in wanted], [it.negated for it in found], zero_division=0))
    return {**scores, "negated": (negated, negated)}


def confusion(wanted: Iterable[str], found: Iterable[str], labels: Sequence[str]) -> list[list[int]]:
    """Counts: a row for each right label, a column for each given one."""
    table: list[list[int]] = confusion_matrix(list(wanted), list(found), labels=list(labels)).tolist()
    return table


def _single(wanted: Sequence[str], found: Sequence[str], labels: Sequence[str]) -> tuple[float, float]:
    micro, macro = (
        f1_score(wanted, found, labels=labels, average=average, zero_division=0) for average in ("micro", "macro")
    )
    return float(micro), float(macro)


def _many(
    wanted: Sequence[frozenset[str]], found: Sequence[frozenset[str]], labels: Sequence[str]
) -> tuple[float, float]:
    rights, givens = (np.array([[label in each for label in labels] for each in sets]) for sets in (wanted, found))
    micro, macro = (f1_score(rights, givens, average=average, zero_division=0) for average in ("micro", "macro"))
    return float(micro), float(macro)
