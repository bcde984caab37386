"""The deliveries as the workers that send them see them: planned, claimed, begun, ended, found again after a crash."""

import secrets
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update
from sqlmodel import col

from storage import delivery_begins, delivery_heirs, delivery_items, delivery_planning, reaching
from storage.connections import Connections
from storage.delivery_ends import write_results
from storage.delivery_planning import IS_PLANNED, PLAIN
from storage.delivery_views import Attempt, ClaimedDelivery, DeliveryResult
from storage.form_titles import FormTitles, form_titles
from storage.models import Delivery, Person, Unit, core
from storage.reaching import REACHABLE, TOUCHED, ReachChange
from storage.statements import Executor, dialect_of
from storage.vocabulary import DeliveryState, DeliveryWay

TITLES_FOR = 30.0
"""Seconds for which the titles of forms are believed."""
RECOVERED_AT_ONCE = 100
"""Deliveries in one transaction of `recover`."""
SEEN_FOR_ONE = 4
"""Deliveries that a worker on PostgreSQL looks at for each that it claims: others claim them at the same time."""

_IDS: Any = bindparam("ids", expanding=True)
_DELIVERY = core(Delivery)
_DUE = (
    select(col(Delivery.id))
    .join(Person, col(Person.id) == col(Delivery.person_id))
    .join(Unit, col(Unit.id) == col(Person.unit_id))
    .where(IS_PLANNED, col(Delivery.next_at) <= bindparam("now"), col(Delivery.token).is_(None))
    .where(col(Unit.timezone).in_(bindparam("zones", expanding=True)))
    .order_by(col(Delivery.next_at), col(Delivery.id))
    .limit(bindparam("most"))
)
_FREE = (
    select(col(Delivery.id))
    .where(IS_PLANNED, col(Delivery.id).in_(_IDS), col(Delivery.token).is_(None))
    .order_by(col(Delivery.next_at), col(Delivery.id))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CLAIM = update(_DELIVERY).where(_DELIVERY.c.id.in_(_IDS)).values(token=bindparam("by"), lease_until=bindparam("until"))


class DeliveryWork:
    """What is done to deliveries outside turns. Every method works in short transactions, may be called by any number
    of workers at once, and raises RecordsUnavailable like Database; times are aware. `timezone` is the enterprise's.
    """

    def __init__(self, connections: Connections, timezone: ZoneInfo) -> None:
        self._connections = connections
        self._timezone = timezone
        self._titles = FormTitles(())
        self._titles_until = 0.0

    async def plan(self, *, now: datetime, limit: int = 200) -> int:
        """Plan one message each for up to `limit` people with dues or notices that no delivery carries; how many. An
        older message that still waits is superseded: the new one says all.
        """
        return await self._connections.bounded(self._plan(now, limit))

    async def _plan(self, now: datetime, limit: int) -> int:
        async with self._connections.writing_rows() as executor:
            return await delivery_planning.plan(executor, now, limit)

    async def zones(self) -> frozenset[str]:
        """The timezones of the units (IANA names)."""
        return await self._connections.bounded(self._zones())

    async def _zones(self) -> frozenset[str]:
        async with self._connections.reading() as session:
            return frozenset((await session.execute(select(col(Unit.timezone)).distinct())).scalars())

    async def claim(
        self, *, now: datetime, zones: Sequence[str], limit: int, lease: timedelta
    ) -> tuple[ClaimedDelivery, ...]:
        """Up to `limit` deliveries whose time has come, of people whose unit is in one of these timezones, the one
        that waited longest first. Nobody else gets them before `lease` is over.
        """
        return await self._connections.bounded(self._claim(now, zones, limit, now + lease))

    async def _claim(
        self, now: datetime, zones: Sequence[str], limit: int, until: datetime
    ) -> tuple[ClaimedDelivery, ...]:
        async with self._connections.reading_rows() as executor:  # a long look must hold nobody up
            # on SQLite hardly anybody else claims
            most = limit * SEEN_FOR_ONE if dialect_of(executor) == "postgresql" else limit
            seen = (await executor.execute(_DUE, {"now": now, "zones": zones, "most": most})).scalars().all()
            if not seen:
                return ()
            titles = await self._form_titles(executor)
        async with self._connections.writing_rows() as executor:
            free = await executor.execute(_FREE, {"ids": seen, "most": limit})
            ids = [found for found in free.scalars() if found is not None]
            if not ids:
                return ()
            await executor.execute(_CLAIM, {"ids": ids, "by": secrets.token_urlsafe(12), "until": until})
            await delivery_heirs.hand_over(executor, ids, self._today(now))
        async with self._connections.reading_rows() as executor:
            return await delivery_items.load(executor, ids, titles, self._today(now))

    async def _form_titles(self, executor: Executor) -> FormTitles:
        if time.monotonic() >= self._titles_until:
            self._titles = await form_titles(executor)
            self._titles_until = time.monotonic() + TITLES_FOR
        return self._titles

    async def begin(self, attempts: Sequence[Attempt], *, now: datetime, lease: timedelta) -> frozenset[int]:
        """Write that these are being sent now; the ids of those that may be. The others are not this worker's any
        more, or there is something else to say by now, or it goes to another contact: they are claimed once more.
        """
        return await self._connections.bounded(self._begin(attempts, now, now + lease))

    async def _begin(self, attempts: Sequence[Attempt], now: datetime, until: datetime) -> frozenset[int]:
        async with self._connections.writing_rows() as executor:
            return await delivery_begins.begin(executor, attempts, now, until, self._today(now))

    def _today(self, now: datetime) -> date:
        return now.astimezone(self._timezone).date()

    async def finish(self, results: Sequence[DeliveryResult], *, now: datetime) -> None:
        """Write what became of claimed deliveries. A status event that came first decides."""
        await self._connections.bounded(self._finish(results, now))
        keys = [result.msg_key for result in results if result.msg_key]
        if keys:
            await self._connections.bounded(self._settle(keys, now))

    async def _finish(self, results: Sequence[DeliveryResult], now: datetime) -> None:
        async with self._connections.writing_rows() as executor:
            await write_results(executor, results, now)

    async def recover(self, *, now: datetime, resend_within: timedelta) -> int:
        """Free claims that ran out, and end attempts of which nobody knows whether they arrived; how many of both. A
        template within `resend_within` of its first attempt is to be sent again, under the same id.
        """
        return await self._connections.bounded(self._recover(now, resend_within))

    async def _recover(self, now: datetime, resend_within: timedelta) -> int:
        query = (
            select(Delivery)
            .where(col(Delivery.lease_until).is_not(None), col(Delivery.lease_until) < now)
            .order_by(col(Delivery.lease_until))
            .limit(RECOVERED_AT_ONCE)
        )
        async with self._connections.reading() as session:
            expired = [row.id for row in (await session.execute(query)).scalars()]
        if not expired:
            return 0
        async with self._connections.writing() as session:
            locked = query.where(col(Delivery.id).in_(expired)).with_for_update(skip_locked=True)
            found = list((await session.execute(locked)).scalars())
            for delivery in found:
                session.expunge(delivery)
            claims = [row.id or 0 for row in found if row.state != DeliveryState.ATTEMPTING]
            if claims:
                free = update(Delivery).where(col(Delivery.id).in_(claims)).values(token=None, lease_until=None)
                await session.execute(free.execution_options(**PLAIN))
            unclear = [row for row in found if row.state == DeliveryState.ATTEMPTING]
            await write_results(session, [_recovered(row, now, resend_within) for row in unclear], now)
        return len(found)

    async def told(self, statuses: Sequence[tuple[str, DeliveryState, str]], *, now: datetime) -> None:
        """Status events: (msg_key, DELIVERED, REFUSED or FAILED, WeChat's words). One that comes before the answer to
        the call was stored waits for it.
        """
        kept = await self._connections.bounded(self._told(statuses, now))
        if kept:
            await self._connections.bounded(self._settle(kept, now))

    async def _told(self, statuses: Sequence[tuple[str, DeliveryState, str]], now: datetime) -> list[str]:
        # Its own transaction: of two that do not see each other yet, this and the one that stores the key, the one
        # whose `_settle` comes later sees both.
        async with self._connections.writing_rows() as executor:
            return await reaching.take_statuses(executor, statuses, now)

    async def _settle(self, keys: Sequence[str], now: datetime) -> None:
        async with self._connections.reading_rows() as executor:
            known = await reaching.kept(executor, keys)
        if known:
            async with self._connections.writing_rows() as executor:
                await reaching.settle(executor, known, now)

    async def forget_statuses(self, *, before: datetime) -> None:
        """Drop status events that no delivery ever claimed."""
        await self._connections.bounded(self._forget_statuses(before))

    async def _forget_statuses(self, before: datetime) -> None:
        async with self._connections.writing() as session:
            await reaching.forget_statuses(session, before)

    async def reached(
        self, changes: Sequence[ReachChange], *, now: datetime, resume_at: datetime, soon: datetime
    ) -> None:
        """What people did that changes how they can be reached. What was parked for them is tried at `resume_at`, or
        `soon` where they can be reached for a minute only.
        """
        await self._connections.bounded(self._reached(changes, now, resume_at, soon))

    async def resume(self, after: int, *, now: datetime, since: datetime, limit: int = 200) -> tuple[int | None, int]:
        """The account has a way that it did not have: what was parked since `since` of the next `limit` people behind
        the person `after` is tried again now; the last of them (None: there are no more) and how many they were.
        """
        return await self._connections.bounded(self._resume(after, now, since, limit))

    async def _resume(self, after: int, now: datetime, since: datetime, limit: int) -> tuple[int | None, int]:
        async with self._connections.writing() as session:
            return await reaching.resume_some(session, after, now, since, limit)

    async def _reached(
        self, changes: Sequence[ReachChange], now: datetime, resume_at: datetime, soon: datetime
    ) -> None:
        for_long = [change.contact for change in changes if change.opens]
        briefly = [change.contact for change in changes if change.opens_briefly]
        async with self._connections.writing() as session:
            await reaching.apply(session, changes)
            await reaching.resume(session, for_long, REACHABLE, now, resume_at)
            await reaching.resume(session, briefly, TOUCHED, now, soon)


def _recovered(delivery: Delivery, now: datetime, resend_within: timedelta) -> DeliveryResult:
    """What becomes of an attempt whose worker died: nobody knows whether it arrived."""
    first = delivery.first_attempt_at or now
    again = delivery.way == DeliveryWay.TEMPLATE and now - first < resend_within
    claimed = ClaimedDelivery(
        id=delivery.id or 0,
        token=delivery.token or "",
        person_id=delivery.person_id,
        name="",
        timezone="",
        created_at=delivery.created_at,
        next_at=delivery.next_at,
        way=DeliveryWay(delivery.way) if delivery.way else None,
        attempts=delivery.attempts,
        first_attempt_at=first,
        ambiguous=True,
        reach=None,
    )
    return DeliveryResult(
        delivery=claimed,
        state=DeliveryState.PLANNED if again else DeliveryState.MAYBE,
        way=claimed.way,
        detail="crash",
        next_at=now if again else None,
        msg_key=delivery.msg_key,
        ambiguous=True,
        template=(delivery.msg_key or "").partition(":")[0] if claimed.way is DeliveryWay.SUBSCRIBE_NOTICE else "",
    )
