"""The ordered table of conversations: the first route that recognises what somebody did answers it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from handlers import (
    binding,
    sheet_begin,
    sheet_corrections,
    sheet_memory,
    sheet_standing,
    sheets,
    telling,
    welcome,
    words,
)
from handlers import sheet_wording as wording
from handlers.base import Context, Conversation, Handler, Inbound, Outcome, Recall, Said, Text
from handlers.sheet_media import SCANS
from handlers.staff import commands as staff
from handlers.staff import reviewing
from handlers.words import Word


class Happened(NamedTuple):
    """What somebody did, as routes look at it: the command that the text is, the staff command, the open form."""

    inbound: Inbound
    conversation: Conversation
    word: Word | None
    is_text: bool
    """Typed, tapped, or a key of the bottom menu."""
    filling: bool
    """Whether a form is open and not put aside."""

    @property
    def confirming(self) -> bool:
        """Whether the person was asked "is this you?"."""
        return binding.is_asked(self.conversation)

    @property
    def returning(self) -> bool:
        """Whether an officer was asked for the comment of a 退回."""
        return reviewing.is_asked(self.conversation, self.inbound.created_at)


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table. `aside`: it is not about the form under way, which is put aside and mentioned. `tells`:
    what waits to be told to the person stands before the answer; such a handler reads the records anyway. `passing`:
    what was asked for stays asked for.
    """

    name: str
    when: Callable[[Happened], bool]
    handler: Handler
    aside: bool = False
    tells: bool = False
    passing: bool = False


NOT_ABOUT_FORMS = frozenset(
    {Word.MENU, Word.HELP, Word.HINT, Word.OTHERS, Word.BIND, Word.CONFIRM, Word.CORRECT, Word.MINE}
)
FORM_WORDS = frozenset(Word) - NOT_ABOUT_FORMS
"""The words that are about forms, whether one is open or not."""
BEGINNINGS = frozenset({Word.BEGIN, Word.RESTART, Word.RESUME, Word.KEEP_ON})
"""The words that begin a form or come back to one."""

ROUTES: tuple[Route, ...] = (
    Route("followed", lambda it: it.inbound.event == "subscribe", welcome.followed, aside=True, tells=True),
    Route("scan in a form", lambda it: it.inbound.event in SCANS and it.filling, sheets.not_text, passing=True),
    Route("silent event", lambda it: it.inbound.kind == "event" and not it.is_text, welcome.quiet, passing=True),
    Route("not text in a form", lambda it: not it.is_text and it.filling, sheets.not_text, passing=True),
    Route("not text", lambda it: not it.is_text, welcome.not_text, aside=True, passing=True),
    Route("menu", lambda it: it.word is Word.MENU, welcome.menu, aside=True, tells=True),
    Route("other forms", lambda it: it.word is Word.OTHERS, sheet_begin.others, aside=True),
    Route("hint", lambda it: it.word is Word.HINT and it.filling, sheets.command),
    Route("help", lambda it: it.word in (Word.HELP, Word.HINT), welcome.help_text, aside=True, tells=True),
    Route("bind", lambda it: it.word is Word.BIND, binding.offer, aside=True),
    Route("it is me", lambda it: it.word is Word.CONFIRM and it.confirming, binding.confirm, aside=True),
    Route("it is not me", lambda it: it.word is Word.CANCEL and it.confirming, binding.decline, aside=True),
    Route("no return", lambda it: it.word is Word.CANCEL and it.returning, reviewing.comment_refused, aside=True),
    Route("correct", lambda it: it.word is Word.CORRECT, sheet_corrections.correct),
    Route("my sheets", lambda it: it.word is Word.MINE, sheet_corrections.mine, aside=True, tells=True),
    Route("begin", lambda it: it.word in BEGINNINGS and not it.filling, sheets.command, tells=True),
    Route("form command", lambda it: it.word in FORM_WORDS, sheets.command),
    Route("confirm in a form", lambda it: it.word is Word.CONFIRM and it.filling, sheets.command),
    Route("staff command", lambda it: staff.is_command(it.inbound.text), staff.answer, aside=True, tells=True),
    Route(
        "return comment", lambda it: it.word is None and it.returning, reviewing.comment_given, aside=True, passing=True
    ),
    Route("answer", lambda it: it.filling and it.inbound.kind == "text", sheets.answer),
    Route("invite code", lambda it: binding.looks_like_code(it.inbound.text), binding.offer, aside=True),
    Route("unclear", lambda it: True, welcome.unclear, tells=True),
)
"""Top to bottom. Commands win over answers when the whole text is a command."""

RECALLS: Mapping[str, Recall] = MappingProxyType({})
"""By name, what words the reply of a confidential turn again (Outcome.confidential)."""


def route(inbound: Inbound, conversation: Conversation) -> Route:
    """The first route for what was done; the last one takes everything."""
    is_text = inbound.kind == "text" or (inbound.kind == "event" and inbound.event == "click")
    happened = Happened(
        inbound=inbound,
        conversation=conversation,
        word=words.hear(inbound.text).word if is_text else None,
        is_text=is_text,
        filling=sheet_memory.is_active(conversation),
    )
    for line in ROUTES:
        if line.when(happened):
            return line
    raise LookupError("the last route takes everything")


async def answer(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """One turn: what is remembered, written and answered."""
    chosen = route(inbound, conversation)
    if not chosen.passing:
        conversation = reviewing.forgotten(conversation)
    outcome = await _run(chosen, inbound, conversation, context)
    return await telling.with_notices(outcome, context) if chosen.tells else outcome


async def _run(chosen: Route, inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """The handler, beside the form under way where it is not about it."""
    if not chosen.aside:
        return await chosen.handler(inbound, conversation, context)
    filling = sheet_memory.filling_of(conversation)
    if filling is None:
        return await chosen.handler(inbound, conversation, context)
    now = int(context.now.timestamp())
    outcome = await chosen.handler(inbound, sheet_memory.pause(conversation, now), context)
    lapses = sheet_standing.lapse_note(filling.lapses_at(context.rules), context)
    return _with_line(outcome, filling.title, lapses)


def _with_line(outcome: Outcome, title: str, lapses: str) -> Outcome:
    """The outcome with a line under its text that a form is waiting, and until when where that is near."""

    def lined(said: Said) -> Said:
        if not isinstance(said.reply, Text):
            return said
        parts = (*said.reply.parts, *wording.unfinished(title, lapses))
        return said._replace(reply=said.reply._replace(parts=parts))

    then = outcome.then
    if then is not None:
        return outcome._replace(then=lambda results: lined(then(results)))
    return outcome._replace(said=lined(outcome.said)) if outcome.said is not None else outcome
