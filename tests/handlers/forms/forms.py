"""Forms for tests: Markdown to Form in one step, and a person who answers question by question."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from handlers.forms import engine
from handlers.forms.form import Form
from handlers.forms.views import FormState
from handlers.forms.workbook import compile_workbook
from handlers.forms.xform import compile_form

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=timezone(timedelta(hours=8)))
TODAY = NOW.date()

YES_NO = """
| choices |
| | list_name | name | label |
| | yn | yes | 有 |
| | yn | no | 无 |
"""


def form_of(markdown: str) -> Form:
    """The form of a Markdown workbook; the list yn (yes 有, no 无) is there when it has no choices of its own."""
    whole = markdown if "| choices" in markdown else markdown + YES_NO
    return compile_form(compile_workbook(whole).xml)


def fill(form: Form, answers: Mapping[str, str], state: FormState | None = None, now: datetime = NOW) -> FormState:
    """Answer every question that is asked by its name; skip the ones that `answers` leaves out."""
    state = engine.begin(form, now) if state is None else state
    for _ in range(10 * len(form.steps) + 10):
        if state.at is None:
            return state
        value = answers.get(state.at.rpartition("/")[2])
        state = engine.skip(form, state) if value is None else engine.answer(form, state, value, now)
    raise AssertionError("the form does not end")


def by_name(form: Form, state: FormState) -> dict[str, str]:
    """The values of a state by question name."""
    return {ref.rpartition("/")[2]: value for ref, value in engine.values(form, state).items()}


def asked_name(state: FormState) -> str:
    """The name of the question being asked; empty at the end."""
    return "" if state.at is None else state.at.rpartition("/")[2]
