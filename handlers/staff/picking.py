"""The number of a line of the list shown last: the command that stands behind it is answered as if it had been said."""

from dataclasses import replace

from handlers import numbered, tasks_filling, words
from handlers.base import Context, Conversation, Inbound, Outcome, say
from handlers.staff import commands


async def opened(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """Rights are asked for as for the command itself."""
    command = numbered.command(conversation, inbound.text)
    if not commands.is_command(command):
        return say(conversation, *numbered.not_listed(conversation, inbound.text))
    return await commands.answer(replace(inbound, text=command), conversation, context)


def is_task(inbound: Inbound, conversation: Conversation) -> bool:
    """Whether behind the number stands a task to be filled."""
    return words.hear(numbered.command(conversation, inbound.text)).word is words.Word.TASK


async def task(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """The form of the task with this number."""
    command = numbered.command(conversation, inbound.text)
    return await tasks_filling.begin(replace(inbound, text=command), conversation, context)


async def only(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """The one line of the list, which somebody agreed to without its number."""
    command = numbered.sole(conversation, inbound.created_at)
    return await commands.answer(replace(inbound, text=command), conversation, context)
