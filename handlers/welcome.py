"""Welcome, menu and help: who somebody is here and what they can do, also when what they said means nothing yet."""

from handlers import due_line, sheet_begin, sheet_labels, welcome_wording, words
from handlers.base import Context, Conversation, Inbound, Outcome, Said, say
from handlers.sheet_memory import filling_of
from handlers.staff import commands as staff
from handlers.unbound import stranger


async def followed(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """Somebody follows the account, for the first time or again."""
    principal = await context.records.principal()
    if principal.person_id is None:
        return await stranger(conversation, context)
    return await menu(inbound, conversation, context)


async def menu(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """菜单: drafts, forms and staff commands of this person; routes mention the form under way."""
    principal = await context.records.principal()
    if principal.person_id is None:
        return await stranger(conversation, context)
    choices = sheet_labels.form_labels(await context.records.forms())
    forms = [label for label, choice in choices if not sheet_begin.is_other(choice)]
    others = [label for label, choice in choices if sheet_begin.is_other(choice)]
    filling = filling_of(conversation)
    labelled = sheet_labels.draft_labels(await context.records.open_drafts(), context.timezone)
    drafts = [
        (label, sheet_begin.lapse_note(draft, context))
        for label, draft in labelled
        if filling is None or draft.id != filling.draft
    ]
    begun = any(draft.appointment_id is not None for _, draft in labelled)
    commands = staff.allowed(principal)
    return say(conversation, *welcome_wording.menu(principal, forms, others, drafts, commands, begun=begun))


async def help_text(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """帮助: how the bot is used."""
    principal = await context.records.principal()
    return say(conversation, *welcome_wording.help_text(principal, staff.allowed(principal)))


async def greeted(conversation: Conversation, context: Context) -> Outcome:
    """你好 and the like."""
    principal = await context.records.principal()
    if principal.person_id is None:
        return await stranger(conversation, context)
    greeting = say(conversation, *welcome_wording.greeted(principal))
    return await due_line.with_due_line(greeting, context)


async def unclear(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """A text that means nothing here: a kind sentence and the way on."""
    principal = await context.records.principal()
    if words.hear(inbound.text).word is words.Word.CONFIRM:
        bound = principal.person_id is not None
        return say(conversation, *(welcome_wording.nothing_to_confirm() if bound else welcome_wording.nothing_waits()))
    drafts = [draft.title for draft in await context.records.open_drafts()]
    return say(conversation, *welcome_wording.unclear(principal, drafts))


async def not_text(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """A picture, a voice message or the like while no form is open."""
    return say(conversation, *welcome_wording.not_text())


async def quiet(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """An event that nobody waits for an answer to (unsubscribe, status events, unknown ones)."""
    return Outcome(said=Said(conversation, None))
