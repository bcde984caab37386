"""Filling a form by chat, one question a turn: what is said while a form is open, and what its command words do."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from handlers import (
    sheet_begin,
    sheet_cancelling,
    sheet_copying,
    sheet_follow_up,
    sheet_handing_in,
    sheet_help,
    sheet_media,
    sheet_picking,
    sheet_repeats,
    sheet_standing,
    sheet_taps,
    sheet_titles,
    welcome_wording,
    words,
)
from handlers import sheet_wording as wording
from handlers.base import Context, Conversation, Inbound, Outcome, Said, say, text
from handlers.forms import engine
from handlers.forms.form import MEDIA
from handlers.forms.views import Asked, FormState
from handlers.sheet_memory import MEMORY, Desk, Filling, filling_of, is_active, lay_out, pause, remember
from handlers.sheet_moves import again, ask, correct, move, saving, take
from handlers.words import Heard, Word

A_LITTLE = 1800
"""Seconds after something else was asked for within which a sentence may still be meant for the form."""
LONGEST_OFFER = 1000
"""Characters of such a sentence."""
SHOWN = 20
"""Characters of a question's label within a sentence."""

Step = Callable[[Desk, Heard], Outcome]
StepInRecords = Callable[[Desk, Context], Awaitable[Outcome]]


async def command(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """A command word about forms: begins, takes up again, or acts on the form under way, put aside or not."""
    heard = words.hear(inbound.text)
    if heard.word in sheet_begin.OPENINGS and not _is_about_this_form(heard, conversation):
        opened = await sheet_begin.OPENINGS[heard.word](heard, conversation, context)
        return opened or await answer(inbound, conversation, context)
    filling = filling_of(conversation)
    if filling is None or heard.word is None:
        return await sheet_begin.nothing_under_way(heard, conversation, context)
    if await _is_unbound(context):
        return _forgotten(conversation)
    if heard.word in LOOKING_UP or sheet_standing.may_have_lapsed(filling, context):
        changed = await sheet_standing.changed(filling, conversation, context)
        if changed is not None:
            return changed
    desk = _settled(await lay_out(conversation, filling, context), heard.word)
    if heard.word in sheet_taps.ABOUT_ONE_QUESTION and sheet_taps.is_late(inbound, desk):
        return again(desk, sheet_taps.late(inbound, desk))
    step = STEPS_IN_RECORDS.get(heard.word)
    return await step(desk, context) if step is not None else STEPS[heard.word](desk, heard)


async def answer(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """A text that is no command while a form is open: the answer to the question being asked."""
    filling = filling_of(conversation)
    if filling is None:
        return await sheet_begin.nothing_under_way(words.NOTHING, conversation, context)
    if sheet_standing.may_have_lapsed(filling, context):
        changed = await sheet_standing.changed(filling, conversation, context, unkept=True)
        if changed is not None:
            return changed
    desk = await lay_out(conversation, filling, context)
    if filling.cancelling or filling.removing:
        return sheet_cancelling.to_decide(desk, inbound.text)
    return await _said(inbound, desk, filling.state.at, context)


async def _said(inbound: Inbound, desk: Desk, at: str | None, context: Context) -> Outcome:
    """What was said to the open form: to the follow-up about an answer, or to the question `at` that was asked."""
    asked = engine.current(desk.form, desk.filling.state)
    other = await sheet_titles.meant(desk, asked, inbound, context)
    if other is None and not sheet_taps.is_late(inbound, desk):
        other = await sheet_follow_up.replied(desk, asked, inbound.text, context)
    if other is not None:
        return other
    if asked is None or asked.ref != at:  # the end, or a new day took the question away
        return ask(desk, "" if asked is not None else f"{wording.NOT_KEPT}\n\n")
    if asked.value and await _is_unbound(context):
        return _forgotten(desk.conversation)
    return await _taken(inbound, desk, asked, context)


async def _taken(inbound: Inbound, desk: Desk, asked: Asked, context: Context) -> Outcome:
    """The answer to the question, a tick, or a word about the files of this question or the one before."""
    picking = desk.filling.picking is not None
    if not picking and sheet_media.is_repeated_finish(inbound, desk.filling, desk.now):
        return ask(desk)
    if sheet_taps.is_late(inbound, desk):
        return again(desk, sheet_taps.late(inbound, desk))
    if picking:
        return sheet_picking.tick(desk, asked, inbound.text)
    if asked.kind in MEDIA:
        return await sheet_media.said(inbound, desk, asked, context)
    other = sheet_repeats.looked_at(desk, asked, inbound.text)
    if other is None and desk.filling.echoed:
        other = sheet_media.take_back_one(inbound, desk)
    if other is None and sheet_copying.is_same(desk, asked, inbound.text):
        other = await sheet_copying.take_over(desk, context)
    if other is not None:
        return other
    return take(await sheet_copying.about_project(desk, asked, inbound.text, context), asked, inbound.text)


async def not_text(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """A picture, a voice message, a place, a scanned code while a form is open."""
    filling = filling_of(conversation)
    if filling is None:
        return await sheet_begin.nothing_under_way(words.NOTHING, conversation, context)
    if await _is_unbound(context):
        return _forgotten(conversation)
    changed = await sheet_standing.changed(filling, conversation, context, unkept=True)
    if changed is not None:
        return changed
    return await sheet_media.received(inbound, await lay_out(conversation, filling, context), context)


async def tapped_choice(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome | None:
    """A tap a little after something else was asked for in the middle of a form: on a choice of its question it is the
    answer; None for every other tap, and where the form was put aside on purpose, or long ago. The person is bound.
    """
    waits = await _just_put_aside(conversation, context)
    if waits is None:
        return None
    _, desk, asked = waits
    chosen = any(choice.label == inbound.text for choice in asked.choices)
    return take(desk, asked, inbound.text) if chosen and not sheet_taps.is_late(inbound, desk) else None


async def perhaps_an_answer(
    inbound: Inbound, conversation: Conversation, context: Context, other: str = ""
) -> Outcome | None:
    """A text that is no command, typed then: the person is asked whether it is the answer. None as for a tap. `other`:
    what a tap says where it may as well be something else.
    """
    waits = await _just_put_aside(conversation, context)
    if waits is None or len(inbound.text) > LONGEST_OFFER:
        return None
    filling, _, asked = waits
    kept = filling._replace(offered=inbound.text)
    label = asked.label if len(asked.label) <= SHOWN else f"{asked.label[:SHOWN]}…"
    return say(remember(conversation, kept), *wording.is_it_an_answer(kept.title, asked.number, label, other))


def taken_aside(conversation: Conversation, context: Context) -> tuple[str, Conversation]:
    """The sentence of which it was just asked whether it is the answer (empty: none), and what is remembered without
    it.
    """
    filling = filling_of(conversation)
    if filling is None or not filling.offered:
        return "", conversation
    return filling.offered, pause(conversation, int(context.now.timestamp()))


async def _just_put_aside(conversation: Conversation, context: Context) -> tuple[Filling, Desk, Asked] | None:
    """The form that waits since a little while, because something else was asked for; its desk and its question."""
    filling = filling_of(conversation)
    now = int(context.now.timestamp())
    if filling is None or not filling.paused or not filling.aside_at or now - filling.aside_at > A_LITTLE:
        return None
    desk = await lay_out(conversation, filling, context)
    asked = engine.current(desk.form, desk.filling.state)
    if asked is None or asked.kind in MEDIA or asked.ref != filling.state.at:
        return None
    return filling, desk, asked


async def _is_unbound(context: Context) -> bool:
    """Whether this WeChat is nobody's any more: then what was filled is not theirs to read."""
    return (await context.records.principal()).person_id is None


def _forgotten(conversation: Conversation) -> Outcome:
    return say(conversation.with_memory(MEMORY, None), *welcome_wording.stranger())


def _is_about_this_form(heard: Heard, conversation: Conversation) -> bool:
    """Whether a word that may begin or take up any form means the one that is open."""
    if heard.word in (Word.RESTART, Word.RESTORE) or heard.rest:
        return False
    return is_active(conversation) and filling_of(conversation) is not None


def _settled(desk: Desk, word: Word) -> Desk:
    """The desk after a command word: a pending question about cancelling or removing and half-made ticks are over."""
    if desk.filling.removing and word not in (Word.REMOVE_IT, Word.CONFIRM, Word.CANCEL):
        desk = desk._replace(filling=desk.filling._replace(removing=""))
    picking = desk.filling.picking if word in (Word.PICK, Word.PICKED) else None
    cancelling = desk.filling.cancelling and word in (Word.GIVE_UP, Word.CONFIRM)
    return desk._replace(filling=desk.filling._replace(picking=picking, cancelling=cancelling))


def _back(desk: Desk, heard: Heard) -> Outcome:
    undone = sheet_repeats.take_back(desk)
    return undone or _turn_to(desk, lambda: engine.back(desk.form, desk.filling.state))


def _modify(desk: Desk, heard: Heard) -> Outcome:
    if not heard.rest:
        ways = wording.row([words.PREVIEW, words.RESUME])
        return correct(desk) or say(desk.leave(desk.filling), f"{wording.MODIFY_HOW}\n\n", *ways)
    return _turn_to(desk, lambda: engine.goto(desk.form, desk.filling.state, int(heard.rest)))


def _turn_to(desk: Desk, find: Callable[[], FormState]) -> Outcome:
    try:
        state = find()
    except ValueError as refusal:
        return ask(desk, f"{refusal}\n\n")
    return ask(desk._replace(filling=desk.filling._replace(state=state)))


async def _skip(desk: Desk, context: Context) -> Outcome:
    asked = engine.current(desk.form, desk.filling.state)
    if asked is None:
        return ask(desk)
    if asked.kind in MEDIA and asked.value:  # what was sent is kept, as with every answer that is there
        return await sheet_media.finish(desk, asked, context)
    try:
        state = engine.skip(desk.form, desk.filling.state)
    except ValueError as refusal:
        return ask(desk, f"{refusal}\n\n")
    return move(desk, asked, state)


def _save(desk: Desk, heard: Heard) -> Outcome:
    until = sheet_standing.day_after(desk.moment, desk.rules.draft_days)

    def worded(kept: Filling) -> Said:
        return Said(desk.leave(kept._replace(paused=True)), text(*wording.saved(kept.title, until)))

    return saving(desk, desk.filling, worded)


async def _confirm(desk: Desk, context: Context) -> Outcome:
    """确认 is about the form only while it was asked whether to give up or remove something; else an answer."""
    if desk.filling.cancelling:
        return await sheet_cancelling.give_up(desk, context)
    if desk.filling.removing:
        return sheet_repeats.remove_it(desk)
    asked = engine.current(desk.form, desk.filling.state)
    replied = await sheet_follow_up.replied(desk, asked, words.CONFIRM, context)
    return replied or (ask(desk) if asked is None else take(desk, asked, words.CONFIRM))


def _hint(desk: Desk, heard: Heard) -> Outcome:
    return again(desk, sheet_help.parts(engine.current(desk.form, desk.filling.state)))


async def _record(desk: Desk, context: Context) -> Outcome:
    asked, offered = engine.current(desk.form, desk.filling.state), desk.filling.offered
    if asked is None or not offered:
        return ask(desk)
    return take(await sheet_copying.about_project(desk, asked, offered, context), asked, offered)


STEPS: Mapping[Word, Step] = MappingProxyType(
    {
        Word.BEGIN: lambda desk, heard: sheet_cancelling.keep_on(desk),
        Word.RESUME: lambda desk, heard: sheet_cancelling.keep_on(desk),
        Word.KEEP_ON: lambda desk, heard: sheet_cancelling.keep_on(desk),
        Word.BACK: _back,
        Word.MODIFY: _modify,
        Word.SAVE: _save,
        Word.PICK: lambda desk, heard: sheet_picking.start(desk),
        Word.PICKED: lambda desk, heard: sheet_picking.finish(desk),
        Word.HINT: _hint,
        Word.ADD: sheet_repeats.add,
        Word.LOOK: sheet_repeats.look,
        Word.REMOVE: sheet_repeats.remove,
        Word.REMOVE_IT: lambda desk, heard: sheet_repeats.remove_it(desk),
    }
)
"""What each command word does with the form on the desk."""

STEPS_IN_RECORDS: Mapping[Word, StepInRecords] = MappingProxyType(
    {
        Word.PREVIEW: sheet_handing_in.preview,
        Word.SUBMIT: sheet_handing_in.submit,
        Word.INSIST: sheet_handing_in.insist,
        Word.SKIP: _skip,
        Word.CONFIRM: _confirm,
        Word.CANCEL: sheet_cancelling.cancel,
        Word.GIVE_UP: sheet_cancelling.give_up,
        Word.RECORD: _record,
        Word.COPY: sheet_copying.start,
        Word.SAME_AS_LAST: sheet_copying.take_over,
    }
)
"""The same for the words that look something up in the records."""

LOOKING_UP = frozenset(
    {Word.PREVIEW, Word.SUBMIT, Word.INSIST, Word.SAVE, Word.RESUME, Word.BEGIN, Word.KEEP_ON, Word.COPY}
)
"""The words with which the draft in the records is looked at too: it may have been moved, or have lapsed."""
