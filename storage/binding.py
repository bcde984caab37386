"""Binding a contact to a person with an invite code."""

from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.beginning_reach import renew_reach
from storage.invites import code_digest, normalise_code
from storage.models import Contact, InviteCode, Person
from storage.rebinding import replace_requests
from storage.turns import TurnFacts
from storage.vocabulary import BindRefusal


@dataclass(frozen=True, slots=True)
class Bound:
    """The contact is bound to this person now (`already`: it was so before this turn)."""

    person_id: int
    name: str
    already: bool = False


@dataclass(frozen=True, slots=True)
class BindRefused:
    """The code did not bind; nothing was changed."""

    reason: BindRefusal


@dataclass(frozen=True, slots=True)
class BindContact:
    """Bind the turn's contact to the person of an invite code, once. Returns Bound or BindRefused.

    `expected_person_id` is the person whom the contact confirmed (InviteView.expected_person_id).
    """

    code: str = field(repr=False)
    expected_person_id: int

    async def run(self, session: AsyncSession, turn: TurnFacts) -> Bound | BindRefused:
        """See Command. The person's row is locked first: bindings of one person queue up."""
        normal = normalise_code(self.code)
        digest = code_digest(normal, turn.code_key) if normal else ""
        owner = select(col(InviteCode.person_id)).where(col(InviteCode.digest) == digest)
        if (await session.execute(owner)).scalar_one_or_none() != self.expected_person_id:
            return BindRefused(BindRefusal.UNKNOWN)
        if turn.person_id is not None and turn.person_id != self.expected_person_id:
            return BindRefused(BindRefusal.CONTACT_BOUND)
        person = select(col(Person.name)).where(col(Person.id) == self.expected_person_id)
        name = (await session.execute(person.with_for_update(key_share=True))).scalar_one()
        if turn.person_id is not None:
            return Bound(self.expected_person_id, name, already=True)
        refusal = await self._refusal(session, turn, digest)
        if refusal is not None:
            return BindRefused(refusal)
        await self._bind(session, turn, digest)
        audit.note(session, "person.bound", f"person:{self.expected_person_id}")
        return Bound(self.expected_person_id, name)

    async def _refusal(self, session: AsyncSession, turn: TurnFacts, digest: str) -> BindRefusal | None:
        state = select(col(InviteCode.used_at), col(InviteCode.expires_at)).where(col(InviteCode.digest) == digest)
        code = (await session.execute(state)).one()
        if code.used_at is not None:
            return BindRefusal.USED
        if code.expires_at <= turn.now:
            return BindRefusal.EXPIRED
        holder = select(col(Contact.id)).where(col(Contact.person_id) == self.expected_person_id)
        if (await session.execute(holder)).scalar_one_or_none() is not None:
            return BindRefusal.PERSON_BOUND
        return None

    async def _bind(self, session: AsyncSession, turn: TurnFacts, digest: str) -> None:
        changes = (
            update(Contact)
            .where(col(Contact.id) == turn.contact)
            .values(person_id=self.expected_person_id, bound_at=turn.now),
            update(Person)
            .where(col(Person.id) == self.expected_person_id)
            .values(generation=col(Person.generation) + 1),
        )
        for change in changes:
            await session.execute(change.execution_options(synchronize_session=False))
        await renew_reach(session, turn.contact, self.expected_person_id, turn.now)
        used = update(InviteCode).where(col(InviteCode.digest) == digest)
        used = used.values(used_at=turn.now, used_by=turn.contact)
        await session.execute(used.execution_options(synchronize_session=False))
        await replace_requests(session, turn.contact, turn.now)
