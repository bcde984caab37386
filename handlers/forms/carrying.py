"""Answers of one version of a form taken over into another: by name and type; the rest is asked again."""

import re
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final, NamedTuple

from handlers.forms import engine
from handlers.forms.demands import check_constraint, check_kind, must_answer
from handlers.forms.form import Form, Kind, Question
from handlers.forms.moves import next_open
from handlers.forms.recalculation import Recalculation
from handlers.forms.views import FormState

_NUMBER: Final = re.compile(r"\[(\d+)\]")


class _Key(NamedTuple):
    """What a question or repeat is known by in every version: its own name, and the instances that it stands in."""

    name: str
    numbers: tuple[str, ...]


def carry(old: Form, new: Form, state: FormState, now: datetime) -> FormState:
    """The state on the new version that keeps what was answered on the old one; `now` is aware, the person's time.

    An answer is kept where the new version has a question of the same name and kind that takes it; questions passed
    without an answer stay so where they may. The conversation stands at the first question that is still open.
    """
    work = Recalculation(new, engine.begin(new, now, state.last), now)
    _resize(old, work, state)
    given = _given(old, state)
    passed = _passed(old, state)
    done: set[str] = set()
    while (question := _next(work, done)) is not None:
        done.add(question.ref)
        key = _key(question.ref)
        if question.kind is Kind.MORE:
            if key in passed:
                work.skipped.add(question.ref)
            continue
        kept = given.get((key, question.kind))
        if kept is not None:
            _put(work, question, *kept)
        elif key in passed and not must_answer(question, work.env):
            work.skipped.add(question.ref)
    return work.state(next_open(work, 0))


def _next(work: Recalculation, done: set[str]) -> Question | None:
    """The first relevant question that was not looked at: answers may have opened one before the last."""
    for question in work.layout.steps:
        if question.stops and question.ref not in done and work.relevant(question):
            return question
    return None


def _put(work: Recalculation, question: Question, value: str, said: str) -> None:
    before = work.values.get(question.ref, "")
    try:
        check_kind(question, value, work.env)
        work.put(question.ref, value)
        check_constraint(question, work.env)
    except ValueError:
        work.put(question.ref, before)
    else:
        work.preset.discard(question.ref)
        work.say(question.ref, said)
    work.settle()


def _given(old: Form, state: FormState) -> Mapping[tuple[_Key, Kind], tuple[str, str]]:
    """What people answered, by key and kind, with their own words; what two questions answer to is left out."""
    found: dict[tuple[_Key, Kind], list[tuple[str, str]]] = defaultdict(list)
    for question in old.layout(state.counts).questions:
        value = state.answers.get(question.ref, "")
        if value and question.ref not in state.preset:
            found[_key(question.ref), question.kind].append((value, state.said.get(question.ref, "")))
    return {key: answers[0] for key, answers in found.items() if len(answers) == 1}


def _passed(old: Form, state: FormState) -> frozenset[_Key]:
    places = old.layout(state.counts).places
    return frozenset(_key(ref) for ref in state.skipped if ref in places)


def _resize(old: Form, work: Recalculation, state: FormState) -> None:
    """As many instances as before in every repeat whose number people decide, outermost first."""
    counts = {_key(ref): repeat.instances for ref, repeat in old.layout(state.counts).repeats.items() if repeat.open}
    done: set[str] = set()
    while waiting := [ref for ref, repeat in work.layout.repeats.items() if repeat.open and ref not in done]:
        ref = min(waiting, key=lambda ref: ref.count("/"))
        done.add(ref)
        instances = counts.get(_key(ref))
        if instances is not None and len(instances) != len(work.layout.repeats[ref].instances):
            with suppress(ValueError):  # the new version is too large for so many: the first one is kept
                work.resize({ref: len(instances)})
            work.settle()


def _key(ref: str) -> _Key:
    return _Key(ref.rpartition("/")[2], tuple(_NUMBER.findall(ref)))
