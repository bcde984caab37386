"""What people ask for in words of their own where a command would do: by a table of words (plain_words.tsv)."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from handlers import nothing_new, taps, tasks, what_now, words
from handlers.base import Context, Conversation, Inbound, Outcome, Tap, say
from handlers.keeping import leaves, spoken

LONGEST: Final = 24
"""Characters of what is looked up; whoever writes more tells something."""
TASKS: Final = "tasks"
"""What plain_words.tsv may mean: when something is due, or what is."""
_SIGNS: Final = re.compile(r"[\s,。.!?;:、~…]+")


class PlainWordsError(Exception):
    """A line of the table that cannot be read; names the line."""


class Table(NamedTuple):
    """Words that mean others, words that say nothing, and what is asked for by what is left."""

    same: Mapping[str, str]
    drop: re.Pattern[str]
    ask: Mapping[str, str]


def read(text: str) -> Table:
    """The table: its kinds are same (said, means), drop (said, -) and ask (said, what). Raises PlainWordsError."""
    kinds: dict[str, dict[str, str]] = {"same": {}, "drop": {}, "ask": {}}
    for number, line in enumerate(text.splitlines()[1:], start=2):
        cells = line.split("\t")
        if len(cells) != 3 or not all(cells) or cells[0] not in kinds:  # noqa: PLR2004 - its columns
            raise PlainWordsError(f"line {number}: not kind, said, means")
        kind, said, means = cells
        if said in kinds[kind]:
            raise PlainWordsError(f"line {number}: {said} stands there twice")
        if kind == "ask" and means != TASKS:
            raise PlainWordsError(f"line {number}: nothing is called {means}")
        kinds[kind][said] = means
    return Table(kinds["same"], _any_of(kinds["drop"]), kinds["ask"])


def _any_of(said: Mapping[str, str]) -> re.Pattern[str]:
    """The longest first."""
    return re.compile("|".join(re.escape(word) for word in sorted(said, key=len, reverse=True)))


@cache
def _table() -> Table:
    return read(files("handlers").joinpath("plain_words.tsv").read_text(encoding="utf-8"))


@cache
def _same() -> re.Pattern[str]:
    return _any_of(_table().same)


def means(said: str) -> str:
    """What a whole text asks for, of what the table knows; empty: nothing."""
    if len(said) > LONGEST:
        return ""
    table = _table()
    plain = _SIGNS.sub("", words.simple(said))
    plain = _same().sub(lambda found: table.same[found[0]], plain)
    return table.ask.get(table.drop.sub("", plain), "")


async def answered(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome | None:
    """The answer of the command that is meant; None when none is. A page that is turned to where no list is shown is
    said not to be there: where one is, its taps are typed (typed_taps).
    """
    if words.simple(inbound.text) in taps.TURNING:
        return say(conversation, taps.NOTHING_TO_TURN, Tap(words.MENU))
    if means(inbound.text) == TASKS:
        return await tasks.mine(inbound, conversation, context)
    if (nothing := await nothing_new.answered(inbound, conversation, context)) is not None:
        return nothing
    if (now := await what_now.answered(inbound, conversation, context)) is not None:
        return now
    leave = spoken.leave(inbound.text, context.now.astimezone(context.timezone).date())
    return None if leave is None else await leaves.take_own(leave, conversation, context)
