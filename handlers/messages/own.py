"""What a person handed in themselves: 我的意见, one by its number, and the question what became of it."""

from typing import Final

from handlers import words
from handlers.base import Context, Conversation, Inbound, Outcome, say
from handlers.messages import wording
from storage.numbers import NumberPrefix, parse_number, prefix_of

MOST: Final = 10
"""Messages that are listed."""


async def mine(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """我的意见: what this person handed in; with a number the whole text."""
    typed = inbound.text if is_number(inbound.text) else words.hear(inbound.text).rest
    if not typed:
        return await listed(conversation, context)
    number = parse_number(typed)
    found = await context.records.my_messages(1, number) if number is not None else ()
    return say(conversation, *(wording.one(found[0], context.timezone) if found else wording.not_yours()))


async def listed(conversation: Conversation, context: Context) -> Outcome:
    """The newest of them."""
    found = await context.records.my_messages(MOST)
    return say(conversation, *wording.own(found, context.timezone, MOST))


async def asked_after(conversation: Conversation, context: Context) -> Outcome:
    """我上次提的建议怎么样了: what was handed in, and how an answer is to be had."""
    found = await context.records.my_messages(MOST)
    how = wording.how_answered(context.office_contact)
    return say(conversation, *([f"{how}\n\n"] if found else []), *wording.own(found, context.timezone, MOST))


def is_number(said: str) -> bool:
    """Whether a text is nothing but the number of a message."""
    number = parse_number(said)
    return number is not None and prefix_of(number) is NumberPrefix.MESSAGE
