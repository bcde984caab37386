"""How a turn on a form ends: with the next question, and with a copy for the records where a section ends."""

from collections.abc import Callable, Sequence
from typing import Any

from handlers import sheet_beside, sheet_files, sheet_taps, words
from handlers import sheet_lists as lists
from handlers import sheet_wording as wording
from handlers.base import Outcome, Said, text
from handlers.forms import engine
from handlers.forms.views import Asked, FormState
from handlers.question_wording import heard, question
from handlers.sheet_memory import DAY, Desk, Filling, Listing
from handlers.sheet_wording import Parts
from storage.commands import DraftSaved

AWAY = DAY
"""Seconds after which somebody who simply answers is told that this was taken as an answer, and of which form."""


def ask(desk: Desk, lead: str | Parts = "") -> Outcome:
    """The question being asked, after `lead`; nothing but the conversation changes."""
    asked = engine.current(desk.form, desk.filling.state)
    return _outcome(desk, desk.filling, asked, lead)


def again(desk: Desk, lead: str | Parts) -> Outcome:
    """The question that was just asked once more, after `lead`: what introduces the form is not told a second time."""
    asked = engine.current(desk.form, desk.filling.state)
    if asked is not None and asked.number == 1:
        asked = asked._replace(notes=())
    return _outcome(desk, desk.filling, asked, lead)


def _asking(desk: Desk, filling: Filling, asked: Asked | None, lead: str | Parts, echoed: str = "") -> Said:
    before: Parts = [lead] if isinstance(lead, str) else [*lead]
    if desk.lost:
        filling, sentence = _missed(desk, filling)
        asked, echoed = engine.current(desk.form, filling.state), ""
        before.append(sentence)
    if asked is None:
        parts = wording.all_answered(filling.title)
    else:
        parts = question(asked, filling.listing, sheet_beside.parts(desk, filling, asked))
    reply = text(*(part for part in before if part), *parts)
    if asked is not None:
        reply = reply._replace(about=sheet_taps.about(filling.draft, asked.ref))
    return Said(desk.leave(filling, echoed=echoed), reply)


def _missed(desk: Desk, filling: Filling) -> tuple[Filling, str]:
    """Without the files that could not be fetched, standing at their question; and the sentence that says so."""
    gone = [row.id for row in desk.lost]
    state, first = sheet_files.without(desk.form, filling.state, gone, desk.moment)
    left = tuple(name for name in filling.awaiting if name not in gone)
    filling = filling._replace(state=state, awaiting=left, picking=None)
    if not first:  # taken out by the person meanwhile
        return filling, ""
    filling = filling._replace(state=engine.goto(desk.form, state, first), listing=Listing())
    return filling, sheet_beside.missed(desk.lost)


def said_now(outcome: Outcome) -> Said:
    """What an outcome says that waits for nothing. Raises TypeError for another one."""
    if outcome.said is None:
        raise TypeError("this outcome waits for the records")
    return outcome.said


def take(desk: Desk, asked: Asked, said: str) -> Outcome:
    """What was said as the answer to the question; what cannot be one is explained and the question asked again.

    In a long list of choices it may also turn the page, or leave those that the words may mean.
    """
    listing = desk.filling.listing
    if turned := lists.turned(asked, listing, said):
        return ask(_listing(desk, turned))
    try:
        reading = lists.read(asked, listing, said, desk.moment)
        state = engine.answer(desk.form, desk.filling.state, reading.value, desk.moment, said=reading.said)
    except ValueError as refusal:
        narrowed = lists.narrowed(asked, refusal)
        return again(desk if narrowed is None else _listing(desk, narrowed), f"{refusal}\n\n")
    away = desk.now - desk.filling.seen_at >= AWAY
    told = heard(asked, reading) if reading.echo or not away else []
    lead = [wording.welcome_back(desk.filling.title), *told] if away else told
    return move(desk, asked, state, lead, echoed=asked.ref if reading.echo else "")


def _listing(desk: Desk, listing: Listing) -> Desk:
    return desk._replace(filling=desk.filling._replace(listing=listing))


def move(desk: Desk, asked: Asked, state: FormState, lead: str | Parts = "", *, echoed: str = "") -> Outcome:
    """Go on from `asked` with a new state; where a section ends with it, the records get a copy of the answers.

    `echoed` is the ref of `asked` where `lead` tells its answer back: then 修改 alone returns to it.
    """
    if desk.last is not None:
        state = engine.recall(desk.form, state, desk.last, desk.moment)
    filling = desk.filling._replace(state=state, picking=None, listing=Listing())
    after = engine.current(desk.form, state)
    section_ends = after is None or after.section != asked.section
    return _outcome(desk, filling, after, lead, echoed, copied=section_ends)


def _outcome(
    desk: Desk, filling: Filling, asked: Asked | None, lead: str | Parts, echoed: str = "", *, copied: bool = False
) -> Outcome:
    """The question in an outcome, with a copy for the records: asked for, or because the last one is a day old, for a
    draft that somebody works on now and then must not lapse.
    """
    if not copied and desk.now - filling.kept_at < DAY:
        return Outcome(said=_asking(desk, filling, asked, lead, echoed))
    filling = filling._replace(kept_at=desk.now)
    return Outcome(said=_asking(desk, filling, asked, lead, echoed), copies=(filling.copy(desk.conversation.contact),))


def correct(desk: Desk) -> Outcome | None:
    """The question whose answer the last turn told back, again; None where it told none, or it is asked no more."""
    if not desk.filling.echoed:
        return None
    try:
        state = engine.goto(desk.form, desk.filling.state, desk.filling.echoed)
    except ValueError:
        return None
    return ask(desk._replace(filling=desk.filling._replace(state=state)))


def saving(desk: Desk, filling: Filling, then: Callable[[Filling], Said]) -> Outcome:
    """Keep `filling` in the records and go on with `then`; a draft that changed elsewhere is forgotten here."""

    def worded(results: Sequence[Any]) -> Said:
        kept: DraftSaved = results[0]
        if kept.saved:
            return then(filling._replace(version=kept.version, kept_at=desk.now))
        ways = wording.row([words.RESUME, words.MENU])
        return Said(desk.leave(None), text(f"{wording.DRAFT_GONE}\n\n", *ways))

    return Outcome(commands=(filling.save,), then=worded)
