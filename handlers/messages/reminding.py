"""One line under the answers to other things while a message waits for its writer's word."""

from handlers.base import Outcome, Said, Text
from handlers.messages import wording
from handlers.messages.memory import pending
from handlers.sheet_memory import is_active


def reminded(outcome: Outcome, now: int) -> Outcome:
    """The outcome with that line, unless its answer is about the message, or a form is being filled. `now`: seconds
    since 1970 UTC.
    """
    if outcome.confidential:  # its reply is worded again without the conversation (answering.recall_waiting)
        return outcome
    return outcome.reworded(lambda said: _lined(said, now))


def _lined(said: Said, now: int) -> Said:
    waiting = pending(said.conversation, now)
    spoken_of = waiting.turn > said.conversation.seq
    if not waiting.text or spoken_of or is_active(said.conversation) or not isinstance(said.reply, Text):
        return said
    return said._replace(reply=said.reply._replace(parts=(*said.reply.parts, *wording.waits())))
