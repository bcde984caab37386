"""What stands behind a staff command in traditional characters: in simplified ones, but names that are kept so."""

import re
from typing import Final

from handlers.base import Context
from nlp.normalising import simplified
from storage.vocabulary import Permission

_BETWEEN: Final = re.compile(r"([\s,，、/;；:：]+)")
"""What stands between the words of a command."""


async def in_our_words(argument: str, context: Context) -> str:
    """The argument of a command as its parts are compared: words in simplified characters, save those by which the
    records know a person or a unit that this person may name. Reads nothing for a text in simplified characters.
    """
    if simplified(argument) == argument:
        return argument
    return "".join([await _in_our_words(part, context) for part in _BETWEEN.split(argument)])


async def _in_our_words(part: str, context: Context) -> str:
    simple = simplified(part)
    return part if part == simple or await _is_name(part, context) else simple


async def _is_name(part: str, context: Context) -> bool:
    people, rounds = context.records.people, context.records.rounds
    return bool(
        await people.named(part, 1)
        or await people.colleagues(part, 1)
        or await people.units(part)
        or await rounds.units_named(part)
        or await rounds.persons_named(part, Permission.READ_SHEETS)
    )
