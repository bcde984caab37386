"""How a turn on a form ends: with the next question, and with a copy for the records where a section ends."""

from collections.abc import Callable, Sequence
from typing import Any

from handlers import sheet_wording as wording
from handlers import words
from handlers.base import Outcome, Said, text
from handlers.forms import answers, engine
from handlers.forms.views import Asked, FormState
from handlers.sheet_memory import Desk, Filling
from storage.commands import DraftSaved

AWAY = 24 * 3600
"""Seconds after which somebody who simply answers is told that this was taken as an answer, and of which form."""


def ask(desk: Desk, lead: str = "") -> Outcome:
    """The question being asked, after `lead`; nothing but the conversation changes."""
    asked = engine.current(desk.form, desk.filling.state)
    return Outcome(said=_asking(desk, desk.filling, asked, lead))


def _asking(desk: Desk, filling: Filling, asked: Asked | None, lead: str) -> Said:
    parts = wording.all_answered(filling.title) if asked is None else wording.question(asked)
    return Said(desk.leave(filling), text(*([lead] if lead else []), *parts))


def take(desk: Desk, asked: Asked, said: str) -> Outcome:
    """What was said as the answer to the question; what cannot be one is explained and the question asked again."""
    try:
        value = answers.parse(asked, said, desk.today)
        state = engine.answer(desk.form, desk.filling.state, value, desk.today)
    except ValueError as refusal:
        return ask(desk, f"{refusal}\n\n")
    away = desk.now - desk.filling.seen_at >= AWAY
    lead = wording.welcome_back(desk.filling.title) if away else wording.heard(asked, value)
    return move(desk, asked, state, lead)


def move(desk: Desk, asked: Asked, state: FormState, lead: str = "") -> Outcome:
    """Go on from `asked` with a new state; where a section ends with it, the records get a copy of the answers."""
    filling = desk.filling._replace(state=state, picking=None)
    after = engine.current(desk.form, state)
    section_ends = after is None or after.section != asked.section
    return Outcome(
        said=_asking(desk, filling, after, lead),
        copies=(filling.copy,) if section_ends else (),
    )


def saving(desk: Desk, filling: Filling, then: Callable[[Filling], Said]) -> Outcome:
    """Keep `filling` in the records and go on with `then`; a draft that changed elsewhere is forgotten here."""

    def worded(results: Sequence[Any]) -> Said:
        kept: DraftSaved = results[0]
        if kept.saved:
            return then(filling._replace(version=kept.version))
        ways = wording.row([words.RESUME, words.MENU])
        return Said(desk.leave(None), text(f"{wording.DRAFT_GONE}\n\n", *ways))

    return Outcome(commands=(filling.save,), then=worded)
