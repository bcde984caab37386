"""Which answers belong to which finding: by purpose and by the group that they stand in, fixed when laid out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from handlers.forms.form import FindingPlan, Question
from handlers.forms.purposes import Purpose

_BESIDE: Final = frozenset(
    {
        Purpose.FINDING_LEVEL,
        Purpose.MEASURE,
        Purpose.OWNER,
        Purpose.DEADLINE,
        Purpose.AMOUNT,
        Purpose.AMOUNT_WAN,
        Purpose.AREA,
    }
)
"""What says more about one finding."""


def finding_plans(questions: Iterable[Question], parents: Mapping[str, str]) -> tuple[FindingPlan, ...]:
    """The plan of every question with purpose finding. `parents` maps a group's ref to the one around it; an instance
    of a repeat is a group.

    An answer belongs to a finding that stands directly in the same group, or in the nearest group around it that has
    one; among several, to the last one before it (else the first). An answer nothing_new speaks for all findings of
    its group and of the groups inside.
    """
    with_purpose = [question for question in questions if question.purpose is not None]
    found = [question for question in with_purpose if question.purpose is Purpose.FINDING]
    groups = {question.group for question in found}
    first: dict[str, Question] = {}
    for question in found:
        first.setdefault(question.group, question)
    quiet: dict[str, list[str]] = defaultdict(list)
    beside: dict[str, dict[Purpose, list[str]]] = {question.ref: defaultdict(list) for question in found}
    latest: dict[str, Question] = {}
    for question in with_purpose:
        if question.purpose is Purpose.FINDING:
            latest[question.group] = question
        elif question.purpose is Purpose.NOTHING_NEW:
            quiet[question.group].append(question.ref)
        elif question.purpose in _BESIDE:
            group = next((around for around in _around(question.group, parents) if around in groups), "")
            if group:
                beside[(latest.get(group) or first[group]).ref][question.purpose].append(question.ref)
    return tuple(
        FindingPlan(
            question.ref,
            {purpose: tuple(refs) for purpose, refs in beside[question.ref].items()},
            tuple(ref for around in _around(question.group, parents) for ref in quiet.get(around, ())),
        )
        for question in found
    )


def _around(group: str, parents: Mapping[str, str]) -> Iterable[str]:
    """A group and those around it, innermost first."""
    while group:
        yield group
        group = parents.get(group, "")
