"""What somebody hears whom nobody has bound: how it is done, or that their application waits."""

from handlers import welcome_wording
from handlers.base import Context, Conversation, Outcome, say


async def stranger(conversation: Conversation, context: Context) -> Outcome:
    """To somebody who is not bound and asks for what only bound people have."""
    return say(conversation, *welcome_wording.stranger(applied=await context.records.people.has_applied()))
