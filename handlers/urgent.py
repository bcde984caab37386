"""What is heard first while a form is open: despair, danger to life, and the wish to report something."""

from handlers import sheets
from handlers.base import Context, Conversation, Inbound, Outcome, Said, Text
from handlers.messages import answering, report_wording
from handlers.messages.danger import Danger, danger
from handlers.messages.deciding import REPORTING, plain


async def answer(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """The answer to the question being asked. Despair and 我要举报 are none: they are answered as anywhere, and the
    question stands. Danger may be what an observer found, so it is taken, under a line with the numbers to call.
    A number alone (120) is a count here.
    """
    said = "" if inbound.tap_id else plain(inbound.text)
    told = danger(said) if said and not said.isdigit() else None
    if told is Danger.DISTRESS or said in REPORTING:
        return await answering.unkept(inbound, conversation, context)
    outcome = await sheets.answer(inbound, conversation, context)
    return outcome if told is None else _under(report_wording.call_first(told), outcome)


def _under(line: str, outcome: Outcome) -> Outcome:
    """The outcome with a line above its text."""

    def lined(said: Said) -> Said:
        if not isinstance(said.reply, Text):
            return said
        return said._replace(reply=said.reply._replace(parts=(line, *said.reply.parts)))

    return outcome.reworded(lined)
