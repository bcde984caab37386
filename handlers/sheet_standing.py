"""Whether the draft in the records is still what the conversation remembers: it may have lapsed, or been moved."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers import sheet_standing_wording as wording
from handlers import sheet_stood_in, words
from handlers.base import Context, Conversation, Outcome, Said, say, text
from handlers.forms.carrying import carry
from handlers.sheet_memory import DAY, MEMORY, Filling, filling_of, from_draft, lay_out, local_now, pause
from handlers.sheet_moves import ask, said_now
from storage.commands import Command, DraftRestored, RestoreDraft
from storage.views import DraftView
from storage.vocabulary import DraftState

NEAR = 3 * DAY
"""Seconds before a draft lapses within which that is mentioned."""


def may_have_lapsed(filling: Filling, context: Context) -> bool:
    """Whether so much time went by that a look at the records is worth it; copies are at most a day late."""
    return int(context.now.timestamp()) >= filling.lapses_at(context.rules) - DAY


async def changed(
    filling: Filling, conversation: Conversation, context: Context, *, unkept: bool = False
) -> Outcome | None:
    """What to say first when the draft in the records is not what the conversation remembers; None mostly.

    An officer may have moved it to another version of the form: what the conversation holds is newer than the copy
    that was moved, so it is carried over once more. A draft that is gone, or was changed in another way, is left as
    it is: whatever writes it says so. `unkept`: what was just said or sent is then not kept, which is told too.
    """
    draft = await context.records.draft(filling.draft)
    if draft is None:
        return None
    if draft.state is DraftState.LAPSED:
        own = draft.version == filling.version + 1  # nothing but the lapse came between
        kept = pause(conversation) if own else conversation.with_memory(MEMORY, None)
        return say(kept, *wording.lapsed([draft.title], _days([draft], context), unkept=unkept))
    if draft.state is not DraftState.OPEN:
        return None
    if not is_moved(filling, draft):
        return await sheet_stood_in.too_late(draft, filling, conversation, context)
    desk = await lay_out(conversation, await moved(filling, draft, context), context)
    told = f"{wording.MOVED}{wording.UNKEPT if unkept else ''}\n\n"
    return ask(desk, told)._replace(copies=(desk.filling.copy(conversation.contact),))


def is_moved(filling: Filling, draft: DraftView) -> bool:
    """Whether all that happened to the draft since the conversation last knew it is that it was moved to another
    version of its form: moving is no touch.
    """
    untouched = int(draft.updated_at.timestamp()) <= (filling.kept_at or filling.seen_at)
    return draft.version > filling.version and draft.form_version_id != filling.form_version and untouched


async def moved(filling: Filling, draft: DraftView, context: Context) -> Filling:
    """The form under way on the version to which its draft was moved, with all that was answered."""
    old, new = await context.forms.get(filling.form_version), await context.forms.get(draft.form_version_id)
    state = carry(old, new, filling.state, local_now(context))
    fresh = await from_draft(draft, context)
    return fresh._replace(state=state, seen_at=filling.seen_at, awaiting=filling.awaiting, copying=filling.copying)


def lapse_note(at: int | datetime, context: Context) -> str:
    """（12月7日失效）, when that is near; else empty. `at`: seconds since 1970 UTC, or aware."""
    moment = datetime.fromtimestamp(at, UTC) if isinstance(at, int) else at
    if (moment - context.now).total_seconds() > NEAR:
        return ""
    return wording.NEAR.format(day=day_of(moment, context))


def day_of(moment: datetime, context: Context) -> str:
    """12月7日, in the enterprise's timezone."""
    local = moment.astimezone(context.timezone)
    return f"{local.month}月{local.day}日"


def day_after(moment: datetime, days: int) -> str:
    """The day so many days after a local moment."""
    later = moment + timedelta(days=days)
    return f"{later.month}月{later.day}日"


def _days(drafts: Sequence[DraftView], context: Context) -> list[str]:
    return [day_of(draft.updated_at, context) for draft in drafts]


def offer(drafts: Sequence[DraftView], conversation: Conversation, context: Context) -> Outcome:
    """Drafts that lapsed and may be taken back."""
    labels = [draft.title for draft in drafts]
    return say(conversation, *wording.lapsed(labels, _days(drafts, context), unkept=False))


async def _newest(filling: Filling | None, draft: DraftView, context: Context) -> Filling:
    """What is known of a lapsed draft: the conversation's memory, where nothing came between but the lapse."""
    own = filling is not None and filling.draft == draft.id and draft.version == filling.version + 1
    return filling if own and filling is not None else await from_draft(draft, context)


async def restore(rest: str, conversation: Conversation, context: Context) -> Outcome:
    """找回, 找回 <form>: a draft that lapsed is open again, with what the conversation still knows of it."""
    lapsed = await context.records.lapsed_drafts()
    named = [draft for draft in lapsed if not rest or words.called(rest, draft.title)]
    if not named:
        return say(conversation, *wording.nothing_to_restore())
    if len({draft.title for draft in named}) > 1:
        return offer(named, conversation, context)
    draft, filling = named[0], filling_of(conversation)  # of several of one form the one that lapsed last
    commands: list[Command] = [RestoreDraft(draft.id)]
    if filling is not None and filling.draft != draft.id:
        commands.append(filling.save)
    filling = await _newest(filling, draft, context)
    desk = await lay_out(conversation, filling, context)

    def worded(results: Sequence[Any]) -> Said:
        restored: DraftRestored = results[0]
        if not restored.restored:
            return Said(conversation, text(*wording.cannot_restore()))
        kept = desk.filling._replace(version=restored.version, kept_at=desk.now, paused=False)
        return said_now(ask(desk._replace(filling=kept), wording.RESTORED.format(title=draft.title)))

    return Outcome(commands=tuple(commands), then=worded)
