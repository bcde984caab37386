"""The engine: a form and a state in, a new state or a view of it out; no clock, no random, no input or output.

Every `now` is aware and in the person's own timezone: `today()` is its date, `now()` itself.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from types import MappingProxyType
from typing import Final

from handlers.forms.demands import check_constraint, check_kind, must_answer, required_text
from handlers.forms.findings import findings
from handlers.forms.form import DONE, Form, Kind, Question
from handlers.forms.moves import next_open
from handlers.forms.purposes import Purpose
from handlers.forms.readable import env_of
from handlers.forms.recalculation import Recalculation
from handlers.forms.repeats import add, instances, more, remove
from handlers.forms.showing import closing_notes, current, missing, numbered, preview, values
from handlers.forms.views import FormState
from storage.project_names import project_key

__all__ = [
    "add",
    "answer",
    "back",
    "begin",
    "closing_notes",
    "current",
    "findings",
    "goto",
    "instances",
    "missing",
    "preview",
    "recall",
    "refresh",
    "remove",
    "skip",
    "values",
]

AT_FIRST: Final = "已经是第一题了。"
NO_SUCH_NUMBER: Final = "没有第 {number} 题，现在一共有 {total} 题。"
NOT_ASKED_NOW: Final = "这一题现在不需要填写。"
AT_END: Final = "the form stands at its end, no question is being asked"
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def begin(form: Form, now: datetime, last: Mapping[str, str] = _NOTHING) -> FormState:
    """The state of a form that was just opened: defaults set, everything calculated, at its first question.

    `last`: the answers of the last sheet (see `recall`). Raises ValueError with the sentence to show when the form
    begins with more instances than there may be.
    """
    work = Recalculation(form, FormState(day=now.date(), last=_read_last(form, last)), now)
    work.open()
    return work.state(next_open(work, 0))


def inscribe(form: Form, state: FormState, purpose: Purpose, value: str, now: datetime) -> FormState:
    """The state with this value in every question of a purpose that nobody is asked; what depends on it follows.

    Raises ValueError with the sentence to show when the numbers of instances become too great.
    """
    work = Recalculation(form, state, now)
    for leaf in work.layout.leaves.values():
        if leaf.purpose is purpose and leaf.kind is Kind.CALCULATE:
            work.put(leaf.ref, value)
    work.settle()
    return work.state(_still(work, state.at))


def refresh(form: Form, state: FormState, now: datetime) -> FormState:
    """The state on another day: what depends on today() or now() is computed again. The same one when it is up to date.

    A question being asked that is no longer relevant gives way to the next open one.
    """
    if state.day == now.date():
        return state
    work = Recalculation(form, state, now)
    work.settle()
    return work.state(_still(work, state.at))


def recall(form: Form, state: FormState, last: Mapping[str, str], now: datetime) -> FormState:
    """The state with these answers of the last sheet: ref without numbers of instances -> canonical value.

    Only what the form reads of them is kept (Form.last_reads); defaults that nobody has seen yet follow them.
    """
    work = Recalculation(form, state, now)
    work.recall(_read_last(form, last))
    work.settle()
    return work.state(_still(work, state.at))


def answer(form: Form, state: FormState, value: str, now: datetime, said: str = "") -> FormState:
    """Answer the question being asked with a canonical value (see FormState; "" takes the answer back).

    What depends on it is computed again, what became irrelevant is cleared, and the state moves on to the next
    question that was neither answered nor skipped; after a return (back, goto) that is where the person was.
    Another project than that of the last sheet, where the form reads its name, forgets the last sheet.
    `said`: the person's own words, where the value loses something of them.
    Raises ValueError with the Chinese sentence to show when the value is not acceptable; LookupError at the end.
    """
    question = _asked(form, state)
    if question.kind is Kind.MORE:
        return more(form, state, question.ref, value, now)
    work = Recalculation(form, state, now)
    ref = question.ref
    if value:
        check_kind(question, value, work.env)
        work.put(ref, value)
        check_constraint(question, work.env)
        work.skipped.discard(ref)
        if question.purpose is Purpose.PROJECT and _is_of_another(value, work.last.get(ref, "")):
            work.recall(_NOTHING)
    else:
        if must_answer(question, work.env):
            raise ValueError(required_text(question, work.env))
        work.put(ref, "")
        work.skipped.add(ref)
    if said or work.said:
        work.say(ref, said if value else "")
    work.preset.discard(ref)
    work.settle()
    return work.state(next_open(work, work.layout.places.get(ref, -1) + 1))


def skip(form: Form, state: FormState) -> FormState:
    """Pass the question being asked; an answer that it has already is kept as it is.

    Raises ValueError with the sentence to show when it must be answered and is not; LookupError at the end.
    """
    question = _asked(form, state)
    if question.kind is Kind.MORE:
        return answer(form, state, DONE, _moment(state))
    if question.ref not in state.answers and must_answer(question, env_of(state)):
        raise ValueError(required_text(question, env_of(state)))
    work = Recalculation(form, state, _moment(state))
    if question.ref not in state.answers:
        work.skipped.add(question.ref)
    work.preset.discard(question.ref)
    return work.state(next_open(work, work.layout.places[question.ref] + 1))


def back(form: Form, state: FormState) -> FormState:
    """Return to the relevant question before this one (from the end: to the last one).

    Raises ValueError with the sentence to show at the first question.
    """
    layout = form.layout(state.counts)
    place = len(layout.steps) if state.at is None else layout.places[state.at]
    locked = layout.locked(env_of(state)) if layout.conditional else 0
    for before in range(place - 1, -1, -1):
        question = layout.steps[before]
        if question.stops and state.off.isdisjoint(question.gates) and not locked >> before & 1:
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
    layout = form.layout(state.counts)
    place = layout.places.get(target)
    step = None if place is None else layout.steps[place]
    if step is None or not step.stops or not state.off.isdisjoint(step.gates):
        raise ValueError(NOT_ASKED_NOW)
    if step.read_only is not None and step.read_only(env_of(state)):
        raise ValueError(NOT_ASKED_NOW)
    return state._replace(at=target)


def _asked(form: Form, state: FormState) -> Question:
    if state.at is None:
        raise LookupError(AT_END)
    return form.layout(state.counts).step(state.at)


def _still(work: Recalculation, at: str | None) -> str | None:
    """Where a state stands after something changed around it."""
    if at is None:
        return None
    place = work.layout.places.get(at)
    if place is None:
        return next_open(work, 0)
    step = work.layout.steps[place]
    if work.relevant(step) and (step.read_only is None or not step.read_only(work.env)):
        return at
    return next_open(work, place)


def _read_last(form: Form, last: Mapping[str, str]) -> Mapping[str, str]:
    return {ref: value for ref, value in last.items() if value and ref in form.last_reads} if last else _NOTHING


def _is_of_another(project: str, last: str) -> bool:
    """Whether the last sheet names another project; not where the form does not read its name."""
    return bool(last) and project_key(last) != project_key(project)


def _moment(state: FormState) -> datetime:
    """The moment of the last step, as far as the state knows it."""
    if state.moment:
        return datetime.fromisoformat(state.moment)
    return datetime.combine(state.day, time(), UTC)
