"""开节点: a project is new, changes, ends, or a risk broke out; its observer is asked for a sheet by a day."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from handlers import numbered, words
from handlers.base import Context, Conversation, Json, Outcome, Tap, say
from handlers.deliveries.days import day_name, due_day, full_day
from handlers.keeping.asking import Act, ask
from handlers.rounds.rule import OPEN, Rule, to_json
from handlers.rounds.schedule import moment, steps
from handlers.ruling import nodes_typed
from handlers.ruling import nodes_wording as wording
from handlers.ruling.nodes_typed import KINDS, Typed
from handlers.ruling.reading import rule_of
from handlers.sheet_labels import told_apart
from nlp import dates
from storage.commands import DutyRefused, NodeOpened, OpenNode
from storage.duty_scope import NODE
from storage.duty_views import ProjectSeat
from storage.project_names import names_a_project, project_key
from storage.rounds import NewRound, NewStep

ACT: Final = "open_node"
WORKDAYS: Final = 5
"""Working days until a node is due for which nobody names a day."""
DUE_AT: Final = time(18)
LONGEST: Final = 60
"""Characters of a project's name."""
FURTHEST: Final = timedelta(days=366)
"""A later due day is a slip of the year, or would never come."""
SHOWN: Final = 10
_DAY_TAIL: Final = re.compile("(?:之?前|以前|截止|为止)$")


class _Node(NamedTuple):
    said: Typed
    day: date | None

    @property
    def label(self) -> str:
        return KINDS[self.said.kind]


async def open_node(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """开节点 <project> <kind> [截止 <day>] [由 <whom>]: asks who, when there are several, and before it opens."""
    seats = await context.records.rounds.project_seats()
    if not seats:
        return say(conversation, *wording.NOBODY)
    try:
        node = _read(argument, context)
        chosen = _chosen(node, seats)
        if not chosen:
            parts, says = _which(node.said, seats)
            return say(numbered.remembered(conversation, context, says, "个"), *parts)
        rule = await context.records.rounds.node_rule(chosen[0].unit.path)
        if rule is None:
            raise ValueError(wording.NO_RULE)
        due_at = _due_at(node, context)
        new = _round(node, rule_of(rule), chosen, due_at, context)
    except ValueError as refusal:
        return say(conversation, *wording.sentence(str(refusal)))
    own = all(seat.own for seat in chosen)
    people = "、".join(f"{seat.person_name}（{seat.unit.full_name}）" for seat in chosen)
    due = due_day(due_at, context.timezone)
    question = wording.QUESTION_OWN if own else wording.QUESTION
    told = {"project": node.said.project, "label": node.label, "due": due, "own": own}
    asked = question.format(**told, people=people)
    note, instead = _at_rest(node, context)
    return ask(conversation, context, ACT, {**told, "round": _to_json(new)}, f"{asked}{note}", instead)


def _at_rest(node: _Node, context: Context) -> tuple[str, tuple[Tap, ...]]:
    """That the day that was named is none of work, and the tap for the next one that is; empty for a working day."""
    calendar = context.workdays()
    if node.day is None or calendar.is_workday(node.day):
        return "", ()
    day = calendar.add_workdays(node.day, 1)
    command = node.said.command(str(day), node.said.who)
    told = wording.REST_DAY.format(day=day_name(node.day))
    return f"\n{told}", (Tap(wording.INSTEAD.format(day=day_name(day)), command),)


def _read(argument: str, context: Context) -> _Node:
    """Raises ValueError with the sentence to show."""
    said = nodes_typed.read(argument)
    if said is None:
        raise ValueError(wording.HOW.format(days=WORKDAYS))
    if not names_a_project(said.project):
        raise ValueError(wording.NO_NAME)
    if len(said.project) > LONGEST:
        raise ValueError(wording.LONG_NAME.format(longest=LONGEST))
    return _Node(said, _day(said.day, context) if said.day else None)


def _day(typed: str, context: Context) -> date:
    """The due day. Raises ValueError like `_read`."""
    today = context.now.astimezone(context.timezone).date()
    try:
        day = dates.day(_DAY_TAIL.sub("", typed), today, dates.PLANNED)
    except ValueError as refusal:
        raise ValueError(wording.NOT_A_DAY.format(refusal=refusal)) from None
    if day < today:
        raise ValueError(wording.PAST.format(day=full_day(day)))
    if day > today + FURTHEST:
        raise ValueError(wording.FAR.format(day=full_day(day)))
    return day


def _labelled(seats: Sequence[ProjectSeat]) -> list[tuple[str, ProjectSeat]]:
    return told_apart(seats, lambda seat: (seat.person_name, seat.unit.full_name, f"聘任 {seat.appointment_id}"))


def _chosen(node: _Node, seats: Sequence[ProjectSeat]) -> list[ProjectSeat]:
    """Who fills it: the one that there is, or whom the text names; nobody when it must be asked. Raises ValueError with
    the sentence to show for a name that is nobody's.
    """
    if not node.said.who:
        own = [seat for seat in seats if seat.own]
        if len(own) == 1 and len(seats) == 1:
            return own
        return list(seats) if len(seats) == 1 else []
    named = [seat for label, seat in _labelled(seats) if words.called(node.said.who, label, seat.person_name)]
    if len(named) == 1:
        return named
    of_unit = [seat for seat in seats if words.called(node.said.who, seat.unit.full_name, seat.unit.name)]
    if of_unit and len({seat.unit.id for seat in of_unit}) == 1:
        return of_unit
    if not named and not of_unit:
        raise ValueError(wording.UNKNOWN_OWNER.format(said=node.said.who))
    return []


def _which(said: Typed, seats: Sequence[ProjectSeat]) -> tuple[wording.Parts, Mapping[int, str]]:
    """The people to choose from, one's own appointments first, and all of a unit where it has several; and what their
    numbers say.
    """
    labelled = sorted(_labelled(seats), key=lambda each: not each[1].own)
    choices = [(label, said.command(said.day, label)) for label, _ in labelled]
    units: dict[int, list[ProjectSeat]] = {}
    for seat in seats:
        units.setdefault(seat.unit.id, []).append(seat)
    for together in units.values():
        unit = together[0].unit
        if len(together) > 1:
            label = wording.ALL_OF.format(unit=unit.name, count=len(together))
            choices.append((label, said.command(said.day, unit.full_name)))
    return wording.which(said.project, choices, said.command(said.day, seats[0].person_name), SHOWN)


def _due_at(node: _Node, context: Context) -> datetime:
    today = context.now.astimezone(context.timezone).date()
    day = node.day or context.workdays().add_workdays(today, WORKDAYS)
    due_at = moment(day, DUE_AT, context.timezone)
    if due_at <= context.now:
        raise ValueError(wording.PAST.format(day=full_day(day)))
    return due_at


def _round(node: _Node, rule: Rule, chosen: Sequence[ProjectSeat], due_at: datetime, context: Context) -> NewRound:
    """The round of the node. Its opening notice comes at once, however far away the due day is."""
    today = context.now.astimezone(context.timezone).date()
    ladder = steps(rule, due_at, context.workdays(), context.timezone)
    key = f"{NODE}{chosen[0].unit.id}:{node.label}:{today}:{project_key(node.said.project)}"
    return NewRound(
        rule_id=rule.id,
        period=key,
        label=node.label,
        form_name=rule.form,
        level=rule.level or "",
        unit_id=chosen[0].unit.id,
        rule=to_json(rule),
        counts_from=context.now,
        opens_at=context.now,
        due_at=due_at,
        steps=tuple(
            NewStep(place, each.step.name, each.step.audience, context.now if each.step.name == OPEN else each.at)
            for place, each in enumerate(ladder)
        ),
        subject=node.said.project,
        appointments=tuple(seat.appointment_id for seat in chosen),
    )


_TIMES: Final = ("counts_from", "opens_at", "due_at")


def _to_json(new: NewRound) -> dict[str, Any]:
    kept = {name: getattr(new, name) for name in NewRound.__slots__}
    kept |= {name: kept[name].isoformat() for name in _TIMES}
    return {**kept, "steps": [[step.place, step.name, step.audience, step.at.isoformat()] for step in new.steps]}


def _from_json(kept: Json) -> NewRound:
    given = dict(kept)
    given |= {name: datetime.fromisoformat(given[name]) for name in _TIMES}
    given["steps"] = tuple(NewStep(p, name, whom, datetime.fromisoformat(at)) for p, name, whom, at in given["steps"])
    given["appointments"] = tuple(given["appointments"])
    return NewRound(**given)


def make_open(kept: Json) -> Act:
    """What the answer yes does."""
    told = {name: str(kept[name]) for name in ("project", "label", "due")}

    def worded(result: NodeOpened | DutyRefused) -> wording.Parts:
        if isinstance(result, NodeOpened):
            return wording.opened_own(**told) if kept["own"] else wording.sentence(wording.OPENED.format(**told))
        refusal = wording.REFUSED.get(result.reason)
        return wording.sentence(refusal) if refusal is not None else list(wording.NOBODY)

    return Act(OpenNode(_from_json(kept["round"])), worded)
