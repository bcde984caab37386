"""Which person and which unit an officer means: one, several to choose from by a tap, or none."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from handlers import numbered
from handlers.base import Context, Conversation, Outcome, Tap, say
from handlers.keeping import wording
from storage.keeping_views import PersonCard
from storage.views import UnitView
from storage.vocabulary import KeepingRefusal

_MOST: Final = wording.MOST_NAMED + 1

Again = Callable[[str], str]
"""The command, said again with a reference in the place of what was not clear."""


def said_again(command: str) -> Again:
    """A command with {} in the place of what was not clear; other braces in it belong to a staff number."""
    return lambda reference: command.replace("{}", reference, 1)


class NotOne(Exception):
    """No one person or unit is meant; `parts` is what to say to that, `says` the commands by the numbers in it."""

    def __init__(self, parts: Sequence[str | Tap], says: Mapping[int, str] = MappingProxyType({})) -> None:
        super().__init__("not one")
        self.parts: wording.Parts = [*parts]
        self.says = says


def asked(several: NotOne, conversation: Conversation, context: Context) -> Outcome:
    """Which one is meant, to be answered by a tap or a number; or that there is none."""
    if several.says:
        conversation = numbered.remembered(conversation, context, several.says, "个")
    return say(conversation, *several.parts)


async def person(said: str, context: Context, again: Again) -> PersonCard:
    """The one whom the officer keeps and calls so. Raises NotOne."""
    return _one(await context.records.people.named(said, _MOST) if said else (), again)


async def covered(said: str, context: Context, again: Again) -> PersonCard:
    """The same, where it is about their phone or WeChat: nobody with an office beyond the officer's. Raises NotOne."""
    card = await person(said, context, again)
    if card.is_beyond:
        raise NotOne(wording.refused(KeepingRefusal.BEYOND))
    return card


async def colleague(said: str, context: Context, again: Again) -> PersonCard:
    """The one who may stand in for whoever speaks. Raises NotOne."""
    found = await context.records.people.colleagues(said, _MOST) if said else ()
    return _one(found, again, wording.refused(KeepingRefusal.SUBSTITUTE))


def _one(found: Sequence[PersonCard], again: Again, unknown: Sequence[str | Tap] = wording.UNKNOWN) -> PersonCard:
    if not found:
        raise NotOne(unknown)
    if len(found) > 1:
        said = [again(wording.reference(card)) for card in found[: wording.MOST_NAMED]]
        raise NotOne(*wording.which(found, said))
    return found[0]


async def unit(said: str, context: Context, again: Again) -> UnitView:
    """The one that the officer keeps and calls so. Raises NotOne."""
    found = await context.records.people.units(said) if said else ()
    if not found:
        raise NotOne(wording.UNKNOWN)
    if len(found) > 1:
        some = found[: wording.MOST_NAMED]
        raise NotOne(*wording.which_unit([each.full_name for each in some], [again(_in_one(each)) for each in some]))
    return found[0]


def _in_one(found: UnitView) -> str:
    """清源集团二公司城东场站."""
    return found.full_name.replace(" / ", "")
