"""The phone number that is kept of somebody, changed by an officer: it is what a binding is asked for with."""

from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.keeping import KeepingRefused, hand_over_refused
from storage.models import Person
from storage.rebinding import lock_requests, withdraw_requests
from storage.turns import TurnFacts
from storage.vocabulary import KeepingRefusal


@dataclass(frozen=True, slots=True)
class PhoneChanged:
    """The number stands as wanted; `already`: it did before. `withdrawn`: requests to be bound that ended."""

    already: bool = False
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class ChangePhone:
    """Keep another number of a person whom the officer keeps (None: none), where `before` stands. Returns PhoneChanged
    or KeepingRefused. Nobody changes their own, nor that of somebody with an office beyond theirs: with it they could
    ask for a binding. The log names no number.
    """

    person_id: int
    before: str | None = field(repr=False)
    phone: str | None = field(repr=False)

    async def run(self, session: AsyncSession, turn: TurnFacts) -> PhoneChanged | KeepingRefused:
        """See Command. Requests are locked before the person, as DecideBinding does."""
        await lock_requests(session, (self.person_id,))
        refusal = await hand_over_refused(session, turn, self.person_id)
        if refusal is not None:
            return KeepingRefused(refusal)
        standing = select(col(Person.phone)).where(col(Person.id) == self.person_id)
        phone = (await session.execute(standing)).scalar_one()
        if phone == self.phone:
            return PhoneChanged(already=True)
        if phone != self.before:
            return KeepingRefused(KeepingRefusal.CHANGED)
        change = update(Person).where(col(Person.id) == self.person_id).values(phone=self.phone)
        await session.execute(change.execution_options(synchronize_session=False))
        audit.note(session, "person.changed", "people", {"persons": [self.person_id], "fields": ["phone"]})
        return PhoneChanged(withdrawn=await withdraw_requests(session, (self.person_id,), turn.now))
