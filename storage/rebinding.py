"""Binding without a code: a contact applies with name and phone, an officer decides; and loosening a contact again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.beginning_reach import begin_reach
from storage.binding_notices import subject, tell_keepers, untell_keepers
from storage.contact_notices import tell_contact
from storage.invites import mask_name
from storage.keeping import KeepingRefused, hand_over_refused, raise_generation
from storage.keeping_views import RequestView
from storage.models import BindingRequest, Contact, Person, Unit
from storage.notices import tell
from storage.statements import insert_unless_there
from storage.tree import covers_offices, may, person_of, unit_views
from storage.turns import TurnFacts
from storage.views import InviteView
from storage.vocabulary import ContactNoticeKind, KeepingRefusal, NoticeKind, Permission, RequestState

_FEWEST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Applied:
    """The request waits for an officer; `already`: it did before; `replaced`: one for somebody else waits no more."""

    request_id: int
    already: bool = False
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """The request is decided; `moved`: the person's other WeChat lost them."""

    name: str = field(repr=False)
    confirmed: bool
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Unbound:
    """Whether a contact was loosened from the person; False: there was none."""

    loosened: bool


@dataclass(frozen=True, slots=True)
class ApplyForBinding:
    """Ask the officers to bind the turn's contact to the person whom it confirmed (InviteView.expected_person_id).
    `tail` are the last digits of their phone, as the contact gave them. Returns Applied, or KeepingRefused for a
    contact that is bound, or where the phone was changed since. An earlier request for somebody else is replaced.
    """

    person_id: int
    tail: str = field(default="", repr=False)

    async def run(self, session: AsyncSession, turn: TurnFacts) -> Applied | KeepingRefused:
        """See Command. The contact's row is locked by the turn."""
        if turn.person_id is not None:
            return KeepingRefused(KeepingRefusal.CONTACT_BOUND)
        kept = select(col(Person.phone)).where(col(Person.id) == self.person_id).with_for_update(key_share=True)
        if not ((await session.execute(kept)).scalar_one() or "").endswith(self.tail):
            return KeepingRefused(KeepingRefusal.CHANGED)
        waiting = select(col(BindingRequest.id)).where(
            col(BindingRequest.contact) == turn.contact,
            col(BindingRequest.person_id) == self.person_id,
            col(BindingRequest.state) == RequestState.WAITING,
        )
        standing = (await session.execute(waiting.limit(1))).scalar_one_or_none()
        if standing is not None:
            return Applied(standing, already=True)
        replaced = await replace_requests(session, turn.contact, turn.now)
        made = await insert_unless_there(
            session,
            BindingRequest,
            contact=turn.contact,
            person_id=self.person_id,
            state=RequestState.WAITING,
            made_at=turn.now,
        )
        audit.note(session, "binding.asked", f"person:{self.person_id}", {"request": made})
        await tell_keepers(session, int(made), self.person_id, turn.now)
        return Applied(int(made), replaced=replaced > 0)


@dataclass(frozen=True, slots=True)
class DecideBinding:
    """Confirm or refuse a request for a person whom the officer keeps and whose offices lie below their own. Returns
    Decided or KeepingRefused.

    Confirmed, the contact is bound to the person and nobody else is. The applicant is told, and so is the old contact.
    """

    request_id: int
    confirm: bool

    async def run(self, session: AsyncSession, turn: TurnFacts) -> Decided | KeepingRefused:
        """See Command. All that waits for the person is locked first, in one order: of two requests for one person,
        confirmed at once, the second finds the contact of the first. Contacts are locked before the person, as turns
        do.
        """
        person = select(col(BindingRequest.person_id)).where(col(BindingRequest.id) == self.request_id)
        await lock_requests(session, person)
        request = await self._request(session, turn)
        if request is None:
            return KeepingRefused(KeepingRefusal.UNKNOWN)
        if request.person_id == turn.person_id:
            return KeepingRefused(KeepingRefusal.OWN)
        if not request.covered:
            return KeepingRefused(KeepingRefusal.BEYOND)
        if request.state != RequestState.WAITING:
            return KeepingRefused(KeepingRefusal.DECIDED)
        if not self.confirm:
            await self._end(session, turn, RequestState.REFUSED)
            audit.note(session, "binding.refused", f"person:{request.person_id}", {"request": self.request_id})
            await tell_contact(session, request.contact, ContactNoticeKind.BINDING_REFUSED, self._subject, turn.now)
            return Decided(request.name, confirmed=False)
        return await self._confirm(session, turn, request)

    @property
    def _subject(self) -> str:
        return subject(self.request_id)

    async def _request(self, session: AsyncSession, turn: TurnFacts) -> Any:
        query = (
            select(
                col(BindingRequest.contact),
                col(BindingRequest.person_id),
                col(BindingRequest.state),
                col(BindingRequest.made_at),
                col(Person.name),
                covers_offices(person_of(turn.contact), col(Person.id)).label("covered"),
            )
            .join(Person, col(Person.id) == col(BindingRequest.person_id))
            .join(Unit, col(Unit.id) == col(Person.unit_id))
            .where(
                col(BindingRequest.id) == self.request_id,
                may(Permission.MANAGE_PEOPLE, turn.contact, col(Unit.path)),
            )
            .with_for_update(key_share=True, of=BindingRequest)
        )
        return (await session.execute(query)).one_or_none()

    async def _confirm(self, session: AsyncSession, turn: TurnFacts, request: Any) -> Decided | KeepingRefused:
        concerned = (
            select(col(Contact.id), col(Contact.person_id))
            .where(or_(col(Contact.id) == request.contact, col(Contact.person_id) == request.person_id))
            .order_by(col(Contact.id))
            .with_for_update(key_share=True)
        )
        bound = {row.id: row.person_id for row in (await session.execute(concerned)).all()}
        if bound[request.contact] not in (None, request.person_id):
            return KeepingRefused(KeepingRefusal.CONTACT_BOUND)
        refusal = await hand_over_refused(session, turn, request.person_id)
        if refusal is not None:
            return KeepingRefused(refusal)
        olds = [contact for contact in bound if contact != request.contact]
        for old in olds:
            await _loosen(session, old, request.person_id)
            await tell_contact(session, old, ContactNoticeKind.BOUND_ELSEWHERE, self._subject, turn.now)
        change = update(Contact).where(col(Contact.id) == request.contact)
        change = change.values(person_id=request.person_id, bound_at=turn.now)
        await session.execute(change.execution_options(synchronize_session=False))
        await raise_generation(session, [request.person_id])
        await begin_reach(session, request.contact, request.person_id, request.made_at, turn.now)
        await self._end(session, turn, RequestState.CONFIRMED)
        audit.note(session, "person.bound", f"person:{request.person_id}", {"request": self.request_id})
        body = {"name": request.name}
        await tell(session, request.person_id, NoticeKind.BINDING_CONFIRMED, self._subject, body, turn.now)
        return Decided(request.name, confirmed=True, moved=bool(olds))

    async def _end(self, session: AsyncSession, turn: TurnFacts, state: RequestState) -> None:
        change = update(BindingRequest).where(col(BindingRequest.id) == self.request_id)
        change = change.values(state=state, decided_at=turn.now, decided_by=turn.person_id)
        await session.execute(change.execution_options(synchronize_session=False))
        await untell_keepers(session, self.request_id, turn.now)


@dataclass(frozen=True, slots=True)
class UnbindPerson:
    """Loosen a person from the contact: one's own, or that of somebody whom the officer keeps, with no office beyond
    theirs, who is told then. Returns Unbound or KeepingRefused. Drafts and sheets stay the person's.
    """

    person_id: int

    async def run(self, session: AsyncSession, turn: TurnFacts) -> Unbound | KeepingRefused:
        """See Command."""
        holder = select(col(Contact.id)).where(col(Contact.person_id) == self.person_id)
        contact = (await session.execute(holder.with_for_update(key_share=True))).scalar_one_or_none()
        own = turn.person_id == self.person_id
        refusal = None if own else await hand_over_refused(session, turn, self.person_id)
        if refusal is not None:
            return KeepingRefused(refusal)
        if contact is None:
            return Unbound(False)
        await _loosen(session, contact, self.person_id)
        await raise_generation(session, [self.person_id])
        if not own:
            subject = f"unbound:{turn.now.isoformat()}"
            await tell_contact(session, contact, ContactNoticeKind.UNBOUND, subject, turn.now)
        return Unbound(True)


async def bindable(session: AsyncSession, name: str, digits: str) -> InviteView | None:
    """The one person with this name (in either case) whose phone ends with these digits, masked; None when
    there is none, or several.
    """
    if len(digits) < _FEWEST_DIGITS or not digits.isdecimal():
        return None
    people = await _of_name(session, name)
    meant = [row for row in people if row.phone is not None and row.phone.endswith(digits)]
    if len(meant) != 1:
        return None
    unit = (await unit_views(session, [meant[0].path]))[meant[0].path]
    return InviteView(meant[0].id, mask_name(meant[0].name), unit.name)


async def _of_name(session: AsyncSession, name: str) -> Any:
    query = (
        select(col(Person.id), col(Person.name), col(Person.phone), col(Unit.path))
        .join(Unit, col(Unit.id) == col(Person.unit_id))
        .where(func.lower(col(Person.name)) == name.lower())
    )
    return (await session.execute(query)).all()


async def requests(session: AsyncSession, contact: str, limit: int) -> tuple[RequestView, ...]:
    """The requests that wait for the contact's person to decide them, and those for themselves, the oldest first."""
    waiting = _requests(contact).where(
        col(BindingRequest.state) == RequestState.WAITING, covers_offices(person_of(contact), col(Person.id))
    )
    return await _views(session, waiting.order_by(col(BindingRequest.id)).limit(limit))


async def request(session: AsyncSession, contact: str, request_id: int) -> RequestView | None:
    """One request for somebody whom the contact's person keeps, whatever became of it."""
    found = await _views(session, _requests(contact).where(col(BindingRequest.id) == request_id))
    return found[0] if found else None


async def has_applied(session: AsyncSession, contact: str) -> bool:
    """Whether a request of this contact waits."""
    waits = col(BindingRequest.contact) == contact, col(BindingRequest.state) == RequestState.WAITING
    return (await session.execute(select(col(BindingRequest.id)).where(*waits).limit(1))).first() is not None


def _requests(contact: str) -> Any:
    held = select(col(Contact.id)).where(col(Contact.person_id) == col(Person.id)).correlate(Person).exists()
    return (
        select(
            col(BindingRequest.id),
            col(BindingRequest.made_at),
            col(BindingRequest.state),
            col(BindingRequest.person_id),
            col(Person.name),
            col(Person.staff_number),
            col(Person.phone),
            col(Unit.path),
            held.label("is_bound"),
            covers_offices(person_of(contact), col(Person.id)).label("covered"),
        )
        .join(Person, col(Person.id) == col(BindingRequest.person_id))
        .join(Unit, col(Unit.id) == col(Person.unit_id))
        .where(may(Permission.MANAGE_PEOPLE, contact, col(Unit.path)))
    )


async def _views(session: AsyncSession, query: Any) -> tuple[RequestView, ...]:
    rows = (await session.execute(query)).all()
    units = await unit_views(session, {row.path for row in rows})
    return tuple(
        RequestView(
            id=row.id,
            person_id=row.person_id,
            person_name=row.name,
            staff_number=row.staff_number,
            unit_name=units[row.path].full_name,
            phone=row.phone,
            is_bound=row.is_bound,
            is_beyond=not row.covered,
            made_at=row.made_at,
            waits=row.state == RequestState.WAITING,
        )
        for row in rows
    )


async def lock_requests(session: AsyncSession, people: Any) -> None:
    """Lock all that waits for these people (ids, or a query of them), in one order; before anybody's row."""
    waiting = select(col(BindingRequest.id)).where(
        col(BindingRequest.state) == RequestState.WAITING, col(BindingRequest.person_id).in_(people)
    )
    await session.execute(waiting.order_by(col(BindingRequest.id)).with_for_update(key_share=True))


async def withdraw_requests(session: AsyncSession, people: Iterable[int], now: datetime) -> int:
    """The phones of these people, whose rows are locked, changed: what was asked with the old ones waits no more, and
    the applicants are told. Returns how many.
    """
    change = update(BindingRequest).where(
        col(BindingRequest.person_id).in_(tuple(people)), col(BindingRequest.state) == RequestState.WAITING
    )
    change = change.values(state=RequestState.WITHDRAWN).returning(col(BindingRequest.id), col(BindingRequest.contact))
    withdrawn = (await session.execute(change.execution_options(synchronize_session=False))).all()
    for each in withdrawn:
        await untell_keepers(session, each.id, now)
        await tell_contact(session, each.contact, ContactNoticeKind.PHONE_CHANGED, subject(each.id), now)
    return len(withdrawn)


async def waited_for(session: AsyncSession) -> frozenset[int]:
    """The people for whom a request waits."""
    waiting = select(col(BindingRequest.person_id)).where(col(BindingRequest.state) == RequestState.WAITING)
    return frozenset((await session.execute(waiting)).scalars())


async def replace_requests(session: AsyncSession, contact: str, now: datetime) -> int:
    """What the contact asked for before waits no more; how many requests."""
    change = update(BindingRequest).where(
        col(BindingRequest.contact) == contact, col(BindingRequest.state) == RequestState.WAITING
    )
    change = change.values(state=RequestState.REPLACED).returning(col(BindingRequest.id))
    replaced = (await session.execute(change.execution_options(synchronize_session=False))).scalars().all()
    for number in replaced:
        await untell_keepers(session, int(number or 0), now)
    return len(replaced)


async def _loosen(session: AsyncSession, contact: str, person_id: int) -> None:
    change = update(Contact).where(col(Contact.id) == contact).values(person_id=None, bound_at=None)
    await session.execute(change.execution_options(synchronize_session=False))
    audit.note(session, "person.unbound", f"person:{person_id}", {"contact": contact})
