"""An XLSForm workbook or Markdown table, checked and compiled to the XForm XML that is stored as a FormVersion."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from handlers.forms.authoring.attachments import Attachments
from handlers.forms.authoring.book import CHOICES, SETTINGS, SHEETS, SURVEY, Book
from handlers.forms.authoring.checks import check_survey, known_types
from handlers.forms.authoring.choice_checks import check_choices, unlabelled
from handlers.forms.authoring.comparisons import comparisons
from handlers.forms.authoring.conversion import convert
from handlers.forms.authoring.embedding import embed
from handlers.forms.authoring.expression_checks import ExpressionChecks
from handlers.forms.authoring.mending import mended
from handlers.forms.authoring.naming import AUDIENCE, LEVEL, PURPOSE, name_everything
from handlers.forms.authoring.outline import Entry, entries
from handlers.forms.authoring.reading import read_book
from handlers.forms.authoring.strange_columns import strange_columns
from handlers.forms.authoring.summary import Summary, summary_of
from handlers.forms.faults import Fault, WorkbookError
from handlers.forms.form import Form, FormError, FormFault
from handlers.forms.markup import NOT_XML
from handlers.forms.rules import Effect
from handlers.forms.xform import compile_form

__all__ = ["CompiledWorkbook", "Fault", "Summary", "WorkbookError", "compile_workbook"]

_MAX_NAME: Final = 64
_MAX_TITLE: Final = 100
"""Characters."""
_NUMBER: Final = re.compile(rf"[^\W_][\w.\-]{{0,{_MAX_NAME - 1}}}")
NOBODY = "没有写“层级”，也没有写“对象”，发布后暂不开放给任何人填写。"
NO_NAME = "设置表没有写“表单编号”，暂以“{name}”作编号；以后更新这张表要用同一个编号。"
NO_TITLE = "设置表没有写“表单标题”，填表的人看到的会是“{title}”，请写一个看得懂的标题。"
ODD_NUMBER = (
    f"表单编号“{{name}}”不能用：只能用文字、数字、下划线、短横线和点，以文字或数字开头，最多 {_MAX_NAME} 个字符。"
)
LONG_TITLE = f"表单标题太长了（最多 {_MAX_TITLE} 个字），请写短些。"
ONE_ROW = "设置表只用第 {row} 行，这一行没有用到，请删去。"
NOT_WELL_FORMED = "表里有一处写法保存不了，多半是带“::”的表头，请对照模板检查各张表的表头。"
LEVEL_MISSING = "对象是“观察员”，就要写明是哪个层级：综合、项目、职能或日常。"
DEFAULT = "默认值不合适：{message}"
LEFT_OUT = "这一行以上有 60 多个空行，从这一行起的内容没有读取；如果是题目或选项，请删去空行。"
_TRIALS: Final = 4
"""Times at most that a copy without the known faults is compiled to find what they hide."""
_TRIED_FAULTS: Final = 50
_TRIED_ROWS: Final = 500
"""Of the survey; larger workbooks take seconds to compile, and their processor time is limited."""
_MAX_FAULTS: Final = 200
"""Faults of one workbook that are told."""
_INSTANCE_NUMBER: Final = re.compile(r"\[\d+\]")
_OURS: Final = {
    "purpose": "bind::qf:purpose",
    "用途": "bind::qf:purpose",
    "allow": "bind::qf:allow",
    "least": "bind::qf:least",
}
"""Columns as the compiler names them -> our headers."""


@dataclass(frozen=True, slots=True)
class CompiledWorkbook:
    """All that a FormVersion needs: `xml` is the XForm, `sha256` the hex digest of its UTF-8 bytes.

    The XForm holds everything: csv attachments as choice lists, and the author's sheets, from which an editable
    workbook can be made again (`authoring.export`).
    """

    name: str
    """The form_id of the settings sheet."""
    title: str
    level: str
    """comprehensive, project, functional, daily, or empty when the settings sheet has no level."""
    xml: str = field(repr=False)
    sha256: str
    audience: str = ""
    """observers, everyone, officers or closed."""
    summary: Summary = field(default_factory=Summary, compare=False)
    notices: tuple[Fault, ...] = field(default=(), compare=False)
    """What does not hinder publishing but what the author should know."""


def compile_workbook(
    source: Path | str, attachments: Mapping[str, bytes] | None = None, *, lenient: bool = False
) -> CompiledWorkbook:
    """Compile an .xlsx, .xls or .md file (Path), or a Markdown text (str). May take seconds: not for the event loop.

    `attachments` maps bare names of csv files to their bytes. `lenient` takes what ODK would run though nobody would
    publish it: files that are missing (empty tables), filters by columns that there are not.
    Raises WorkbookError with every fault found.
    """
    book = read_book(source)
    faults = [*name_everything(book), *_settings(book, lenient)]
    outline = entries(book)
    files = Attachments(book, outline, attachments or {}, lenient)
    faults += check_survey(book, outline, lenient)
    faults += check_choices(book, outline)
    faults += ExpressionChecks(book, outline, lenient).faults()
    faults += files.check_names()
    xml, form = _compiled(book, outline, files, faults)
    if faults or form is None:
        _find_hidden(book, attachments or {}, lenient, faults)
        raise WorkbookError(_told(book, faults), tuple(strange_columns(book)))
    tags = frozenset(name for name, tag in known_types().items() if tag)
    return CompiledWorkbook(
        name=form.name,
        title=form.title,
        level=form.level,
        xml=xml,
        sha256=hashlib.sha256(xml.encode()).hexdigest(),
        audience=form.audience or ("observers" if form.level else "closed"),
        summary=summary_of(outline, tags),
        notices=(*_notices(book, form), *strange_columns(book), *comparisons(book, outline)),
    )


def _compiled(book: Book, outline: list[Entry], files: Attachments, faults: list[Fault]) -> tuple[str, Form | None]:
    """The XForm and its form; what pyxform and our compiler find joins the faults, unless a check said it already."""
    try:
        xml = convert(book, outline)
    except WorkbookError as error:
        said = {(fault.sheet, fault.row) for fault in faults}
        faults += [
            fault for fault in error.faults if not faults or (fault.row and (fault.sheet, fault.row) not in said)
        ]
        return "", None
    xml, found = files.inline(xml)
    if found:
        faults += found
        return "", None  # every expression that reads a missing table would be a fault of its own
    xml = embed(xml, book, files.used)
    try:
        return xml, compile_form(xml)
    except FormError as error:
        said = {(fault.sheet, fault.row) for fault in faults}
        for fault in dict.fromkeys(_located(error.faults, book, outline)):
            if (fault.sheet, fault.row) not in said and not (faults and fault.message == NOT_WELL_FORMED):
                faults.append(fault)
    return xml, None


def _find_hidden(book: Book, attachments: Mapping[str, bytes], lenient: bool, faults: list[Fault]) -> None:
    """Add what the faults hide: pyxform stops at its first, and what it cannot convert is never compiled."""
    for _ in range(_TRIALS if len(faults) <= _TRIED_FAULTS and len(book.sheet(SURVEY).rows) <= _TRIED_ROWS else 0):
        copy = mended(book, faults)
        if copy is None:
            return
        outline = entries(copy)
        trial: list[Fault] = []
        _compiled(copy, outline, Attachments(copy, outline, attachments, lenient), trial)
        known = {(fault.sheet, fault.row, fault.column) for fault in faults}
        purpose = book.sheet(SURVEY).written(PURPOSE)
        if any(fault.column == purpose for fault in faults):  # a level without its finding is then no fault of its own
            trial = [fault for fault in trial if fault.column != purpose]
        said = {fault.message for fault in faults}
        more = [
            fault
            for fault in trial
            if fault.row and fault.message not in said and (fault.sheet, fault.row, fault.column) not in known
        ]
        if not more:
            return
        faults += more


def _located(found: Iterable[FormFault], book: Book, outline: list[Entry]) -> list[Fault]:
    paths = {"/".join([*entry.path, entry.name]): entry.number for entry in reversed(outline) if not entry.closes}
    names = {entry.name: entry.number for entry in reversed(outline) if not entry.closes}
    counted = {entry.number: entry.cells for entry in outline if entry.cells.get("repeat_count")}
    located: list[Fault] = []
    for fault in found:
        _, _, inner = _INSTANCE_NUMBER.sub("", fault.ref).removeprefix("/").partition("/")
        last = inner.rpartition("/")[2]
        row = paths.get(inner) or names.get(last) or names.get(last.removesuffix("_other").removesuffix("_count")) or 0
        column = _OURS.get(fault.column, fault.column)
        if fault.message == NOT_XML:
            return [Fault("", 0, "", NOT_WELL_FORMED)]
        if not row and column == Effect.COUNT.value:  # counts that never come to rest are no single repeat's
            row = min(counted, default=0)
        if column == Effect.CALCULATE.value and row in counted and not counted[row].get(column):
            column = Effect.COUNT.value  # pyxform makes a calculation of it
        said = fault.message
        if column == "default" and "默认值" not in said:
            said = DEFAULT.format(message=said)
        message = said if row or not inner else f"{inner}：{said}"
        if fault.column in {"level", "audience"}:
            located.append(book.fault(SETTINGS, 2, LEVEL if fault.column == "level" else AUDIENCE, message))
        elif fault.column == "choices" and not row:
            located.append(book.fault(CHOICES, 0, "", message))
        else:
            located.append(book.fault(SURVEY, row, column, message))
    return located


def _settings(book: Book, lenient: bool) -> list[Fault]:
    settings = book.sheet(SETTINGS)
    number, cells = next(settings.numbered(), (2, {}))
    faults: list[Fault] = []
    name = cells.get("form_id", "")
    if name and not lenient and _NUMBER.fullmatch(name) is None:
        faults.append(book.fault(SETTINGS, number, "form_id", ODD_NUMBER.format(name=name)))
    if len(cells.get("form_title", "")) > _MAX_TITLE:
        faults.append(book.fault(SETTINGS, number, "form_title", LONG_TITLE))
    if cells.get(AUDIENCE) == "observers" and not cells.get(LEVEL):
        faults.append(book.fault(SETTINGS, number, AUDIENCE, LEVEL_MISSING))
    return faults


def _notices(book: Book, form: Form) -> list[Fault]:
    settings = book.sheet(SETTINGS)
    number, cells = next(settings.numbered(), (2, {}))
    found: list[Fault] = []
    if not cells.get(LEVEL) and not cells.get(AUDIENCE):
        found.append(book.fault(SETTINGS, number, "", NOBODY))
    if not cells.get("form_id") and not cells.get("id_string"):
        found.append(book.fault(SETTINGS, number, "", NO_NAME.format(name=form.name)))
    if not cells.get("form_title"):
        found.append(book.fault(SETTINGS, number, "form_title", NO_TITLE.format(title=form.title)))
    found += unlabelled(book)
    for sheet in book.sheets.values():
        if sheet.unread:
            said = ONE_ROW.format(row=number) if sheet is settings else LEFT_OUT
            found.append(Fault(sheet.title, sheet.unread, "", said))
    return found


def _told(book: Book, faults: list[Fault]) -> tuple[Fault, ...]:
    """Each fault once, sheet by sheet and row by row."""
    order = {book.sheet(name).title: place for place, name in enumerate(SHEETS)}
    distinct = sorted(dict.fromkeys(faults), key=lambda fault: (order.get(fault.sheet, len(order)), fault.row))
    return tuple(distinct[:_MAX_FAULTS])
