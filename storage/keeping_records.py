"""The reads of one turn about people and units: bound to the turn's contact, as Records itself."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from storage import briefing_views, contact_notices, handing_over, keeping_queries, rebinding, standing_in
from storage.briefing_views import Briefing
from storage.contact_notices import ContactNoticeView
from storage.keeping_views import OfficerView, PeoplePage, PersonCard, RequestView, StandInView
from storage.views import InviteView, OfficeView, UnitView

T = TypeVar("T")


class Read(Protocol):
    """How Records reads: one short-lived session a call; raises RecordsUnavailable."""

    def __call__(self, load: Callable[[AsyncSession], Coroutine[Any, Any, T]]) -> Awaitable[T]: ...


class KeepingRecords:
    """`today` is the enterprise's. Whoever keeps no people (MANAGE_PEOPLE) reads nothing but what is their own."""

    def __init__(self, read: Read, contact: str, today: date) -> None:
        self._read = read
        self._contact = contact
        self._today = today

    async def named(self, said: str, limit: int = 10) -> tuple[PersonCard, ...]:
        """The people whom I keep with exactly this name or staff number (in either case), or with this id (#17)."""
        return await self._read(lambda session: keeping_queries.named(session, self._contact, said, self._today, limit))

    async def myself(self) -> PersonCard | None:
        """Who I am, with my appointments and leaves."""
        return await self._read(lambda session: keeping_queries.myself(session, self._contact, self._today))

    async def briefing(self, person_id: int) -> Briefing | None:
        """The last risk briefing that somebody whom I keep was asked to acknowledge."""
        return await self._read(lambda session: briefing_views.of_kept(session, self._contact, person_id, self._today))

    async def officers(self, limit: int = 3) -> tuple[OfficerView, ...]:
        """Whom I may turn to: the officers of the nearest unit above me that has any, without myself."""
        return await self._read(lambda session: keeping_queries.officers(session, self._contact, limit))

    async def offices_of(self, person_id: int) -> tuple[OfficeView, ...]:
        """The running offices of somebody whom I keep, over whatever units."""
        return await self._read(lambda session: keeping_queries.offices_of(session, self._contact, person_id))

    async def stand_ins_after_move(
        self, person_id: int, unit: UnitView, starts_on: date, ending: Sequence[int]
    ) -> tuple[StandInView, ...]:
        """What becomes of 代填 when somebody whom I keep goes to a unit, and the appointments `ending` end with it."""
        day = max(starts_on, self._today)
        return await self._read(
            lambda session: standing_in.seen_after_move(session, self._contact, person_id, unit.path, day, ending)
        )

    async def colleagues(self, said: str, limit: int = 10) -> tuple[PersonCard, ...]:
        """The people so called whom I may name as a substitute myself: of my unit, of the units that I observe, and
        below.
        """
        return await self._read(
            lambda session: keeping_queries.colleagues(session, self._contact, said, self._today, limit)
        )

    async def stands_in_for(self, person_id: int) -> bool:
        """Whether I stand in (代填) for this person today."""
        return await self._read(
            lambda session: handing_over.stands_in_for(session, self._contact, person_id, self._today)
        )

    async def units(self, said: str) -> tuple[UnitView, ...]:
        """The units that I keep and that a text without blanks means: by name, or with names above before it."""
        return await self._read(lambda session: keeping_queries.units(session, self._contact, said))

    async def of_unit(self, unit_id: int, limit: int, offset: int = 0) -> PeoplePage:
        """The people of a unit that I keep, and of the units below it."""
        return await self._read(
            lambda session: keeping_queries.of_unit(session, self._contact, unit_id, self._today, limit, offset)
        )

    async def bindable(self, name: str, digits: str) -> InviteView | None:
        """The one person of this name whose phone ends with these digits (four or more), masked; no right is asked for:
        count wrong tries. Only an officer's word binds (DecideBinding).
        """
        return await self._read(lambda session: rebinding.bindable(session, name, digits))

    async def requests(self, limit: int = 10) -> tuple[RequestView, ...]:
        """The requests to be bound that wait for me to decide, and those for myself, the oldest first."""
        return await self._read(lambda session: rebinding.requests(session, self._contact, limit))

    async def has_applied(self) -> bool:
        """Whether this contact has asked to be bound, and nobody has decided yet."""
        return await self._read(lambda session: rebinding.has_applied(session, self._contact))

    async def request(self, request_id: int) -> RequestView | None:
        """One request to be bound for somebody whom I keep, decided or not."""
        return await self._read(lambda session: rebinding.request(session, self._contact, request_id))

    async def contact_notices(self) -> tuple[ContactNoticeView, ...]:
        """What this contact, bound to nobody, has not been shown yet; show it and say so (SeeContactNotices)."""
        return await self._read(lambda session: contact_notices.unseen(session, self._contact))
