"""Filling a form by chat, one question a turn: what is said while a form is open, and what its command words do."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from handlers import (
    sheet_begin,
    sheet_copying,
    sheet_handing_in,
    sheet_help,
    sheet_media,
    sheet_picking,
    sheet_repeats,
    sheet_repeats_wording,
    sheet_standing,
    sheet_taps,
    welcome_wording,
    words,
)
from handlers import sheet_wording as wording
from handlers.base import Context, Conversation, Inbound, Outcome, Said, say, text
from handlers.forms import engine
from handlers.forms.form import MEDIA
from handlers.forms.views import Asked, FormState
from handlers.sheet_memory import MEMORY, Desk, Filling, filling_of, is_active, lay_out, remember
from handlers.sheet_moves import again, ask, correct, move, saving, take
from handlers.words import Heard, Word
from storage.commands import DraftDropped, DropDraft

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
        return _to_decide(desk)
    asked = engine.current(desk.form, desk.filling.state)
    if asked is None or asked.ref != filling.state.at:  # the end, or a new day took the question away
        return ask(desk, "" if asked is not None else f"{wording.NOT_KEPT}\n\n")
    if asked.value and await _is_unbound(context):
        return _forgotten(conversation)
    return await _taken(inbound, desk, asked, context)


def _to_decide(desk: Desk) -> Outcome:
    """Something else was said where the person was asked whether to give up or remove something."""
    if desk.filling.cancelling:
        return say(desk.leave(desk.filling), *wording.choose_to_cancel())
    kept = desk.leave(desk.filling, removing=desk.filling.removing)
    return say(kept, *sheet_repeats_wording.choose_sure())


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


async def perhaps_an_answer(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome | None:
    """A text that means nothing else, said a little after something else was asked for in the middle of a form: a tap
    on a choice of the question is its answer; of anything else the person is asked whether it is. None where the form
    was put aside on purpose, or long ago. The person is bound.
    """
    filling = filling_of(conversation)
    now = int(context.now.timestamp())
    if filling is None or not filling.paused or not filling.aside_at or now - filling.aside_at > A_LITTLE:
        return None
    desk = await lay_out(conversation, filling, context)
    asked = engine.current(desk.form, desk.filling.state)
    if asked is None or asked.kind in MEDIA or asked.ref != filling.state.at:
        return None
    tapped = bool(inbound.tap_id) and not sheet_taps.is_late(inbound, desk)
    if tapped and any(choice.label == inbound.text for choice in asked.choices):
        return take(desk, asked, inbound.text)
    if len(inbound.text) > LONGEST_OFFER:
        return None
    kept = filling._replace(offered=inbound.text)
    label = asked.label if len(asked.label) <= SHOWN else f"{asked.label[:SHOWN]}…"
    return say(remember(conversation, kept), *wording.is_it_an_answer(filling.title, asked.number, label))


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


def _cancel(desk: Desk, heard: Heard) -> Outcome:
    if desk.filling.removing:  # 取消 in answer to whether to remove an item means that item
        return _keep_on(desk, heard)
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
    """确认 is about the form only while it was asked whether to give up or remove something; else an answer."""
    if desk.filling.cancelling:
        return _give_up(desk, heard)
    if desk.filling.removing:
        return sheet_repeats.remove_it(desk)
    asked = engine.current(desk.form, desk.filling.state)
    return ask(desk) if asked is None else take(desk, asked, words.CONFIRM)


def _hint(desk: Desk, heard: Heard) -> Outcome:
    return again(desk, sheet_help.parts(engine.current(desk.form, desk.filling.state)))


async def _record(desk: Desk, context: Context) -> Outcome:
    asked, offered = engine.current(desk.form, desk.filling.state), desk.filling.offered
    if asked is None or not offered:
        return ask(desk)
    return take(await sheet_copying.about_project(desk, asked, offered, context), asked, offered)


def _keep_on(desk: Desk, heard: Heard) -> Outcome:
    return ask(desk, f"{wording.KEPT_ON}\n\n")


STEPS: Mapping[Word, Step] = MappingProxyType(
    {
        Word.BEGIN: _keep_on,
        Word.RESUME: _keep_on,
        Word.KEEP_ON: _keep_on,
        Word.BACK: _back,
        Word.MODIFY: _modify,
        Word.SAVE: _save,
        Word.CANCEL: _cancel,
        Word.GIVE_UP: _give_up,
        Word.CONFIRM: _confirm,
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
