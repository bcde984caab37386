"""The title of a form typed in the middle of a form: is it to be opened, or is it the answer?"""

from typing import Final
from zlib import crc32

from handlers import sheet_lists as lists
from handlers import sheet_wording as wording
from handlers import words
from handlers.base import Context, Conversation, Inbound, Outcome, say
from handlers.forms.form import Kind
from handlers.forms.likeness import bare
from handlers.forms.views import Asked
from handlers.sheet_labels import form_labels
from handlers.sheet_memory import Desk, remember

_LONGEST: Final = 40
"""Characters of a title that somebody types; longer texts are not looked up."""
_SHORTEST: Final = 3
MEMORY: Final = "titles"
"""The memory of the titles as they were when a form was begun, so that most answers need no look at the records."""
_SENTENCE: Final = frozenset("，。；！？,;!?\n")
_TAKE_ANYTHING: Final = frozenset({Kind.TEXT, Kind.BARCODE})


async def meant(desk: Desk, asked: Asked | None, inbound: Inbound, context: Context) -> Outcome | None:
    """The question what is meant by the exact title of a form that the person may fill; None for anything else, for
    taps, and where it is a choice of the question.
    """
    if inbound.tap_id or not _may_be_title(desk.conversation, inbound.text):
        return None
    if asked is not None and _answers(desk, asked, inbound):
        return None
    name = words.normal(inbound.text)
    labelled = form_labels(await context.records.forms())
    exact = [label for label, _ in labelled if words.normal(label) == name]
    found = exact or [label for label, choice in labelled if words.called(name, label, choice.title)]
    if not found:
        return None
    recordable = asked is not None and asked.kind in _TAKE_ANYTHING and desk.filling.picking is None
    offered = inbound.text if recordable else ""
    kept = desk.filling._replace(seen_at=desk.now, offered=offered, echoed="", removing="", aside_at=0)
    way = words.RECORD if recordable else words.KEEP_ON
    return say(remember(desk.conversation, kept), *wording.form_or_answer(inbound.text.strip(), found, way))


async def known(conversation: Conversation, context: Context) -> Conversation:
    """The conversation remembering what the forms are called that the person may fill."""
    labelled = form_labels(await context.records.forms())
    titles = {_mark(title) for label, choice in labelled for title in (label, choice.title)}
    return conversation.with_memory(MEMORY, sorted(titles))


def _may_be_title(conversation: Conversation, said: str) -> bool:
    plain = said.strip()
    if not _SHORTEST <= len(plain) <= _LONGEST or not _SENTENCE.isdisjoint(plain):
        return False
    kept = conversation.recall(MEMORY)
    return not isinstance(kept, list) or _mark(said) in kept


def _mark(title: str) -> int:
    return crc32(words.simple(title).encode(errors="replace"))


def _answers(desk: Desk, asked: Asked, inbound: Inbound) -> bool:
    """Whether the text answers a question that does not take just any text."""
    plain = bare(inbound.text)
    if any(choice.bare == plain for choice in asked.choices):
        return True
    if asked.kind in _TAKE_ANYTHING:
        return False
    try:
        lists.read(asked, desk.filling.listing, inbound.text, desk.moment)
    except ValueError:
        return False
    return True
