"""Which rules do not hold in (all) units of an officer, since a unit below has a rule of its own for the same."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from handlers.rounds.rule import RuleKind
from storage.duty_views import RuleLine
from storage.views import UnitView


class Replaced(NamedTuple):
    """What stands in the place of a rule: `own` in all units of the officer, else None; `below` in some of them."""

    own: RuleLine | None
    below: tuple[RuleLine, ...]


def replaced(lines: Sequence[RuleLine], seats: Sequence[UnitView]) -> Mapping[int, Replaced]:
    """By the id of the rule; those that hold everywhere are left out. `seats` are the units of one's offices."""
    found = {line.id: _of(line, lines, seats) for line in lines}
    return {number: each for number, each in found.items() if each.own is not None or each.below}


def _of(line: RuleLine, lines: Sequence[RuleLine], seats: Sequence[UnitView]) -> Replaced:
    nearer = [other for other in lines if other.active and _stands_for(other, line)]
    if not nearer or not line.active:
        return Replaced(None, ())
    here = [seat for seat in seats if seat.path.startswith(line.unit.path)]
    owns = [next((each for each in nearer if seat.path.startswith(each.unit.path)), None) for seat in here]
    if not line.editable and owns and owns[0] is not None and None not in owns:
        return Replaced(owns[0], ())
    return Replaced(None, tuple(nearer))


def _stands_for(other: RuleLine, line: RuleLine) -> bool:
    """Whether a rule is that of a unit below for the same form, or for nodes."""
    same = other.kind == line.kind and (other.kind == RuleKind.NODE or other.form_name == line.form_name)
    is_below = other.unit.path != line.unit.path and other.unit.path.startswith(line.unit.path)
    return same and is_below and line.kind != RuleKind.HOLIDAY
