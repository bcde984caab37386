"""What people should be told, reckoned from the words of DOMAIN.md (Reminders), WECHAT.md (Sending) and decisions 26
and 27 alone: it shares no line with what it judges.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from storage.vocabulary import Level
from tests.bot.years.days import FESTIVALS, SHANGHAI, Festival, at, due_day, eve, workday_from
from tests.bot.years.facts import Event, Group, Post, What

LADDER: Final = (
    ("open", -10, "observer"),
    ("T-3", -3, "observer"),
    ("T-0", 0, "observer"),
    ("T+1", 1, "observer"),
    ("T+3", 3, "superior"),
    ("T+5", 5, "officers"),
)
WINDOW: Final = timedelta(hours=48)
WINDOW_MESSAGES: Final = 5
SILENCE: Final = timedelta(minutes=10)
"""Whoever writes is left in peace for so long."""


class Told(NamedTuple):
    """One thing that a message says: whose duty of which period, because of which step."""

    period: str
    post: int
    step: str


class Message(NamedTuple):
    """One message that goes out."""

    at: datetime
    person: int
    way: str
    told: frozenset[Told]
    holidays: frozenset[str]
    things: int
    """How many things it says it is about: own duties, else those of others, else notices."""


@dataclass
class _Round:
    """A period that opened, and which appointments still owe in it."""

    key: str
    level: Level
    due: date
    owed: dict[int, Post]
    steps: list[tuple[datetime, str, str]]


@dataclass
class _Wait:
    """What is to be said to somebody as soon as it may be."""

    told: dict[tuple[str, int], list[tuple[str, str]]] = field(default_factory=dict)
    """(period, appointment) -> (step, audience), the newest last."""
    holidays: set[Festival] = field(default_factory=set)
    until: datetime | None = None
    """Not before; None: as soon as it is day."""
    parked: bool = False


class Oracle:
    """Lives through the same moments as the product, and says what should go out at each."""

    def __init__(self, group: Group, first: date, last: date) -> None:
        self._group = group
        self._due = [
            (f"{year}-{month:02}", Level.FUNCTIONAL, due_day(year, month))
            for year in range(first.year, last.year + 1)
            for month in range(1, 13)
        ]
        self._due += [
            (f"{year}-Q{quarter}", Level.COMPREHENSIVE, due_day(year, quarter * 3))
            for year in range(first.year, last.year + 1)
            for quarter in range(1, 5)
        ]
        self._due = sorted((each for each in self._due if each[2] >= first), key=lambda each: (each[2], each[0]))
        self._begun = at(first, 0)
        self._rounds: dict[str, _Round] = {}
        self._eves = [(eve(each), each) for each in FESTIVALS if eve(each) >= first]
        self._early: dict[int, list[datetime]] = {}
        self._waits: dict[int, _Wait] = {}
        self._units = {person.number: person.unit for person in group.people}
        self._bound = {person.number for person in group.people if person.bound}
        self._declined: set[int] = set()
        self._wrote: dict[int, datetime] = {}
        self._used: dict[int, int] = {}
        self._ticks: dict[int, int] = {}

    def happens(self, event: Event) -> None:
        """Something happened to somebody."""
        person = event.person
        if event.what is What.HANDS_IN:
            self._hands_in(event.about, event.at)
        elif event.what is What.MOVES:
            self._units[person] = event.about
        elif event.what is What.DECLINES:
            self._declined.add(person)
        elif event.what is What.WANTS:
            self._declined.discard(person)
        elif event.what is What.UNBINDS:
            self._bound.discard(person)
        elif event.what is What.BINDS:
            self._bound.add(person)
            self._writes(person, event.at)
        elif person in self._bound:
            if event.what is What.WRITES:
                self._writes(person, event.at)
            else:
                self._ticks[person] = self._ticks.get(person, 0) + 1
                self._is_back(person, event.at)

    def _writes(self, person: int, now: datetime) -> None:
        self._wrote[person] = now.replace(minute=0, second=0, microsecond=0)
        self._used[person] = 0
        self._is_back(person, now)

    def _is_back(self, person: int, now: datetime) -> None:
        wait = self._waits.get(person)
        if wait is not None and wait.parked:
            wait.parked, wait.until = False, now + SILENCE

    def _hands_in(self, post: int, now: datetime) -> None:
        """A sheet counts for what was due first; before anything is owed, it is kept for the period it lies in."""
        owing = [each for each in self._rounds.values() if post in each.owed]
        if owing:
            del min(owing, key=lambda each: each.due).owed[post]
        else:
            self._early.setdefault(post, []).append(now)

    def plans(self, now: datetime) -> None:
        """Rounds open, steps come."""
        self._open(now)
        told: list[tuple[int, str, int, str, str]] = []
        today = now.astimezone(SHANGHAI).date()
        for each in self._rounds.values():
            steps = [step for step in each.steps if step[0] <= now]
            each.steps = [step for step in each.steps if step[0] > now]
            newest = {step[2]: step for step in steps}  # after a standstill, one step for each audience
            for _, name, audience in newest.values():
                for post in each.owed.values():
                    if audience != "officers" and not post.runs(today):
                        continue  # who does not observe any more cannot hand in: that is for the office to know
                    told += [
                        (person, each.key, post.number, name, audience) for person in self._whom(post, audience, today)
                    ]
        for person, key, number, name, audience in told:
            self._wait_of(person).told.setdefault((key, number), []).append((name, audience))
        come = [each for each in self._eves if at(each[0], 9) <= now]
        self._eves = [each for each in self._eves if each not in come]
        for _, festival in come[-1:]:  # what was missed is not made up for, but for the last
            if today < festival.first:  # it is a notice of the eve
                for person in self._of_the_group(today):
                    self._wait_of(person).holidays.add(festival)

    def _wait_of(self, person: int) -> _Wait:
        wait = self._waits.setdefault(person, _Wait())
        wait.until, wait.parked = None, False
        return wait

    def _open(self, now: datetime) -> None:
        """Of each rule's periods that are over and that nobody opened, only the last is owed."""
        come = [each for each in self._due if at(workday_from(each[2], -10), 9) <= now]
        for level in (Level.FUNCTIONAL, Level.COMPREHENSIVE):
            mine = [each for each in come if each[1] is level]
            over = [each for each in mine if at(each[2], 18) <= now]
            for key, _, due in [*over[-1:], *(each for each in mine if each not in over)]:
                fixed = self._fixed_on(due, now)
                owed = {post.number: post for post in self._group.posts if post.level is level and post.runs(fixed)}
                steps = [(at(workday_from(due, count), 9), name, audience) for name, count, audience in LADDER]
                self._rounds[key] = _Round(key, level, due, owed, steps)
                self._count_early(self._rounds[key])
        self._due = [each for each in self._due if each not in come]

    def _fixed_on(self, due: date, now: datetime) -> date:
        """The day on which it is fixed who owes: as the round opens, be it late, but not after it was due."""
        return min(now.astimezone(SHANGHAI).date(), due)

    def _count_early(self, opened: _Round) -> None:
        month = opened.due.month if opened.level is Level.FUNCTIONAL else opened.due.month - 2
        first = at(date(opened.due.year, month, 1), 0)
        for post in list(opened.owed):
            sheets = self._early.get(post, [])
            if any(moment >= first for moment in sheets):
                del opened.owed[post]
            self._early.pop(post, None)

    def _whom(self, post: Post, audience: str, today: date) -> Iterable[int]:
        if audience == "observer":
            return [self._present(post.person, today)]
        if audience == "superior":
            superior = self._group.people[post.person].superior
            return [] if superior is None else [self._present(superior, today)]
        return [
            person.number
            for person in self._group.people
            if any(self._group.is_within(post.unit, office) for office in person.offices)
            and person.number != post.person  # 回避: nobody has their own name in their digest
        ]

    def _present(self, person: int, today: date) -> int:
        """Themselves, or who stands in for them."""
        away = [each for each in self._group.leaves if each.person == person and each.first <= today <= each.last]
        return next((each.substitute for each in away if each.substitute is not None), person)

    def _of_the_group(self, today: date) -> set[int]:
        """Who observes, or serves as an officer."""
        observers = {post.person for post in self._group.posts if post.runs(today)}
        return observers | {person.number for person in self._group.people if person.offices}

    def sends(self, now: datetime) -> list[Message]:
        """What goes out now."""
        found = []
        for person, wait in list(self._waits.items()):
            if wait.parked or (wait.until is not None and wait.until > now) or self._is_night(person, now):
                continue
            message = self._message(person, wait, now)
            if message is None:
                del self._waits[person]
            elif person not in self._bound:
                wait.parked = True
            else:
                del self._waits[person]
                found.append(message)
        return found

    def _is_night(self, person: int, now: datetime) -> bool:
        local = now.astimezone(ZoneInfo(self._group.places[self._units[person]].timezone)).time()
        return local >= time(21) or local < time(8)

    def _message(self, person: int, wait: _Wait, now: datetime) -> Message | None:
        owed = {pair: steps for pair, steps in wait.told.items() if pair[1] in self._rounds[pair[0]].owed}
        today = now.astimezone(SHANGHAI).date()
        ahead = (each.name for each in wait.holidays if today < each.first)
        holidays = frozenset() if person in self._declined else frozenset(ahead)
        if not owed and not holidays:
            return None
        told = frozenset(Told(key, post, step) for (key, post), steps in owed.items() for step, _ in steps)
        mine = [pair for pair, steps in owed.items() if steps[-1][1] == "observer"]
        count = len(mine) or len(owed) or len(holidays)
        way = self._way(person, now, reminds=bool(owed)) if person in self._bound else ""
        return Message(now, person, way, told, holidays, count)

    def _way(self, person: int, now: datetime, *, reminds: bool) -> str:
        wrote = self._wrote.get(person)
        if wrote is not None and now < wrote + WINDOW and self._used[person] < WINDOW_MESSAGES:
            self._used[person] += 1
            return "customer_service"
        if reminds and self._ticks.get(person, 0) > 0:
            self._ticks[person] -= 1
            return "subscribe_notice"
        return "template"
