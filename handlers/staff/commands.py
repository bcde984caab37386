"""The table of what discipline staff may say, with the right that each command needs, and how it is answered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handlers import words
from handlers.base import Context, Conversation, Inbound, Outcome, Tap, say
from handlers.staff import look_up, reviewing, waiting
from storage.views import Principal
from storage.vocabulary import Permission

Run = Callable[[str, Conversation, Context], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class StaffCommand:
    """One command of discipline staff: a word, mostly with something behind it.

    `unknown` is the answer to everybody who lacks `permission`, and the answer of `run` when there is nothing to
    show: it must be the same to the byte, so that nobody learns from it what exists.
    """

    word: str
    usage: str
    help: str
    permission: Permission
    longest: int
    """Characters; a longer text is not this command."""
    behind: Callable[[str], str | None]
    """What stands behind the word in a text as typed; None when the text is not this command."""
    unknown: tuple[str | Tap, ...]
    run: Run


COMMANDS: tuple[StaffCommand, ...] = (
    StaffCommand(
        word="查",
        usage="查 编号",
        help="看一份观察表，例如“查 GC26-0000179”",
        permission=Permission.READ_SHEETS,
        longest=80,
        behind=look_up.behind,
        unknown=look_up.UNKNOWN,
        run=look_up.look_up,
    ),
    StaffCommand(
        word=waiting.WORD,
        usage="待阅",
        help="等您审阅的观察表，等得最久的在前",
        permission=Permission.REVIEW_SHEETS,
        longest=20,
        behind=waiting.behind,
        unknown=waiting.NOTHING,
        run=waiting.waiting,
    ),
    StaffCommand(
        word=reviewing.ACCEPT,
        usage="通过 编号 评语",
        help="采纳一份观察表，评语可以不写",
        permission=Permission.REVIEW_SHEETS,
        longest=reviewing.LONGEST,
        behind=reviewing.behind_accept,
        unknown=look_up.UNKNOWN,
        run=reviewing.accept,
    ),
    StaffCommand(
        word=reviewing.RETURN,
        usage="退回 编号 意见",
        help="退回补正，意见里写明题号，例如“第4、7题请写具体”",
        permission=Permission.REVIEW_SHEETS,
        longest=reviewing.LONGEST,
        behind=reviewing.behind_return,
        unknown=look_up.UNKNOWN,
        run=reviewing.send_back,
    ),
)
"""Every staff command; a new one is a file beside this and an entry here."""

_BEGINNINGS = frozenset(command.word[0] for command in COMMANDS)


def hear(said: str) -> tuple[StaffCommand, str] | None:
    """The staff command that the whole text is, and what stands behind its word; None when it is none."""
    if not words.may_begin(said, _BEGINNINGS):
        return None
    for command in COMMANDS:
        if len(said) <= command.longest:
            behind = command.behind(said)
            if behind is not None:
                return command, behind
    return None


def is_command(said: str) -> bool:
    """Whether the whole text is a staff command."""
    return hear(said) is not None


async def answer(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """Run a staff command for somebody with the right to it; anybody else gets the answer for the unknown."""
    heard = hear(inbound.text)
    if heard is None:
        raise ValueError("routed here without a staff command")
    command, argument = heard
    principal = await context.records.principal()
    if not principal.may(command.permission):
        return say(conversation, *command.unknown)
    return await command.run(argument, conversation, context)


def allowed(principal: Principal) -> tuple[StaffCommand, ...]:
    """The commands that this person has the right to: only these are shown in menu and help."""
    return tuple(command for command in COMMANDS if principal.may(command.permission))
