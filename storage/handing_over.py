"""What a substitute (代填) began and may not hand in any more goes to whom it belongs to now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.models import Appointment, Contact, Draft, FormVersion, Leave, Media, Person
from storage.notices import tell
from storage.tree import away
from storage.turns import TurnFacts
from storage.vocabulary import DraftState, NoticeKind

_STANDS_IN = (
    select(col(Leave.id))
    .where(col(Leave.person_id) == bindparam("owner"), col(Leave.substitute_id) == bindparam("person"))
    .where(away(bindparam("today", type_=Date)))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class DraftHandedOver:
    """Whose the draft is now; empty: it stays where it is."""

    heir: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class HandOverDraft:
    """Give a draft with these answers to whom it belongs to now, where the turn's person does not stand in any more.
    Returns DraftHandedOver.
    """

    draft_id: str
    answers: Mapping[str, Any] = field(repr=False)

    async def run(self, session: AsyncSession, turn: TurnFacts) -> DraftHandedOver:
        """See Command."""
        mine = select(col(Draft.appointment_id)).where(
            col(Draft.id) == self.draft_id,
            col(Draft.person_id) == (turn.person_id or 0),
            col(Draft.state) == DraftState.OPEN,
            col(Draft.sheet_id).is_(None),
        )
        seat = (await session.execute(mine.with_for_update(key_share=True))).scalar_one_or_none()
        query = select(col(Appointment.person_id)).where(col(Appointment.id) == (seat or 0))
        owner = (await session.execute(query)).scalar_one_or_none()
        if owner is None or await may_fill(session, turn, owner):
            return DraftHandedOver()
        return DraftHandedOver(await hand_over(session, turn, self.draft_id, owner, self.answers))


async def stands_in_for(session: AsyncSession, contact: str, owner: int, today: date) -> bool:
    """Whether the contact's person stands in for `owner` on that day."""
    me = (await session.execute(select(col(Contact.person_id)).where(col(Contact.id) == contact))).scalar_one_or_none()
    asked = {"owner": owner, "person": me or 0, "today": today}
    return (await session.execute(_STANDS_IN, asked)).scalar_one_or_none() is not None


async def may_fill(session: AsyncSession, turn: TurnFacts, owner: int | None) -> bool:
    """Whether the turn's person may hand in today what `owner` owes (None: nobody in particular)."""
    if owner is None or owner == turn.person_id:
        return True
    asked = {"owner": owner, "person": turn.person_id or 0, "today": _today(turn)}
    return (await session.execute(_STANDS_IN, asked)).scalar_one_or_none() is not None


async def hand_over(
    session: AsyncSession, turn: TurnFacts, draft_id: str, owner: int, answers: Mapping[str, Any]
) -> str:
    """Give an open draft of the turn's person, with these answers, to who stands in for `owner` today, or to the owner,
    and tell them; their name.
    """
    standing = select(col(Leave.substitute_id)).where(col(Leave.person_id) == owner, away(_today(turn)))
    standing = standing.where(col(Leave.substitute_id).is_not(None)).order_by(col(Leave.id).desc()).limit(1)
    heir = (await session.execute(standing)).scalar_one_or_none() or owner
    change = update(Draft).where(col(Draft.id) == draft_id)
    change = change.values(
        person_id=heir, answers=dict(answers), position=None, version=col(Draft.version) + 1, updated_at=turn.now
    )
    files = update(Media).where(col(Media.draft_id) == draft_id).values(person_id=heir)
    for each in (change, files):
        await session.execute(each.execution_options(synchronize_session=False))
    audit.note(session, "draft.handed_over", f"draft:{draft_id}", {"person": heir})
    title = select(col(FormVersion.title)).join(Draft, col(Draft.form_version_id) == col(FormVersion.id))
    people = select(col(Person.id), col(Person.name)).where(col(Person.id).in_((heir, owner, turn.person_id or 0)))
    names: dict[int, str] = {row.id: row.name for row in (await session.execute(people)).all()}
    body = {
        "draft": draft_id,
        "title": (await session.execute(title.where(col(Draft.id) == draft_id))).scalar_one(),
        "by": names[turn.person_id or 0],
        "whose": "" if heir == owner else names[owner],
    }
    await tell(session, heir, NoticeKind.DRAFT_HANDED_OVER, f"draft:{draft_id}:{turn.now.isoformat()}", body, turn.now)
    return names[heir]


def _today(turn: TurnFacts) -> date:
    """The enterprise's day."""
    return turn.now.astimezone(turn.timezone).date()
