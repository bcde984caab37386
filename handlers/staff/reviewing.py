"""通过 and 退回: the office's answer to a sheet."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from handlers.base import Context, Conversation, Inbound, Outcome, Said, say, text
from handlers.forms import engine
from handlers.forms.likeness import bare
from handlers.forms.said_words import SEEN, words
from handlers.forms.views import FormState
from handlers.staff import levels, look_up, typed
from handlers.staff import review_wording as wording
from storage.commands import AcceptSheet, Command, ReturnSheet, Reviewed, ReviewRefused
from storage.views import SheetView
from storage.vocabulary import Permission, ReviewRefusal, SheetState

ACCEPT = "通过"
RETURN = "退回"
LONGEST = 2000
"""Characters of a text that may be one of the two commands; WeChat takes no longer text."""
LONGEST_COMMENT = 1000
RETURNING = "returning"
"""The memory of a 退回 that still wants its comment."""
PATIENCE = 1800
"""Seconds for which the next text counts as that comment; any other command ends the waiting (routes)."""
NEVER_MIND = frozenset({"算了", "不退了", "不退回了", "不用了", "不用退了"})
_EMPTY = SEEN | words(
    "是 是的 对 对的 哦 噢 恩 嗯嗯 好吧 谢谢 稍等 等等 等一下 为什么 什么意思 什么 怎么写 怎么退 在吗 你好 您好"
)
"""What is no comment."""
_PARTICLES = re.compile("[啊呀呢哦噢吧嘛啦了哈呗]+$")

behind_accept: Callable[[str], str | None] = partial(typed.behind_word, word=ACCEPT)
"""What stands behind 通过 in a text that is this command, else None."""
behind_return: Callable[[str], str | None] = partial(typed.behind_word, word=RETURN)
"""The same for 退回."""


async def accept(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """通过 <number> [reviewed levels] [comment]."""
    number, comment = typed.number_and_comment(argument)
    sheet = await context.records.sheet(number) if number is not None else None
    if sheet is None:
        return say(conversation, *look_up.unknown(argument))
    if len(comment) > LONGEST_COMMENT:
        return say(conversation, wording.LONG_COMMENT.format(longest=LONGEST_COMMENT))
    version = look_up.version_read(conversation, sheet.number)
    typed_levels = levels.read(comment)
    if not (typed_levels.levels or typed_levels.unknown or typed_levels.unread):
        command = AcceptSheet(sheet.number, comment, version)
        return _answering(command, conversation, sheet, partial(wording.reviewed, comment=comment))
    return _accept_with_levels(sheet, typed_levels, version, conversation)


def _accept_with_levels(
    sheet: SheetView, typed_levels: levels.Typed, version: int | None, conversation: Conversation
) -> Outcome:
    """The numbers are those of the version at hand: where it does not wait, or another one was read, that is said."""
    waits = sheet.state is SheetState.SUBMITTED and version in (None, sheet.version)
    if waits and (fault := wording.level_fault(sheet, typed_levels)):
        return say(conversation, *wording.not_reviewed(sheet, fault))
    reviewed = dict(typed_levels.levels)
    command = AcceptSheet(sheet.number, typed_levels.comment, version or sheet.version, reviewed)
    done = partial(wording.reviewed, comment=typed_levels.comment, levels=reviewed)
    return _answering(command, conversation, sheet, done)


async def send_back(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """退回 <number> <comment>; without a comment it is asked for."""
    number, comment = typed.number_and_comment(argument)
    sheet = await context.records.sheet(number) if number is not None else None
    if sheet is None:
        return say(conversation, *look_up.unknown(argument))
    version = look_up.version_read(conversation, sheet.number)
    if comment:
        return await _send_back(sheet, comment, version, conversation, context)
    if sheet.state is not SheetState.SUBMITTED:
        refusal = ReviewRefused(ReviewRefusal.STATE, sheet.state, sheet.version)
        return say(conversation, *wording.refused(sheet, refusal, look_up.unknown(sheet.number)))
    asked = {
        "number": sheet.number,
        "version": sheet.version if version is None else version,
        "at": int(context.now.timestamp()),
    }
    return say(conversation.with_memory(RETURNING, asked), *wording.ask_comment(sheet))


async def comment_given(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """The text after the question for a comment is the comment."""
    asked = conversation.recall(RETURNING)
    left = conversation.with_memory(RETURNING, None)
    principal = await context.records.principal()
    comment = inbound.text.strip()
    if comment.strip("。！!. ") in NEVER_MIND:
        return say(left, *wording.not_returned())
    if _says_nothing(comment):
        kept = conversation.with_memory(RETURNING, {**asked, "at": int(context.now.timestamp())})
        return say(kept, *wording.no_comment(comment, asked["number"]))
    sheet = await context.records.sheet(asked["number"]) if principal.may(Permission.REVIEW_SHEETS) else None
    if sheet is None:
        return say(left, *look_up.unknown(asked["number"]))
    return await _send_back(sheet, comment, asked["version"], left, context)


def _says_nothing(comment: str) -> bool:
    """Whether it is only a word that one heard, or a question: nobody could correct a sheet by it."""
    plain = bare(comment)
    return not plain or plain in _EMPTY or _PARTICLES.sub("", plain) in _EMPTY


def number_asked(conversation: Conversation, at: datetime) -> str:
    """The sheet whose 退回 waits for its comment at that moment (aware); empty when none does."""
    return str(conversation.recall(RETURNING)["number"]) if is_asked(conversation, at) else ""


async def comment_refused(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """取消 where a comment was asked for."""
    return say(conversation.with_memory(RETURNING, None), *wording.not_returned())


def is_review(said: str) -> bool:
    """Whether a text is 通过 or 退回 with a number."""
    return behind_accept(said) is not None or behind_return(said) is not None


def is_asked(conversation: Conversation, at: datetime) -> bool:
    """Whether the comment of a 退回 is waited for at that moment (aware)."""
    asked = conversation.recall(RETURNING)
    return isinstance(asked, dict) and 0 <= at.timestamp() - asked.get("at", 0) <= PATIENCE


def forgotten(conversation: Conversation) -> Conversation:
    """The conversation without a 退回 that waits for its comment."""
    return conversation if conversation.recall(RETURNING) is None else conversation.with_memory(RETURNING, None)


async def _send_back(
    sheet: SheetView, comment: str, version: int | None, conversation: Conversation, context: Context
) -> Outcome:
    if len(comment) > LONGEST_COMMENT:
        return say(conversation, wording.LONG_OPINION.format(longest=LONGEST_COMMENT))
    refs = await _refs(sheet, context)
    named = typed.question_numbers(comment)
    numbers = tuple(number for number in named if number in refs)
    unknown = tuple(number for number in named if refs and number not in refs)
    command = ReturnSheet(sheet.number, comment, tuple(refs[number] for number in numbers), version)
    done = partial(wording.reviewed, comment=comment, numbers=numbers, unknown=unknown)
    return _answering(command, conversation, sheet, done)


async def _refs(sheet: SheetView, context: Context) -> dict[int, str]:
    """The questions of the sheet by the numbers that 查 shows; none for a sheet without its engine state."""
    try:
        state = FormState.from_json(sheet.form_state)
    except (KeyError, TypeError, ValueError):
        return {}
    form = await context.forms.get(sheet.form_version_id)
    return {line.number: line.ref for line in engine.preview(form, state)}


def _answering(
    command: Command,
    conversation: Conversation,
    sheet: SheetView,
    reviewed: Callable[[SheetView, Reviewed], wording.Parts],
) -> Outcome:
    def worded(results: Sequence[Any]) -> Said:
        done: Reviewed | ReviewRefused = results[0]
        if isinstance(done, Reviewed):
            return Said(conversation, text(*reviewed(sheet, done)))
        return Said(conversation, text(*wording.refused(sheet, done, look_up.unknown(sheet.number))))

    return Outcome(commands=(command,), then=worded)
