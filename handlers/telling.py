"""What waits to be told to a person, or to a contact of nobody's: put before the answer, and remembered as told."""

from collections.abc import Sequence

from handlers import contact_notices
from handlers.base import Context, Outcome, Said, Tap, Text
from handlers.notices import is_over, together, worded_together
from storage.commands import Command, SeeContactNotices, SeeNotices

AT_ONCE = 3
"""Notices told in one turn, those told in one sentence counted as one; the others follow in the next ones."""
BETWEEN = "\n\n——\n"


async def with_notices(outcome: Outcome, context: Context) -> Outcome:
    """The outcome of a turn that has read the records, with the notices of its person before what is answered.

    A turn that answers nothing, or that is confidential, stays as it is.
    """
    silent = outcome.said is not None and not isinstance(outcome.said.reply, Text)
    if silent or outcome.confidential:
        return outcome
    told: list[str | Tap] = []
    seen: Command
    if (await context.records.principal()).person_id is None:
        to_contact = (await context.records.people.contact_notices())[:AT_ONCE]
        for each in to_contact:
            told += [*contact_notices.worded(each.kind), BETWEEN]
        seen = SeeContactNotices(tuple(each.id for each in to_contact))
    else:
        today = context.now.astimezone(context.timezone).date()
        all_of_them = await context.records.notices()
        over = [notice.id for notice in all_of_them if is_over(notice, today)]
        groups = together([notice for notice in all_of_them if notice.id not in over])[:AT_ONCE]
        for group in groups:
            told += [*worded_together(group, context.timezone), BETWEEN]
        seen = SeeNotices((*over, *(notice.id for group in groups for notice in group)))
    return _below(told, seen, outcome) if told else outcome


def _below(told: Sequence[str | Tap], seen: Command, outcome: Outcome) -> Outcome:
    """The outcome under what is told, with the command that remembers it as told."""

    def before(said: Said) -> Said:
        if not isinstance(said.reply, Text):
            return said
        return said._replace(reply=said.reply._replace(parts=(*told, *said.reply.parts)))

    commands = (*outcome.commands, seen)
    then, at_once, count = outcome.then, outcome.said, len(outcome.commands)
    if then is not None:
        return outcome._replace(commands=commands, then=lambda results: before(then(results[:count])))
    if at_once is None:
        raise TypeError("an outcome must say something, at once or by `then`")
    return outcome._replace(said=None, commands=commands, then=lambda results: before(at_once))
