"""A text outside of a form that is no command: understood, and answered by what it is.

What may be a report of misconduct leaves no trace: the turn is confidential, and neither its text nor its reply is
kept anywhere. Under its key stands the same name as under that of a thank-you.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final
from zlib import crc32

from handlers import plainly, sheet_begin, sheets, welcome, welcome_wording
from handlers.base import Context, Conversation, Inbound, Outcome, Reply, Said, Text, say
from handlers.messages import asked, kinds, memory, offering, own, report_wording, saying, wording
from handlers.messages.danger import danger
from handlers.messages.deciding import LONGEST_THANKS, Way, plain
from handlers.messages.parts import understood
from handlers.staff import commands as staff
from handlers.staff import look_up
from handlers.words import hear, normal
from nlp.classification import Classification

RECALL: Final = "said"
"""The name in handlers/routes.py of `recall`."""
RECALL_WAITING: Final = "said, waits"
"""The same where an earlier message waits for its writer's word, which is told under the reply."""
_MOST_ABOUT: Final = 999_999


async def said(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """The last route: the title of a form begins it; else what was said is understood."""
    begun = await sheet_begin.by_title(inbound.text, conversation, context)
    if begun is not None:
        return begun
    if offering.is_late(inbound):
        return say(conversation, *wording.late())
    command = await staff.freely(inbound, conversation, context)
    if command is not None:
        return command
    told = inbound.tap_id or memory.announced(conversation, int(context.now.timestamp()))
    meant = None if told else await plainly.answered(inbound, conversation, context)
    meant = meant or await look_up.bare(inbound.text, conversation, context)
    meant = meant or (None if told else await asked.answered(inbound.text, conversation, context))
    if meant is not None:
        return meant
    if own.is_number(inbound.text):
        return await own.mine(inbound, conversation, context)
    bound = (await context.records.principal()).person_id is not None
    answered = _tapped if inbound.tap_id else _understood
    return await answered(inbound, conversation, context, bound=bound)


async def _tapped(inbound: Inbound, conversation: Conversation, context: Context, *, bound: bool) -> Outcome:
    """A choice of the question that was put aside, or a question to us. Any other tap is under an old message: its
    words are ours and nobody's report, suggestion or answer.
    """
    chosen = await sheets.tapped_choice(inbound, conversation, context) if bound else None
    if chosen is not None:
        return chosen
    way, found = await understood(inbound.text, context)
    if way not in _TO_US:
        return say(conversation, *wording.late())
    return await _by_way(way, found, "", inbound, conversation, context)


async def _understood(inbound: Inbound, conversation: Conversation, context: Context, *, bound: bool) -> Outcome:
    now = int(context.now.timestamp())
    chosen = memory.announced(conversation, now) or kinds.led(inbound.text)
    way, found = await understood(_told(inbound.text, conversation, now), context, chosen)
    yes_or_no = offering.means_nothing(inbound)
    if not yes_or_no and (way in _UNKEPT or (way is Way.THANKS and len(inbound.text) <= LONGEST_THANKS)):
        return await unkept(inbound, conversation, context)
    meant = None
    if bound and not memory.announced(conversation, now):
        other = wording.APART if way in _OFFERED else ""
        meant = await sheets.perhaps_an_answer(inbound, conversation, context, other)
    meant = meant or await offering.looked_at(inbound, conversation, context)
    if meant is None and yes_or_no:
        return say(conversation, *welcome_wording.nothing_waits())
    if meant is None and way in _OFFERED and hear(inbound.text).word is not None:  # a command where nothing takes it
        return await welcome.unclear(inbound, conversation, context)
    return meant or await _by_way(way, found, chosen, inbound, conversation, context)


def _told(said: str, conversation: Conversation, now: int) -> str:
    """What a text says without the words by which it adds to the message that was just spoken of (写错了，是早上)."""
    return (saying.continued(said) if offering.is_spoken_of(conversation, now) else "") or said


def is_apart(inbound: Inbound) -> bool:
    """Whether this says that a sentence beside a form was a message of its own."""
    return normal(inbound.text) == wording.APART


async def apart(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """另外提的: the sentence of which it was asked whether it answers a form, offered back as a message."""
    said, left = sheets.taken_aside(conversation, context)
    if not said:
        return say(conversation, *wording.late())
    way, found = await understood(said, context)
    if way not in _OFFERED or not await offering.fits(said, left, context):  # the lexicon may know more by now
        return Outcome(said=Said(left, Text(tuple(wording.not_registered()))), sealed=True)
    offered = await offering.offered(way, found, said, left, context)
    return offered or await welcome.unclear(inbound, left, context)


async def _by_way(
    way: Way, found: Classification, chosen: str, inbound: Inbound, conversation: Conversation, context: Context
) -> Outcome:
    if way in _QUIET or way in _UNKEPT:
        left = memory.spoken_on(conversation) if way is Way.HEARD else conversation
        return await unkept(inbound, left, context)
    if way is Way.GREETING:
        return await welcome.greeted(conversation, context)
    if way is Way.OWN:
        return await own.asked_after(conversation, context)
    if way is Way.ABOUT_US:
        return await welcome.help_text(inbound, conversation, context)
    belongs = way in _OFFERED or (
        way is Way.OTHER and offering.is_spoken_of(conversation, int(context.now.timestamp()))
    )
    if belongs and not await offering.fits(inbound.text, conversation, context):
        return await unkept(inbound, conversation, context)
    offered = await offering.offered(way, found, inbound.text, conversation, context, chosen)
    return offered or await welcome.unclear(inbound, conversation, context)


async def unkept(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """The answer to a text of which nothing is kept."""
    now = int(context.now.timestamp())
    left = offering.without(inbound.text, conversation, now)
    name = RECALL_WAITING if memory.pending(left, now).text else RECALL
    return Outcome(said=Said(left, await RECALLS[name](inbound, context)), confidential=name)


async def recall(inbound: Inbound, context: Context) -> Reply:
    """The reply to a text of which nothing is kept: worded from the text and the records alone, again for a repeat."""
    way, _ = await understood(inbound.text, context)
    parts = await _worded(way, inbound, context) or report_wording.unclear()
    return Text(tuple(parts), _about(inbound))


async def recall_waiting(inbound: Inbound, context: Context) -> Reply:
    """The same while an earlier message waits. What could be kept by itself was refused because of that one."""
    way, _ = await understood(inbound.text, context)
    parts = await _worded(way, inbound, context) or report_wording.not_beside()
    return Text((*parts, *wording.waits()), _about(inbound))


RECALLS: Final = MappingProxyType({RECALL: recall, RECALL_WAITING: recall_waiting})


def _about(inbound: Inbound) -> int:
    """Text.about of the taps under the reply to this very text: they mean no message that waits."""
    return crc32(inbound.key.encode()) % _MOST_ABOUT + 1


async def _worded(way: Way, inbound: Inbound, context: Context) -> wording.Parts:
    """Empty: for what may be kept."""
    if way is Way.DANGER:
        return report_wording.danger(context.office_contact, danger(plain(inbound.text)))
    if way in _ALWAYS:
        return _ALWAYS[way](context.office_contact)
    bound = (await context.records.principal()).person_id is not None
    if way is Way.NOTHING_FOUND:
        return report_wording.nothing_found(bound=bound)
    if way not in (Way.REPORT, Way.PERHAPS_REPORT):
        return []
    form_waits = bound and bool(await context.records.open_drafts())
    worded = report_wording.report if way is Way.REPORT else report_wording.perhaps
    return worded(context.office_contact, form_waits=form_waits)


_ALWAYS: Final[Mapping[Way, Callable[[str], wording.Parts]]] = MappingProxyType(
    {
        Way.DISTRESS: lambda contact: report_wording.distress(),
        Way.HOW_TO_REPORT: report_wording.how_to_report,
        Way.THANKS: lambda contact: report_wording.thanks(),
        Way.HEARD: lambda contact: report_wording.heard(),
    }
)
_UNKEPT: Final = frozenset({Way.DISTRESS, Way.DANGER, Way.REPORT, Way.PERHAPS_REPORT, Way.HOW_TO_REPORT})
"""Of these nothing is kept, not even to ask whether it was an answer to the question put aside."""
_TO_US: Final = frozenset({Way.HOW_TO_REPORT, Way.ABOUT_US, Way.GREETING})
"""What a tap may say of these."""
_QUIET: Final = frozenset({Way.THANKS, Way.HEARD, Way.NOTHING_FOUND})
"""Nothing is kept of these either: so nobody can tell from a store which of them a message was."""
_OFFERED: Final = frozenset({Way.OFFER, Way.WHICH})
