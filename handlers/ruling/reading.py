"""A rule as it stands in the records, and what is known of its next round."""

from collections.abc import Callable, Sequence, Set
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from handlers.base import Context
from handlers.rounds.rule import DueMoment, Rule, StepAt, from_json
from handlers.rounds.schedule import due_moments, steps
from storage.duty_views import RoundLine, RuleLine

AHEAD: Final = timedelta(days=800)
"""How far ahead a due moment is looked for: a yearly one, and some more."""


class Coming(NamedTuple):
    """The next round that a rule makes: what it is due, and the steps of its ladder, in their order."""

    due: DueMoment
    steps: tuple[StepAt, ...]

    @property
    def opens_at(self) -> datetime:
        """Aware UTC."""
        return min((each.at for each in self.steps), default=self.due.due_at)


def rule_of(line: RuleLine) -> Rule:
    """The rule of a row. Raises ValueError when nobody can read it."""
    identity = {
        "id": line.id,
        "version": line.version,
        "active": line.active,
        "unit_id": line.unit.id,
        "unit_path": line.unit.path,
    }
    return from_json({**line.rule, **identity})


def coming(rule: Rule, made: Sequence[RoundLine], context: Context) -> Coming | None:
    """The next round that is not made yet; None for nodes, and where none comes."""
    periods = {each.period for each in made}
    return _first(rule, lambda moment: moment.period.key not in periods, context)


def next_of(rule: Rule, had: Set[str], context: Context) -> Coming | None:
    """The next round for somebody who has had those with these labels."""
    return _first(rule, lambda moment: moment.period.label not in had, context)


def _first(rule: Rule, wanted: Callable[[DueMoment], bool], context: Context) -> Coming | None:
    calendar = context.workdays()
    moments = due_moments(rule, context.now, context.now + AHEAD, calendar, context.timezone)
    due = next(filter(wanted, moments), None)
    return None if due is None else Coming(due, steps(rule, due.due_at, calendar, context.timezone))


def under_way(made: Sequence[RoundLine]) -> list[RoundLine]:
    """The rounds that are not over, the first due first."""
    return sorted((each for each in made if not each.closed), key=lambda each: each.due_at)
