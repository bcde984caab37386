"""Lets a play happen to the product and to the oracle, moment by moment; then says in what they differ."""

import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select

from bot.account import Account
from bot.delivery import Deliveries
from bot.rounds import Rounds
from bot.wechat.client import WeChat
from bot.wechat.templates import read_templates
from bot.workdays import Workdays
from handlers.rounds.overrides import FILE_NAME
from storage.conversations.sqlite import SqliteConversations
from storage.database import Database
from storage.models import Delivery, DeliveryEvent, Due, Duty, Notice, Round, RoundStep, core
from storage.vocabulary import DeliveryState, DeliveryStep, DeliveryWay
from tests.bot.years.company import Company, prepare
from tests.bot.years.days import PUBLISHED, SHANGHAI, at, workdays_csv
from tests.bot.years.facts import Event, Group, Play, What, draw, moments
from tests.bot.years.oracle import Message, Oracle, Told
from tests.bot.years.recorder import TEMPLATES, Recorder
from tests.world import Clock

PLANNED_AT_ONCE = 500


@dataclass
class Outcome:
    """What went out, and what should have."""

    group: Group
    expected: list[Message]
    sent: list[Message]
    recorder: Recorder
    database: Database

    async def rows(self, query: Any) -> Sequence[Any]:
        """What a query finds."""
        return await _rows(self.database, query)


@asynccontextmanager
async def played(play: Play, url: str, folder: Path) -> AsyncIterator[Outcome]:
    """The play to its end."""
    group, clock = draw(play), Clock(at(play.first, 0) - timedelta(hours=5))
    await prepare(url, group.places[0].name, clock.now)
    async with Database(url) as database, SqliteConversations(folder / "conversations.db") as conversations:
        company, recorder = Company(database, group), Recorder(clock)
        await company.found(clock.now)
        rounds = Rounds(database.rounds, clock, SHANGHAI, Workdays(folder), wake=lambda: None)
        sender = Deliveries(
            database.deliveries,
            cast(WeChat, recorder),
            conversations.shared,
            Account(frozenset(DeliveryWay), read_templates(json.dumps(TEMPLATES))),
            clock,
            SHANGHAI,
            poll=1.0,
        )
        stage = _Stage(database, clock, company, rounds, sender, recorder, folder, play, group)
        expected = await stage.perform()
        yield Outcome(group, expected, await _sent(database, recorder, group), recorder, database)


class _Stage:
    """Both of them at the same moments."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        company: Company,
        rounds: Rounds,
        sender: Deliveries,
        recorder: Recorder,
        folder: Path,
        play: Play,
        group: Group,
    ) -> None:
        self._database, self._clock, self._company = database, clock, company
        self._rounds, self._sender, self._recorder = rounds, sender, recorder
        self._folder, self._play, self._group = folder, play, group
        self._oracle = Oracle(group, play.first, play.last)
        self._files = dict(PUBLISHED)

    async def perform(self) -> list[Message]:
        """What the oracle expects."""
        expected: list[Message] = []
        waiting = list(self._group.events)
        for moment in moments(self._play, self._group):
            before = [each for each in waiting if (each.at, each.between) <= (moment, False) or each.at < moment]
            between = [each for each in waiting if each.at == moment and each.between]
            waiting = waiting[len(before) + len(between) :]
            self._publish(moment)
            await self._happen(before)
            self._clock.now = moment
            await self._plan()
            await self._happen(between)
            self._oracle_sends(expected, moment)
            await self._send()
        return expected

    def _publish(self, moment: datetime) -> None:
        for day, festivals in list(self._files.items()):
            if at(day, 0) <= moment:
                (self._folder / FILE_NAME).write_text(workdays_csv(festivals), encoding="utf-8")
                del self._files[day]

    async def _happen(self, events: Sequence[Event]) -> None:
        for event in events:
            self._oracle.happens(event)
        await self._company.happens(events)

    async def _plan(self) -> None:
        now = self._clock.now
        self._oracle.plans(now)
        await self._rounds.tick()
        while await self._database.deliveries.plan(now=now, limit=PLANNED_AT_ONCE):
            pass

    def _oracle_sends(self, expected: list[Message], moment: datetime) -> None:
        expected += self._oracle.sends(moment)

    async def _send(self) -> None:
        while await self._sender.do_some():
            pass
        statuses = [(number, DeliveryState.DELIVERED, "success") for number in self._recorder.unanswered]
        self._recorder.unanswered.clear()
        if statuses:
            await self._database.deliveries.told(statuses, now=self._clock.now)


async def _rows(database: Database, query: Any) -> Sequence[Any]:
    async with database.administration("test", at(SOME_DAY, 0)) as session:
        return (await session.execute(query)).all()


SOME_DAY = next(iter(PUBLISHED))


async def _sent(database: Database, recorder: Recorder, group: Group) -> list[Message]:
    """What went out, by the records' story and by what WeChat was given: the two must agree."""
    event, delivery = core(DeliveryEvent).c, core(Delivery).c
    query = (
        select(event.delivery_id, event.at, event.way, delivery.person_id)
        .join(core(Delivery), delivery.id == event.delivery_id)
        .where(event.what == DeliveryStep.SENT)
    )
    stories = await _rows(database, query)
    told, holidays = await _told(database), await _holidays(database)
    declined = _Declined(group)
    counts: defaultdict[tuple[datetime, int, str], list[int | None]] = defaultdict(list)
    for each in recorder.taken:
        counts[each.at, int(each.openid.partition("-")[2]), each.way].append(each.things)
    messages = []
    for story in stories:
        what = frozenset(item for item, done_at in told[story.delivery_id] if done_at is None or done_at > story.at)
        person = story.person_id - 1
        pushed = [] if declined.at(person, story.at) else _still_ahead(holidays[story.delivery_id], story.at)
        count = counts[story.at, person, story.way].pop()
        messages.append(Message(story.at, person, story.way, what, frozenset(pushed), -1 if count is None else count))
    assert not [each for each in counts.items() if each[1]], "WeChat was given what no story tells"
    return messages


class _Declined:
    """Who did not want notices when, as the play has it: the records only say who does not want them now."""

    def __init__(self, group: Group) -> None:
        self._changes = [each for each in group.events if each.what in {What.DECLINES, What.WANTS}]

    def at(self, person: int, moment: datetime) -> bool:
        """Whether this person wanted none then."""
        mine = [each for each in self._changes if each.person == person and each.at <= moment]
        return bool(mine) and mine[-1].what is What.DECLINES


def _still_ahead(carried: Sequence[Mapping[str, str]], moment: datetime) -> list[str]:
    """Which of the holidays that a delivery carries it still speaks of at that moment."""
    today = moment.astimezone(SHANGHAI).date().isoformat()
    return [body["holiday"] for body in carried if today < body["first"]]


async def _told(database: Database) -> defaultdict[int, list[tuple[Told, datetime | None]]]:
    due, duty, this, step = core(Due), core(Duty), core(Round), core(RoundStep)
    query = (
        select(due.c.delivery_id, this.c.period, duty.c.appointment_id, step.c.name, duty.c.done_at)
        .join(duty, duty.c.id == due.c.duty_id)
        .join(this, this.c.id == duty.c.round_id)
        .join(step, (step.c.round_id == this.c.id) & (step.c.place == due.c.place))
    )
    found: defaultdict[int, list[tuple[Told, datetime | None]]] = defaultdict(list)
    for row in await _rows(database, query):
        found[row.delivery_id].append((Told(row.period, row.appointment_id - 1, row.name), row.done_at))
    return found


async def _holidays(database: Database) -> defaultdict[int, list[Mapping[str, str]]]:
    notice = core(Notice).c
    found: defaultdict[int, list[Mapping[str, str]]] = defaultdict(list)
    for row in await _rows(database, select(notice.delivery_id, notice.body)):
        found[row.delivery_id].append(row.body)
    return found


def differences(outcome: Outcome) -> list[str]:
    """What is missing, twice, or not wanted; a line each. The number of things is compared where a text says it."""
    known = {(each.at, each.person): each for each in outcome.expected}
    sent = [
        each._replace(things=known[each.at, each.person].things)
        if each.things < 0 and (each.at, each.person) in known
        else each
        for each in outcome.sent
    ]
    expected, got = Counter(outcome.expected), Counter(sent)
    lines = [f"missing {_shown(each)}" for each in (expected - got).elements()]
    return sorted(lines + [f"unwanted {_shown(each)}" for each in (got - expected).elements()], key=lambda x: x[9:])


def _shown(each: Message) -> str:
    told = " ".join(f"{item.period}:{item.post}:{item.step}" for item in sorted(each.told))
    when = f"{each.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return f"{when} {each.person} {each.way} n={each.things} [{told}] {sorted(each.holidays)}"
