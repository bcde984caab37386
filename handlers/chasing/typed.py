"""How officers say which duties they mean: period, level, unit and page, in whatever order."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from handlers import words
from handlers.base import Context
from handlers.keeping.typed import LEVELS
from handlers.rounds.rule import Period, PeriodKind
from handlers.rounds.typed_periods import periods_back, read_period
from storage.duty_views import DutyScope, PersonLine
from storage.views import UnitView
from storage.vocabulary import Level, Permission

NO_UNIT: Final = (
    "没看懂“{said}”：不是期次（本期、三季度、11月），不是层级（综合、项目、职能），"
    "也没有查到您那里有叫这个名字的单位或者人。"
)
WHICH_PERSON: Final = "叫“{said}”的有几位：{people}。请写工号再说一次，例如“工号{number}”。"
TWO_PEOPLE: Final = "一次只能看一个人。"
PERSON: Final = "{name}（{unit}，工号 {number}）"
NO_NUMBER: Final = "没有登记"
WHICH_UNIT: Final = "“{said}”有几个单位：{names}。请写全名再说一次。"
TWO_LEVELS: Final = "一次只能看一个层级。"
TWO_UNITS: Final = "一次只能看一个单位。"
OPEN_ROUNDS: Final = "进行中的期次"
NODES: Final = "项目节点"
MOST_LABELS: Final = 4
AND_MORE: Final = "{labels}等 {count} 期"
LONGEST_WORD: Final = 20
"""Characters of a word that is taken apart."""
_SEPARATORS: Final = re.compile(r"[\s,，、/;；]+")
_PAGE: Final = re.compile(r"第?\s*([0-9]{1,3})\s*页$")
_FILLERS: Final = frozenset({"的", "和", "还有", "名单", "情况", "全部", "所有", "都", "现在", "目前"})
_LEVEL_TAILS: Final = ("层级", "层面", "观察员", "观察表", "层")
_LEVEL_TAIL: Final = re.compile(f"(?:{'|'.join(_LEVEL_TAILS)}|级|表)$")
_ONE_DAY: Final = timedelta(days=1)
_NAMES: Final[Mapping[Level | None, str]] = {meant: name for name, meant in LEVELS.items()}


class Meant(NamedTuple):
    """What was said: the scope, how it is told back, the page (from 1), and how the same is said again."""

    scope: DutyScope
    what: str
    page: int
    said: str
    whom: str
    """Level, unit and person, told back; empty for all."""


class _When(NamedTuple):
    """A period as it was said: the periods of the calendar that it may be, or how many periods back it is."""

    said: str
    periods: tuple[Period, ...]
    back: int | None


class _Found(NamedTuple):
    """What the words of a text mean by themselves; `left` are those that may be units."""

    whens: tuple[_When, ...]
    levels: tuple[Level, ...]
    left: tuple[str, ...]


async def read(argument: str, context: Context) -> Meant:
    """What stands behind 未交, 催办, 提交率 (normalised). Raises ValueError with the sentence to show."""
    today = context.now.astimezone(context.timezone).date()
    page = _PAGE.search(argument)
    said = argument[: page.start()].strip() if page is not None else argument.strip()
    units = await _whole_units(said, today, context)
    found = _words(said, today, units)
    if len(set(found.levels)) > 1:
        raise ValueError(TWO_LEVELS)
    unit, person = await _whom(found.left, context)
    level = found.levels[0] if found.levels else None
    scope = replace(
        _of_periods(found.whens, context.timezone),
        level=level,
        unit_id=unit.id if unit is not None else None,
        person_id=person.id if person is not None else None,
    )
    whom = _told(_NAMES.get(level, ""), unit.name if unit is not None else "", person.name if person else "")
    what = _told(await _periods_told(found.whens, scope, context), whom)
    return Meant(scope, what, int(page[1]) if page is not None else 1, said, whom)


def scope_of(word: str, today: date, zone: ZoneInfo) -> DutyScope:
    """What one word means that names a period; for every other word a scope that names none."""
    when = _when(word, today)
    return DutyScope() if when is None else _of_periods([when], zone)


def _of_periods(whens: Sequence[_When], zone: ZoneInfo) -> DutyScope:
    periods = [period for when in whens for period in when.periods]
    return DutyScope(
        periods=frozenset(period.key for period in periods),
        spans=tuple(_span(period, zone) for period in periods),
        back=frozenset(when.back for when in whens if when.back is not None),
    )


def only_says_which(said: str, today: date) -> bool:
    """Whether a text without blanks in front of it is nothing but a period or a level: 未交三季度职能."""
    found = _words(said, today)
    return bool(found.whens or found.levels) and not found.left


def _when(word: str, today: date) -> _When | None:
    """The period that a word means, of every kind that has one."""
    if (back := periods_back(word)) is not None:
        return _When(word, (), back)
    found: dict[str, Period] = {}
    for kind in PeriodKind:
        try:
            period = read_period(word, kind, today)
        except ValueError:
            continue
        found.setdefault(period.key, period)
    return _When(word, tuple(found.values()), None) if found else None


def level_of(word: str) -> Level | None:
    """The level that a word means: 职能, 职能级, 职能观察表."""
    return LEVELS.get(word) or LEVELS.get(_LEVEL_TAIL.sub("", word))


def _split(said: str) -> list[str]:
    return [word for word in _SEPARATORS.split(said) if word and word not in _FILLERS]


def _words(said: str, today: date, units: Collection[str] = ()) -> _Found:
    """`units`: words that are units as they stand, and are not taken apart: 项目部 is no level."""
    whens: list[_When] = []
    levels: list[Level] = []
    left: list[str] = []
    for word in _joined(_split(said), today):
        for part in [word] if word in units else _apart(word, today):
            if part in units:
                left.append(part)
            elif (level := level_of(part)) is not None:
                levels.append(level)
            elif (when := _when(part, today)) is not None:
                whens.append(when)
            else:
                left.append(part)
    return _Found(tuple(whens), tuple(levels), tuple(left))


def _joined(split: Sequence[str], today: date) -> Iterator[str]:
    """The words, those of one period together: 2026年 三季度."""
    place = 0
    while place < len(split):
        pair = "".join(split[place : place + 2])
        is_pair = place + 1 < len(split) and level_of(split[place + 1]) is None and _when(pair, today) is not None
        yield pair if is_pair else split[place]
        place += 2 if is_pair else 1


def _apart(word: str, today: date, names: Collection[str] = LEVELS) -> list[str]:
    """A word, or the period, level and unit that it consists of: 三季度职能, 职能二公司. It has one level at most."""
    if len(word) > LONGEST_WORD or level_of(word) is not None or _when(word, today) is not None:
        return [word]
    for name in names:
        if word.startswith(name):
            rest = word[len(name) :]
            rest = next((rest.removeprefix(tail) for tail in _LEVEL_TAILS if rest.startswith(tail)), rest)
            return [name, *_apart(rest, today, ())]
        if word.endswith(name):
            return [*_apart(word[: -len(name)], today, ()), name]
    for cut in range(len(word) - 1, 1, -1):
        if _when(word[:cut], today) is not None:
            return [word[:cut], *_apart(word[cut:].removeprefix("的"), today, names)]
    return [word]


async def _whole_units(said: str, today: date, context: Context) -> frozenset[str]:
    """The words that are no period and no level, and by which a unit goes."""
    some = [word for word in _split(said) if level_of(word) is None and _when(word, today) is None]
    return frozenset([word for word in some if await context.records.rounds.units_named(word)])


async def _whom(said: Sequence[str], context: Context) -> tuple[UnitView | None, PersonLine | None]:
    """The unit and the person that these words name. Raises ValueError like `read`."""
    units = [word for word in said if await context.records.rounds.units_named(word)]
    unit = await _unit(units, context) if units else None
    named: list[tuple[str, Sequence[PersonLine]]] = []
    for word in (each for each in said if each not in units):
        people = await context.records.rounds.persons_named(word.removeprefix("工号"), Permission.READ_SHEETS)
        if not people:
            raise ValueError(NO_UNIT.format(said=word))
        named.append((word, people))
    if len(named) > 1:
        raise ValueError(TWO_PEOPLE)
    return unit, _one(*named[0], unit) if named else None


def _one(said: str, people: Sequence[PersonLine], unit: UnitView | None) -> PersonLine:
    """The only one of that name, or the only one of them who belongs to the unit or below it."""
    here = [person for person in people if unit is not None and person.unit_name.startswith(unit.full_name)] or people
    if len(here) == 1:
        return here[0]
    labels = [
        PERSON.format(name=person.name, unit=person.unit_name, number=person.staff_number or NO_NUMBER)
        for person in here
    ]
    number = next((person.staff_number for person in here if person.staff_number), "10234")
    raise ValueError(WHICH_PERSON.format(said=said, people="、".join(labels), number=number))


async def _unit(said: Sequence[str], context: Context) -> UnitView:
    """The unit that is named, perhaps with those above it, as replies write it: 清源集团 / 二公司 / 项目部."""
    *above, name = said
    units = await context.records.rounds.units_named(name)
    if not units:
        raise ValueError(NO_UNIT.format(said=name))
    units = tuple(unit for unit in units if _is_below(unit, above))
    if not units:
        raise ValueError(TWO_UNITS)
    if len(units) > 1:
        raise ValueError(WHICH_UNIT.format(said=name, names="、".join(unit.full_name for unit in units)))
    return units[0]


def _is_below(unit: UnitView, above: Sequence[str]) -> bool:
    """Whether these are units above it, the highest first."""
    left = iter(words.normal(name) for name in unit.full_name.split(" / ")[:-1])
    return all(name in left for name in above)


def _span(period: Period, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return datetime.combine(period.first, time(), zone), datetime.combine(period.last + _ONE_DAY, time(), zone)


async def _periods_told(whens: Sequence[_When], scope: DutyScope, context: Context) -> str:
    """The periods by their names: of 本期, and of a day, which lies in one of each kind, those that have rounds."""
    labels: Sequence[str] = list(dict.fromkeys(period.label for when in whens for period in when.periods))
    if scope.back or len(labels) > 1:
        said = dict.fromkeys(when.said for when in whens)
        labels = [label or NODES for label in await context.records.rounds.labels(scope)] or list(said)
    if len(labels) <= MOST_LABELS:
        return "、".join(labels) or OPEN_ROUNDS
    return AND_MORE.format(labels="、".join(labels[:MOST_LABELS]), count=len(labels))


def _told(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
