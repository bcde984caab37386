"""The table of what discipline staff may say, with the right that each command needs, and how it is answered."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handlers import words
from handlers.base import Context, Conversation, Inbound, Outcome, Tap, say
from handlers.staff import look_up
from storage.views import Principal
from storage.vocabulary import Permission

Run = Callable[[str, Conversation, Context], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class StaffCommand:
    """One command of discipline staff: a word with something behind it.

    `unknown` is the answer to everybody who lacks `permission`, and the answer of `run` when there is nothing to
    show: it must be the same to the byte, so that nobody learns from it what exists.
    """

    word: str
    usage: str
    help: str
    permission: Permission
    takes: re.Pattern[str]
    """What stands behind the word, its argument as the group; a text that does not match is no command."""
    unknown: tuple[str | Tap, ...]
    run: Run


COMMANDS: tuple[StaffCommand, ...] = (
    StaffCommand(
        word="查",
        usage="查 编号",
        help="看一份观察表，例如“查 GC26-0000179”",
        permission=Permission.READ_SHEETS,
        takes=re.compile(r"(?:询|看|一下)?[\s:《“「]*([0-9a-z][0-9a-z\s\-_\u2010-\u2015\u2212\u30fc]{0,29})"),
        unknown=look_up.UNKNOWN,
        run=look_up.look_up,
    ),
)
"""Every staff command; a new one is a file beside this and an entry here."""

_BEGINNINGS = frozenset(command.word[0] for command in COMMANDS)
_LONGEST = 80
"""Characters; no command is longer."""


def hear(said: str) -> tuple[StaffCommand, str] | None:
    """The staff command that the whole text is, and what stands behind its word; None when it is none."""
    if len(said) > _LONGEST or not words.may_begin(said, _BEGINNINGS):
        return None
    plain = words.normal(said)
    for command in COMMANDS:
        if plain.startswith(command.word):
            behind = command.takes.fullmatch(plain, len(command.word))
            if behind is not None:
                return command, behind.group(1)
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
