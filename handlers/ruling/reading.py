"""A rule as it stands in the records, and what is known of its next round."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from handlers.base import Context
from handlers.rounds.rule import DueMoment, Rule, RuleKind, StepAt, from_json
from handlers.rounds.schedule import due_moments, steps
from storage.duty_views import RoundLine, RuleLine
from storage.round_spans import LONGEST, Asked, Had, Span, follows

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


async def had_of(rule: Rule, context: Context) -> Had:
    """What the rule's unit was asked for already, by this rule and by others; nothing where rounds do not come by the
    calendar.
    """
    if rule.kind is RuleKind.NODE:
        return Had(())
    return await context.records.rounds.had(asked_by(rule), context.now - LONGEST)


def asked_by(rule: Rule) -> Asked:
    """What a rule asks for, and where."""
    return Asked(rule.id, rule.unit_path, rule.form, rule.level or "")


def coming(rule: Rule, had: Had, context: Context) -> Coming | None:
    """The next round that asks for days that nobody was asked for yet, see follows; None for nodes, and where none
    comes.
    """
    calendar = context.workdays()
    for due in due_moments(rule, context.now, context.now + AHEAD, calendar, context.timezone):
        found = Coming(due, steps(rule, due.due_at, calendar, context.timezone))
        if follows(due.period.key, found.opens_at, (*had.own, *had.above)):
            return found
    return None


def standing_in_the_way(rule: Rule, had: Had, context: Context) -> tuple[Span, ...]:
    """The rounds of other rules for which this one has to begin later."""
    first = coming(rule, Had(had.own), context)
    if first is None:
        return ()
    return tuple(each for each in had.above if not follows(first.due.period.key, first.opens_at, (each,)))


def under_way(made: Sequence[RoundLine]) -> list[RoundLine]:
    """The rounds that are not over, the first due first."""
    return sorted((each for each in made if not each.closed), key=lambda each: each.due_at)
