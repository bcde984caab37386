"""What waits to be told to a person, put before the answer to what they said, and remembered as told."""

from handlers.base import Context, Outcome, Said, Tap, Text
from handlers.notices import worded
from storage.commands import SeeNotices

AT_ONCE = 3
"""Notices told in one turn; the others follow in the next ones."""
BETWEEN = "\n\n——\n"


async def with_notices(outcome: Outcome, context: Context) -> Outcome:
    """The outcome of a turn that has read the records, with the notices of its person before what is answered.

    A turn that answers nothing, or that is confidential, stays as it is.
    """
    silent = outcome.said is not None and not isinstance(outcome.said.reply, Text)
    if silent or outcome.confidential or (await context.records.principal()).person_id is None:
        return outcome
    notices = (await context.records.notices())[:AT_ONCE]
    if not notices:
        return outcome
    told: list[str | Tap] = []
    for notice in notices:
        told += [*worded(notice, context.timezone), BETWEEN]

    def before(said: Said) -> Said:
        if not isinstance(said.reply, Text):
            return said
        return said._replace(reply=said.reply._replace(parts=(*told, *said.reply.parts)))

    commands = (*outcome.commands, SeeNotices(tuple(notice.id for notice in notices)))
    then, at_once, count = outcome.then, outcome.said, len(outcome.commands)
    if then is not None:
        return outcome._replace(commands=commands, then=lambda results: before(then(results[:count])))
    if at_once is None:
        raise TypeError("an outcome must say something, at once or by `then`")
    return outcome._replace(said=None, commands=commands, then=lambda results: before(at_once))
