"""Rounds for dialogues: rules of the office, and rounds that the worker behind the turns makes of them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from handlers.rounds.rule import PeriodKind, Rule, RuleKind, to_json
from storage.admin import administer
from storage.models import AuditEntry, Due, Duty
from storage.rounds import NewRound, NewStep
from storage.ruling import WriteRule, add_rule
from storage.vocabulary import Level
from tests.handlers.desk import ACTOR, ZONE, Office

NAMES = {level: level.value for level in (Level.COMPREHENSIVE, Level.PROJECT, Level.FUNCTIONAL)}
"""The built-in form of a level has the level's name."""


def rule_of(office: Office, level: Level, unit: str, **changed: Any) -> Rule:
    """A rule for the built-in form of a level."""
    rule = Rule(
        id=0,
        name={Level.COMPREHENSIVE: "综合观察表", Level.PROJECT: "项目节点", Level.FUNCTIONAL: "职能观察表"}[level],
        kind=RuleKind.NODE if level is Level.PROJECT else RuleKind.FORM,
        form=NAMES[level],
        level=level,
        unit_id=office.units[unit],
        unit_path="",
        calendar="" if level is Level.PROJECT else "0 18 L 3,6,9,12 *",
        period=PeriodKind.QUARTER,
    )
    return replace(rule, **changed)


async def add(office: Office, rule: Rule) -> int:
    """Keep a rule; its id."""
    async with administer(office.database, actor=ACTOR, now=office.now) as admin:
        new = WriteRule(rule.unit_id, rule.kind, rule.form, to_json(rule))
        made = await add_rule(admin._session, new, office.now)
    assert made is not None
    return made


def day_of(moment: datetime) -> date:
    """The enterprise's day."""
    return moment.astimezone(ZONE).date()


async def opened(
    office: Office,
    rule_id: int,
    level: Level,
    *,
    due: datetime,
    period: str = "2026-Q4",
    label: str = "2026年第四季度",
    unit: str = "清源集团",
    audience: str = "officers",
    **changed: Any,
) -> int:
    """A round with its duties; its one step, which tells `audience`, comes a week after the due day."""
    new = NewRound(
        rule_id=rule_id,
        period=period,
        label=label,
        form_name=NAMES[level],
        level=level,
        unit_id=office.units[unit],
        rule={},
        counts_from=office.now,
        opens_at=office.now,
        due_at=due,
        steps=(NewStep(0, "T+5", audience, due + timedelta(days=7)),),
        **changed,
    )
    made = await office.database.rounds.make(new, now=office.now)
    assert made is not None
    while await office.database.rounds.fill(now=office.now, today=day_of) is not None:
        pass
    return made


async def rows(office: Office, table: type[Due] | type[Duty]) -> list[Any]:
    """All rows of a table."""
    async with administer(office.database, actor=ACTOR, now=office.now) as admin:
        found = list((await admin._session.execute(select(table))).scalars())
        admin._session.expunge_all()
        return found


async def audited(office: Office, action: str) -> list[str]:
    """The details of what the audit log says was done, the newest last."""
    async with administer(office.database, actor=ACTOR, now=office.now) as admin:
        query = select(AuditEntry).where(col(AuditEntry.action) == action).order_by(col(AuditEntry.position))
        return [entry.detail for entry in (await admin._session.execute(query)).scalars()]
