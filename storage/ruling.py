"""Reminder rules are written, and nodes of projects opened, by those who may: with an expected version, audited."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.chasing import DutyRefused
from storage.models import Appointment, ReminderRule, Unit
from storage.round_completing import UNFINISHED, Completion, complete, hold_above
from storage.round_spans import Asked
from storage.rounds import NewRound, make_round
from storage.rule_precedence import PERIODIC
from storage.rule_queries import NODE_KIND, manages, node_rule
from storage.tree import running
from storage.turns import TurnFacts
from storage.vocabulary import Level, RoundRefusal, RoundState


@dataclass(frozen=True, slots=True)
class RuleWritten:
    """The rule stands as it was given. `completed`: rounds of rules above in which the unit owes something now."""

    rule_id: int
    version: int
    completed: tuple[Completion, ...] = ()


@dataclass(frozen=True, slots=True)
class WriteRule:
    """Make a rule (`rule_id` None), or write one anew that stands at `expected_version`. Returns RuleWritten or
    DutyRefused.

    `rule` is the whole of it, as handlers.rounds.rule writes it; its id and version are set here. A round that was
    made already keeps what it was made with. A rule that is stopped leaves its unit to the rules above, in their open
    rounds too; one that comes while such a round is being made leaves that to them.
    """

    unit_id: int
    kind: str
    form_name: str
    rule: Mapping[str, Any] = field(repr=False)
    active: bool = True
    rule_id: int | None = None
    expected_version: int = 0

    async def run(self, session: AsyncSession, turn: TurnFacts) -> RuleWritten | DutyRefused:
        """See Command."""
        allowed = select(col(Unit.path)).where(col(Unit.id) == self.unit_id, manages(turn.contact, col(Unit.path)))
        path = (await session.execute(allowed)).scalar_one_or_none()
        if path is None:
            return DutyRefused(RoundRefusal.UNKNOWN)
        if self.rule_id is not None:
            return await self._rewrite(session, turn, self.rule_id, path)
        await self._complete(session, turn, path, (RoundState.OPENING,))
        made = await add_rule(session, self, turn.now)
        return DutyRefused(RoundRefusal.EXISTS) if made is None else RuleWritten(made, 1)

    async def _rewrite(
        self, session: AsyncSession, turn: TurnFacts, rule_id: int, path: str
    ) -> RuleWritten | DutyRefused:
        query = (
            select(ReminderRule)
            .where(col(ReminderRule.id) == rule_id, col(ReminderRule.unit_id) == self.unit_id)
            .with_for_update()
        )
        standing = (await session.execute(query)).scalar_one_or_none()
        if standing is None:
            return DutyRefused(RoundRefusal.UNKNOWN)
        if standing.version != self.expected_version:
            return DutyRefused(RoundRefusal.CHANGED)
        if self.active and not standing.active:
            await self._complete(session, turn, path, (RoundState.OPENING,))
        stopped = standing.active and not self.active
        version = standing.version + 1
        written = {**self.rule, "id": rule_id, "version": version, "active": self.active}
        before, after = _differing(standing.rule, written)
        change = update(ReminderRule).where(col(ReminderRule.id) == rule_id)
        values = {"rule": written, "version": version, "active": self.active, "changed_at": turn.now}
        await session.execute(change.values(**values).execution_options(synchronize_session=False))
        audit.note(session, "rule.changed", f"rule:{rule_id}", {"version": version, "before": before, "after": after})
        return RuleWritten(rule_id, version, await self._complete(session, turn, path, UNFINISHED) if stopped else ())

    async def _complete(
        self, session: AsyncSession, turn: TurnFacts, path: str, states: Collection[RoundState]
    ) -> tuple[Completion, ...]:
        if self.kind != PERIODIC:
            return ()
        await hold_above(session, path)
        asked = Asked(self.rule_id or 0, path, self.form_name, str(self.rule.get("level", "")))
        return await complete(session, asked, states, turn.now, turn.now.astimezone(turn.timezone).date())


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of a rule was changed, before and after."""
    names = [name for name in after if name != "version" and before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


async def add_rule(session: AsyncSession, new: WriteRule, now: datetime) -> int | None:
    """Make the rule without asking for rights; its id, or None when the unit has one of its kind for its form. The
    unit's row is locked: of two at once, the second finds the first.
    """
    locked = select(col(Unit.path)).where(col(Unit.id) == new.unit_id).with_for_update()
    path = (await session.execute(locked)).scalar_one()
    same = select(col(ReminderRule.id)).where(
        col(ReminderRule.unit_id) == new.unit_id,
        col(ReminderRule.kind) == new.kind,
        col(ReminderRule.form_name) == new.form_name,
    )
    if (await session.execute(same.limit(1))).scalar_one_or_none() is not None:
        return None
    rule = ReminderRule(
        kind=new.kind,
        form_name=new.form_name,
        unit_id=new.unit_id,
        rule=dict(new.rule),
        active=new.active,
        changed_at=now,
    )
    session.add(rule)
    await session.flush()
    made = rule.id or 0
    identity = {"id": made, "version": 1, "active": new.active, "unit_id": new.unit_id, "unit_path": path}
    rule.rule = {**new.rule, **identity}
    await session.flush()
    audit.note(session, "rule.made", f"rule:{made}", {"unit": new.unit_id, "kind": new.kind, "form": new.form_name})
    return made


@dataclass(frozen=True, slots=True)
class NodeOpened:
    """The node is open: a round of this id, owed by these many appointments."""

    round_id: int
    duties: int


@dataclass(frozen=True, slots=True)
class OpenNode:
    """开节点: a round of a node rule, owed by its `appointments`. Returns NodeOpened or DutyRefused.

    For each appointment an officer who manages the rounds of its unit may do this, or its own person; its level must
    be project and it must run today.
    """

    new: NewRound

    async def run(self, session: AsyncSession, turn: TurnFacts) -> NodeOpened | DutyRefused:
        """See Command."""
        today = turn.now.astimezone(turn.timezone).date()
        query = (
            select(col(Unit.path))
            .select_from(Appointment)
            .join(Unit, col(Unit.id) == col(Appointment.unit_id))
            .where(
                col(Appointment.id).in_(self.new.appointments),
                col(Appointment.level) == Level.PROJECT,
                running(today),
                or_(col(Appointment.person_id) == turn.person_id, manages(turn.contact, col(Unit.path))),
            )
        )
        paths = (await session.execute(query)).scalars().all()
        if not paths or len(paths) != len(set(self.new.appointments)) or not await self._is_of_rule(session, paths[0]):
            return DutyRefused(RoundRefusal.UNKNOWN)
        made = await make_round(session, self.new, turn.now)
        if made is None:
            return DutyRefused(RoundRefusal.EXISTS)
        return NodeOpened(made, len(paths))

    async def _is_of_rule(self, session: AsyncSession, path: str) -> bool:
        """Whether the round's rule is still the one for nodes of the unit."""
        rule = await node_rule(session, path)
        return rule is not None and rule.kind == NODE_KIND and rule.id == self.new.rule_id
