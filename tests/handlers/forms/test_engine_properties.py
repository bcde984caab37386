"""What holds for every form and every way through it."""

import json
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from handlers.forms import engine
from handlers.forms.canonical import computed
from handlers.forms.expressions.code import Env
from handlers.forms.expressions.values import to_number, to_truth
from handlers.forms.form import Form, Kind
from handlers.forms.rules import Effect
from handlers.forms.views import FormState
from tests.handlers.forms.forms import NOW, fill, form_of
from tests.handlers.forms.generated import ANSWERS, forms, moved


def settled(form: Form, state: FormState) -> None:
    """Every rule, run once more from scratch on the state, says what the state says: nothing was forgotten."""
    layout = form.layout(state.counts)
    env = Env(state.answers, state.day.isoformat())
    for rule in layout.rules:
        if rule.effect is Effect.RELEVANT:
            assert (rule.ref in state.off) == (not to_truth(rule.run(env)))
        elif rule.effect is Effect.CALCULATE:
            question = layout.leaves[rule.ref]
            relevant = state.off.isdisjoint(question.gates)
            assert state.answers.get(rule.ref, "") == (computed(question.kind, rule.run(env)) if relevant else "")
        elif rule.effect is Effect.COUNT:
            number = to_number(rule.run(env))
            assert state.counts[rule.ref] == (int(number) if number >= 1 else 0)
    assert dict(state.counts) == dict(layout.counts)
    for ref in [*state.answers, *state.preset]:
        assert state.off.isdisjoint(layout.leaves[ref].gates)
    for ref in state.skipped:
        assert state.off.isdisjoint(layout.step(ref).gates)


def consistent(form: Form, state: FormState) -> FormState:
    """Check what holds at every step; return the state as it comes back from storage."""
    settled(form, state)
    restored = FormState.from_json(json.loads(json.dumps(state.to_json())))
    assert restored == state
    asked = engine.current(form, state)
    lines = engine.preview(form, state)
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    if asked is None:
        assert all(gap.ref in state.answers or gap.ref in state.skipped for gap in engine.missing(form, state))
        return restored
    assert asked.ref == state.at
    assert asked.total == len(lines)
    if asked.kind is Kind.MORE:
        assert len(asked.instances) == state.counts[asked.ref]
    else:
        assert lines[asked.number - 1].ref == asked.ref
    return restored


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_every_way_through_every_form_is_consistent_and_survives_storage(data: Any) -> None:
    form = data.draw(forms())
    state = consistent(form, engine.begin(form, NOW))
    for _ in range(data.draw(st.integers(0, 25))):
        state = consistent(form, moved(form, state, NOW, data))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.data())
def test_every_way_through_every_form_with_repeats_is_consistent_too(data: Any) -> None:
    form = data.draw(forms(repeats=True))
    state = consistent(form, engine.begin(form, NOW))
    for _ in range(data.draw(st.integers(0, 25))):
        state = consistent(form, moved(form, state, NOW, data))


@settings(max_examples=18, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.data())
def test_an_instance_that_comes_and_goes_leaves_nothing_behind(data: Any) -> None:
    form = data.draw(forms(repeats=True))
    state = engine.begin(form, NOW)
    for _ in range(data.draw(st.integers(0, 12))):
        state = moved(form, state, NOW, data)
    open_ones = [found for found in engine.instances(form, state) if found.open]
    assume(open_ones)
    repeat = data.draw(st.sampled_from(open_ones)).repeat
    now = datetime.combine(state.day, NOW.timetz())
    added = engine.add(form, state, repeat, now)
    assume(set(state.off) == {ref for ref in added.off if f"{repeat}[{added.counts[repeat]}]" not in ref})
    back = engine.remove(form, added, f"{repeat}[{added.counts[repeat]}]", now)
    settled(form, back)
    assert back.counts == state.counts
    assert set(back.answers) == set(state.answers)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_edits_lead_where_the_same_answers_given_at_once_lead(data: Any) -> None:
    form = data.draw(forms(defaults=False))
    state = engine.begin(form, NOW)
    for _ in range(data.draw(st.integers(0, 20))):
        move = data.draw(st.booleans())
        if not move and state.at is None:
            state = engine.goto(form, state, 1) if engine.preview(form, state) else state
        if state.at is not None:
            kind = form.leaves[state.at].kind.value
            state = engine.answer(form, state, data.draw(st.sampled_from([v for v in ANSWERS[kind] if v != "-7"])), NOW)
    answers = {ref.rpartition("/")[2]: value for ref, value in state.answers.items() if form.leaves[ref].asked}
    again = engine.begin(form, NOW)
    for _ in range(200):
        if again.at is None or again.at.rpartition("/")[2] not in answers:
            break
        again = engine.answer(form, again, answers[again.at.rpartition("/")[2]], NOW)
    if again.at is None and state.at is None:
        assert engine.values(form, again) == engine.values(form, state)
        assert again.off == state.off


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_answering_until_the_end_always_ends(data: Any) -> None:
    form = data.draw(forms())
    state = engine.begin(form, NOW.replace(month=2, day=28))
    for _ in range(4 * len(form.steps) + 4):
        if state.at is None:
            break
        kind = form.leaves[state.at].kind.value
        state = engine.answer(form, state, data.draw(st.sampled_from(ANSWERS[kind][:2])), NOW)
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
    engine.answer(form, there, "0", NOW)
    engine.skip(form, there)
    engine.preview(form, state)
    engine.refresh(form, state, NOW + timedelta(days=3))
    assert json.dumps(state.to_json()) == kept
