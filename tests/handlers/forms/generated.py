"""Random forms, and what a person may do to them: for the tests of what holds for every form."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from handlers.forms import engine
from handlers.forms.form import Form
from handlers.forms.views import FormState
from handlers.forms.workbook import WorkbookError
from tests.handlers.forms.forms import form_of

KINDS = ("integer", "text", "select_one yn", "select_multiple yn", "date")
ANSWERS = {
    "integer": ["0", "1", "3", "-7"],
    "text": ["甲", "yes", "3"],
    "select_one": ["yes", "no"],
    "select_multiple": ["yes", "no", "yes no"],
    "date": ["2026-11-20", "2026-11-21", "2027-01-01"],
    "more": ["more", "done"],
}
CONDITIONS = [
    "{one} != ''",
    "{one} > 1",
    "selected({one}, 'yes')",
    "{one} = 'no' or {two} = ''",
    "coalesce({one}, 0) + coalesce({two}, 0) > 2",
    "{one} <= today()",
    "not({one} = {two})",
]
IN_REPEATS = [*CONDITIONS, "sum({one}) > 2", "count-non-empty({one}) > 1", "position(..) > 1", "join('', {one}) != ''"]
MOST = 5
"""Instances of one repeat in these tests."""


@st.composite
def expressions(draw: st.DrawFn, questions: list[int], templates: list[str]) -> str:
    """A condition on one or two of these questions of the form."""
    one, two = (f"${{q{draw(st.sampled_from(questions))}}}" for _ in range(2))
    return draw(st.sampled_from(templates)).format(one=one, two=two)


@st.composite
def _questions(draw: st.DrawFn, number: int, lower: list[int], templates: list[str], defaults: bool) -> str:
    """The row of one question that depends on those of lower rank."""
    maybe = st.none() | expressions(lower, templates) if lower else st.none()
    kind = draw(st.sampled_from([*KINDS, "calculate"] if lower else KINDS))
    default = draw(st.sampled_from(["", "", "3"])) if defaults and kind in {"integer", "text"} else ""
    calculation = f"if({draw(expressions(lower, templates))}, 'yes', 3)" if kind == "calculate" else ""
    required = draw(st.sampled_from(["yes", ""])) if kind != "calculate" else ""
    constraint = draw(st.sampled_from(["", ". != '-7'"])) if kind == "integer" else ""
    cells = (kind, f"q{number}", f"题{number}", required, draw(maybe) or "", calculation, default, constraint, "")
    return f"| | {' | '.join(cells)} |"


@st.composite
def forms(draw: st.DrawFn, defaults: bool = True, repeats: bool = False) -> Form:
    """A form of up to ten questions in groups, with random conditions, calculations and defaults.

    Questions depend on those of lower rank, in a random order, so that any form without a cycle may come and few
    with one do: those are thrown away, and too many of them would stop the test. Groups may depend on any question.
    """
    count = draw(st.integers(2, 10))
    rows = [
        "| survey |",
        "| | type | name | label | required | relevant | calculation | default | constraint | repeat_count |",
    ]
    templates = IN_REPEATS if repeats else CONDITIONS
    ends: list[str] = []
    rank = draw(st.permutations(list(range(count))))
    for number in range(count):
        if draw(st.integers(0, 3)) == 0:
            anywhere = draw(st.integers(0, 3)) == 0
            outside = list(range(count if anywhere or not number else number))
            kinds = ["group", "repeat", "repeat"] if repeats and len(ends) < 2 else ["group"]
            kind: str = draw(st.sampled_from(kinds))
            condition = draw(st.none() | expressions(outside, CONDITIONS)) or ""
            counted = draw(st.sampled_from([False, True])) and kind == "repeat"
            times = f"${{q{draw(st.sampled_from(outside))}}}" if counted else ""
            rows.append(f"| | begin_{kind} | g{number} | 组{number} | | {condition} | | | | {times} |")
            ends.append(f"| | end_{kind} | | | | | | | | |")
        lower = [other for other in range(count) if rank[other] < rank[number]]
        rows.append(draw(_questions(number, lower, templates, defaults)))
        closes = draw(st.booleans())
        if ends and closes:
            rows.append(ends.pop())
    rows.extend(reversed(ends))
    try:
        return form_of("\n".join(rows))
    except WorkbookError as error:
        assert "互相依赖" in str(error), error
        assume(False)
        raise


def moved(form: Form, state: FormState, now: datetime, data: Any) -> FormState:
    """One random thing that a person does; the sentence that refuses it is Chinese."""
    try:
        return _moved(form, state, now, data)
    except ValueError as error:
        assert any("\u4e00" <= character <= "\u9fff" for character in str(error)), error
    except LookupError:
        assert state.at is None
    return state


def _moved(form: Form, state: FormState, now: datetime, data: Any) -> FormState:
    at = datetime.combine(state.day, now.timetz())
    instances = engine.instances(form, state)
    moves = ["answer", "answer", "answer", "answer", "skip", "back", "goto", "wait"]
    move = data.draw(st.sampled_from([*moves, "add", "remove"] if instances else moves))
    if move == "add":
        repeat = data.draw(st.sampled_from(instances)).repeat
        return state if state.counts[repeat] >= MOST else engine.add(form, state, repeat, at)
    if move == "answer":
        return _answered(form, state, at, data)
    done: dict[str, Callable[[], FormState]] = {
        "wait": lambda: engine.refresh(form, state, at + timedelta(days=1)),
        "back": lambda: engine.back(form, state),
        "skip": lambda: engine.skip(form, state),
        "goto": lambda: engine.goto(form, state, data.draw(st.integers(0, len(engine.preview(form, state)) + 1))),
        "remove": lambda: engine.remove(form, state, data.draw(st.sampled_from(instances)).ref, at),
    }
    return done[move]()


def _answered(form: Form, state: FormState, now: datetime, data: Any) -> FormState:
    kind = "text" if state.at is None else form.layout(state.counts).step(state.at).kind.value
    value = data.draw(st.sampled_from(["", *ANSWERS[kind]]))
    if value == "more" and state.at is not None and state.counts[state.at] >= MOST:
        value = "done"
    return engine.answer(form, state, value, now)
