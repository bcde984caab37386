"""Filling a form by chat, one question a turn: what is said while a form is open, and what its command words do."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from handlers import sheet_begin, sheet_handing_in, sheet_picking, welcome_wording, words
from handlers import sheet_wording as wording
from handlers.base import Context, Conversation, Inbound, Outcome, Said, say, text
from handlers.forms import engine
from handlers.forms.views import FormState
from handlers.sheet_memory import MEMORY, Desk, Filling, filling_of, is_active, lay_out
from handlers.sheet_moves import ask, move, saving, take
from handlers.words import Heard, Word
from storage.commands import DraftDropped, DropDraft

Step = Callable[[Desk, Heard], Outcome]


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
    desk = await lay_out(conversation, filling, context)
    return STEPS[heard.word](_settled(desk, heard.word), heard)


async def answer(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """A text that is no command while a form is open: the answer to the question being asked."""
    filling = filling_of(conversation)
    if filling is None:
        return await sheet_begin.nothing_under_way(words.NOTHING, conversation, context)
    desk = await lay_out(conversation, filling, context)
    if filling.cancelling:
        return say(desk.leave(desk.filling), *wording.choose_to_cancel())
    asked = engine.current(desk.form, desk.filling.state)
    if asked is None or asked.ref != filling.state.at:  # the end, or a new day took the question away
        return ask(desk)
    if asked.value and await _is_unbound(context):
        return _forgotten(conversation)
    if filling.picking is not None:
        return sheet_picking.tick(desk, asked, inbound.text)
    return take(desk, asked, inbound.text)


async def not_text(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """A picture, a voice message or the like while a form is open: the question again, with a kind sentence."""
    filling = filling_of(conversation)
    if filling is None:
        return await sheet_begin.nothing_under_way(words.NOTHING, conversation, context)
    if await _is_unbound(context):
        return _forgotten(conversation)
    desk = await lay_out(conversation, filling, context)
    return ask(desk, f"{wording.ANSWER_IN_TEXT}\n\n")


async def _is_unbound(context: Context) -> bool:
    """Whether this WeChat is nobody's any more: then what was filled is not theirs to read."""
    return (await context.records.principal()).person_id is None


def _forgotten(conversation: Conversation) -> Outcome:
    return say(conversation.with_memory(MEMORY, None), *welcome_wording.stranger())


def _is_about_this_form(heard: Heard, conversation: Conversation) -> bool:
    """Whether a word that may begin or take up any form means the one that is open."""
    if heard.word is Word.RESTART or heard.rest:
        return False
    return is_active(conversation) and filling_of(conversation) is not None


def _settled(desk: Desk, word: Word) -> Desk:
    """The desk after a command word: a pending question about cancelling and half-made ticks are over."""
    picking = desk.filling.picking if word in (Word.PICK, Word.PICKED) else None
    cancelling = desk.filling.cancelling and word in (Word.GIVE_UP, Word.CONFIRM)
    return desk._replace(filling=desk.filling._replace(picking=picking, cancelling=cancelling))


def _back(desk: Desk, heard: Heard) -> Outcome:
    return _turn_to(desk, lambda: engine.back(desk.form, desk.filling.state))


def _modify(desk: Desk, heard: Heard) -> Outcome:
    if not heard.rest:
        ways = wording.row([words.PREVIEW, words.RESUME])
        return say(desk.leave(desk.filling), f"{wording.MODIFY_HOW}\n\n", *ways)
    return _turn_to(desk, lambda: engine.goto(desk.form, desk.filling.state, int(heard.rest)))


def _turn_to(desk: Desk, find: Callable[[], FormState]) -> Outcome:
    try:
        state = find()
    except ValueError as refusal:
        return ask(desk, f"{refusal}\n\n")
    return ask(desk._replace(filling=desk.filling._replace(state=state)))


def _skip(desk: Desk, heard: Heard) -> Outcome:
    asked = engine.current(desk.form, desk.filling.state)
    if asked is None:
        return ask(desk)
    try:
        state = engine.skip(desk.form, desk.filling.state)
    except ValueError as refusal:
        return ask(desk, f"{refusal}\n\n")
    return move(desk, asked, state)


def _save(desk: Desk, heard: Heard) -> Outcome:
    def worded(kept: Filling) -> Said:
        return Said(desk.leave(kept._replace(paused=True)), text(*wording.saved(kept.title)))

    return saving(desk, desk.filling, worded)


def _cancel(desk: Desk, heard: Heard) -> Outcome:
    lines = engine.preview(desk.form, desk.filling.state)
    answered = sum(bool(line.text) for line in lines)
    return say(desk.leave(desk.filling._replace(cancelling=True)), *wording.cancelling(answered))


def _give_up(desk: Desk, heard: Heard) -> Outcome:
    if not desk.filling.cancelling:
        return _cancel(desk, heard)

    def worded(results: Sequence[Any]) -> Said:
        dropped: DraftDropped = results[0]
        sentence = wording.CANCELLED if dropped.dropped else wording.DRAFT_GONE
        return Said(desk.leave(None), text(f"{sentence}\n\n", *wording.row([words.MENU])))

    return Outcome(commands=(DropDraft(desk.filling.draft),), then=worded)


def _confirm(desk: Desk, heard: Heard) -> Outcome:
    """确认 is about the form only while it was asked whether to give it up; else it may be an answer."""
    if desk.filling.cancelling:
        return _give_up(desk, heard)
    asked = engine.current(desk.form, desk.filling.state)
    return ask(desk) if asked is None else take(desk, asked, words.CONFIRM)


def _keep_on(desk: Desk, heard: Heard) -> Outcome:
    return ask(desk, f"{wording.KEPT_ON}\n\n")


STEPS: Mapping[Word, Step] = MappingProxyType(
    {
        Word.BEGIN: _keep_on,
        Word.RESUME: _keep_on,
        Word.KEEP_ON: _keep_on,
        Word.BACK: _back,
        Word.SKIP: _skip,
        Word.MODIFY: _modify,
        Word.SAVE: _save,
        Word.CANCEL: _cancel,
        Word.GIVE_UP: _give_up,
        Word.CONFIRM: _confirm,
        Word.PICK: lambda desk, heard: sheet_picking.start(desk),
        Word.PICKED: lambda desk, heard: sheet_picking.finish(desk),
        Word.PREVIEW: lambda desk, heard: sheet_handing_in.preview(desk),
        Word.SUBMIT: lambda desk, heard: sheet_handing_in.submit(desk),
    }
)
"""What each command word does with the form on the desk."""
