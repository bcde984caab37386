"""通过 and 退回: the office's answer to a sheet."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from handlers.base import Context, Conversation, Inbound, Outcome, Said, say, text
from handlers.forms import engine
from handlers.forms.views import FormState
from handlers.staff import look_up, typed
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

behind_accept: Callable[[str], str | None] = partial(typed.behind_word, word=ACCEPT)
"""What stands behind 通过 in a text that is this command, else None."""
behind_return: Callable[[str], str | None] = partial(typed.behind_word, word=RETURN)
"""The same for 退回."""


async def accept(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """通过 <number> [comment]."""
    number, comment = typed.number_and_comment(argument)
    sheet = await context.records.sheet(number) if number is not None else None
    if sheet is None:
        return say(conversation, *look_up.UNKNOWN)
    if len(comment) > LONGEST_COMMENT:
        return say(conversation, wording.TOO_LONG.format(longest=LONGEST_COMMENT))
    command = AcceptSheet(sheet.number, comment, look_up.version_read(conversation, sheet.number))
    return _answering(command, sheet, comment, (), (), conversation)


async def send_back(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """退回 <number> <comment>; without a comment it is asked for."""
    number, comment = typed.number_and_comment(argument)
    sheet = await context.records.sheet(number) if number is not None else None
    if sheet is None:
        return say(conversation, *look_up.UNKNOWN)
    version = look_up.version_read(conversation, sheet.number)
    if comment:
        return await _send_back(sheet, comment, version, conversation, context)
    if sheet.state is not SheetState.SUBMITTED:
        refusal = ReviewRefused(ReviewRefusal.STATE, sheet.state, sheet.version)
        return say(conversation, *wording.refused(sheet, refusal, look_up.UNKNOWN))
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
    sheet = await context.records.sheet(asked["number"]) if principal.may(Permission.REVIEW_SHEETS) else None
    if sheet is None:
        return say(left, *look_up.UNKNOWN)
    return await _send_back(sheet, comment, asked["version"], left, context)


async def comment_refused(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """取消 where a comment was asked for."""
    return say(conversation.with_memory(RETURNING, None), *wording.not_returned())


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
        return say(conversation, wording.TOO_LONG.format(longest=LONGEST_COMMENT))
    refs = await _refs(sheet, context)
    named = typed.question_numbers(comment)
    numbers = tuple(number for number in named if number in refs)
    unknown = tuple(number for number in named if refs and number not in refs)
    command = ReturnSheet(sheet.number, comment, tuple(refs[number] for number in numbers), version)
    return _answering(command, sheet, comment, numbers, unknown, conversation)


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
    sheet: SheetView,
    comment: str,
    numbers: Sequence[int],
    unknown: Sequence[int],
    conversation: Conversation,
) -> Outcome:
    def worded(results: Sequence[Any]) -> Said:
        done: Reviewed | ReviewRefused = results[0]
        if isinstance(done, Reviewed):
            parts = wording.reviewed(sheet, done, comment, numbers, unknown)
        else:
            parts = wording.refused(sheet, done, look_up.UNKNOWN)
        return Said(conversation, text(*parts))

    return Outcome(commands=(command,), then=worded)
