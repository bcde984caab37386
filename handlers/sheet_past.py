"""The answers of an earlier sheet beside the questions of a new one."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from handlers.base import Context
from handlers.deliveries.days import full_day
from handlers.forms.form import MEDIA, SELECTS, Choice, Form, Kind, Layout, Question
from handlers.forms.readable import env_of, readable, readable_of
from handlers.forms.views import Asked, FormState
from storage.views import PastSheet

_NUMBER: Final = re.compile(r"\[\d+\]")
_NEVER: Final = MEDIA | {Kind.MORE, Kind.ACKNOWLEDGE}
"""What is not taken over: files belong to the sheet they were sent for, and what is confirmed is confirmed anew."""


class Past(NamedTuple):
    """An earlier sheet, on the version of the form that it was filled with."""

    number: str
    submitted_at: datetime
    """Aware UTC."""
    form: Form
    state: FormState


class Offer(NamedTuple):
    """What the earlier sheet answers to a question. `value` is canonical; empty when nothing of it can be taken."""

    value: str
    text: str
    """The same as people read it."""
    said: str = ""
    """The person's own words of then, where the value loses something of them."""
    gone: tuple[str, ...] = ()
    """Labels of choices of then that are not among the choices now."""


def answers_of(sheet: PastSheet | None) -> Mapping[str, str]:
    """ref -> canonical value, without empty ones; nothing for no sheet."""
    return {} if sheet is None else {ref: str(value) for ref, value in sheet.answers.items() if value}


def day_of(moment: datetime, context: Context) -> str:
    """2026年9月30日, in the enterprise's timezone."""
    return full_day(moment.astimezone(context.timezone).date())


async def load(form: Form, draft: str, unit: int, context: Context) -> Past | None:
    """The sheet that this person handed in last on this form for the unit; 0: for the unit of the draft.

    A sheet that is being corrected is left out.
    """
    but = ""
    if not unit:
        view = await context.records.draft(draft)
        if view is None:
            return None
        unit, but = view.unit_id, view.sheet_number or ""
    sheet = await context.records.last_sheet(form.name, unit_id=unit, but=but)
    return None if sheet is None else await _past(sheet, context)


async def _past(sheet: PastSheet, context: Context) -> Past:
    form = await context.forms.get(sheet.form_version_id)
    try:
        state = FormState.from_json(sheet.form_state)
        form.layout(state.counts)
    except (AttributeError, KeyError, TypeError, ValueError):
        state = FormState(answers=answers_of(sheet))
    return Past(sheet.number, sheet.submitted_at, form, state)


def offer(past: Past | None, asked: Asked) -> Offer | None:
    """What the earlier sheet answers to the question being asked; None where it answered nothing of the kind."""
    if past is None or asked.kind in _NEVER:
        return None
    question = _same_question(past.form.layout(past.state.counts), asked)
    value = "" if question is None else past.state.answers.get(question.ref, "")
    if question is None or not value:
        return None
    env = env_of(past.state)
    if asked.kind not in SELECTS:
        said = past.state.said.get(question.ref, "")
        return Offer(value, readable_of(question, value, past.state, env), said)
    return _choices(asked.kind, value.split(), asked.choices, lambda name: readable(question, name, env))


def _choices(kind: Kind, names: list[str], choices: Iterable[Choice], label_then: Callable[[str], str]) -> Offer:
    now = {choice.value: choice.label for choice in choices}
    kept = [name for name in names if name in now]
    gone = tuple(label_then(name) for name in names if name not in now)
    if kind is Kind.RANK and len(kept) != len(now):  # a rank holds every choice
        return Offer("", "、".join(map(label_then, names)), gone=gone)
    return Offer(" ".join(kept), "、".join(now[name] for name in kept), gone=gone)


def _same_question(layout: Layout, asked: Asked) -> Question | None:
    """The question of the same ref, else the only one of the same name in the same instances; of the same kind."""
    found = layout.leaves.get(asked.ref)
    if found is None:
        key = _key(asked.ref)
        named = [leaf for ref, leaf in layout.leaves.items() if _key(ref) == key]
        found = named[0] if len(named) == 1 else None
    return found if found is not None and found.kind is asked.kind else None


def _key(ref: str) -> tuple[str, tuple[str, ...]]:
    return ref.rpartition("/")[2], tuple(_NUMBER.findall(ref))
