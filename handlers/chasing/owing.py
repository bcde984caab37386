"""未交, 提交率 and 催办: who has not handed in, how much was, and asking them once more."""

import re
from dataclasses import asdict
from datetime import datetime, time
from typing import Any, Final

from handlers import words
from handlers.base import Context, Conversation, Json, Outcome, Tap, say
from handlers.chasing import typed, wording
from handlers.chasing.typed import Meant
from handlers.keeping.asking import Act, ask
from storage.commands import AskDuties
from storage.duty_views import Askable, DutyScope, OwedPage
from storage.vocabulary import Level

OWED: Final = "未交"
ASK: Final = "催办"
RATES: Final = "提交率"
ACT: Final = "ask_duties"
"""The name under which the question of a 催办 is kept."""
PAGE: Final = 12
"""Duties on one page: some 700 characters, one reply of WeChat."""
ALL: Final = DutyScope()
_AGAIN: Final = re.compile(r"\s*(?:连|连同|包括|含)今天(?:自动)?提醒过的人?(?:都|也|一起)?(?:催办?)?")


async def owed(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """未交 [period] [level] [unit] [page]."""
    try:
        meant = await typed.read(argument, context)
    except ValueError as refusal:
        return say(conversation, *wording.sentence(str(refusal)))
    page = await context.records.rounds.owed(meant.scope, limit=PAGE, offset=(meant.page - 1) * PAGE)
    pages = max(1, -(-page.owed // PAGE))
    if page.owed and not page.lines:  # beyond the end: the last one
        page = await context.records.rounds.owed(meant.scope, limit=PAGE, offset=(pages - 1) * PAGE)
    if not page.owed:
        return say(conversation, *_none(page, meant, OWED))
    place = min(meant.page, pages), pages
    parts = wording.owed(page, meant.what, meant.said, place, context.now, context.timezone)
    to_ask = await context.records.rounds.persons_to_ask(meant.scope, _today(context))
    return say(conversation, *parts, *wording.ways_on(to_ask, meant.said))


def _today(context: Context) -> datetime:
    """Its beginning: whom a round has reminded since then needs no 催办."""
    return datetime.combine(context.now.astimezone(context.timezone).date(), time(), context.timezone)


def _none(page: OwedPage, meant: Meant, word: str) -> wording.Parts:
    """`word` is the command that found nothing."""
    if page.total:
        return [wording.ALL_DONE.format(what=meant.what, total=page.total), Tap(words.MENU)]
    if meant.scope == ALL:
        return list(wording.NOTHING)
    earlier = "" if meant.scope.names_periods else wording.NAME_THE_PERIOD.format(word=word)
    return [wording.NOTHING_IN.format(what=meant.what, earlier=earlier), Tap(words.MENU)]


async def rates(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """提交率 [period] [level] [unit]."""
    try:
        meant = await typed.read(argument, context)
    except ValueError as refusal:
        return say(conversation, *wording.sentence(str(refusal)))
    found = await context.records.rounds.rates(meant.scope)
    if not found or not (found[0].total or found[0].excused):
        return say(conversation, *_none(OwedPage(0, 0, 0, ()), meant, RATES))
    return say(conversation, *wording.rates(found, meant.what, meant.said))


async def ask_for(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """催办 [period] [level] [unit]: says how many will be told, and asks. Whoever was reminded today is left out,
    unless the text includes them.
    """
    said = _AGAIN.sub("", argument)
    again = said != argument
    try:
        meant = await typed.read(said, context)
    except ValueError as refusal:
        return say(conversation, *wording.sentence(str(refusal)))
    found = await context.records.rounds.askable(meant.scope, _today(context), again=again)
    if not found.duties:
        return say(conversation, *await _nobody(meant, found, context))
    kept = {"scope": _to_json(meant.scope), "again": again}
    instead = (wording.again(meant.said),) if found.reminded else ()
    return ask(conversation, context, ACT, kept, wording.ask_question(meant.what, found), instead)


async def _nobody(meant: Meant, found: Askable, context: Context) -> wording.Parts:
    if found.reminded:
        return wording.only_reminded(meant.what, found, meant.said)
    page = await context.records.rounds.owed(meant.scope, limit=1)
    if not page.total:
        return _none(page, meant, ASK)
    told = wording.NOBODY_TO_ASK if page.owed else wording.ALL_HANDED_IN
    return wording.sentence(told.format(what=meant.what).strip())


def make_ask(kept: Json) -> Act:
    """What the answer yes does: what is owed at that moment is asked for."""

    def worded(result: Askable) -> wording.Parts:
        return wording.asked(result)

    return Act(AskDuties(_from_json(kept["scope"]), bool(kept.get("again"))), worded)


def _to_json(scope: DutyScope) -> dict[str, Any]:
    spans = [[start.isoformat(), end.isoformat()] for start, end in scope.spans]
    return {**asdict(scope), "periods": sorted(scope.periods), "spans": spans, "back": sorted(scope.back)}


def _from_json(kept: Json) -> DutyScope:
    return DutyScope(
        periods=frozenset(kept["periods"]),
        spans=tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in kept["spans"]),
        level=Level(kept["level"]) if kept["level"] else None,
        unit_id=kept["unit_id"],
        back=frozenset(kept.get("back", ())),  # a question of an earlier version has none, nor a person
        person_id=kept.get("person_id"),
    )
