"""`qingfeng rounds due`: what is due by the reminder rules is made now, or only shown."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final
from zoneinfo import ZoneInfo

import typer

from bot.terminal import actor, console, finish, settings_or_exit, unit_path, with_database

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database
    from storage.rehearsal import RehearsedStep, Told

rounds = typer.Typer(help="期次与催报", no_args_is_help=True)

AUDIENCES: Final = {"observer": "观察员", "superior": "上级", "officers": "纪检人员"}
OPENING: Final = "开启通知"
ON_TIME: Final = "截止当天"
BEFORE: Final = "截止前{days}个工作日"
AFTER: Final = "逾期{days}个工作日"
_STEP_NAME: Final = re.compile(r"T([+-][0-9]+)(?: .*)?")
SHOWN: Final = 20
"""People of one step that are listed, unless --all."""
NOT_A_TIME: Final = "没看懂时间“{said}”，请写成 2026-12-31 或 2026-12-31T18:00。"
PAST: Final = "--at 要写现在以后的时间。"
ONLY_DRY: Final = "--at 只能和 --dry-run 一起用：期次总是按现在的时间生成。"
NOTHING: Final = "到 {until} 为止没有要提醒的。"
STEP: Final = "[bold]{at}[/]  {rule}　{period}　{name} → {audience} {count} 人{new}"
NEW: Final = "（本期还没有生成，到时会生成）"
PERSON: Final = "    {name}：{about}"
UNBOUND: Final = "（未绑定微信）"
MORE: Final = "    ……还有 {count} 人（加 --all 全部列出）"
DRY_RUN: Final = "这是预演：按现在的人员和交表情况推算，什么也没有写入、没有发送。"
DEFAULTS_MADE: Final = "[green]已建立[/]：{names}。在聊天里回复“催报规则”可以看、可以改。"
DEFAULTS_THERE: Final = "这个单位的默认规则都已经有了，没有改动。"
DONE: Final = "[green]已检查[/]：到期的期次和提醒都已生成，由运行中的机器人发出。"


@rounds.command("due")
def due(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出谁会在什么时候收到什么，不写入")] = False,
    at: Annotated[str, typer.Option("--at", help="列到什么时候为止，企业所在时区，例如 2026-12-31T18:00")] = "",
    everybody: Annotated[bool, typer.Option("--all", help="列出每一个人，不省略")] = False,
) -> None:
    """生成现在到期的期次和提醒；--dry-run 只预演。"""
    settings = settings_or_exit()
    zone, now = ZoneInfo(settings.timezone), datetime.now(UTC)
    until = _until(at, zone, now)
    if at and not dry_run:
        raise typer.BadParameter(ONLY_DRY)
    if not dry_run:
        finish(with_database(settings, lambda database: _make(settings, database)))
        console.print(DONE, soft_wrap=True)
        return
    found = finish(with_database(settings, lambda database: _rehearse(settings, database, now, until)))
    for step in found:
        _show(step, zone, everybody)
    if not found:
        console.print(NOTHING.format(until=f"{until.astimezone(zone):%Y-%m-%d %H:%M}"), soft_wrap=True)
    console.print(DRY_RUN, soft_wrap=True)


@rounds.command("defaults")
def defaults(
    unit: Annotated[str, typer.Argument(help="单位，例如 集团 或 集团/二公司")],
) -> None:
    """为一个单位建立默认的催报规则：综合每季度、职能每月、项目节点、节前提醒；已有的不动。"""
    settings = settings_or_exit()
    made = finish(with_database(settings, lambda database: _add_defaults(database, unit)))
    console.print(
        DEFAULTS_MADE.format(names="、".join(made)) if made else DEFAULTS_THERE, highlight=False, soft_wrap=True
    )


async def _add_defaults(database: "Database", unit: str) -> "tuple[str, ...]":
    from bot.organisation import add_default_rules
    from bot.unit_finding import UnitNotFound, find_unit

    try:
        found = await find_unit(database, unit_path(unit), actor())
    except UnitNotFound as refusal:
        raise typer.BadParameter(str(refusal)) from None
    return await add_default_rules(database, found, datetime.now(UTC), actor())


def _until(said: str, zone: ZoneInfo, now: datetime) -> datetime:
    if not said:
        return now
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise typer.BadParameter(NOT_A_TIME.format(said=said)) from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    if len(said) <= len("2026-12-31"):
        aware = aware.replace(hour=23, minute=59)
    if aware < now:
        raise typer.BadParameter(PAST)
    return aware.astimezone(UTC)


async def _make(settings: "Settings", database: "Database") -> None:
    from bot.rounds import Rounds
    from bot.workdays import Workdays

    workdays = Workdays(settings.data_dir)
    made = Rounds(database.rounds, lambda: datetime.now(UTC), ZoneInfo(settings.timezone), workdays, wake=lambda: None)
    await made.tick()


async def _rehearse(
    settings: "Settings", database: "Database", now: datetime, until: datetime
) -> "tuple[RehearsedStep, ...]":
    from bot.rounds import rehearse
    from bot.workdays import Workdays

    return await rehearse(database, now, until, ZoneInfo(settings.timezone), Workdays(settings.data_dir)())


def _show(step: "RehearsedStep", zone: ZoneInfo, everybody: bool) -> None:
    people = _by_recipient(step.told)
    console.print(
        STEP.format(
            at=f"{step.at.astimezone(zone):%Y-%m-%d %H:%M}",
            rule=step.rule_name,
            period=step.period,
            name=step_told(step.name),
            audience=AUDIENCES[step.audience],
            count=len(people),
            new=NEW if step.is_new else "",
        ),
        highlight=False,
    )
    shown = people if everybody else people[:SHOWN]
    for name, about in shown:
        console.print(PERSON.format(name=name, about=about), highlight=False, soft_wrap=True)
    if len(people) > len(shown):
        console.print(MORE.format(count=len(people) - len(shown)), highlight=False, soft_wrap=True)


def step_told(name: str) -> str:
    """The name of a step (open, T-3, T-0, T+3 superior) in words; days are working days."""
    found = _STEP_NAME.fullmatch(name)
    if found is None:
        return OPENING
    days = int(found[1])
    return (BEFORE if days < 0 else AFTER).format(days=abs(days)) if days else ON_TIME


def _by_recipient(told: "Sequence[Told]") -> list[tuple[str, str]]:
    found: dict[tuple[int, str], list[str]] = {}
    for each in told:
        name = each.recipient + ("" if each.bound else UNBOUND)
        found.setdefault((each.recipient_id, name), []).append(f"{each.observer}（{each.unit_name}）")
    return [(name, "、".join(about)) for (_, name), about in found.items()]
