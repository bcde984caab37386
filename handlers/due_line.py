"""One line under an answer, once a day: what its reader has to hand in soon, or should have by now."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from handlers import words
from handlers.base import Context, Outcome, Said, Tap, Text
from handlers.deliveries.days import distance, due_day, last_day
from handlers.sheet_memory import is_active
from handlers.tasks import own
from storage.duty_views import OwnDuty

NEAR: Final = timedelta(days=7)
"""How long before it is due a sheet is mentioned."""
MEMORY: Final = "due_line"
"""The memory of the day (date.toordinal()) on which the line was shown last."""


async def with_due_line(outcome: Outcome, context: Context) -> Outcome:
    """The outcome with that line. It closes no delivery: those who only write in are reminded all the same.

    Nothing is added where nothing is answered, while a form is being filled, to what is confidential or not confirmed
    yet, and where the line was shown today.
    """
    silent = outcome.said is not None and not isinstance(outcome.said.reply, Text)
    if silent or outcome.confidential or outcome.sealed or (await context.records.principal()).person_id is None:
        return outcome
    duties = [duty for duty in await own(context) if duty.done_at is None and duty.due_at <= context.now + NEAR]
    if not duties:
        return outcome
    line, today = _worded(duties, context), context.now.astimezone(context.timezone).toordinal()

    def lined(said: Said) -> Said:
        shown_today = said.conversation.recall(MEMORY) == today
        if shown_today or not isinstance(said.reply, Text) or is_active(said.conversation):
            return said
        reply = said.reply._replace(parts=(*said.reply.parts, *line))
        return Said(said.conversation.with_memory(MEMORY, today), reply)

    return outcome.reworded(lined)


def _worded(duties: Sequence[OwnDuty], context: Context) -> tuple[str | Tap, ...]:
    first = duties[0]
    day = due_day(first.due_at, context.timezone)
    overdue = last_day(first.due_at, context.timezone) < context.now.astimezone(context.timezone).date()
    when = distance(first.due_at, context.now, context.timezone) if overdue else f"{day}截止"
    many = f"待交 {len(duties)} 份，最近的是" if len(duties) > 1 else "待交："
    about = f"（{first.subject}）" if first.subject else ""
    return (f"\n\n📌 {many}{first.label}{first.title}{about}，{when} ", Tap("现在填", f"{words.TASK} {first.id}"))
