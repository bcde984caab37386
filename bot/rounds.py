"""Makes the rounds of the reminder rules, and the dues of their steps, when their time has come."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import structlog

from bot import telemetry
from handlers.rounds import holiday_notices
from handlers.rounds.rule import DueMoment, Rule, RuleKind, StepAt, from_json, to_json
from handlers.rounds.schedule import due_moments, newest_of_each, steps
from handlers.rounds.workdays import WorkCalendar
from storage.database import Database
from storage.rehearsal import RehearsedStep
from storage.round_spans import Asked, follows
from storage.rounds import NewRound, NewStep, RoundWork, StoredRule, WaitingStep

AHEAD = timedelta(days=200)
"""How far ahead of a due moment its round may open: the longest ladder that handlers.rounds.rule lets pass."""
BACK = timedelta(days=400)
"""How far back a due moment is looked for that nobody was there to make: a yearly one, after a long downtime."""

log = structlog.get_logger("rounds")


class Rounds:
    """What the clock calls at every tick, in every worker: each round is made once, whoever comes first.

    `now` gives aware UTC; `timezone` is the enterprise's, in which rules are written; `workdays` gives the calendar as
    it stands; `wake` tells whoever sends what is due that there is something.
    """

    def __init__(
        self,
        work: RoundWork,
        now: Callable[[], datetime],
        timezone: ZoneInfo,
        workdays: Callable[[], WorkCalendar],
        *,
        wake: Callable[[], None],
    ) -> None:
        self._work = work
        self._now = now
        self._timezone = timezone
        self._workdays = workdays
        self._wake = wake

    async def tick(self) -> None:
        """Make what has come due. Raises RecordsUnavailable; the next tick goes on where this one stopped."""
        now = self._now()
        for new in await coming_rounds(self._work, now, self._timezone, self._workdays()):
            if await self._work.make(new, now=now) is not None:
                log.info("round made", rule=new.rule_id, period=new.period)
        while (made := await self._work.fill(now=now, today=self._day_of)) is not None:
            telemetry.duties.inc(made)
        if await self._do_steps(await self._work.waiting(now=now), now):
            self._wake()

    def _day_of(self, moment: datetime) -> date:
        return moment.astimezone(self._timezone).date()

    async def _do_steps(self, waiting: Iterable[WaitingStep], now: datetime) -> int:
        made = 0
        for round_id, several in groupby(sorted(waiting, key=_by_round), key=lambda step: step.round_id):
            here = tuple(several)
            act = newest_of_each(step for step in here if step.rule_active)
            skip = [step for step in here if step not in act]
            if skip:
                await self._work.skip(round_id, [step.place for step in skip])
            for step in act:
                made += await self._do_step(step, now)
        return made

    async def _do_step(self, step: WaitingStep, now: datetime) -> int:
        today = self._day_of(now)
        if step.rule.get("kind") == RuleKind.HOLIDAY:
            body = holiday_notices.body_of(step.period, self._workdays())
            made = await self._work.tell_holiday(step, body, now=now, today=today)
        else:
            made = await self._work.fill_step(step, now=now, today=today)
        telemetry.dues.labels(step.audience).inc(made)
        return made


async def rehearse(
    database: Database, now: datetime, until: datetime, timezone: ZoneInfo, calendar: WorkCalendar
) -> tuple[RehearsedStep, ...]:
    """What the rounds up to `until` would tell whom, as things stand; nothing is made."""
    new = await coming_rounds(database.rounds, until, timezone, calendar)
    return await database.rehearsal.rounds(
        new,
        now=now,
        until=until,
        today=lambda moment: moment.astimezone(timezone).date(),
        wanted=newest_of_each,
    )


async def coming_rounds(
    work: RoundWork, now: datetime, timezone: ZoneInfo, calendar: WorkCalendar
) -> tuple[NewRound, ...]:
    """The rounds that should be there by `now` and are not."""
    found: list[NewRound] = []
    for stored in await work.rules():
        try:
            rule = from_json({**stored.rule, **_identity(stored)})
        except ValueError as error:
            log.error("a rule cannot be read", rule=stored.id, reason=str(error))
            continue
        due = _wanted(rule, stored, now, timezone, calendar)
        found += await _unasked(work, rule, [new_round(rule, moment, timezone, calendar) for moment in due], now)
    return tuple(found)


async def _unasked(work: RoundWork, rule: Rule, due: Sequence[NewRound], now: datetime) -> list[NewRound]:
    """Those of the rounds that ask nobody for days of which a round was there: of the rule itself (it was changed), or
    of a rule above, while the unit had none of its own.
    """
    had = await work.had(rule.id)
    new = [each for each in due if follows(each.period, each.opens_at, had)]
    if not new or rule.kind is not RuleKind.FORM:
        return new
    asked = Asked(rule.id, rule.unit_path, rule.form, rule.level or "")
    above = await work.had_above(asked, now - BACK)
    return [each for each in new if follows(each.period, each.opens_at, above)]


def _identity(stored: StoredRule) -> Mapping[str, object]:
    return {
        "id": stored.id,
        "version": stored.version,
        "active": stored.active,
        "unit_id": stored.unit_id,
        "unit_path": stored.unit_path,
    }


def _wanted(
    rule: Rule, stored: StoredRule, now: datetime, timezone: ZoneInfo, calendar: WorkCalendar
) -> tuple[DueMoment, ...]:
    """The due moments whose rounds should be open: all that are still to come, and the last that is over. One that was
    over when the rule was made, or last changed, is nobody's.
    """
    after = max(stored.changed_at, now - BACK)
    moments = [
        moment
        for moment in due_moments(rule, after, now + AHEAD, calendar, timezone)
        if _opens_at(steps(rule, moment.due_at, calendar, timezone), moment) <= now
    ]
    if rule.kind is RuleKind.HOLIDAY:  # a notice of the eve: it says that the holiday is ahead
        today = now.astimezone(timezone).date()
        moments = [moment for moment in moments if today < moment.period.first]
    over = [moment for moment in moments if moment.due_at <= now]
    return (*over[-1:], *(moment for moment in moments if moment.due_at > now))


def new_round(rule: Rule, moment: DueMoment, timezone: ZoneInfo, calendar: WorkCalendar) -> NewRound:
    """The round of a due moment, with the steps of its ladder."""
    ladder = steps(rule, moment.due_at, calendar, timezone)
    return NewRound(
        rule_id=rule.id,
        period=moment.period.key,
        label=moment.period.label,
        form_name=rule.form,
        level=rule.level or "",
        unit_id=rule.unit_id,
        rule=to_json(rule),
        counts_from=datetime.combine(moment.period.first, time(), timezone),
        opens_at=_opens_at(ladder, moment),
        due_at=moment.due_at,
        steps=tuple(
            NewStep(place, found.step.name, found.step.audience, found.at) for place, found in enumerate(ladder)
        ),
        subject="" if rule.kind is RuleKind.FORM else moment.period.label,
    )


def _opens_at(ladder: tuple[StepAt, ...], moment: DueMoment) -> datetime:
    return min((found.at for found in ladder), default=moment.due_at)


def _by_round(step: WaitingStep) -> int:
    return step.round_id
