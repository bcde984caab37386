"""`qingfeng forms …`: workbooks checked, published, exported and walked by people who do not program."""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import typer
from rich.table import Column, Table

from bot.terminal import actor, console, finish, settings_or_exit, unit_path, with_database

if TYPE_CHECKING:
    from bot.form_publishing import Published
    from handlers.forms.workbook import CompiledWorkbook
    from storage.database import Database

T = TypeVar("T")

TEMPLATE: Final = frozenset({"template", "模板"})
PASSED = "[green]通过检查[/]：{title}（编号 {name}）"
SUMMARY = (
    "层级 {level}，对象 {audience}；"
    "{questions} 道题（必填 {required}），{groups} 个分组，{repeats} 个重复组，约 {minutes} 分钟。"
)
PURPOSES = "用途：{purposes}；{findings} 道题记录问题/风险点。"
NO_PURPOSES = "没有填写用途：回答不会进入问题台账。"
REFUSED = "[red]没有通过检查[/]，共 {count} 处要改："
NEW_VERSION = "[green]已发布[/]：{title}，{unit}，第 {number} 版。新开始的填报用这一版，正在填的仍用原来的版本。"
SAME_CONTENT = "内容和第 {number} 版完全相同，没有发布新版本。"
OFFERED_AGAIN = "这张表以前停用过，现在重新启用了。"
EXPORTED = "已导出到 {file}。"
EXPORTED_FILES = "附件也一并导出：{names}。"
NOT_XLSX = "导出的文件名要以 .xlsx 结尾。"
NOT_WRITTEN = "文件写不进去：{why}。"
NOT_READ = "附件读不了：{why}。"
NOT_JSON = "第 {row} 行第 {column} 个字符处不是 JSON"
WHY: Final[Mapping[type[Exception], str]] = {
    FileNotFoundError: "没有这个文件或文件夹",
    IsADirectoryError: "这是一个文件夹",
    PermissionError: "没有权限",
    UnicodeError: "编码不是 UTF-8",
    RecursionError: "括号套得太深",
}
NO_REASON = "磁盘或文件有问题"
NO_FOLDER = "附件文件夹“{folder}”不存在。"
BAD_ANSWERS = "答案文件读不了：{why}。"
NO_CASE = "答案文件里没有“{name}”这一项。"
BAD_NOW = "--now 要写成带时区的时间，例如 2026-11-21T10:00:00+08:00。"
WITHDRAWN = "已停用：{title}（{unit}）。正在填的仍可填完。"
WAS_WITHDRAWN = "{title}（{unit}）早已停用。"
RESTORED = "已重新启用：{title}（{unit}），第 {number} 版。"
WAS_OFFERED = "{title}（{unit}）本来就在用。"
MOVED = "已把 {moved} 份草稿移到第 {to} 版：名称和类型相同的回答保留，其余请本人重新填写。"
BUSY = "另有 {busy} 份正在填写，没有移动，请过几分钟再执行一次。"
NOTHING_TO_MOVE = "第 {number} 版上没有未提交的草稿。"
CANNOT = "[red]没有完成[/]：{why}"
_REST: Final = 58
"""Columns of a terminal that the list of forms needs beside the codes, with titles and units folded."""
_ZONE: Final = "Asia/Shanghai"
"""The timezone of a walk, which reads no settings."""

forms = typer.Typer(help="表单：检查、发布、导出", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="工作簿 .xlsx、.xls，或 Markdown 表格 .md")]
Folder = Annotated[Path | None, typer.Option("--attachments", help="csv 附件所在的文件夹")]
Name = Annotated[str, typer.Argument(help="表单编号或标题")]
UnitName = Annotated[str, typer.Option("--unit", help="单位，例如 集团/二公司；不写就是集团")]


@forms.command("check")
def check(
    file: File,
    attachments: Folder = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出给程序读的 JSON")] = False,
) -> None:
    """检查工作簿：没有问题就给出概要，有问题就逐条说明在哪里、怎么改。"""
    from bot.workbooks import check_workbook_now
    from handlers.forms.faults import WorkbookError

    try:
        compiled = check_workbook_now(file, _attachments(attachments))
    except WorkbookError as error:
        if as_json:
            _print_json({"ok": False, "faults": [_fault(fault) for fault in error.faults]})
        else:
            _tell_faults(error)
        raise typer.Exit(1) from None
    if as_json:
        _print_json(_as_json(compiled))
    else:
        _tell_summary(compiled)


@forms.command("publish")
def publish(file: File, unit: UnitName = "", attachments: Folder = None) -> None:
    """检查并发布工作簿：同一单位、同一编号的表就是新的一版。"""
    from bot.form_publishing import publish as publish_form

    settings = settings_or_exit()
    compiled = _checked(file, attachments)
    done = _run(settings, lambda database: publish_form(database, compiled, unit_path(unit), actor()))
    number = done.form.number
    if done.form.restored:
        _say(OFFERED_AGAIN)
    if done.form.new:
        _say(NEW_VERSION.format(title=compiled.title, unit=done.unit, number=number))
    else:
        _say(SAME_CONTENT.format(number=number))
    if done.hidden:
        _tell_hidden(done, unit)
    for notice in compiled.notices:
        _say(f"[yellow]提醒[/] {_escaped(str(notice))}")


@forms.command("export")
def export(
    name: Annotated[str, typer.Argument(help="表单编号或标题；template 或 模板 是空白模板")],
    file: Annotated[Path, typer.Argument(help="写到哪个 .xlsx 文件")],
    unit: UnitName = "",
) -> None:
    """把表单导出成可以在 Excel 或 WPS 里修改的工作簿。"""
    from bot.form_publishing import built_in, stored_xml
    from handlers.forms.authoring.embedding import attached
    from handlers.forms.authoring.export import export_book, export_form, export_template

    if file.suffix.lower() != ".xlsx":
        _fail(NOT_XLSX)
    files: dict[str, bytes] = {}
    catalogue = built_in(name)
    if name in TEMPLATE:
        content = export_template()
    elif catalogue is not None and not unit:
        content = export_book(catalogue.path)
    else:
        xml = _run(settings_or_exit(), lambda database: stored_xml(database, name, unit_path(unit), actor()))
        try:
            content, files = export_form(xml), attached(xml)
        except ValueError as error:
            _fail(str(error))
    try:
        file.write_bytes(content)
        for attachment, inside in files.items():
            (file.parent / Path(attachment).name).write_bytes(inside)
    except OSError as error:
        _fail(NOT_WRITTEN.format(why=_why(error)))
    _say(EXPORTED.format(file=_escaped(str(file))))
    if files:
        _say(EXPORTED_FILES.format(names="、".join(files)))


@forms.command("walk")
def walk(
    file: File,
    answers: Annotated[Path, typer.Option("--answers", help="答案 JSON：一份，或按工作簿文件名分列的多份")],
    attachments: Folder = None,
    now: Annotated[str, typer.Option(help="当作现在的时间，带时区；不写就是此刻")] = "",
) -> None:
    """按给定的答案走一遍表单，输出问过的题、最后的值和错误（JSON）；不用数据库。"""
    from bot.workbooks import check_workbook_now
    from handlers.forms.faults import WorkbookError
    from handlers.forms.walk import walk as walk_form
    from handlers.forms.xform import compile_form

    moment, case = _moment(now), _case(answers, file.name)
    try:
        compiled = check_workbook_now(file, _attachments(attachments), lenient=True)
    except WorkbookError as error:
        _print_json({"asked": [], "values": {}, "errors": [str(fault) for fault in error.faults]})
        raise typer.Exit(1) from None
    try:
        walked = walk_form(compile_form(compiled.xml), case, moment)
    except ValueError as error:
        _fail(BAD_ANSWERS.format(why=str(error).rstrip("。")))
    _print_json(walked)


@forms.command("list")
def list_forms() -> None:
    """列出所有单位的表单。"""
    from bot.form_hiding import NOTE, notes, worded
    from bot.form_publishing import audience_in_chinese, level_in_chinese, listed

    settings = settings_or_exit()
    lines = _run(settings, lambda database: listed(database, actor()))
    widest = max((len(line.name) for line in lines), default=0)
    names = ("标题", "层级", "对象", "单位", "版本", "草稿", "状态")
    whole = Column("编号", min_width=widest, no_wrap=True)  # a code that is broken cannot be copied
    table = Table(whole, *(Column(name, overflow="fold") for name in names), box=None, padding=(0, 1, 0, 0))
    for line in lines:
        state = "[red]已停用[/]" if line.withdrawn_at else "[green]在用[/]"
        audience = audience_in_chinese(line.audience)
        numbers = (str(line.number), str(line.open_drafts))
        level = level_in_chinese(line.level)
        table.add_row(_escaped(line.name), _escaped(line.title), level, audience, line.unit_name, *numbers, state)
    console.print(table, width=max(console.width, widest + _REST))
    for line, own, hidden in notes(lines):
        _say(_escaped(worded(NOTE, level_in_chinese(line.level), own, hidden)))


def _tell_hidden(done: "Published", unit: str) -> None:
    """That a form of a unit above is filled no more, and how to have both."""
    from bot.form_hiding import HIDES, UNDO, worded
    from bot.form_publishing import level_in_chinese

    _say(f"[yellow]注意[/] {_escaped(worded(HIDES, level_in_chinese(done.own.level), [done.own], done.hidden))}")
    _say(_escaped(UNDO.format(name=done.own.name, unit=unit)))


@forms.command("withdraw")
def withdraw(name: Name, unit: UnitName = "") -> None:
    """停用表单：不再提供给人填写，正在填的仍可填完。"""
    from bot.form_publishing import withdraw as withdraw_form

    settings = settings_or_exit()
    line, done = _run(settings, lambda database: withdraw_form(database, name, unit_path(unit), actor()))
    _say((WITHDRAWN if done else WAS_WITHDRAWN).format(title=_escaped(line.title), unit=line.unit_name))


@forms.command("restore")
def restore(name: Name, unit: UnitName = "") -> None:
    """重新启用停用的表单。"""
    from bot.form_publishing import restore as restore_form

    settings = settings_or_exit()
    line, done = _run(settings, lambda database: restore_form(database, name, unit_path(unit), actor()))
    told = RESTORED if done else WAS_OFFERED
    _say(told.format(title=_escaped(line.title), unit=line.unit_name, number=line.number))


@forms.command("move")
def move(
    name: Name,
    source: Annotated[int, typer.Option("--from", help="有错误的版本号")],
    target: Annotated[int, typer.Option("--to", help="移到哪一版；不写就是当前版")] = 0,
    unit: UnitName = "",
) -> None:
    """把某一版上没提交的草稿移到另一版：名称和类型相同的回答保留，其余重新问。"""
    from bot.form_publishing import move as move_drafts

    settings = settings_or_exit()
    zone = ZoneInfo(settings.timezone)
    done = _run(
        settings, lambda database: move_drafts(database, name, unit_path(unit), (source, target), zone, actor())
    )
    if done.moved or not done.busy:
        told = MOVED if done.moved else NOTHING_TO_MOVE
        _say(told.format(moved=done.moved, to=done.to, number=source))
    if done.busy:
        _say(BUSY.format(busy=done.busy))


def _checked(file: Path, attachments: Path | None) -> "CompiledWorkbook":
    from bot.workbooks import check_workbook_now
    from handlers.forms.faults import WorkbookError

    try:
        return check_workbook_now(file, _attachments(attachments))
    except WorkbookError as error:
        _tell_faults(error)
        raise typer.Exit(1) from None


def _run(settings: Any, work: Callable[["Database"], Awaitable[T]]) -> T:
    """Work on the records; what cannot be done becomes one line and exit status 1."""
    from bot.form_publishing import PublishingError
    from bot.unit_finding import UnitNotFound

    try:
        return finish(with_database(settings, work))
    except (PublishingError, UnitNotFound) as error:
        _fail(str(error))


def _attachments(folder: Path | None) -> dict[str, bytes]:
    """The csv files directly in the folder, by name; nothing is opened because a workbook names it, and no link is
    followed: a folder that somebody sent may hold links to anything.
    """
    if folder is None:
        return {}
    if not folder.is_dir():
        _fail(NO_FOLDER.format(folder=folder))
    from handlers.forms.authoring.attachments import MAX_BYTES

    files: dict[str, bytes] = {}
    try:
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() == ".csv" and path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    files[path.name] = file.read(MAX_BYTES + 1)  # one byte too many is refused by its name
    except OSError as error:
        _fail(NOT_READ.format(why=_why(error)))
    return files


def _why(error: Exception) -> str:
    """In Chinese, what hinders a file from being read or written."""
    if isinstance(error, json.JSONDecodeError):
        return NOT_JSON.format(row=error.lineno, column=error.colno)
    return next((chinese for kind, chinese in WHY.items() if isinstance(error, kind)), NO_REASON)


def _moment(written: str) -> datetime:
    if not written:
        return datetime.now(ZoneInfo(_ZONE))
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        _fail(BAD_NOW)
    if moment.tzinfo is None:
        _fail(BAD_NOW)
    return moment


def _case(file: Path, workbook: str) -> dict[str, Any]:
    """The case of a workbook: all of the file, or its part of that name."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        _fail(BAD_ANSWERS.format(why=_why(error)))
    if not isinstance(found, dict):
        _fail(BAD_ANSWERS.format(why="应为 JSON 对象"))
    if not found or found.keys() & {"answers", "repeats", "edits"}:
        return found
    case = found.get(workbook)
    if not isinstance(case, dict):
        _fail(NO_CASE.format(name=workbook))
    return case


def _tell_summary(compiled: "CompiledWorkbook") -> None:
    from bot.form_publishing import audience_in_chinese, level_in_chinese

    counted = compiled.summary
    _say(PASSED.format(title=_escaped(compiled.title), name=_escaped(compiled.name)))
    _say(
        SUMMARY.format(
            level=level_in_chinese(compiled.level),
            audience=audience_in_chinese(compiled.audience),
            questions=counted.questions,
            required=counted.required,
            groups=counted.groups,
            repeats=counted.repeats,
            minutes=counted.minutes,
        )
    )
    told = PURPOSES.format(purposes="、".join(counted.purposes), findings=counted.findings)
    _say(told if counted.purposes else NO_PURPOSES)
    for notice in compiled.notices:
        _say(f"[yellow]提醒[/] {_escaped(str(notice))}")


def _as_json(compiled: "CompiledWorkbook") -> dict[str, Any]:
    from dataclasses import asdict

    found = asdict(compiled)
    del found["xml"]
    return {"ok": True, **found}


def _fault(fault: Any) -> dict[str, Any]:
    return {"sheet": fault.sheet, "row": fault.row, "column": fault.column, "message": fault.message}


def _tell_faults(error: Any) -> None:
    _say(REFUSED.format(count=len(error.faults)))
    for fault in error.faults:
        _say(_escaped(str(fault)))
    for notice in error.notices:
        _say(f"[yellow]提醒[/] {_escaped(str(notice))}")


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


def _say(text: str) -> None:
    """One line, however long: it may be piped to a file or looked for."""
    console.print(text, highlight=False, soft_wrap=True)


def _escaped(text: str) -> str:
    """A text of an author's that is no markup of rich's."""
    from rich.markup import escape

    return escape(text)


def _fail(why: str) -> NoReturn:
    _say(CANNOT.format(why=_escaped(why)))
    raise typer.Exit(1)
