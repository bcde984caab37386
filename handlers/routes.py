"""The ordered table of conversations: the first route that recognises what somebody did answers it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from handlers import (
    binding,
    due_line,
    numbered,
    reminders,
    sheet_begin,
    sheet_corrections,
    sheet_memory,
    sheet_standing,
    sheets,
    tasks,
    tasks_filling,
    telling,
    typed_taps,
    urgent,
    welcome,
    words,
)
from handlers import sheet_wording as wording
from handlers.base import Context, Conversation, Handler, Inbound, Link, Outcome, Recall, Said, Tap, Text
from handlers.keeping import acts, applying, bindings
from handlers.keeping import asking as keeping
from handlers.messages import answering, kinds, memory, offering, own, reminding
from handlers.sheet_media import SCANS
from handlers.staff import commands as staff
from handlers.staff import lexicon_editing, picking, review_wording, reviewing
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

    @property
    def picking(self) -> bool:
        """Whether this is the number of a line of the list that was shown last."""
        return numbered.is_place(self.conversation, self.inbound.text, self.inbound.created_at)

    @property
    def taking_the_only_one(self) -> bool:
        """Whether this agrees, right after a list of bindings that has one line."""
        sole = numbered.sole(self.conversation, self.inbound.created_at) if self.is_text else ""
        return sole.startswith(bindings.CONFIRM) and keeping.agrees(self.inbound.text)

    @property
    def editing(self) -> bool:
        """Whether this answers the question that was just asked about an edit of the lexicon."""
        at = self.inbound.created_at
        return self.is_text and lexicon_editing.is_answer(self.inbound.text, self.conversation, at)

    @property
    def edit_waits(self) -> bool:
        """Whether this is a yes or no that nothing but an edit of the lexicon waits for."""
        unclaimed = self.word in (Word.CONFIRM, Word.CANCEL) and sheet_memory.filling_of(self.conversation) is None
        return unclaimed and lexicon_editing.still_waits(self.conversation, self.inbound.created_at)

    @property
    def keeping(self) -> bool:
        """Whether this answers the question before something is written about people."""
        if self.is_text and keeping.is_tap(self.inbound.text):
            return bool(self.inbound.tap_id) or self.conversation.recall(keeping.MEMORY) is not None
        return self.is_text and keeping.is_answer(self.inbound.text, self.conversation, self.inbound.created_at)

    @property
    def to_message(self) -> bool:
        """Whether this is said to a message that waits for its writer's word."""
        return self.is_text and offering.is_about(self.inbound, self.conversation, filling=self.filling)

    @property
    def announcing(self) -> bool:
        """Whether a message is announced, outside of a form, or with a button of the bottom menu."""
        return (not self.filling or self.inbound.kind == "event") and bool(kinds.announced(self.inbound.text))


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table. `aside`: it is not about the form under way, which is put aside and mentioned. `tells`:
    what waits to be told to the person stands before the answer; such a handler reads the records anyway. `reminds`:
    what is due soon stands below it. `passing`: what was asked for stays asked for.
    """

    name: str
    when: Callable[[Happened], bool]
    handler: Handler
    aside: bool = False
    tells: bool = False
    reminds: bool = False
    passing: bool = False


REMINDERS = frozenset({Word.STOP_REMINDING, Word.RESUME_REMINDING})


async def _run(chosen: Route, inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    if not chosen.aside:
        return await chosen.handler(inbound, conversation, context)
    return await _beside(chosen.handler, inbound, conversation, context)


async def _beside(handler: Handler, inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """The handler, beside the form under way, which it is not about."""
    filling = sheet_memory.filling_of(conversation)
    if filling is None:
        return await handler(inbound, conversation, context)
    now = int(context.now.timestamp())
    outcome = await handler(inbound, sheet_memory.pause(conversation, now), context)
    lapses = sheet_standing.lapse_note(filling.lapses_at(context.rules), context)
    return _below(outcome, wording.unfinished(filling.title, lapses), unless=_has_no_form)


def _has_no_form(conversation: Conversation) -> bool:
    """Whether no form waits here any more: who unbound this WeChat cannot go on with it."""
    return sheet_memory.filling_of(conversation) is None


async def _command_or_answer(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """While a form is open: a staff command for those with the right to it, for everybody else an answer. What waits to
    be told stands above a command alone.
    """
    if await staff.may_run(inbound.text, context):
        return await telling.with_notices(await _beside(staff.answer, inbound, conversation, context), context)
    return await urgent.answer(inbound, conversation, context)


def _below(
    outcome: Outcome, line: Sequence[str | Tap | Link], unless: Callable[[Conversation], bool] = lambda _: False
) -> Outcome:
    """The outcome with a line under its text: that a form is waiting, that a 退回 was put aside; `unless` what is then
    remembered speaks against it.
    """

    def lined(said: Said) -> Said:
        if not isinstance(said.reply, Text) or unless(said.conversation):
            return said
        parts = (*said.reply.parts, *line)
        return said._replace(reply=said.reply._replace(parts=parts))

    return outcome.reworded(lined)


NOT_ABOUT_FORMS = frozenset(
    {
        *(
            Word.MENU,
            Word.HELP,
            Word.HINT,
            Word.OTHERS,
            Word.BIND,
            Word.CONFIRM,
            Word.CORRECT,
            Word.MINE,
            Word.MESSAGES,
        ),
        *(Word.TASKS, Word.TASK, Word.NOTHING_NEW),
        *REMINDERS,
    }
)
FORM_WORDS = frozenset(Word) - NOT_ABOUT_FORMS
"""The words that are about forms, whether one is open or not."""
BEGINNINGS = frozenset({Word.BEGIN, Word.RESTART, Word.RESUME, Word.KEEP_ON})
"""The words that begin a form or come back to one."""

ROUTES: tuple[Route, ...] = (
    Route(
        "followed", lambda it: it.inbound.event == "subscribe", welcome.followed, aside=True, tells=True, reminds=True
    ),
    Route("scan in a form", lambda it: it.inbound.event in SCANS and it.filling, sheets.not_text, passing=True),
    Route("silent event", lambda it: it.inbound.kind == "event" and not it.is_text, welcome.quiet, passing=True),
    Route("not text in a form", lambda it: not it.is_text and it.filling, sheets.not_text, passing=True),
    Route("not text", lambda it: not it.is_text, welcome.not_text, aside=True, passing=True),
    Route("menu", lambda it: it.word is Word.MENU, welcome.menu, aside=True, tells=True, reminds=True),
    Route("other forms", lambda it: it.word is Word.OTHERS, sheet_begin.others, aside=True),
    Route("hint", lambda it: it.word is Word.HINT and it.filling, sheets.command),
    Route(
        "help", lambda it: it.word in (Word.HELP, Word.HINT), welcome.help_text, aside=True, tells=True, reminds=True
    ),
    Route("apply", lambda it: it.is_text and applying.is_application(it.inbound.text), applying.offer, aside=True),
    Route("bind", lambda it: it.word is Word.BIND, binding.offer, aside=True),
    Route("it is me", lambda it: it.word is Word.CONFIRM and it.confirming, binding.confirm, aside=True),
    Route("it is not me", lambda it: it.word is Word.CANCEL and it.confirming, binding.decline, aside=True),
    Route("the only one", lambda it: it.taking_the_only_one, picking.only, aside=True, tells=True),
    Route("to an edit", lambda it: it.editing, lexicon_editing.answered, aside=True),
    Route("no return", lambda it: it.word is Word.CANCEL and it.returning, reviewing.comment_refused, aside=True),
    Route("people", lambda it: it.keeping, acts.answered, aside=True),
    Route("no answer", lambda it: it.is_text and answering.is_apart(it.inbound), answering.apart),
    Route("to a message", lambda it: it.to_message, offering.answered, aside=True),
    Route("edit waits", lambda it: it.edit_waits, lexicon_editing.asked_again),
    Route("correct", lambda it: it.word is Word.CORRECT, sheet_corrections.correct),
    Route("my sheets", lambda it: it.word is Word.MINE, sheet_corrections.mine, aside=True, tells=True, reminds=True),
    Route("reminders", lambda it: it.word in REMINDERS, reminders.decided, aside=True),
    Route("my tasks", lambda it: it.word is Word.TASKS, tasks.mine, aside=True, tells=True),
    Route("task", lambda it: it.word in (Word.TASK, Word.NOTHING_NEW), tasks_filling.begin),
    Route("begin", lambda it: it.word in BEGINNINGS and not it.filling, sheets.command, tells=True),
    Route("form command", lambda it: it.word in FORM_WORDS, sheets.command),
    Route("confirm in a form", lambda it: it.word is Word.CONFIRM and it.filling, sheets.command),
    Route("command or answer", lambda it: it.filling and staff.is_command(it.inbound.text), _command_or_answer),
    Route("staff command", lambda it: staff.is_command(it.inbound.text), staff.answer, aside=True, tells=True),
    Route(
        "return comment", lambda it: it.word is None and it.returning, reviewing.comment_given, aside=True, passing=True
    ),
    Route("message announced", lambda it: it.announcing, offering.announce, aside=True),
    Route("my messages", lambda it: it.word is Word.MESSAGES, own.mine, aside=True, tells=True, reminds=True),
    Route("answer", lambda it: it.filling and it.inbound.kind == "text", urgent.answer),
    Route("task number", lambda it: it.picking and picking.is_task(it.inbound, it.conversation), picking.task),
    Route("number", lambda it: it.word is None and it.picking, picking.opened, aside=True, tells=True),
    Route("invite code", lambda it: binding.looks_like_code(it.inbound.text), binding.offer, aside=True),
    Route("unclear", lambda it: True, answering.said, tells=True),
)
"""Top to bottom. Commands win over answers when the whole text is a command."""

RECALLS: Mapping[str, Recall] = answering.RECALLS
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
    outcome = await _answer(typed_taps.meant(inbound, conversation), conversation, context)
    return typed_taps.remembered(outcome, int(context.now.timestamp()))


async def _answer(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    chosen = route(inbound, conversation)
    dropped = ""
    if not chosen.passing:
        if chosen.name != "no return" and not reviewing.is_review(inbound.text):
            dropped = reviewing.number_asked(conversation, inbound.created_at)
        conversation = reviewing.forgotten(conversation)
    now = int(context.now.timestamp())
    conversation = memory.aged(conversation, now)
    if chosen.handler is welcome.quiet:
        conversation = memory.spoken_on(conversation)
    outcome = reminding.reminded(await _run(chosen, inbound, conversation, context), now)
    if dropped and not outcome.confidential:  # a confidential reply is worded again without what was dropped
        outcome = _below(outcome, review_wording.put_aside(dropped))
    if chosen.reminds:
        outcome = await due_line.with_due_line(outcome, context)
    return await telling.with_notices(outcome, context) if chosen.tells else outcome
