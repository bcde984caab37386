"""Choosing several answers by tapping them one after the other, for those who would rather not type numbers."""

from handlers import question_wording as wording
from handlers import sheet_lists as lists
from handlers import sheet_taps
from handlers.base import Outcome, Said, text
from handlers.forms import engine
from handlers.forms.answers import Reading
from handlers.forms.form import Kind
from handlers.forms.views import Asked
from handlers.sheet_memory import Desk, Listing
from handlers.sheet_moves import ask, move


def start(desk: Desk) -> Outcome:
    """Show the choices of the question with a box each; what is answered already is ticked."""
    asked = engine.current(desk.form, desk.filling.state)
    if asked is None or asked.kind is not Kind.SELECT_MULTIPLE:
        return ask(desk, f"{wording.NOT_TO_PICK}\n\n")
    picked = desk.filling.picking if desk.filling.picking is not None else tuple(asked.value.split())
    return _show(desk, asked, picked, desk.filling.listing)


def tick(desk: Desk, asked: Asked, said: str) -> Outcome:
    """Tick or untick what was tapped or typed; in a long list, turn the page or look for what was typed."""
    picked = tuple(desk.filling.picking or ())
    listing = desk.filling.listing
    if turned := lists.turned(asked, listing, said):
        return _show(desk, asked, picked, turned)
    try:
        touched = lists.read(asked, listing, said, desk.moment).value.split()
    except ValueError as refusal:
        narrowed = lists.narrowed(asked, refusal)
        return _show(desk, asked, picked, narrowed or listing, f"{refusal}\n\n")
    kept = [name for name in picked if name not in touched]
    page = Listing(asked.ref, 0 if listing.found else listing.page)
    return _show(desk, asked, (*kept, *(name for name in touched if name not in picked)), page)


def finish(desk: Desk) -> Outcome:
    """Take what is ticked as the answer."""
    asked = engine.current(desk.form, desk.filling.state)
    if asked is None or desk.filling.picking is None:
        return ask(desk)
    listing = desk.filling.listing
    picked = [option.value for option in asked.choices if option.value in desk.filling.picking]
    if not picked:
        return _show(desk, asked, (), listing, f"{wording.PICK_SOMETHING}\n\n")
    value = " ".join(picked)
    try:
        state = engine.answer(desk.form, desk.filling.state, value, desk.moment)
    except ValueError as refusal:
        return _show(desk, asked, tuple(picked), listing, f"{refusal}\n\n")
    return move(desk, asked, state, wording.heard(asked, Reading(value)))


def _show(desk: Desk, asked: Asked, picked: tuple[str, ...], listing: Listing, lead: str = "") -> Outcome:
    parts = wording.ticking(asked, picked, listing)
    filling = desk.filling._replace(picking=picked, listing=listing)
    reply = text(*([lead] if lead else []), *parts)._replace(about=sheet_taps.about(filling.draft, asked.ref))
    return Outcome(said=Said(desk.leave(filling), reply))
