"""What forms and drafts are called where a person chooses among them: no two by the same label."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from storage.views import DraftView, FormChoice

Named = TypeVar("Named")


def told_apart(items: Sequence[Named], names: Callable[[Named], Sequence[str]]) -> list[tuple[str, Named]]:
    """Each item under the shortest wording that no other has: its first name, with the others in brackets behind."""
    wordings = [names(item) for item in items]
    labels = []
    for mine in wordings:
        depth = 1
        while depth < len(mine) and sum(other[:depth] == mine[:depth] for other in wordings) > 1:
            depth += 1
        labels.append(mine[0] if depth == 1 else f"{mine[0]}（{'，'.join(mine[1:depth])}）")
    return list(zip(labels, items, strict=True))


def form_labels(choices: Sequence[FormChoice]) -> list[tuple[str, FormChoice]]:
    """The forms that may be filled, each under a label that only it has."""
    return told_apart(choices, lambda choice: (_title(choice), choice.unit_name, choice.name, *_last(choice)))


def _title(named: FormChoice | DraftView) -> str:
    """The title, with whose form it is where somebody stands in."""
    return f"{named.title}（代{named.absent_name}填写）" if named.absent_name else named.title


def _last(choice: FormChoice) -> tuple[str, ...]:
    """What tells apart the forms of two absent people of one name."""
    return (f"聘任 {choice.appointment_id}",) if choice.absent_name else ()


def draft_labels(drafts: Sequence[DraftView], zone: ZoneInfo) -> list[tuple[str, DraftView]]:
    """The open drafts, each under a label that only it has; `zone` is for the time that may stand in it."""
    return told_apart(drafts, lambda draft: (*names_of(draft), moment(draft.updated_at, zone), draft.id[:4]))


def names_of_form(choice: FormChoice) -> tuple[str, str]:
    """What a form is called, and whom it is for."""
    return _title(choice), choice.unit_name


def names_of(draft: DraftView) -> tuple[str, str]:
    """What a draft is called, and whom it is for."""
    return _title(draft) if draft.sheet_id is None else f"{_title(draft)}（补正）", draft.unit_name


def moment(at: datetime, zone: ZoneInfo) -> str:
    """The minute as 11月20日 20:30, local."""
    local = at.astimezone(zone)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
