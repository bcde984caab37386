"""撤销节点: a node of a project that was opened by mistake ends, and whoever was told of it is told so."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.chasing import DutyRefused
from storage.duty_queries import ARRIVED, owed
from storage.duty_scope import NODE
from storage.duty_views import OpenNodeLine
from storage.form_titles import form_titles
from storage.handing_over import may_fill
from storage.models import Delivery, Due, Duty, Person, Round, RoundStep, Unit
from storage.notices import tell
from storage.round_filling import OFFICERS, end_steps
from storage.tree import may
from storage.turns import TurnFacts
from storage.vocabulary import DeliveryState, NoticeKind, Permission, RoundRefusal, StepState

REASON: Final = "节点撤销"
"""Why the duties of such a node are not owed, in the audit log."""


class _Owed(NamedTuple):
    """A duty that is owed at a node: whose, and whether the officer manages the rounds of its unit."""

    round: Round
    duty_id: int
    name: str
    path: str
    managed: bool
    person_id: int


async def _owing(session: AsyncSession, contact: str, *conditions: Any) -> list[_Owed]:
    """What is owed at nodes, node by node."""
    query = (
        select(
            Round,
            col(Duty.id),
            col(Person.name),
            col(Unit.path),
            may(Permission.MANAGE_ROUNDS, contact, col(Unit.path)).label("managed"),
            col(Duty.person_id),
        )
        .select_from(Duty)
        .join(Round, col(Round.id) == col(Duty.round_id))
        .join(Unit, col(Unit.id) == col(Duty.unit_id))
        .join(Person, col(Person.id) == col(Duty.person_id))
        .where(col(Round.period).startswith(NODE), *owed(), *conditions)
        .order_by(col(Round.due_at), col(Round.id), col(Duty.id))
    )
    rows = (await session.execute(query)).all()
    return [_Owed(row.Round, row.id, row.name, row.path, bool(row.managed), row.person_id) for row in rows]


async def open_nodes(session: AsyncSession, contact: str) -> tuple[OpenNodeLine, ...]:
    """The nodes at which something is owed, all of it in units whose rounds the contact's person manages."""
    nodes: dict[int, list[_Owed]] = {}
    for each in await _owing(session, contact):
        nodes.setdefault(each.round.id or 0, []).append(each)
    done = await _done(session, list(nodes))
    return tuple(
        OpenNodeLine(
            round_id=number,
            project=duties[0].round.subject,
            label=duties[0].round.label,
            due_at=duties[0].round.due_at,
            people=tuple(each.name for each in duties),
            done=done.get(number, 0),
        )
        for number, duties in nodes.items()
        if all(each.managed for each in duties)
    )


async def _done(session: AsyncSession, rounds: Sequence[int]) -> dict[int, int]:
    query = (
        select(col(Duty.round_id), func.count())
        .where(col(Duty.round_id).in_(rounds), col(Duty.done_at).is_not(None))
        .group_by(col(Duty.round_id))
    )
    return {number: count for number, count in (await session.execute(query)).all()} if rounds else {}


@dataclass(frozen=True, slots=True)
class NodeCancelled:
    """The node has ended: `duties` are not owed any more, and `told` people will be told."""

    duties: int
    told: int


@dataclass(frozen=True, slots=True)
class CancelNode:
    """撤销节点: what is owed at a node is owed no more, and nobody is reminded of it. Returns NodeCancelled or
    DutyRefused.

    For officers who manage the rounds of the units of all that owe something there, not for what they owe, or
    stand in for, themselves (回避, as ExcuseDuty). What was handed in stays so. The node's period is free: it may be
    opened anew.
    """

    round_id: int = field(repr=False)

    async def run(self, session: AsyncSession, turn: TurnFacts) -> NodeCancelled | DutyRefused:
        """The duties' rows are locked first: a sheet that is handed in at this moment counts."""
        locked = select(col(Duty.id)).where(col(Duty.round_id) == self.round_id).with_for_update(of=Duty)
        await session.execute(locked.order_by(col(Duty.id)))
        duties = await _owing(session, turn.contact, col(Round.id) == self.round_id)
        if not duties or not all(each.managed for each in duties):
            return DutyRefused(RoundRefusal.UNKNOWN)
        for each in duties:
            if await may_fill(session, turn, each.person_id):
                return DutyRefused(RoundRefusal.OWN)
        told = await self._tell(session, duties, turn)
        await self._end(session, duties, turn.now)
        return NodeCancelled(len(duties), told)

    async def _tell(self, session: AsyncSession, duties: Sequence[_Owed], turn: TurnFacts) -> int:
        """Those who were reminded of what is owed; officers read it in their digest no more."""
        reached = or_(col(Delivery.state).in_(ARRIVED), col(Delivery.state) == DeliveryState.ATTEMPTING)
        query = (
            select(col(Due.recipient_id))
            .join(Duty, col(Duty.id) == col(Due.duty_id))
            .join(Delivery, col(Delivery.id) == col(Due.delivery_id))
            .outerjoin(
                RoundStep, (col(RoundStep.round_id) == col(Duty.round_id)) & (col(RoundStep.place) == col(Due.place))
            )
            .where(col(Due.duty_id).in_([each.duty_id for each in duties]), reached)
            .where(func.coalesce(col(RoundStep.audience), "") != OFFICERS)
            .distinct()
            .order_by(col(Due.recipient_id))
        )
        people = (await session.execute(query)).scalars().all()
        node, titles = duties[0].round, await form_titles(session)
        title = titles.title(node.form_name, node.level, duties[0].path)
        body = {"project": node.subject, "label": node.label, "title": title}
        for person in people:
            await tell(session, person, NoticeKind.NODE_CANCELLED, f"round:{self.round_id}", body, turn.now)
        return len(people)

    async def _end(self, session: AsyncSession, duties: Sequence[_Owed], now: datetime) -> None:
        node, ids = duties[0].round, [each.duty_id for each in duties]
        excuse = update(Duty).where(col(Duty.id).in_(ids)).values(excused_at=now)
        await session.execute(excuse.execution_options(synchronize_session=False))
        places = select(col(RoundStep.place)).where(col(RoundStep.round_id) == self.round_id)
        await end_steps(session, self.round_id, (await session.execute(places)).scalars().all(), StepState.SKIPPED)
        free = update(Round).where(col(Round.id) == self.round_id).values(period=f"{node.period}:{self.round_id}")
        await session.execute(free.execution_options(synchronize_session=False))
        for number in ids:
            audit.note(session, "duty.excused", f"duty:{number}", {"reason": REASON})
        audit.note(session, "node.cancelled", f"round:{self.round_id}", {"period": node.period, "duties": len(ids)})
