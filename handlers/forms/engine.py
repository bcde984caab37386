"""The engine: a form and a state in, a new state or a view of it out; no clock, no random, no input or output."""

from datetime import date
from itertools import chain
from typing import Final

from handlers.forms.demands import check_constraint, check_kind, must_answer, required_text
from handlers.forms.findings import findings
from handlers.forms.form import Form, Question
from handlers.forms.recalculation import Recalculation
from handlers.forms.showing import closing_notes, current, missing, numbered, preview, values
from handlers.forms.views import FormState

__all__ = [
    "answer",
    "back",
    "begin",
    "closing_notes",
    "current",
    "findings",
    "goto",
    "missing",
    "preview",
    "refresh",
    "skip",
    "values",
]

AT_FIRST: Final = "已经是第一题了。"
NO_SUCH_NUMBER: Final = "没有第 {number} 题，现在一共有 {total} 题。"
NOT_ASKED_NOW: Final = "这一题现在不需要填写。"
AT_END: Final = "the form stands at its end, no question is being asked"


def begin(form: Form, today: date) -> FormState:
    """The state of a form that was just opened: defaults set, everything calculated, at its first question."""
    work = Recalculation(form, FormState(day=today), today)
    work.open()
    return work.state(_next_open(form, work, 0), today)


def refresh(form: Form, state: FormState, today: date) -> FormState:
    """The state on another day: what depends on today() is computed again. The same state when it is up to date.

    A question being asked that is no longer relevant gives way to the next open one.
    """
    if state.day == today:
        return state
    work = Recalculation(form, state, today)
    work.settle()
    at = state.at
    if at is not None and not work.relevant(form.leaves[at]):
        at = _next_open(form, work, form.places[at])
    return work.state(at, today)


def answer(form: Form, state: FormState, value: str, today: date) -> FormState:
    """Answer the question being asked with a canonical value (see FormState; "" takes the answer back).

    What depends on it is computed again, what became irrelevant is cleared, and the state moves on to the next
    question that was neither answered nor skipped; after a return (back, goto) that is where the person was.
    Raises ValueError with the Chinese sentence to show when the value is not acceptable; LookupError at the end.
    """
    question = _asked(form, state)
    work = Recalculation(form, state, today)
    ref = question.ref
    if value:
        check_kind(question, value, work.env)
        work.put(ref, value)
        check_constraint(question, work.env)
        work.skipped.discard(ref)
    else:
        if must_answer(question, work.env):
            raise ValueError(required_text(question, work.env))
        work.put(ref, "")
        work.skipped.add(ref)
    work.preset.discard(ref)
    work.settle()
    return work.state(_next_open(form, work, form.places[ref] + 1), today)


def skip(form: Form, state: FormState) -> FormState:
    """Pass the question being asked; an answer that it has already is kept as it is.

    Raises ValueError with the sentence to show when it must be answered and is not; LookupError at the end.
    """
    question = _asked(form, state)
    work = Recalculation(form, state, state.day)
    if question.ref not in state.answers:
        if must_answer(question, work.env):
            raise ValueError(required_text(question, work.env))
        work.skipped.add(question.ref)
    work.preset.discard(question.ref)
    return work.state(_next_open(form, work, form.places[question.ref] + 1), state.day)


def back(form: Form, state: FormState) -> FormState:
    """Return to the relevant question before this one (from the end: to the last one).

    Raises ValueError with the sentence to show at the first question.
    """
    place = len(form.steps) if state.at is None else form.places[state.at]
    for question in reversed(form.steps[:place]):
        if question.asked and state.off.isdisjoint(question.gates):
            return state._replace(at=question.ref)
    raise ValueError(AT_FIRST)


def goto(form: Form, state: FormState, target: int | str) -> FormState:
    """Return to a relevant question by its number (as in Asked and PreviewLine) or its ref.

    Raises ValueError with the sentence to show when there is no such question now.
    """
    if isinstance(target, int):
        total = 0
        for number, question in numbered(form, state):
            if number == target:
                return state._replace(at=question.ref)
            total = number
        raise ValueError(NO_SUCH_NUMBER.format(number=target, total=total))
    leaf = form.leaves.get(target)
    if leaf is None or not leaf.asked or not state.off.isdisjoint(leaf.gates):
        raise ValueError(NOT_ASKED_NOW)
    return state._replace(at=target)


def _asked(form: Form, state: FormState) -> Question:
    if state.at is None:
        raise LookupError(AT_END)
    return form.leaves[state.at]


def _next_open(form: Form, work: Recalculation, start: int) -> str | None:
    """The first open question from `start` on, else the first one before it, else None (the end)."""
    steps = form.steps
    for place in chain(range(start, len(steps)), range(start)):
        question = steps[place]
        if question.asked and work.is_open(question):
            return question.ref
    return None
