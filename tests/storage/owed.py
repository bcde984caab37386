"""Duties and dues made by hand, for tests of deliveries: one rule, one round, whoever owes in it."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Executable, insert, select

from storage.admin import administer
from storage.database import Database
from storage.models import (
    Appointment,
    Contact,
    Delivery,
    DeliveryEvent,
    Due,
    Duty,
    ReminderRule,
    Round,
    RoundStep,
    core,
)
from storage.vocabulary import Level, RoundState, StepState

DUE_AT = datetime(2026, 12, 31, 10, tzinfo=UTC)
"""Thursday, 31 December 2026, 18:00 in Shanghai."""
STEPS = (("open", "observer"), ("T-3", "observer"), ("T+3", "superior"), ("T+5", "officers"))
_NUMBERS = itertools.count(1)


@dataclass
class Owing:
    """A round of a database, and who owes in it."""

    database: Database
    now: datetime
    round_id: int = 0
    rule: dict[str, Any] = field(default_factory=dict)

    async def begin(self, unit: int, *, form: str = "comprehensive", due_at: datetime = DUE_AT) -> int:
        """Make a round with the steps of STEPS; its id."""
        async with self.database.administration("test", self.now) as session:
            rule = ReminderRule(kind="form", form_name=form, unit_id=unit, rule={}, changed_at=self.now)
            session.add(rule)
            await session.flush()
            facts = _known(
                Round,
                rule_id=rule.id,
                period=f"2026-Q4-{next(_NUMBERS)}",
                label="2026年第四季度",
                subject="",
                form_name=form,
                level=Level.COMPREHENSIVE,
                unit_id=unit,
                rule={},
                counts_from=self.now,
                opens_at=self.now,
                due_at=due_at,
                state=RoundState.OPEN,
                cursor=0,
                made_at=self.now,
            )
            made = await session.execute(insert(core(Round)).returning(core(Round).c.id), facts)
            self.round_id = made.scalar_one()
            steps = [
                {"round_id": self.round_id, "place": place, "name": name, "audience": audience}
                for place, (name, audience) in enumerate(STEPS)
            ]
            rest = {"at": self.now, "state": StepState.DONE, "cursor": 0}
            await session.execute(insert(core(RoundStep)), [{**step, **rest} for step in steps])
        return self.round_id

    async def owes(self, person: int, unit: int) -> int:
        """A duty of this person; its id."""
        async with self.database.administration("test", self.now) as session:
            table = core(Appointment)
            mine = select(table.c.id).where(table.c.person_id == person)
            appointment = (await session.execute(mine)).scalars().first()
            if appointment is None:
                made = Appointment(
                    person_id=person, unit_id=unit, level=Level.COMPREHENSIVE, starts_on=date(2026, 1, 1)
                )
                session.add(made)
                await session.flush()
                appointment = made.id
            duty = Duty(round_id=self.round_id, appointment_id=appointment or 0, person_id=person, unit_id=unit)
            session.add(duty)
            await session.flush()
            return duty.id or 0

    async def tell(self, duty: int, recipient: int, place: int = 0) -> None:
        """A due: this person is to be told of the duty."""
        async with self.database.administration("test", self.now) as session:
            session.add(Due(duty_id=duty, place=place, recipient_id=recipient))

    async def done(self, duty: int) -> None:
        """The duty was fulfilled."""
        async with self.database.administration("test", self.now) as session:
            found = await session.get_one(Duty, duty)
            found.done_at = self.now

    async def observer(self, name: str, unit: int, openid: str | None = None) -> int:
        """Another observer, bound when `openid` is given; the person's id."""
        async with administer(self.database, actor="test", now=self.now) as admin:
            person = await admin.add_person(name, unit)
            await admin.appoint(person, Level.COMPREHENSIVE, unit, starts_on=date(2026, 1, 1))
        if openid is not None:
            async with self.database.administration("test", self.now) as session:
                contact = Contact(id=f"contact-{openid}", openid=openid, person_id=person, created_at=self.now)
                contact.bound_at = self.now
                session.add(contact)
        return person

    async def rows(self, query: Executable) -> Sequence[Any]:
        """What a query finds."""
        async with self.database.administration("test", self.now) as session:
            return (await session.execute(query)).all()

    async def deliveries(self, person: int) -> list[tuple[str, str]]:
        """(state, outcome) of all deliveries of a person, the oldest first."""
        table = core(Delivery)
        query = select(table.c.state, table.c.outcome).where(table.c.person_id == person).order_by(table.c.id)
        return [(row.state, row.outcome) for row in await self.rows(query)]

    async def story(self, delivery: int) -> list[tuple[str, str | None, str]]:
        """(what, way, detail) of a delivery, the oldest first."""
        table = core(DeliveryEvent)
        query = select(table.c.what, table.c.way, table.c.detail).where(table.c.delivery_id == delivery)
        return [tuple(row) for row in await self.rows(query.order_by(table.c.id))]


def _known(table: Any, **facts: Any) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name in core(table).c}
