"""Another form under way when one is begun or taken up: it is kept, and the person is told how to come back to it."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from handlers import sheet_labels
from handlers import sheet_wording as wording
from handlers.base import Context, Conversation
from handlers.sheet_memory import filling_of
from storage.commands import DraftSaved, SaveDraft
from storage.views import DraftView, FormChoice


class Aside(NamedTuple):
    """The form that makes room: the command that keeps it, and how it is called."""

    commands: tuple[SaveDraft, ...] = ()
    title: str = ""
    label: str = ""
    """What brings it back when said behind 继续."""

    def told(self, results: Sequence[Any]) -> wording.Parts:
        """The line that it is kept; nothing where there is none, or where it was changed elsewhere and is not."""
        kept = any(isinstance(result, DraftSaved) and result.saved for result in results)
        return wording.kept_aside(self.title, self.label) if kept else []


async def another(
    conversation: Conversation,
    draft: str,
    context: Context,
    *,
    but: Collection[str] = (),
    beside: FormChoice | None = None,
) -> Aside:
    """The form under way, unless it is the draft that the turn is about, or one of `but`, which go.

    `beside`: the form that this turn begins, so that both can be told apart afterwards.
    """
    filling = filling_of(conversation)
    if filling is None or filling.draft == draft or filling.draft in but:
        return Aside()
    drafts = [each for each in await context.records.open_drafts() if each.id not in but]
    label = _label(filling.draft, drafts, beside) or filling.title
    return Aside((filling.save,), filling.title, label)


def _label(draft: str, drafts: Sequence[DraftView], beside: FormChoice | None) -> str:
    """Without the time of the draft, which changes when it is kept; empty where nothing else tells it apart."""
    named = [(each.id, sheet_labels.names_of(each)) for each in drafts]
    if beside is not None:
        named.append(("", sheet_labels.names_of_form(beside)))
    labelled = sheet_labels.told_apart(named, lambda each: each[1])
    labels = [label for label, _ in labelled]
    found = next((label for label, (each, _) in labelled if each == draft), "")
    return found if labels.count(found) == 1 else ""
