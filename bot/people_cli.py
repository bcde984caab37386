"""`qingfeng people import` and `template`: units, people, appointments, leaves and offices from one workbook."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn
from zoneinfo import ZoneInfo

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from bot.terminal import actor, console, finish, settings_or_exit, with_database

if TYPE_CHECKING:
    from bot.settings import Settings
    from handlers.forms.faults import Fault
    from handlers.people.lines import Roster
    from handlers.people.planning import Plan

Section = tuple[str, int, Callable[[], Iterator[str]]]

TOLD_FAULTS: Final = 200
TOLD_LINES: Final = 20
"""Of one kind of change, unless --all."""

REFUSED = "[red]没有导入[/]，共 {count} 处要改："
MORE_FAULTS = "……还有 {count} 处，请先改好上面的再试。"
NOTICE = "[yellow]提醒[/] {notice}"
SECTION = "[bold]{title}[/] {count} 项"
MORE = "  ……还有 {count} 项（加 --all 全部列出）"
UNNAMED = "[bold]表里没有、保持原样的{title}[/] {count} 项"
NO_CHANGE = "[green]没有变化[/]：表里的内容和业务库完全一致，什么也没有写入。"
DRY_RUN = "以上共 {count} 项改动。这是预演，什么也没有写入；去掉 --dry-run 就会导入。"
QUESTION = "以上共 {count} 项改动，现在写入吗？"
RENAMED = (
    "[bold red]其中 {count} 个工号换了姓名[/]，名下有微信绑定、职务、聘任或请假（见上面的提醒）："
    "换了人的，请不要写入，给新来的人另编工号。"
)
NOT_CONFIRMED = "没有写入。"
DONE = "[green]已导入[/]：{count} 项改动，一次写入。"
BRIEFED = "写入后会通知{who}填《廉洁风险交底确认》（不通知加 --no-briefing）。"
NOT_BRIEFED = "{who}不会收到《廉洁风险交底确认》的通知（{why}；要通知加 --briefing）。"
APPOINTED = "新聘任的 {count} 人"
MOVED = "调动的 {count} 人"
FIRST_IMPORT = "业务库里还没有聘任，算第一次登记"
AS_ASKED = "按 --no-briefing"
THEN_BIND = (
    "新登记的人还没有绑定微信：用 qingfeng people invite 工号 给绑定码，"
    "或者请本人在公众号里说“绑定 姓名 手机后四位”，由纪检人员确认。"
)
CHANGED_MEANWHILE = "比较期间有人改动了人员或单位，什么也没有写入；请再执行一次。"
NOT_XLSX = "文件名要以 .xlsx 结尾。"
NOT_WRITTEN = "文件写不进去：{why}。"
WRITTEN = "模板已写到 {file}：按“填写说明”填好后，用 qingfeng people import 导入。"

File = Annotated[Path, typer.Argument(help="人员工作簿（.xlsx）")]


def import_people(
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查并列出会改什么，不写入")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问，直接写入")] = False,
    everything: Annotated[bool, typer.Option("--all", help="列出每一项改动，不省略")] = False,
    briefing: Annotated[
        bool | None,
        typer.Option(
            "--briefing/--no-briefing",
            help="要不要通知新聘任、调动的人做廉洁风险交底；不写：第一次登记不通知，以后通知",
        ),
    ] = None,
) -> None:
    """从工作簿导入单位、人员、聘任、请假和纪检职务；全部通过检查才写入，重复导入不会重复。"""
    settings = settings_or_exit()
    roster, planned = _compared(settings, file)
    for notice in planned.notices[:TOLD_FAULTS]:
        _say(NOTICE.format(notice=_escaped(str(notice))))
    if planned.faults:
        _refuse(planned.faults)
    count = planned.changes.count()
    _tell(planned, everything)
    brief = bool(planned.standing.appointments) if briefing is None else briefing
    _tell_briefing(planned, briefing, brief=brief)
    if planned.renamed:
        _say(RENAMED.format(count=len(planned.renamed)))
    if not count:
        _say(NO_CHANGE)
    elif dry_run:
        _say(DRY_RUN.format(count=count))
    elif yes or _confirmed(count):
        _write(settings, roster, planned, brief=brief)
        _say(DONE.format(count=count))
        if planned.changes.new_persons:
            _say(THEN_BIND)
    else:
        _say(NOT_CONFIRMED)
        raise typer.Exit(1)


def write_template(file: Annotated[Path, typer.Argument(help="写到哪个 .xlsx 文件")]) -> None:
    """写出空白的人员工作簿：带下拉、表头说明和填写说明。"""
    from handlers.people.template import people_template

    if file.suffix.lower() != ".xlsx":
        _fail(NOT_XLSX)
    try:
        file.write_bytes(people_template())
    except OSError as error:
        _fail(NOT_WRITTEN.format(why=error.strerror))
    _say(WRITTEN.format(file=_escaped(str(file))))


def _compared(settings: "Settings", file: Path) -> tuple["Roster", "Plan"]:
    from bot.people_import import compare, read_roster
    from handlers.forms.faults import WorkbookError

    zone, columns = ZoneInfo(settings.timezone), (SpinnerColumn(), TextColumn("{task.description}"))
    with _progress(*columns, TimeElapsedColumn(), transient=True) as progress:
        task = progress.add_task("读取工作簿", total=None)
        try:
            roster = read_roster(file)
        except WorkbookError as error:
            progress.stop()
            _refuse(error.faults)
        progress.update(task, description="检查并与业务库比较")
        planned = finish(with_database(settings, lambda database: compare(database, roster, datetime.now(UTC), zone)))
    return roster, planned


def _tell_briefing(planned: "Plan", asked: bool | None, *, brief: bool) -> None:
    """Who will be asked for the risk briefing, or that nobody will and why."""
    changes = planned.changes
    appointed = len({one.person for one in changes.new_appointments if planned.lasts(one)})
    moved = sum(one.moved for one in changes.changed_persons)
    who = "、".join(words.format(count=count) for words, count in ((APPOINTED, appointed), (MOVED, moved)) if count)
    if not who:
        return
    why = FIRST_IMPORT if asked is None else AS_ASKED
    _say(BRIEFED.format(who=who) if brief else NOT_BRIEFED.format(who=who, why=why))


def _write(settings: "Settings", roster: "Roster", planned: "Plan", *, brief: bool) -> None:
    from bot.people_import import carry_out
    from storage.people_writing import PeopleChanged

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with _progress(*columns) as progress:
        task = progress.add_task("写入", total=planned.changes.count())
        try:
            finish(
                with_database(
                    settings,
                    lambda database: carry_out(
                        database,
                        planned,
                        roster,
                        actor=actor(),
                        now=datetime.now(UTC),
                        tell=lambda count: progress.advance(task, count),
                        brief_from=planned.today if brief else None,
                    ),
                )
            )
        except PeopleChanged:
            progress.stop()
            _fail(CHANGED_MEANWHILE)


def _progress(*columns: ProgressColumn, transient: bool = False) -> Progress:
    """A progress bar for people; nothing in a file or a pipe."""
    return Progress(*columns, console=console, transient=transient, disable=not console.is_terminal)


def _tell(planned: "Plan", everything: bool) -> None:
    from handlers.people.wording import sections, unnamed

    for title, section in ((SECTION, sections(planned)), (UNNAMED, unnamed(planned))):
        for each in section:
            _tell_section(title, each, everything)


def _tell_section(heading: str, section: Section, everything: bool) -> None:
    title, count, lines = section
    _say(heading.format(title=title, count=count))
    for line in islice(lines(), None if everything else TOLD_LINES):
        _say(f"  {_escaped(line)}")
    if count > TOLD_LINES and not everything:
        _say(MORE.format(count=count - TOLD_LINES))


def _confirmed(count: int) -> bool:
    """Whether the operator says so; nobody at the terminal says no."""
    try:
        return typer.confirm(QUESTION.format(count=count))
    except typer.Abort:
        return False


def _refuse(faults: tuple["Fault", ...]) -> NoReturn:
    _say(REFUSED.format(count=len(faults)))
    for fault in faults[:TOLD_FAULTS]:
        _say(_escaped(str(fault)))
    if len(faults) > TOLD_FAULTS:
        _say(MORE_FAULTS.format(count=len(faults) - TOLD_FAULTS))
    raise typer.Exit(1)


def _say(text: str) -> None:
    """One line, however long: it may be piped to a file or looked for."""
    console.print(text, highlight=False, soft_wrap=True)


def _escaped(text: str) -> str:
    """A text of an author's that is no markup of rich's."""
    from rich.markup import escape

    return escape(text)


def _fail(why: str) -> NoReturn:
    _say(f"[red]没有完成[/]：{_escaped(why)}")
    raise typer.Exit(1)
