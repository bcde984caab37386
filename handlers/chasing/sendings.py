"""推送, 看推送 and 电话名单: what was sent to somebody and what became of it, and whom WeChat does not reach."""

import re
from datetime import timedelta
from functools import partial
from typing import Final

from handlers.base import Context, Conversation, Outcome, Said, say, text
from handlers.chasing import sendings_wording as wording
from handlers.chasing import typed
from handlers.chasing.wording import sentence
from storage.commands import WriteAudit
from storage.vocabulary import Permission

SENT: Final = "推送"
STORY: Final = "看推送"
PHONES: Final = "电话名单"
DAYS: Final = 90
PAGE: Final = 5
"""Messages on one page."""
PHONES_PAGE: Final = 12
MOST: Final = 200
"""Messages to one person in that time; more are not counted."""
_BARE_PAGE: Final = re.compile(r"(?:^|\s+)([0-9]{1,3})$")
_PAGE: Final = re.compile(r"\s*第?\s*([0-9]{1,3})\s*页$")


async def sent(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """推送 <name or staff number> [page]: the messages of the last 90 days."""
    page = _PAGE.search(argument)
    said = argument[: page.start()].strip() if page is not None else argument
    if not said:
        return say(conversation, *wording.HOW)
    people = await context.records.rounds.persons_named(said, Permission.READ_SHEETS)
    if not people:
        return say(conversation, *wording.UNKNOWN)
    if len(people) > 1:
        return say(conversation, *wording.several(said, people))
    since = context.now - timedelta(days=DAYS)
    lines = await context.records.rounds.deliveries(people[0].id, since, limit=MOST)
    pages = max(1, -(-len(lines) // PAGE))
    at = min(max(int(page[1]) if page is not None else 1, 1), pages)
    shown = lines[(at - 1) * PAGE : at * PAGE]
    place = (at, pages)
    return say(conversation, *wording.sent(people[0], shown, DAYS, said, place, context.now, context.timezone))


async def story(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """看推送 <number>: all that became of one message."""
    line = await context.records.rounds.delivery(int(argument))
    if line is None:
        return say(conversation, *wording.NO_SENDING)
    steps = await context.records.rounds.story(line.id)
    return say(conversation, *wording.story(line, steps, context.now, context.timezone))


async def phones(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """电话名单 [level] [unit] [person] [page]: whom to telephone; who read whose number is put on the audit log in the
    same turn.
    """
    try:
        meant = await typed.read(_BARE_PAGE.sub(r" 第\1页", argument), context)
    except ValueError as refusal:
        return say(conversation, *sentence(str(refusal)))
    if meant.scope.names_periods:
        return say(conversation, *sentence(wording.NO_PERIODS))
    wanted = max(meant.page, 1)
    reading = partial(context.records.rounds.phones, meant.scope, limit=PHONES_PAGE)
    total, lines = await reading(offset=(wanted - 1) * PHONES_PAGE)
    if not total:
        return say(conversation, *wording.nobody_to_call(meant.whom))
    pages = -(-total // PHONES_PAGE)
    if not lines:
        wanted = pages
        _, lines = await reading(offset=(pages - 1) * PHONES_PAGE)
    said = Said(conversation, text(*wording.phones(total, lines, (wanted, pages), meant)))
    read = WriteAudit("phones.read", "phones", {"persons": [line.person_id for line in lines if line.phone]})
    return Outcome(commands=(read,), then=lambda results: said)
