"""How people can be reached, as their doings and the status events of sendings tell: written behind the turns."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, delete, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.delivery_planning import IS_WAITING
from storage.delivery_story import tell_end, tell_story
from storage.models import Contact, Credit, Delivery, DeliveryStatus, Reach, core
from storage.statements import Executor, dialect_of
from storage.turns import TurnFacts
from storage.vocabulary import DeliveryState, DeliveryStep

UNFOLLOWED = "unfollowed"
"""Reach.gone of somebody who has left the account; else WeChat's errcode."""
UNBOUND = "unbound"
"""Delivery.outcome of what is parked because nobody is bound to the person."""
REACHABLE = "reachable"
"""Delivery.outcome of what is planned again because the person has opened a way."""
TOUCHED = "touched"
"""Delivery.outcome of what is planned again because the person has touched the account: a minute is open."""
NEW_WAY = "new_way"
"""Delivery.outcome of what is planned again because the account has a way that it did not have."""
SKEW = timedelta(minutes=1)
"""How far the clocks of two workers may be apart."""
_OPEN = frozenset({DeliveryState.SENT, DeliveryState.ATTEMPTING, DeliveryState.MAYBE})
"""What a status event may still bring to its end."""
_KEYS: BindParameter[str] = bindparam("keys", expanding=True)
_KEPT = select(col(DeliveryStatus.key)).where(col(DeliveryStatus.key).in_(_KEYS))
_STATUSES = (
    select(col(DeliveryStatus.key), col(DeliveryStatus.state), col(DeliveryStatus.detail), col(DeliveryStatus.at))
    .where(col(DeliveryStatus.key).in_(_KEYS))
    .order_by(col(DeliveryStatus.key))
    .with_for_update()
)
_OF_KEYS = (
    select(col(Delivery.id), col(Delivery.msg_key), col(Delivery.first_attempt_at))
    .where(col(Delivery.msg_key).in_(_KEYS), col(Delivery.msg_key).is_not(None))
    .where(col(Delivery.state).in_([state.value for state in _OPEN]))
    .order_by(col(Delivery.id))
    .with_for_update()
)
_SETTLE = (
    update(core(Delivery))
    .where(core(Delivery).c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=bindparam("ended"),
        outcome=bindparam("detail"),
        ambiguous=False,
        token=None,
        lease_until=None,
        updated_at=bindparam("told_at"),
    )
)
_BACK = (
    update(core(Reach))
    .where(core(Reach).c.contact.in_(bindparam("contacts", expanding=True)), core(Reach).c.gone != "")
    .values(gone="")
)
_FORGET = delete(core(DeliveryStatus)).where(core(DeliveryStatus).c.key.in_(_KEYS))


class _Status(NamedTuple):
    """What a status event said, and when."""

    state: DeliveryState
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReachChange:
    """What one contact did since the last change was written."""

    contact: str
    wrote_at: datetime | None = None
    """The hour in which they wrote; None: they did not."""
    follows: bool | None = None
    """True: followed, False: left; None: neither."""
    ticks: Mapping[str, int] = field(default_factory=dict)
    """New ticks by subscription template."""
    refused: frozenset[str] = frozenset()
    """Subscription templates that they do not want any more."""
    touched_at: datetime | None = None
    """When they tapped the menu, followed or scanned: a follower for a minute's messages; not written."""

    @property
    def opens(self) -> bool:
        """Whether they can be reached for long by a way that was closed before."""
        return self.wrote_at is not None or bool(self.ticks)

    @property
    def opens_briefly(self) -> bool:
        """Whether they can be reached for a minute, if not for longer."""
        return (self.touched_at is not None or self.follows is True) and not self.opens


async def apply(executor: Executor, changes: Sequence[ReachChange]) -> None:
    """Write these changes; of people who are bound only: nobody else is ever sent anything."""
    by_hour: defaultdict[datetime, list[str]] = defaultdict(list)
    for change in changes:
        if change.wrote_at is not None:
            by_hour[change.wrote_at].append(change.contact)
    for hour, contacts in by_hour.items():
        await _set_reach(executor, contacts, wrote_at=hour, used=0, gone="")
    await _set_reach(executor, [each.contact for each in changes if each.follows is True], gone="")
    here = [each.contact for each in changes if each.touched_at is not None]
    if here:
        await executor.execute(_BACK, {"contacts": here})
    left = [each.contact for each in changes if each.follows is False]
    await _set_reach(executor, left, wrote_at=None, gone=UNFOLLOWED)
    await _set_credits(executor, changes)


async def _set_reach(executor: Executor, contacts: Sequence[str], **values: Any) -> None:
    if not contacts:
        return
    reach, contact = core(Reach), core(Contact)
    fresh = {"wrote_at": None, "used": 0, "gone": "", "declined": False, **values}
    # in the order of the contacts: two workers that write the same ones wait for each other and no more
    rows = (
        select(contact.c.id, *(literal(value, reach.c[name].type) for name, value in fresh.items()))
        .where(contact.c.id.in_(contacts), contact.c.person_id.is_not(None))
        .order_by(contact.c.id)
    )
    statement = _dialect(executor).insert(reach).from_select(["contact", *fresh], rows)
    await executor.execute(statement.on_conflict_do_update(index_elements=["contact"], set_=values))


async def _set_credits(executor: Executor, changes: Sequence[ReachChange]) -> None:
    credit = core(Credit)
    rows = [
        {"contact": change.contact, "template": template, "left": count}
        for change in changes
        for template, count in [*((each, 0) for each in change.refused), *change.ticks.items()]
    ]
    for is_tick in (False, True):
        some = sorted(
            (row for row in rows if bool(row["left"]) is is_tick), key=lambda row: (row["contact"], row["template"])
        )
        if some:
            statement = _dialect(executor).insert(credit)
            new = (credit.c.left + statement.excluded.left) if is_tick else 0
            await executor.execute(
                statement.on_conflict_do_update(index_elements=["contact", "template"], set_={"left": new}), some
            )


async def begin(executor: Executor, contact: str, wrote_at: datetime, *, anew: bool) -> None:
    """A contact is bound now that wrote at that time (kept to the hour), when nobody was bound to it: what was known of
    it before counts no more. `anew`: to another person than the last, whose wishes (停止提醒) are not theirs.
    """
    hour = wrote_at.replace(minute=0, second=0, microsecond=0)
    wishes = {"declined": False} if anew else {}
    await _set_reach(executor, [contact], wrote_at=hour, used=0, gone="", **wishes)


async def resume(executor: Executor, contacts: Sequence[str], why: str, now: datetime, at: datetime) -> None:
    """What was parked for these contacts is tried again at `at`; REACHABLE: what waits for a minute to be over too,
    for they are in the chat.
    """
    if not contacts:
        return
    people = select(col(Contact.person_id)).where(col(Contact.id).in_(contacts))
    tried = _PARKED if why != REACHABLE else or_(_PARKED, _BRIEFLY)
    waiting = _waiting().where(tried, col(Delivery.person_id).in_(people)).order_by(col(Delivery.id))
    rows = (await executor.execute(waiting)).all()
    await _unpark(executor, [row.id for row in rows], why, now, at)


async def resume_some(
    executor: Executor, after: int, now: datetime, since: datetime, limit: int
) -> tuple[int | None, int]:
    """See DeliveryWork.resume."""
    parked = _waiting().where(
        _PARKED, col(Delivery.person_id) > after, col(Delivery.outcome) != UNBOUND, col(Delivery.created_at) >= since
    )
    rows = (await executor.execute(parked.order_by(col(Delivery.person_id)).limit(limit))).all()
    await _unpark(executor, [row.id for row in rows], NEW_WAY, now, now)
    return (rows[-1].person_id if rows else None), len(rows)


_PARKED = col(Delivery.state) == DeliveryState.PARKED
_BRIEFLY = and_(
    col(Delivery.state) == DeliveryState.PLANNED, col(Delivery.outcome) == TOUCHED, col(Delivery.token).is_(None)
)


def _waiting() -> Any:
    return select(col(Delivery.id), col(Delivery.person_id)).where(IS_WAITING).with_for_update()


async def _unpark(executor: Executor, ids: Sequence[int], why: str, now: datetime, at: datetime) -> None:
    if not ids:
        return
    change = update(core(Delivery)).where(core(Delivery).c.id.in_(ids))
    await executor.execute(
        change.values(
            state=DeliveryState.PLANNED.value, outcome=why, next_at=at, token=None, lease_until=None, updated_at=now
        )
    )
    await tell_story(executor, ids, now, DeliveryStep.WAITS, detail=why)


async def take_statuses(
    executor: Executor, statuses: Sequence[tuple[str, DeliveryState, str]], now: datetime
) -> list[str]:
    """Bring the deliveries that status events name to their end; of several events of a key the last counts. What names
    none is kept for the delivery that will have its key: its keys.
    """
    told = {key: _Status(state, detail, now) for key, state, detail in statuses}
    ended = await _end(executor, told, now)
    rows = [{"key": key, **told[key]._asdict()} for key in sorted(told.keys() - ended)]
    if rows:
        await executor.execute(_keep(_dialect(executor)), rows)
    return [row["key"] for row in rows]


@cache  # building a statement costs more than running it
def _keep(dialect: Any) -> Any:
    statement = dialect.insert(core(DeliveryStatus))
    newest = {name: statement.excluded[name] for name in _Status._fields}
    return statement.on_conflict_do_update(index_elements=["key"], set_=newest)


async def kept(executor: Executor, keys: Sequence[str]) -> list[str]:
    """Those of these keys of which a status is kept."""
    return list((await executor.execute(_KEPT, {"keys": keys})).scalars())


async def settle(executor: Executor, keys: Sequence[str], now: datetime) -> None:
    """Bring the deliveries of these keys to the end that a kept status names; of several the newest."""
    rows = (await executor.execute(_STATUSES, {"keys": keys})).all()
    ended = await _end(executor, {row.key: _Status(DeliveryState(row.state), row.detail, row.at) for row in rows}, now)
    if ended:
        await executor.execute(_FORGET, {"keys": list(ended)})


async def _end(executor: Executor, statuses: Mapping[str, _Status], now: datetime) -> frozenset[str]:
    """Bring the deliveries that these statuses name by their keys to their ends; the keys of those that there are."""
    if not statuses:
        return frozenset()
    found = {
        row.msg_key: row.id
        for row in (await executor.execute(_OF_KEYS, {"keys": list(statuses)})).all()
        if row.first_attempt_at is None or row.first_attempt_at <= statuses[row.msg_key].at + SKEW
    }
    by_end: defaultdict[tuple[DeliveryState, str], list[int]] = defaultdict(list)
    for key, number in found.items():
        by_end[statuses[key].state, statuses[key].detail].append(number)
    for (state, detail), ids in by_end.items():
        await executor.execute(_SETTLE, {"ids": ids, "ended": state.value, "detail": detail, "told_at": now})
        await tell_end(executor, ids, now, state, detail)
    return frozenset(found)


async def forget_statuses(executor: Executor, before: datetime) -> None:
    """Drop statuses that came before this time and that no delivery claimed."""
    statuses = core(DeliveryStatus)
    await executor.execute(delete(statuses).where(statuses.c.at < before))


def _dialect(executor: Executor) -> Any:
    return postgresql if dialect_of(executor) == "postgresql" else sqlite


@dataclass(frozen=True, slots=True)
class DeclineReminders:
    """Remember whether this turn's contact wants only what their duty asks: nothing DECLINABLE. Returns nothing."""

    declined: bool

    async def run(self, session: AsyncSession, turn: TurnFacts) -> None:
        """See Command."""
        await _set_reach(session, [turn.contact], declined=self.declined)
