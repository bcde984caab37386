"""What people are shown of a half-filled form: the question being asked, the preview, what is still missing."""

from collections.abc import Iterator
from typing import Final

from handlers.forms.choices import offered
from handlers.forms.compilation import chosen_text
from handlers.forms.demands import check_constraint, must_answer, required_text
from handlers.forms.expressions.code import Env
from handlers.forms.form import SELECTS, Choice, Form, Question
from handlers.forms.views import Asked, FormState, Gap, PreviewLine

BETWEEN_SECTIONS: Final = " · "
AFTER_LABEL: Final = "："


def current(form: Form, state: FormState) -> Asked | None:
    """The question being asked, or None at the end."""
    if state.at is None:
        return None
    question = form.leaves[state.at]
    env = _env(state)
    place = form.places[question.ref]
    shown = form.shown(state.off)
    notes, before = _above(form, state, shown & (1 << place) - 1, env)
    value = state.answers.get(question.ref, "")
    return Asked(
        ref=question.ref,
        kind=question.kind,
        label=label_of(question, env),
        hint="" if question.hint is None else question.hint.text(env),
        choices=_choices(question, env),
        required=must_answer(question, env),
        number=(shown & form.asked & (2 << place) - 1).bit_count(),
        total=(shown & form.asked).bit_count(),
        section=section_of(question, env),
        opens_section=before is None or before.section != question.section,
        notes=notes,
        value=value,
        value_text=readable(question, value, env),
    )


def closing_notes(form: Form, state: FormState) -> tuple[str, ...]:
    """Texts of the relevant notes that stand after the last relevant question; shown with the preview."""
    return _above(form, state, form.shown(state.off), _env(state))[0]


def missing(form: Form, state: FormState) -> list[Gap]:
    """What must be put right before handing in, in order: required questions without an answer, and answers whose
    constraint no longer holds because another answer was changed."""
    env = _env(state)
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
    env = _env(state)
    return [
        PreviewLine(
            number=number,
            section=section_of(question, env),
            label=label_of(question, env),
            text=readable(question, state.answers.get(question.ref, ""), env),
            ref=question.ref,
        )
        for number, question in numbered(form, state)
    ]


def values(form: Form, state: FormState) -> dict[str, str]:
    """ref -> canonical value of every relevant leaf, calculated ones included; "" where empty; no metadata."""
    off, answers = state.off, state.answers
    return {
        ref: answers.get(ref, "")
        for ref, question in form.leaves.items()
        if not question.internal and off.isdisjoint(question.gates)
    }


def numbered(form: Form, state: FormState) -> Iterator[tuple[int, Question]]:
    """The relevant questions with their numbers, from 1."""
    off = state.off
    return enumerate((question for question in form.questions if off.isdisjoint(question.gates)), start=1)


def label_of(question: Question, env: Env) -> str:
    """The label with the answers that it mentions."""
    return "" if question.label is None else question.label.text(env)


def section_of(question: Question, env: Env) -> str:
    """The labels of the groups around a question, outermost first."""
    return BETWEEN_SECTIONS.join([label.text(env) for label in question.section])


def readable(question: Question, value: str, env: Env) -> str:
    """A canonical value as people read it."""
    return chosen_text(question.options, value, env) if question.kind in SELECTS else value


def _env(state: FormState) -> Env:
    return Env(state.answers, state.day.isoformat())


def _choices(question: Question, env: Env) -> tuple[Choice, ...]:
    if question.kind not in SELECTS:
        return ()
    return tuple([option.choice(env) for option in offered(question, env)])


def _above(form: Form, state: FormState, shown: int, env: Env) -> tuple[tuple[str, ...], Question | None]:
    """The texts of the notes that come last among the steps `shown` (bits), and the question before them."""
    notes: list[str] = []
    while shown:
        place = shown.bit_length() - 1
        step = form.steps[place]
        if step.asked:
            return tuple(reversed(notes)), step
        notes.append(_note(step, state.answers.get(step.ref, ""), env))
        shown ^= 1 << place
    return tuple(reversed(notes)), None


def _note(step: Question, value: str, env: Env) -> str:
    text = label_of(step, env)
    return f"{text}{AFTER_LABEL}{readable(step, value, env)}" if value else text
