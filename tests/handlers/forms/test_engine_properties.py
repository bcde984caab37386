"""What holds for every form and every way through it."""

import json
from datetime import date, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from handlers.forms import engine
from handlers.forms.canonical import computed
from handlers.forms.expressions.code import Env
from handlers.forms.expressions.values import to_truth
from handlers.forms.form import Effect, Form
from handlers.forms.views import FormState
from handlers.forms.workbook import WorkbookError
from tests.handlers.forms.forms import TODAY, fill, form_of

KINDS = ("integer", "text", "select_one yn", "select_multiple yn", "date")
ANSWERS = {
    "integer": ["0", "1", "3", "-7"],
    "text": ["甲", "yes", "3"],
    "select_one": ["yes", "no"],
    "select_multiple": ["yes", "no", "yes no"],
    "date": ["2026-11-20", "2026-11-21", "2027-01-01"],
}


@st.composite
def expressions(draw: st.DrawFn, questions: list[int]) -> str:
    """A condition on one or two of these questions of the form."""
    one, two = (f"${{q{draw(st.sampled_from(questions))}}}" for _ in range(2))
    template = draw(
        st.sampled_from(
            [
                "{one} != ''",
                "{one} > 1",
                "selected({one}, 'yes')",
                "{one} = 'no' or {two} = ''",
                "coalesce({one}, 0) + coalesce({two}, 0) > 2",
                "{one} <= today()",
                "not({one} = {two})",
            ]
        )
    )
    return template.format(one=one, two=two)


@st.composite
def forms(draw: st.DrawFn, defaults: bool = True) -> Form:
    """A form of up to ten questions in groups, with random conditions, calculations and defaults.

    Questions depend on those of lower rank, in a random order, so that any form without a cycle may come and few
    with one do: those are thrown away, and too many of them would stop the test. Groups may depend on any question.
    """
    count = draw(st.integers(2, 10))
    rows = ["| survey |", "| | type | name | label | required | relevant | calculation | default | constraint |"]
    depth = 0
    rank = draw(st.permutations(list(range(count))))
    for number in range(count):
        if draw(st.integers(0, 3)) == 0:
            anywhere = draw(st.integers(0, 3)) == 0
            outside = list(range(count if anywhere or not number else number))
            condition = draw(st.none() | expressions(outside)) or ""
            rows.append(f"| | begin_group | g{number} | 组{number} | | {condition} | | | |")
            depth += 1
        lower = [other for other in range(count) if rank[other] < rank[number]]
        maybe = st.none() | expressions(lower) if lower else st.none()
        kind = draw(st.sampled_from([*KINDS, "calculate"] if lower else KINDS))
        default = draw(st.sampled_from(["", "", "3"])) if defaults and kind in {"integer", "text"} else ""
        calculation = f"if({draw(expressions(lower))}, 'yes', 3)" if kind == "calculate" else ""
        required = draw(st.sampled_from(["yes", ""])) if kind != "calculate" else ""
        constraint = draw(st.sampled_from(["", ". != '-7'"])) if kind == "integer" else ""
        relevant = draw(maybe) or ""
        cells = (kind, f"q{number}", f"题{number}", required, relevant, calculation, default, constraint)
        rows.append(f"| | {' | '.join(cells)} |")
        if depth and draw(st.booleans()):
            rows.append("| | end_group | | | | | | | |")
            depth -= 1
    rows.extend(["| | end_group | | | | | | | |"] * depth)
    try:
        return form_of("\n".join(rows))
    except WorkbookError as error:
        assert "互相依赖" in str(error), error
        assume(False)
        raise


def settled(form: Form, state: FormState) -> None:
    """Every rule, run once more from scratch on the state, says what the state says: nothing was forgotten."""
    env = Env(state.answers, state.day.isoformat())
    for rule in form.rules:
        if rule.effect is Effect.RELEVANT:
            assert (rule.ref in state.off) == (not to_truth(rule.run(env)))
        elif rule.effect is Effect.CALCULATE:
            question = form.leaves[rule.ref]
            relevant = state.off.isdisjoint(question.gates)
            assert state.answers.get(rule.ref, "") == (computed(question.kind, rule.run(env)) if relevant else "")
    for ref in [*state.answers, *state.skipped, *state.preset]:
        assert state.off.isdisjoint(form.leaves[ref].gates)


def consistent(form: Form, state: FormState) -> FormState:
    """Check what holds at every step; return the state as it comes back from storage."""
    settled(form, state)
    restored = FormState.from_json(json.loads(json.dumps(state.to_json())))
    assert restored == state
    asked = engine.current(form, state)
    lines = engine.preview(form, state)
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    if asked is not None:
        assert asked.ref == state.at
        assert lines[asked.number - 1].ref == asked.ref
        assert asked.total == len(lines)
    else:
        assert all(gap.ref in state.answers or gap.ref in state.skipped for gap in engine.missing(form, state))
    return restored


def moved(form: Form, state: FormState, data: Any) -> FormState:
    """One random thing that a person does."""
    move = data.draw(st.sampled_from(["answer", "answer", "answer", "skip", "back", "goto", "wait"]))
    day = state.day
    try:
        if move == "wait":
            return engine.refresh(form, state, day + timedelta(days=1))
        if move == "back":
            return engine.back(form, state)
        if move == "goto":
            return engine.goto(form, state, data.draw(st.integers(0, len(form.questions) + 1)))
        if move == "skip":
            return engine.skip(form, state)
        kind = "text" if state.at is None else form.leaves[state.at].kind.value
        return engine.answer(form, state, data.draw(st.sampled_from(["", *ANSWERS[kind]])), day)
    except ValueError as error:
        assert any("\u4e00" <= character <= "\u9fff" for character in str(error))
    except LookupError:
        assert state.at is None
    return state


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_way_through_every_form_is_consistent_and_survives_storage(data: Any) -> None:
    form = data.draw(forms())
    state = consistent(form, engine.begin(form, TODAY))
    for _ in range(data.draw(st.integers(0, 25))):
        state = consistent(form, moved(form, state, data))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_edits_lead_where_the_same_answers_given_at_once_lead(data: Any) -> None:
    form = data.draw(forms(defaults=False))
    state = engine.begin(form, TODAY)
    for _ in range(data.draw(st.integers(0, 20))):
        move = data.draw(st.booleans())
        if not move and state.at is None:
            state = engine.goto(form, state, 1) if engine.preview(form, state) else state
        if state.at is not None:
            kind = form.leaves[state.at].kind.value
            state = engine.answer(
                form, state, data.draw(st.sampled_from([v for v in ANSWERS[kind] if v != "-7"])), TODAY
            )
    answers = {ref.rpartition("/")[2]: value for ref, value in state.answers.items() if form.leaves[ref].asked}
    again = engine.begin(form, TODAY)
    for _ in range(200):
        if again.at is None or again.at.rpartition("/")[2] not in answers:
            break
        again = engine.answer(form, again, answers[again.at.rpartition("/")[2]], TODAY)
    if again.at is None and state.at is None:
        assert engine.values(form, again) == engine.values(form, state)
        assert again.off == state.off


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_answering_until_the_end_always_ends(data: Any) -> None:
    form = data.draw(forms())
    state = engine.begin(form, date(2026, 2, 28))
    for _ in range(4 * len(form.steps) + 4):
        if state.at is None:
            break
        kind = form.leaves[state.at].kind.value
        state = engine.answer(form, state, data.draw(st.sampled_from(ANSWERS[kind][:2])), state.day)
    assert state.at is None
    assert engine.missing(form, state) == []


def test_the_engine_does_not_change_the_state_that_it_is_given() -> None:
    form = form_of("""
| survey |
| | type | name | label | relevant |
| | integer | a | 甲 | |
| | text | b | 乙 | ${a} > 1 |
""")
    state = fill(form, {"a": "3", "b": "x"})
    kept = json.dumps(state.to_json())
    there = engine.goto(form, state, 1)
    engine.answer(form, there, "0", TODAY)
    engine.skip(form, there)
    engine.preview(form, state)
    engine.refresh(form, state, TODAY + timedelta(days=3))
    assert json.dumps(state.to_json()) == kept
