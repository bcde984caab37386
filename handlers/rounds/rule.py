"""What a reminder rule is: which form is due when, and the ladder of reminders around the due day."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from storage.vocabulary import Level

Json: TypeAlias = Any


class RuleKind(StrEnum):
    """What makes the rounds of a rule."""

    FORM = "form"
    """Periodic: the rule's calendar names the due moments."""
    NODE = "node"
    """A project node that an officer or the project's owner opens, with a due moment of its own."""
    HOLIDAY = "holiday"
    """The eve of each public holiday: a notice, nothing is handed in."""


class PeriodKind(StrEnum):
    """How long the periods of a rule are: 年 半年 季 月 周 日 (PERIOD_WORDS), the longest first."""

    YEAR = "year"
    HALF_YEAR = "half_year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


PERIOD_WORDS: Final[Mapping[PeriodKind, str]] = MappingProxyType(
    {
        PeriodKind.YEAR: "年",
        PeriodKind.HALF_YEAR: "半年",
        PeriodKind.QUARTER: "季",
        PeriodKind.MONTH: "月",
        PeriodKind.WEEK: "周",
        PeriodKind.DAY: "日",
    }
)


class Shift(StrEnum):
    """What happens to a due day that is no working day."""

    EARLIER = "earlier"
    """提前: the working day before."""
    LATER = "later"
    """顺延: the working day after."""
    NONE = "none"
    """不调整."""


SHIFT_WORDS: Final[Mapping[Shift, str]] = MappingProxyType(
    {Shift.EARLIER: "提前", Shift.LATER: "顺延", Shift.NONE: "不调整"}
)


class StepAudience(StrEnum):
    """Whom a step of the ladder tells."""

    OBSERVER = "observer"
    """Who owes the sheet, or their substitute."""
    SUPERIOR = "superior"
    OFFICERS = "officers"
    """In their digest."""


class Step(NamedTuple):
    """One reminder of a ladder: `workdays` working days after (before: negative) the due day, at a local time."""

    name: str
    """Unique within the ladder; OPEN is the opening notice."""
    workdays: int
    audience: StepAudience
    hour: int
    minute: int


OPEN: Final = "open"
DEFAULT_LADDER: Final = (
    Step(OPEN, -10, StepAudience.OBSERVER, 9, 0),
    Step("T-3", -3, StepAudience.OBSERVER, 9, 0),
    Step("T-0", 0, StepAudience.OBSERVER, 9, 0),
    Step("T+1", 1, StepAudience.OBSERVER, 9, 0),
    Step("T+3", 3, StepAudience.SUPERIOR, 9, 0),
    Step("T+5", 5, StepAudience.OFFICERS, 9, 0),
)
"""DOMAIN.md, section Reminders; the hour is the start of a working day, outside quiet hours."""
HOLIDAY_LADDER: Final = (Step(OPEN, 0, StepAudience.OBSERVER, 9, 0),)
"""One notice, in the morning of the last working day before the holiday."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A reminder rule, as an officer of the unit `unit_id` set it; `version` goes up with every change.

    `calendar` is a cron expression of the due moment (minute hour day month weekday) in the enterprise's timezone;
    empty for nodes and holidays, whose due moments come from elsewhere. `of_previous`: a due moment closes the period
    before the one that it lies in (每月5日交上月的表). `form` and `level` are empty for holiday notices.
    """

    id: int
    name: str
    kind: RuleKind
    form: str
    level: Level | None
    unit_id: int
    unit_path: str
    calendar: str = ""
    period: PeriodKind = PeriodKind.QUARTER
    of_previous: bool = False
    shift: Shift = Shift.EARLIER
    ladder: tuple[Step, ...] = DEFAULT_LADDER
    version: int = 1
    active: bool = True


class Period(NamedTuple):
    """A stretch of days that one round is about; both days inclusive. `key` is unique within a rule."""

    key: str
    """2026, 2026-H2, 2026-Q4, 2026-11, 2026-W48 (ISO 8601), 2026-11-28, for holidays 2026-春节."""
    label: str
    """As people read it: 2026年第四季度."""
    first: date
    last: date


class DueMoment(NamedTuple):
    """When the sheets of a period are due."""

    period: Period
    nominal: date
    """The day that the calendar names, before it is shifted to a working day."""
    due_at: datetime
    """Aware UTC."""


class StepAt(NamedTuple):
    """A step of a ladder at its moment, aware UTC."""

    step: Step
    at: datetime


def to_json(rule: Rule) -> dict[str, Json]:
    """The rule as plain values, for the snapshot that a round keeps."""
    return {**asdict(rule), "ladder": [list(step) for step in rule.ladder]}


def from_json(values: Mapping[str, Json]) -> Rule:
    """The rule of a snapshot. Raises ValueError for anything that `to_json` does not write."""
    try:
        given = dict(values)
        given["kind"], given["period"] = RuleKind(given["kind"]), PeriodKind(given["period"])
        given["shift"] = Shift(given["shift"])
        given["level"] = None if given["level"] is None else Level(given["level"])
        given["ladder"] = tuple(_step(*step) for step in given["ladder"])
        return Rule(**given)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not the snapshot of a rule: {error}") from error


def _step(name: str, workdays: int, audience: str, hour: int, minute: int) -> Step:
    return Step(name, workdays, StepAudience(audience), hour, minute)
