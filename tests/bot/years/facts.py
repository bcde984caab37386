"""The group of the play: its units, people, appointments, leaves, and what happens to whom; drawn from a seed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from storage.vocabulary import Level
from tests.bot.years.days import FESTIVALS, at, days, due_day, eve, workday_from

LAGOS, SAO_PAULO = "Africa/Lagos", "America/Sao_Paulo"
CITY = "Asia/Shanghai"
LONG_AGO = date(2025, 3, 1)


class Place(NamedTuple):
    """A unit by its number; its parent comes before it."""

    number: int
    parent: int | None
    name: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Post:
    """An appointment."""

    number: int
    person: int
    level: Level
    unit: int
    first: date
    last: date | None = None

    def runs(self, day: date) -> bool:
        """Whether it runs on that day."""
        return self.first <= day and (self.last is None or day <= self.last)


class Away(NamedTuple):
    """A leave."""

    person: int
    first: date
    last: date
    substitute: int | None


@dataclass(slots=True)
class Somebody:
    """A person by number; `offices` are units."""

    number: int
    name: str
    unit: int
    superior: int | None = None
    offices: tuple[int, ...] = ()
    bound: bool = True


class What(StrEnum):
    """What happens."""

    HANDS_IN = "hands_in"
    """`about` is the appointment."""
    WRITES = "writes"
    TICKS = "ticks"
    DECLINES = "declines"
    WANTS = "wants"
    UNBINDS = "unbinds"
    BINDS = "binds"
    MOVES = "moves"
    """`about` is the new unit."""


class Event(NamedTuple):
    """Something that happens to a person. `between`: after the planning of that moment, before its sending."""

    at: datetime
    between: bool
    what: What
    person: int
    about: int = 0


@dataclass(slots=True)
class Group:
    """Everything there is at the beginning, and what happens then."""

    places: list[Place] = field(default_factory=list)
    people: list[Somebody] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    leaves: list[Away] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def is_within(self, unit: int | None, top: int) -> bool:
        """Whether a unit is `top` or below it."""
        while unit is not None and unit != top:
            unit = self.places[unit].parent
        return unit == top


class Play(NamedTuple):
    """How long, how many, and when nobody is there."""

    first: date
    last: date
    observers: int
    seed: int
    down_from: datetime | None = None
    down_until: datetime | None = None


def draw(play: Play) -> Group:
    """The group of a play."""
    chance = random.Random(play.seed)
    group = Group()
    _units(group)
    _people(group, play, chance)
    _leaves(group, play, chance)
    _sheets(group, play, chance)
    _contacts(group, play, chance)
    group.events.sort()
    return group


def _units(group: Group) -> None:
    def add(parent: int | None, name: str, timezone: str) -> int:
        group.places.append(Place(len(group.places), parent, name, timezone))
        return len(group.places) - 1

    top = add(None, "清源集团", CITY)
    add(top, "纪检监察室", CITY)
    for number in range(1, 11):
        timezone = {9: LAGOS, 10: SAO_PAULO}.get(number, CITY)
        company = add(top, f"第{number}公司", timezone)
        department = add(company, "工程部", timezone)
        add(company, "综合部", timezone)
        add(department, "一场站", LAGOS if number == 3 else timezone)


def _people(group: Group, play: Play, chance: random.Random) -> None:
    def add(name: str, unit: int, **facts: object) -> int:
        group.people.append(Somebody(len(group.people), name, unit, **facts))  # type: ignore[arg-type]  # as given
        return len(group.people) - 1

    chief = add("总经理", 0)
    companies = [place.number for place in group.places if place.parent == 0 and place.number != 1]
    heads = {company: add(f"经理{company}", company, superior=chief) for company in companies}
    for number in range(2):
        add(f"纪检{number}", 1, offices=(0,))
    officers = {company: add(f"纪检员{company}", company, offices=(company,)) for company in companies}
    for head in heads.values():
        _appoint(group, play, chance, head, (Level.COMPREHENSIVE,))
    _appoint(group, play, chance, officers[companies[0]], (Level.FUNCTIONAL,))
    for number in range(play.observers - len(heads) - 1):
        company = chance.choice(companies)
        unit = chance.choice([place.number for place in group.places if group.is_within(place.number, company)])
        superior = None if chance.random() < 0.1 else heads[company]
        observer = add(f"观察员{number}", unit, superior=superior, bound=chance.random() > 0.05)
        kind = number % 10
        levels = (Level.COMPREHENSIVE,) if kind < 3 else (Level.FUNCTIONAL,) if kind < 9 else tuple(_BOTH)
        _appoint(group, play, chance, observer, levels)


_BOTH = (Level.COMPREHENSIVE, Level.FUNCTIONAL)


def _appoint(group: Group, play: Play, chance: random.Random, person: int, levels: Sequence[Level]) -> None:
    """Most stay as they are; some begin, end, or are transferred on the way."""
    unit, draw_of = group.people[person].unit, chance.random()
    day = play.first + timedelta(days=chance.randrange((play.last - play.first).days))
    begins = day if draw_of < 0.05 else LONG_AGO
    ends = day if 0.05 <= draw_of < 0.16 else None
    for level in levels:
        group.posts.append(Post(len(group.posts), person, level, unit, begins, ends))
    if ends is None or draw_of < 0.09:
        return
    new = chance.choice(group.places[2:]).number
    group.events.append(Event(at(ends + timedelta(days=1), 0), False, What.MOVES, person, new))
    if new != unit:
        for level in levels:
            group.posts.append(Post(len(group.posts), person, level, new, ends + timedelta(days=1)))


def _leaves(group: Group, play: Play, chance: random.Random) -> None:
    """Nobody stands in who is away or has somebody away to stand in for at that time."""
    taken: dict[int, list[tuple[date, date]]] = {}
    observers = sorted({post.person for post in group.posts})
    span = (play.last - play.first).days

    def is_free(person: int, first: date, last: date) -> bool:
        return all(last < begins or first > ends for begins, ends in taken.get(person, ()))

    for person in observers:
        for _ in range(chance.randrange(2 + span // 240)):
            first = play.first + timedelta(days=chance.randrange(span))
            last = first + timedelta(days=chance.randrange(2, 16))
            other = chance.choice(observers)
            substitute = other if chance.random() < 0.6 and other != person and is_free(other, first, last) else None
            if not is_free(person, first, last):
                continue
            group.leaves.append(Away(person, first, last, substitute))
            for each in (person, *(() if substitute is None else (substitute,))):
                taken.setdefault(each, []).append((first, last))


def periods(play: Play) -> list[tuple[Level, date]]:
    """What falls due within the play."""
    found = []
    for month in range(play.first.year * 12 + play.first.month - 1, play.last.year * 12 + play.last.month):
        day = due_day(month // 12, month % 12 + 1)
        found.append((Level.FUNCTIONAL, day))
        if month % 3 == 2:
            found.append((Level.COMPREHENSIVE, day))
    return found


def _sheets(group: Group, play: Play, chance: random.Random) -> None:
    for level, due in periods(play):
        opens = at(workday_from(due, -10), 9)
        for post in group.posts:
            if post.level is level and post.runs(due - timedelta(days=20)):
                _hands_in(group, chance, post, opens, due)


def _hands_in(group: Group, chance: random.Random, post: Post, opens: datetime, due: date) -> None:
    kind, between = chance.random(), False
    minutes = int((at(due, 18) - opens).total_seconds()) // 60
    if kind < 0.05:
        return  # some forget, and make up for it with two sheets the next time
    if kind < 0.1:
        _adds(group, post, opens - timedelta(minutes=chance.randrange(1, 4 * 1440)), between=False)
    if kind < 0.2:
        moment = opens - timedelta(minutes=chance.randrange(1, 5 * 1440))
    elif kind < 0.65:
        moment = opens + timedelta(minutes=chance.randrange(minutes))
    elif kind < 0.85:
        moment, between = at(workday_from(due, chance.choice((-10, -3, 0, 1, 3, 5))), 9), True
    else:
        moment = at(due, 18) + timedelta(minutes=chance.randrange(9 * 1440))
    _adds(group, post, moment, between=between)


def _adds(group: Group, post: Post, moment: datetime, *, between: bool) -> None:
    group.events.append(Event(moment, between, What.HANDS_IN, post.person, post.number))


def _contacts(group: Group, play: Play, chance: random.Random) -> None:
    """Who writes, ticks, declines, loses the binding or gets one."""
    length = (play.last - play.first).days

    def some() -> datetime:
        return at(play.first, 0) + timedelta(minutes=chance.randrange(length * 1440))

    for person in group.people:
        lively = chance.random()
        whats: tuple[What, ...] = ()
        if not person.bound:
            whats = (What.BINDS,) if lively < 0.6 else ()
        elif lively < 0.4:
            whats = (What.WRITES,) * (length // 40)
        elif lively < 0.5:
            whats = (What.TICKS,) * (length // 90)
        elif lively < 0.62:
            whats = (What.DECLINES, What.WANTS) if lively < 0.56 else (What.UNBINDS, What.BINDS)
        when = sorted(some() for _ in whats)
        group.events += [Event(moment, False, what, person.number) for moment, what in zip(when, whats, strict=True)]


def moments(play: Play, group: Group) -> list[datetime]:
    """When the play looks: around every moment at which something should happen, and now and then on other days."""
    chance = random.Random(play.seed + 1)
    busy = {workday_from(due, count) for _, due in periods(play) for count in (-10, -3, 0, 1, 3, 5)}
    busy |= {eve(each) for each in FESTIVALS}
    found = set()
    for day in days(play.first, play.last):
        if day in busy:
            found |= {at(day, *time) for time in (*_MORNINGS, *chance.sample(_AROUND, 2))}
        elif chance.random() < _IDLE:
            found.add(at(day, chance.randrange(24), chance.randrange(60)))
    for event in group.events:
        if event.what is What.BINDS:
            found |= {event.at + timedelta(minutes=number) for number in (0, 9, 10, 11)}
    if play.down_from is not None and play.down_until is not None:
        found = {moment for moment in found if not play.down_from <= moment < play.down_until} | {play.down_until}
    return sorted(moment for moment in found if moment >= at(play.first, 0))


_MORNINGS = ((9, 0), (15, 0), (19, 0))
"""When it is 9:00 in Shanghai, and 8:00 in Lagos and in São Paulo."""
_AROUND = ((8, 59), (9, 1), (14, 59), (18, 59), (20, 59), (21, 0), (23, 30))
_IDLE = 0.3
"""Share of the days without anything to do on which the play looks."""
