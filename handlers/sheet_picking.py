"""Choosing several answers by tapping them one after the other, for those who would rather not type numbers."""

from handlers import sheet_wording as wording
from handlers.base import Outcome, say
from handlers.forms import answers, engine
from handlers.forms.form import Kind
from handlers.forms.views import Asked
from handlers.sheet_memory import Desk
from handlers.sheet_moves import ask, move


def start(desk: Desk) -> Outcome:
    """Show the choices of the question with a box each; what is answered already is ticked."""
    asked = engine.current(desk.form, desk.filling.state)
    if asked is None or asked.kind is not Kind.SELECT_MULTIPLE:
        return ask(desk, f"{wording.NOT_TO_PICK}\n\n")
    picked = desk.filling.picking if desk.filling.picking is not None else tuple(asked.value.split())
    return _show(desk, asked, picked)


def tick(desk: Desk, asked: Asked, said: str) -> Outcome:
    """Tick or untick what was tapped or typed."""
    picked = list(desk.filling.picking or ())
    try:
        touched = answers.parse(asked, said, desk.today).split()
    except ValueError as refusal:
        return _show(desk, asked, tuple(picked), f"{refusal}\n\n")
    kept = [name for name in picked if name not in touched]
    return _show(desk, asked, (*kept, *(name for name in touched if name not in picked)))


def finish(desk: Desk) -> Outcome:
    """Take what is ticked as the answer."""
    asked = engine.current(desk.form, desk.filling.state)
    if asked is None or desk.filling.picking is None:
        return ask(desk)
    picked = [option.value for option in asked.choices if option.value in desk.filling.picking]
    if not picked:
        return _show(desk, asked, (), f"{wording.PICK_SOMETHING}\n\n")
    value = " ".join(picked)
    try:
        state = engine.answer(desk.form, desk.filling.state, value, desk.today)
    except ValueError as refusal:
        return _show(desk, asked, tuple(picked), f"{refusal}\n\n")
    return move(desk, asked, state, wording.heard(asked, value))


def _show(desk: Desk, asked: Asked, picked: tuple[str, ...], lead: str = "") -> Outcome:
    parts = wording.ticking(asked, picked)
    return say(desk.leave(desk.filling._replace(picking=picked)), *([lead] if lead else []), *parts)
