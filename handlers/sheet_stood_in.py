"""Coming back to a sheet of somebody for whom one does not stand in any more: it goes to whom it belongs to."""

from collections.abc import Sequence
from typing import Any

from handlers import sheet_wording as wording
from handlers import words
from handlers.base import Context, Conversation, Outcome, Said, text
from handlers.sheet_memory import MEMORY, Filling
from storage.commands import DraftHandedOver, HandOverDraft
from storage.views import DraftView


async def too_late(
    draft: DraftView, filling: Filling | None, conversation: Conversation, context: Context
) -> Outcome | None:
    """Hand the draft over and say so; None while it is this person's to fill. `filling` is what the conversation
    remembers of a form: of this one it knows the last answers.
    """
    if draft.absent_id is None or draft.sheet_id is not None:  # a returned sheet is corrected by who handed it in
        return None
    if await context.records.people.stands_in_for(draft.absent_id):
        return None
    here = filling is not None and filling.draft == draft.id
    newest = filling.state.to_json() if filling is not None and here else dict(draft.answers)
    left = conversation.with_memory(MEMORY, None) if here else conversation

    def worded(results: Sequence[Any]) -> Said:
        result: DraftHandedOver = results[0]
        if not result.heir:
            return Said(conversation, text(f"{wording.NOT_HANDED_OVER}\n\n", *wording.row([words.RESUME, words.MENU])))
        return Said(left, text(f"{wording.STOOD_IN.format(heir=result.heir)}\n\n", *wording.row([words.MENU])))

    return Outcome(commands=(HandOverDraft(draft.id, newest),), then=worded)
