"""What people are shown of a half-filled form: the question being asked, the preview, what is still missing."""

from collections.abc import Iterator
from typing import Final

from handlers.forms.choices import offered
from handlers.forms.demands import check_constraint, must_answer, required_text
from handlers.forms.expressions.code import Env
from handlers.forms.form import Choice, Form, Kind, Layout, Question
from handlers.forms.readable import env_of, label_of, readable, readable_of
from handlers.forms.repeats import choices, question_text, summaries
from handlers.forms.views import Asked, FormState, Gap, PreviewLine

AFTER_LABEL: Final = "："


def current(form: Form, state: FormState) -> Asked | None:
    """The question being asked, or None at the end."""
    if state.at is None:
        return None
    layout, env = form.layout(state.counts), env_of(state)
    question = layout.step(state.at)
    place = layout.places[question.ref]
    shown = layout.shown(state.off)
    locked = layout.locked(env) if layout.conditional else 0
    asked = shown & layout.asked & ~locked
    notes, before = _above(layout, state, shown & (1 << place) - 1, locked, env)
    number = (asked & (2 << place) - 1).bit_count()
    opens = before is None or before.section != question.section
    if question.kind is Kind.MORE:
        return _more(layout, question, state, env, (number, asked.bit_count(), opens, notes))
    value, span = state.answers.get(question.ref, ""), question.span
    return Asked(
        ref=question.ref,
        kind=question.kind,
        label=label_of(question, env),
        hint="" if question.hint is None else question.hint.text(env),
        choices=_choices(question, env),
        required=must_answer(question, env),
        number=number,
        total=asked.bit_count(),
        section=question.section_text(env),
        opens_section=opens,
        notes=notes,
        value=value,
        value_text=readable_of(question, value, state, env) if value else "",
        guidance="" if question.guidance is None else question.guidance.text(env),
        start=None if span is None else span.start,
        end=None if span is None else span.end,
        step=None if span is None else span.step,
        allows=question.allows,
        same=state.answers.get(question.before, "") if question.before else "",
        least=question.least,
        several=question.several,
    )


def closing_notes(form: Form, state: FormState) -> tuple[str, ...]:
    """Texts of the relevant notes that stand after the last relevant question; shown with the preview."""
    layout, env = form.layout(state.counts), env_of(state)
    shown = layout.shown(state.off)
    places = [place for place, step in enumerate(layout.steps) if step.kind is Kind.MORE]
    for place in places:
        shown &= ~(1 << place)
    return _above(layout, state, shown, layout.locked(env), env)[0]


def missing(form: Form, state: FormState) -> list[Gap]:
    """What must be put right before handing in, in order: required questions without an answer, and answers whose
    constraint no longer holds because another answer was changed."""
    env = env_of(state)
    gaps: list[Gap] = []
    for number, question in numbered(form, state):
        if question.ref not in state.answers:
            if must_answer(question, env):
                gaps.append(Gap(question.ref, number, label_of(question, env), required_text(question, env)))
            continue
        try:
            check_constraint(question, env)
        except ValueError as broken:
            gaps.append(Gap(question.ref, number, label_of(question, env), str(broken)))
    return gaps


def preview(form: Form, state: FormState) -> list[PreviewLine]:
    """Every relevant question with its answer, numbered as `goto` takes them."""
    env = env_of(state)
    return [
        PreviewLine(
            number=number,
            section=question.section_text(env),
            label=label_of(question, env),
            text=readable_of(question, state.answers.get(question.ref, ""), state, env),
            ref=question.ref,
        )
        for number, question in numbered(form, state)
    ]


def values(form: Form, state: FormState) -> dict[str, str]:
    """ref -> canonical value of every relevant leaf, calculated ones included; "" where empty; no metadata."""
    off, answers = state.off, state.answers
    return {
        ref: answers.get(ref, "")
        for ref, question in form.layout(state.counts).leaves.items()
        if not question.internal and off.isdisjoint(question.gates)
    }


def numbered(form: Form, state: FormState) -> Iterator[tuple[int, Question]]:
    """The questions that are relevant and not read-only now, with their numbers, from 1."""
    layout, off = form.layout(state.counts), state.off
    shown = (question for question in layout.questions if off.isdisjoint(question.gates))
    if not layout.conditional:
        return enumerate(shown, start=1)
    locked = layout.locked(env_of(state))
    return enumerate((question for question in shown if not locked >> layout.places[question.ref] & 1), start=1)


def _more(
    layout: Layout, question: Question, state: FormState, env: Env, around: tuple[int, int, bool, tuple[str, ...]]
) -> Asked:
    """Whether a repeat gets one more instance, put as a question without a number of its own."""
    number, total, opens, notes = around
    repeat = layout.repeats[question.ref]
    return Asked(
        ref=question.ref,
        kind=Kind.MORE,
        label=question_text(repeat, env),
        hint="",
        choices=choices(repeat),
        required=True,
        number=number,
        total=total,
        section=question.section_text(env),
        opens_section=opens,
        notes=notes,
        value="",
        value_text="",
        instances=summaries(layout, question.ref, state, env),
    )


def _choices(question: Question, env: Env) -> tuple[Choice, ...]:
    if question.fixed_choices is not None:
        return question.fixed_choices
    return tuple([option.choice(env) for option in offered(question, env)])


def _above(
    layout: Layout, state: FormState, shown: int, locked: int, env: Env
) -> tuple[tuple[str, ...], Question | None]:
    """The texts of the notes that come last among the steps `shown` (bits), and the question before them."""
    notes: list[str] = []
    while shown:
        place = shown.bit_length() - 1
        step = layout.steps[place]
        if step.stops and not locked >> place & 1:
            return tuple(reversed(notes)), step
        notes.append(_note(step, state.answers.get(step.ref, ""), env))
        shown ^= 1 << place
    return tuple(reversed(notes)), None


def _note(step: Question, value: str, env: Env) -> str:
    text = label_of(step, env)
    return f"{text}{AFTER_LABEL}{readable(step, value, env)}" if value else text
