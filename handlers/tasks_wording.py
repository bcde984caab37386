"""What a person reads about what they owe: what is due when, what came back, what was handed in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from handlers import words
from handlers.base import Tap
from handlers.deliveries.days import distance, due_day
from handlers.notices import LEVEL_NAMES
from handlers.ruling.reading import Coming
from storage.briefing_views import Briefing
from storage.commands import Submitted
from storage.duty_views import OwnDuty
from storage.views import ReturnedSheet
from storage.vocabulary import SheetState

Parts = list[str | Tap]

OWED: Final = "您现在要交的，共 {count} 项："
BRIEFING: Final = "◆ 当面交底以后要填的"
NOTHING_OWED: Final = "现在没有要交的表，放心。"
NO_TASKS: Final = "现在还没有要交的表，放心；有了，会在这里告诉您。"
DONE: Final = "◆ 已经交的"
BACK: Final = "◆ 退回来要补正的"
BEGUN: Final = "◆ 其他没填完的表"
FILL: Final = "现在填"
GO_ON: Final = "接着填"
NOTHING_NEW: Final = "本期无新情况"
CORRECT: Final = "去补正"
CANNOT_FILL: Final = "这张表现在填不了，请联系本单位纪检人员"
NOT_OWED: Final = "这项任务已经交过、免交，或者不归您填了。"
NO_FORM: Final = "这项任务要填的表现在没有开放，请联系本单位纪检人员。"
NEXT: Final = "\n· 下一期：{label}《{title}》，{opens}起可以填，{due}截止"
"""Of what nobody has to hand in yet."""
NODES: Final = (
    "项目有新建、变更、退出或者突发风险，请开一个节点，例如“开节点 东区管网改造 变更 截止 12月20日”，再填项目观察表。"
)
COUNTS: Final = "计入：{label}{subject}。\n"
STILL: Final = "您还要交："
STATES: Final = {
    SheetState.SUBMITTED: "待阅",
    SheetState.RETURNED: "已退回，待补正",
    SheetState.ACCEPTED: "已通过",
}
PROJECT_SET: Final = "项目名称已经替您填好：{project}。{why}不对的话，预览时点题号就能改。\n\n"
NODE_SET: Final = "填报原因也填好了：{answer}。"
PROJECT_NAMED: Final = "这次是为项目“{project}”填的（{label}）。\n\n"
NOTHING_NEW_SET: Final = "已经替您答了“{label}”：{answer}。其余的题照常填，答完看一遍再提交。\n\n"
NOTHING_NEW_NOT_ASKED: Final = "这张表没有“无新情况”这一题，请照实填写。\n\n"
SHOWN_AFTER: Final = 3
"""Duties named after a sheet was handed in."""


def next_ones(expected: Sequence[tuple[str, Coming]], timezone: ZoneInfo) -> Parts:
    """What will be owed next: (title of the form, when)."""
    lines: Parts = []
    for title, coming in expected:
        opens = coming.opens_at.astimezone(timezone)
        due = due_day(coming.due.due_at, timezone)
        lines.append(
            NEXT.format(label=coming.due.period.label, title=title, opens=f"{opens.month}月{opens.day}日", due=due)
        )
    return ["\n", *lines] if lines else []


class Owed(NamedTuple):
    """What somebody owed when they handed something in, and the moment (aware)."""

    duties: Sequence[OwnDuty]
    now: datetime
    timezone: ZoneInfo


class Task(NamedTuple):
    """A duty in the list: how its form is opened, and with what."""

    duty: OwnDuty
    way: Tap | None
    """None: the form cannot be filled."""
    may_be_nothing_new: bool


def subject(duty: OwnDuty) -> str:
    """What stands behind the title: the project of a node."""
    return f"（项目：{duty.subject}）" if duty.subject else ""


def instead(duty: OwnDuty) -> str:
    """In whose stead, if in somebody's."""
    return f"（代 {duty.absent_name}）" if duty.absent_name else ""


def owed(tasks: Sequence[Task], now: datetime, zone: ZoneInfo, *, asked: bool) -> Parts:
    """What is due, the latest first; `asked`: some round has ever asked this person for something."""
    if not tasks:
        return [NOTHING_OWED if asked else NO_TASKS]
    with_units = len({task.duty.unit_id for task in tasks}) > 1
    parts: Parts = [OWED.format(count=len(tasks))]
    for place, task in enumerate(tasks, start=1):
        duty = task.duty
        unit = f"\n　{duty.unit_name}" if with_units else ""
        when = f"{due_day(duty.due_at, zone)}截止，{distance(duty.due_at, now, zone)}"
        parts.append(f"\n\n{place}. {duty.label}《{duty.title}》{subject(duty)}{instead(duty)}{unit}\n　{when}\n　")
        parts.append(task.way or CANNOT_FILL)
        if task.way is not None and task.may_be_nothing_new:
            parts += ["　", Tap(NOTHING_NEW, f"{words.NOTHING_NEW} {duty.id}")]
    return parts


def to_acknowledge(briefing: Briefing | None) -> Parts:
    """The risk briefing that somebody was asked for and has not acknowledged."""
    if briefing is None or briefing.done_at is not None:
        return []
    level = LEVEL_NAMES.get(briefing.level)
    why = f"聘任为 {briefing.unit} 的{level}观察员" if level else f"调到 {briefing.unit}"
    return [f"\n\n{BRIEFING}\n· 《{briefing.title}》（{why}）　", Tap(FILL, f"{words.BEGIN} {briefing.title}")]


def back(sheets: Sequence[ReturnedSheet]) -> Parts:
    """What was returned to be corrected."""
    parts: Parts = [f"\n\n{BACK}"] if sheets else []
    for sheet in sheets:
        parts += [f"\n· 《{sheet.title}》{sheet.number}　", Tap(CORRECT, f"{words.CORRECT} {sheet.number}")]
    return parts


def begun(labels: Sequence[str]) -> Parts:
    """Drafts that no duty of the list asks for."""
    parts: Parts = [f"\n\n{BEGUN}"] if labels else []
    for label in labels:
        parts += [f"\n· {label}　", Tap(GO_ON, f"{words.RESUME} {label}")]
    return parts


def done(duties: Sequence[OwnDuty], zone: ZoneInfo) -> Parts:
    """What was handed in for the last rounds."""
    parts: Parts = [f"\n\n{DONE}"] if duties else []
    for duty in duties:
        state = STATES.get(duty.sheet_state) if duty.sheet_state is not None else None
        day = duty.done_at.astimezone(zone) if duty.done_at is not None else None
        when = f"{day.month}月{day.day}日交" if day is not None else "已交"
        told = "，".join(part for part in (when, state) if part)
        parts.append(f"\n· {duty.label}《{duty.title}》{subject(duty)}{instead(duty)}：{told}")
    return parts


def after(submitted: Submitted, before: Owed) -> Parts:
    """What stands under a sheet that was handed in: the period that it counts for, what is still owed."""
    if submitted.already:
        return []
    counted = next((duty for duty in before.duties if duty.id == submitted.duty_id), None)
    left = [duty for duty in before.duties if duty.done_at is None and duty.id != submitted.duty_id]
    parts: Parts = []
    if submitted.counts_for:
        about = subject(counted) if counted is not None else ""
        parts.append(COUNTS.format(label=submitted.counts_for, subject=about))
    if left:
        parts.append(STILL)
    for duty in left[:SHOWN_AFTER]:
        when = distance(duty.due_at, before.now, before.timezone)
        parts += [
            f"\n· {duty.label}《{duty.title}》{subject(duty)}{instead(duty)}，{when}　",
            Tap(FILL, f"{words.TASK} {duty.id}"),
        ]
    if len(left) > SHOWN_AFTER:
        parts += [f"\n· 还有 {len(left) - SHOWN_AFTER} 项，请看 ", Tap(words.TASKS)]
    return [*parts, "\n\n" if left else "\n"] if parts else []
