"""The reads of one turn about rounds: bound to the turn's contact, as Records itself."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from storage import (
    chasing,
    delivery_queries,
    duty_queries,
    node_cancelling,
    round_completing,
    round_spans,
    rule_queries,
)
from storage.duty_views import (
    Askable,
    DeliveryLine,
    DutyScope,
    FormLine,
    OpenNodeLine,
    OwedLine,
    OwedPage,
    OwnDuty,
    PersonLine,
    PhoneLine,
    ProjectSeat,
    RoundLine,
    RuleLine,
    StoryLine,
    UnitRate,
)
from storage.round_completing import Completion
from storage.round_spans import Asked, Had
from storage.views import UnitView
from storage.vocabulary import Permission

T = TypeVar("T")


class Read(Protocol):
    """How Records reads: one short-lived session a call; raises RecordsUnavailable."""

    def __call__(self, load: Callable[[AsyncSession], Coroutine[Any, Any, T]]) -> Awaitable[T]: ...


class DutyRecords:
    """`today` is the enterprise's. Officers read by READ_SHEETS and set by MANAGE_ROUNDS, each within their subtree."""

    def __init__(self, read: Read, contact: str, today: date) -> None:
        self._read = read
        self._contact = contact
        self._today = today

    async def own(self) -> tuple[OwnDuty, ...]:
        """What I owe and have handed in by appointments that run today, and by those for which I stand in; what is due
        first stands first.
        """
        return await self._read(lambda session: duty_queries.own(session, self._contact, self._today))

    async def owed(self, scope: DutyScope, *, limit: int, offset: int = 0) -> OwedPage:
        """Who owes what within my sight: counts, and some of them by unit and name."""
        return await self._read(
            lambda session: duty_queries.owed_page(session, self._contact, scope, self._today, limit, offset)
        )

    async def owed_by(self, person_id: int, scope: DutyScope) -> tuple[OwedLine, ...]:
        """What one person owes where I manage rounds, in the periods that are named, or else in whatever round."""
        return await self._read(
            lambda session: duty_queries.owed_by(
                session, self._contact, Permission.MANAGE_ROUNDS, person_id, scope, self._today
            )
        )

    async def labels(self, scope: DutyScope) -> tuple[str, ...]:
        """How the periods of what is meant are called; empty for nodes of projects."""
        return await self._read(lambda session: duty_queries.labels(session, self._contact, scope))

    async def rates(self, scope: DutyScope) -> tuple[UnitRate, ...]:
        """How much was handed in, of all first, then for each unit directly below."""
        return await self._read(lambda session: duty_queries.rates(session, self._contact, scope))

    async def units_named(self, said: str) -> tuple[UnitView, ...]:
        """The units of which I read the sheets: with exactly this name, or else with it in theirs."""
        return await self._read(lambda session: duty_queries.units_named(session, self._contact, said))

    async def askable(self, scope: DutyScope, since: datetime, *, again: bool = False) -> Askable:
        """What a 催办 of mine would tell now; without those whom their round reminded since then (aware; the beginning
        of today), unless it asks `again`.
        """
        return await self._read(
            lambda session: chasing.askable(session, self._contact, scope, since, self._today, again=again)
        )

    async def persons_to_ask(self, scope: DutyScope, since: datetime) -> int:
        """How many people a 催办 of mine would tell now; `since` as at `askable`."""
        return await self._read(
            lambda session: chasing.persons_to_ask(session, self._contact, scope, since, self._today)
        )

    async def persons_named(self, said: str, permission: Permission) -> tuple[PersonLine, ...]:
        """The people where I have this right with exactly this name or staff number."""
        return await self._read(
            lambda session: delivery_queries.persons_named(session, self._contact, permission, said)
        )

    async def deliveries(
        self, person_id: int, since: datetime, *, limit: int, offset: int = 0
    ) -> tuple[DeliveryLine, ...]:
        """The messages to a person within my sight, planned since then (aware), the newest first."""
        return await self._read(
            lambda session: delivery_queries.deliveries(session, self._contact, person_id, since, limit, offset)
        )

    async def delivery(self, delivery_id: int) -> DeliveryLine | None:
        """One of them."""
        return await self._read(lambda session: delivery_queries.delivery(session, self._contact, delivery_id))

    async def story(self, delivery_id: int) -> tuple[StoryLine, ...]:
        """What became of such a message, in the order in which it happened."""
        return await self._read(lambda session: delivery_queries.story(session, self._contact, delivery_id))

    async def phones(self, scope: DutyScope, *, limit: int, offset: int = 0) -> tuple[int, tuple[PhoneLine, ...]]:
        """How many observers within my sight (of the level, unit and person that are meant) WeChat does not reach, and
        some of them with their telephone numbers; write to the audit log who read whose.
        """
        return await self._read(
            lambda session: delivery_queries.phones(session, self._contact, scope, self._today, limit, offset)
        )

    async def rules(self) -> tuple[RuleLine, ...]:
        """The reminder rules of my units, and those of units above that hold there."""
        return await self._read(lambda session: rule_queries.rules(session, self._contact))

    async def rules_above(self, paths: Sequence[str]) -> tuple[RuleLine, ...]:
        """The periodic rules that are in use for the units at these paths: when sheets are due is no secret."""
        return await self._read(lambda session: rule_queries.rules_above(session, paths))

    async def rounds_of(self, rule_id: int) -> tuple[RoundLine, ...]:
        """The rounds of such a rule, the one that is due last first."""
        return await self._read(lambda session: rule_queries.rounds_of(session, self._contact, rule_id))

    async def had(self, asked: Asked, since: datetime) -> Had:
        """The rounds that such a rule has made, and those due since then by which its unit was asked for the same: when
        sheets are due is no secret.
        """

        async def load(session: AsyncSession) -> Had:
            above = await round_spans.had_above(session, asked, since)
            return Had(await round_spans.had(session, asked.rule_id), above)

        return await self._read(load)

    async def lacking(self, asked: Asked, now: datetime) -> tuple[Completion, ...]:
        """What the rule's unit would owe in open rounds of rules above, were the rule stopped."""
        return await self._read(lambda session: round_completing.lacking(session, asked, now, self._today))

    async def managed_units(self) -> tuple[UnitView, ...]:
        """The units of my offices that manage rounds, the highest first."""
        return await self._read(lambda session: rule_queries.managed_units(session, self._contact))

    async def forms_for_rules(self, unit_path: str) -> tuple[FormLine, ...]:
        """The forms of observers that may be asked for in a unit; forms are no secret."""
        return await self._read(lambda session: rule_queries.forms_for_rules(session, unit_path))

    async def project_seats(self) -> tuple[ProjectSeat, ...]:
        """The appointments of level project for which I may open a node."""
        return await self._read(lambda session: rule_queries.project_seats(session, self._contact, self._today))

    async def open_nodes(self) -> tuple[OpenNodeLine, ...]:
        """The nodes at which something is owed, all of it where I manage rounds."""
        return await self._read(lambda session: node_cancelling.open_nodes(session, self._contact))

    async def node_rule(self, unit_path: str) -> RuleLine | None:
        """The active rule for nodes that holds in a unit."""
        return await self._read(lambda session: rule_queries.node_rule(session, unit_path))
