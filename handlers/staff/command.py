"""What one command of discipline staff is: its word, its right, its answer for those without it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handlers.base import Context, Conversation, Outcome, Tap
from storage.vocabulary import Permission

Run = Callable[[str, Conversation, Context], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class StaffCommand:
    """One command of discipline staff: a word, mostly with something behind it.

    `unknown` is the answer to everybody who lacks `permission`, and the answer of `run` and `without` when there is
    nothing to show: it must be the same to the byte, so that nobody learns from it what exists.
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
    listed: bool = True
    """Whether menu and help name it; not what only a tap says, nor what another command's help tells."""
    without: Run | None = None
    """How somebody who lacks `permission` is answered where that is not by `unknown`."""
    others: str = ""
    """The first signs of other words that mean this command."""
    keeps: bool = False
    """Whether what stands behind the word is kept, so that it must stay in the characters in which it was typed."""
    ordinary: bool = False
    """Its word is one of everyday speech: said by somebody without the right while a form is open, it is an answer,
    whatever `without` would say; and how it is said is told to those with the right, listed or not.
    """
