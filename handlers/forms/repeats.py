"""The instances of repeats: one more, one less, and what they say in one line."""

from datetime import datetime
from itertools import islice
from typing import Final

from handlers.forms.expressions.code import Env
from handlers.forms.form import DONE, MORE, Choice, Form, Layout, Repeat
from handlers.forms.moves import next_open, place_in
from handlers.forms.readable import env_of, readable_of
from handlers.forms.recalculation import Recalculation
from handlers.forms.renumbering import Removal
from handlers.forms.spots import MAX_INSTANCES
from handlers.forms.views import FormState, Instance

ADD_ANOTHER: Final = "再加一项"
ADD_FIRST: Final = "填一项"
NO_MORE: Final = "不加了，继续"
NONE_AT_ALL: Final = "没有，继续"
FULL: Final = f"已经有 {MAX_INSTANCES} 项了，不能再加。"
ASK_ANOTHER: Final = "“{label}”已填 {count} 项，再加一项吗？"
ASK_FIRST: Final = "“{label}”要填一项吗？"
ASK_ANOTHER_UNNAMED: Final = "已填 {count} 项，再加一项吗？"
ASK_FIRST_UNNAMED: Final = "要填一项吗？"
MORE_OR_DONE: Final = "请回复“再加一项”或“继续”。"
NO_SUCH_REPEAT: Final = "没有找到要修改的这一组，请重新查看预览。"
NOT_OPEN: Final = "这一组的项数由前面的回答决定，请修改前面的那一题。"
NOT_NOW: Final = "这一组现在不需要填写。"
BETWEEN: Final = "，"
CUT: Final = "…"
MAX_SUMMARY: Final = 40
"""Characters of the line that stands for one instance."""
MAX_ANSWERS: Final = 3
"""Answers that such a line holds."""


def add(form: Form, state: FormState, repeat: str, now: datetime) -> FormState:
    """One instance more of a repeat (`/data/trees`), at its first open question.

    Raises ValueError with the sentence to show when there can be none.
    """
    work = Recalculation(form, state, now)
    found = _open_repeat(work, repeat)
    count = len(found.instances)
    if count >= MAX_INSTANCES:
        raise ValueError(FULL)
    work.resize({repeat: count + 1})
    work.skipped.discard(repeat)
    work.settle()
    return work.state(next_open(work, place_in(work, f"{repeat}[{count + 1}]", repeat)))


def remove(form: Form, state: FormState, instance: str, now: datetime) -> FormState:
    """The form without one instance of a repeat (`/data/trees[2]`); the ones after it move up.

    Whether there are more is open again. Who was asked in the instance, or stood at the end, goes on with the next
    open question from there. Raises ValueError with the sentence to show when there is no such instance to remove.
    """
    work = Recalculation(form, state, now)
    group = work.layout.groups.get(instance)
    if group is None or not group.number:
        raise ValueError(NO_SUCH_REPEAT)
    removal = Removal(instance.rpartition("[")[0], group.number)
    _open_repeat(work, removal.repeat)
    work.remove(removal)
    work.skipped.discard(removal.repeat)
    work.settle()
    at = None if state.at is None else removal.ref(state.at)
    if at is None or at not in work.layout.places or not work.relevant(work.layout.step(at)):
        left = min(removal.number, work.layout.counts[removal.repeat])
        at = next_open(work, place_in(work, f"{removal.repeat}[{left}]", removal.repeat))
    return work.state(at)


def more(form: Form, state: FormState, repeat: str, value: str, now: datetime) -> FormState:
    """The answer to whether a repeat gets one more instance: `more` or `done`. Raises ValueError."""
    if value == MORE:
        return add(form, state, repeat, now)
    if value != DONE:
        raise ValueError(MORE_OR_DONE)
    work = Recalculation(form, state, now)
    work.skipped.add(repeat)
    work.settle()
    return work.state(next_open(work, work.layout.places[repeat] + 1))


def instances(form: Form, state: FormState) -> list[Instance]:
    """Every instance of a repeat that is relevant now, in document order, nested ones after the one around them."""
    layout, env = form.layout(state.counts), env_of(state)
    return [
        Instance(
            ref=group.ref,
            repeat=repeat.ref,
            label="" if repeat.label is None else repeat.label.text(env),
            number=group.number,
            summary=_line(layout, group.ref, state, env),
            open=repeat.open,
        )
        for group in layout.groups.values()
        if group.number and _is_relevant(layout, group.ref, state)
        for repeat in (layout.repeats[group.ref.rpartition("[")[0]],)
    ]


def summaries(layout: Layout, repeat: str, state: FormState, env: Env) -> tuple[str, ...]:
    """A line for each instance of a repeat; empty for one without answers."""
    return tuple(_line(layout, instance, state, env) for instance in layout.repeats[repeat].instances)


def _line(layout: Layout, instance: str, state: FormState, env: Env) -> str:
    """The first answers of an instance in one line; empty when it has none."""
    answers, preset = state.answers, state.preset
    questions = layout.asked_in.get(instance, ())
    given = (question for question in questions if question.ref in answers and question.ref not in preset)
    texts = [readable_of(question, answers[question.ref], state, env) for question in islice(given, MAX_ANSWERS)]
    line = BETWEEN.join(" ".join(text.split()) for text in texts)
    return line if len(line) <= MAX_SUMMARY else line[: MAX_SUMMARY - 1] + CUT


def question_text(repeat: Repeat, env: Env) -> str:
    """How people are asked whether there is one more."""
    label = "" if repeat.label is None else repeat.label.text(env)
    count = len(repeat.instances)
    if label:
        return (ASK_ANOTHER if count else ASK_FIRST).format(label=label, count=count)
    return (ASK_ANOTHER_UNNAMED if count else ASK_FIRST_UNNAMED).format(count=count)


def choices(repeat: Repeat) -> tuple[Choice, ...]:
    """What people may answer; nothing but `done` when the repeat is full."""
    count = len(repeat.instances)
    done = Choice(DONE, NO_MORE if count else NONE_AT_ALL)
    if count >= MAX_INSTANCES:
        return (done,)
    return Choice(MORE, ADD_ANOTHER if count else ADD_FIRST), done


def _open_repeat(work: Recalculation, ref: str) -> Repeat:
    repeat = work.layout.repeats.get(ref)
    if repeat is None:
        raise ValueError(NO_SUCH_REPEAT)
    if not repeat.open:
        raise ValueError(NOT_OPEN)
    if not work.relevant(work.layout.step(ref)):
        raise ValueError(NOT_NOW)
    return repeat


def _is_relevant(layout: Layout, instance: str, state: FormState) -> bool:
    ref = instance
    while ref:
        if ref in state.off:
            return False
        ref = layout.groups[ref].parent
    return True
