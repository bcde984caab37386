"""Which answers belong to which finding: by purpose and by the group that they stand in, fixed when compiled."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
    """The plan of every question with purpose finding. `parents` maps a group's ref to the one around it.

    An answer belongs to a finding that stands directly in the same group, or in the nearest group around it that has
    one; among several, to the last one before it (else the first). An answer nothing_new speaks for all findings of
    its group and of the groups inside.
    """
    with_purpose = [question for question in questions if question.purpose is not None]
    found = [question for question in with_purpose if question.purpose is Purpose.FINDING]
    beside: dict[str, dict[Purpose, list[str]]] = {question.ref: defaultdict(list) for question in found}
    for place, question in enumerate(with_purpose):
        owner = _owner(question, with_purpose[:place], found, parents)
        if question.purpose in _BESIDE and owner is not None:
            beside[owner.ref][question.purpose].append(question.ref)
    return tuple(
        FindingPlan(
            question.ref,
            {purpose: tuple(refs) for purpose, refs in beside[question.ref].items()},
            tuple(
                other.ref
                for other in with_purpose
                if other.purpose is Purpose.NOTHING_NEW and question.ref.startswith(f"{other.group}/")
            ),
        )
        for question in found
    )


def _owner(
    question: Question, before: Sequence[Question], found: Sequence[Question], parents: Mapping[str, str]
) -> Question | None:
    group = question.group
    while group:
        there = [finding for finding in found if finding.group == group]
        if there:
            earlier = [finding for finding in there if finding in before]
            return earlier[-1] if earlier else there[0]
        group = parents.get(group, "")
    return None
