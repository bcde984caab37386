"""`qingfeng rounds due` as an operator uses it."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from bot.cli import app
from bot.rounds_cli import step_told
from bot.settings import Settings
from handlers.rounds.rule import PeriodKind, Rule, RuleKind, to_json
from storage.admin import administer
from storage.database import Database
from storage.models import Due, ReminderRule
from storage.upgrade import upgrade
from storage.vocabulary import Level
from tests.bot.processes import environment
from tests.world import TIMEZONE, populate, settings_for


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A deployment with the group of tests/world.py and a rule whose due day is in a week."""
    found = settings_for(tmp_path, 1, 2)
    upgrade(found.database)
    asyncio.run(_set_up(found))
    return found


async def _set_up(settings: Settings) -> None:
    now = datetime.now(UTC)
    await populate(settings, now)
    due = (now + timedelta(days=7)).astimezone(TIMEZONE)
    calendar = f"0 18 {due.day} {due.month} *"
    rule = Rule(0, "综合", RuleKind.FORM, "comprehensive", Level.COMPREHENSIVE, 1, "/1/", calendar, PeriodKind.YEAR)
    async with Database(settings.database) as database, administer(database, actor="test", now=now) as admin:
        kept = ReminderRule(
            kind=rule.kind,
            form_name=rule.form,
            unit_id=1,
            rule=to_json(rule),
            changed_at=now - timedelta(days=1),
            active=True,
        )
        admin._session.add(kept)


async def _dues(settings: Settings) -> int:
    async with (
        Database(settings.database) as database,
        administer(database, actor="test", now=datetime.now(UTC)) as admin,
    ):
        return int((await admin._session.execute(select(func.count()).select_from(Due))).scalar_one())


def run(settings: Settings, *arguments: str) -> tuple[int, str]:
    given: Mapping[str, str] = {name: value for name, value in environment(settings).items() if name.startswith("QF_")}
    ended = CliRunner().invoke(app, ["rounds", *arguments], env={"COLUMNS": "200", **given})
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.exit_code, " ".join(ended.output.split()).replace(" 人", "人")


def test_a_rehearsal_says_who_gets_what_when(settings: Settings) -> None:
    until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    status, told = run(settings, "due", "--dry-run", "--at", until)
    assert status == 0
    assert "王建国：王建国（二公司）" in told
    assert "陈晓（未绑定微信）" in told
    assert "截止当天 → 观察员 2人" in told
    assert "开启通知 → 观察员 2人" in told
    assert "逾期5个工作日 → 纪检人员 2人" in told, "集团的李敏和二公司的孙莉；一公司没有人要交"
    assert "没有写入" in told
    assert asyncio.run(_dues(settings)) == 0


def test_what_is_due_is_made_once(settings: Settings) -> None:
    assert run(settings, "due")[0] == 0
    made = asyncio.run(_dues(settings))
    assert made == 2
    assert run(settings, "due")[0] == 0
    assert asyncio.run(_dues(settings)) == made


@pytest.mark.parametrize(
    ("said", "told"), [("昨天", "没看懂时间"), ("2020-01-01", "现在以后"), ("2026-13-01", "没看懂时间")]
)
def test_a_wrong_time_is_told(settings: Settings, said: str, told: str) -> None:
    status, output = run(settings, "due", "--dry-run", "--at", said)
    assert status == 2
    assert told in output


def test_another_time_is_for_rehearsals(settings: Settings) -> None:
    status, output = run(settings, "due", "--at", "2099-01-01")
    assert status == 2
    assert "--dry-run" in output


def test_the_default_rules_are_made_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = CliRunner(env={"COLUMNS": "200", **environment(settings)})
    made = runner.invoke(app, ["rounds", "defaults", "清源集团"])
    assert made.exit_code == 0, made.output
    assert "职能观察表、项目节点、节前廉洁提醒" in made.output
    assert "综合观察表、" not in made.output, "the unit has a rule for it"
    again = runner.invoke(app, ["rounds", "defaults", "清源集团"])
    assert "都已经有了" in again.output
    unknown = runner.invoke(app, ["rounds", "defaults", "没有的单位"])
    assert unknown.exit_code != 0


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("open", "开启通知"),
        ("T-3", "截止前3个工作日"),
        ("T-0", "截止当天"),
        ("T+1", "逾期1个工作日"),
        ("T+3 superior", "逾期3个工作日"),
    ],
)
def test_the_name_of_a_step_is_told_in_words(name: str, told: str) -> None:
    assert step_told(name) == told


def test_a_line_of_a_narrow_terminal_is_not_broken(settings: Settings) -> None:
    until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    ended = CliRunner().invoke(
        app, ["rounds", "due", "--dry-run", "--at", until], env={**environment(settings), "COLUMNS": "40"}
    )
    assert any(line.endswith("（本期还没有生成，到时会生成）") for line in ended.output.splitlines()), ended.output
