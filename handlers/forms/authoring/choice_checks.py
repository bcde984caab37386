"""What is wrong with choice lists: lists that nobody wrote, choices without name or text, names twice."""

from collections.abc import Iterator, Mapping
from typing import Final

from handlers.forms import spelling
from handlers.forms.authoring.aliases import CHOICES_HEADERS, TYPES_IN_CHINESE, in_chinese
from handlers.forms.authoring.book import CHOICES, EXTERNAL, SETTINGS, SURVEY, Book, Cells
from handlers.forms.authoring.outline import Entry
from handlers.forms.faults import Fault

NO_SHEET = "用到了选项组“{name}”，但没有“{sheet}”工作表，请新建，表头写：选项组、选项值、选项文字。"
NO_COLUMN = "没有“{chinese}”（{header}）这一列，请在第 1 行补上表头。"
UNKNOWN_LIST = "选项组“{name}”在“{sheet}”工作表里没有任何选项。{meant}现有的选项组：{known}。"
FROM_FILE = "选项在附件里的，类型要写“{kind} {name}”。"
EMPTY_SHEET = "“{sheet}”工作表里还没有任何选项，请补上选项组“{name}”。"
NO_LIST_NAME = "没有写属于哪个选项组，请填写“选项组”这一列。"
NO_NAME = "没有写选项值，可以写 {offer}。"
NO_LABEL = "没有写选项文字，填表的人看到的是选项值“{name}”。"
NAME_TWICE = "选项值“{name}”在选项组“{list}”里和第 {row} 行重复了，可改为 {offer}。"
BLANK_NAME = "选项值“{name}”中间有空格，多选和排序题不能用，可改为 {offer}。"
MANY_OF_ANSWERS = "多选题不能把“{name}”的回答当选项，请改用单选（select_one {name}）。"
ODD_LIST = "选项组的名称“{name}”中间不能有空格，可改为“{offer}”。"
_MANY: Final = frozenset({"select_multiple", "rank"})
_KNOWN: Final = 8
"""List names that a message quotes at most."""


def check_choices(book: Book, outline: list[Entry]) -> Iterator[Fault]:
    """Every fault of the choices and external_choices sheets, and selects whose list does not exist."""
    for sheet in (CHOICES, EXTERNAL):
        lists = lists_of(book, sheet)
        yield from _columns(book, sheet)
        yield from _unlisted(book, sheet)
        many = {entry.listed for entry in outline if entry.kind in _MANY}
        for name, rows in lists.items():
            yield from _choices(book, sheet, name, rows, name in many)
        yield from _selects(book, outline, sheet, lists)


def unlabelled(book: Book) -> Iterator[Fault]:
    """Choices without a text: people read their names, as in ODK; the author should know."""
    for sheet in (CHOICES, EXTERNAL):
        for number, cells in book.sheet(sheet).numbered():
            if cells.get("name") and not any(header.startswith(("label", "media", "image")) for header in cells):
                yield book.fault(sheet, number, "label", NO_LABEL.format(name=cells["name"]))


def lists_of(book: Book, sheet: str) -> dict[str, list[tuple[int, Cells]]]:
    """The choice lists of a sheet with their rows."""
    found: dict[str, list[tuple[int, Cells]]] = {}
    for number, cells in book.sheet(sheet).numbered():
        if cells.get("list_name"):
            found.setdefault(cells["list_name"], []).append((number, cells))
    return found


def _columns(book: Book, sheet: str) -> Iterator[Fault]:
    found = book.sheet(sheet)
    if any(found.numbered()):
        for header in ("list_name", "name"):
            if header not in found.headers:
                chinese = in_chinese(CHOICES_HEADERS, header)
                yield book.fault(sheet, 1, "", NO_COLUMN.format(chinese=chinese, header=header))


def _unlisted(book: Book, sheet: str) -> Iterator[Fault]:
    headers = book.sheet(sheet).headers
    if "list_name" not in headers or "name" not in headers:
        return
    for number, cells in book.sheet(sheet).numbered():
        if not cells.get("list_name") and cells.get("name") and any(header.startswith("label") for header in cells):
            yield book.fault(sheet, number, "list_name", NO_LIST_NAME)


def _choices(book: Book, sheet: str, name: str, rows: list[tuple[int, Cells]], many: bool) -> Iterator[Fault]:
    taken = {cells.get("name", "") for _, cells in rows}
    seen: dict[str, int] = {}
    doubled = book.sheet(SETTINGS).rows[-1:] or [{}]
    unique = sheet == CHOICES and doubled[0].get("allow_choice_duplicates", "no").lower() not in {"yes", "true"}
    if " " in name:
        yield book.fault(sheet, rows[0][0], "list_name", ODD_LIST.format(name=name, offer=name.replace(" ", "_")))
    for place, (number, cells) in enumerate(rows, start=1):
        written = cells.get("name", "")
        if not written:
            yield book.fault(sheet, number, "name", NO_NAME.format(offer=spelling.free("c", place, taken)))
            continue
        if unique and written in seen:
            offer = spelling.free("c", place, taken)
            said = NAME_TWICE.format(name=written, list=name, row=seen[written], offer=offer)
            yield book.fault(sheet, number, "name", said)
        elif many and " " in written:
            said = BLANK_NAME.format(name=written, offer=written.replace(" ", "_"))
            yield book.fault(sheet, number, "name", said)
        seen.setdefault(written, number)


def _selects(book: Book, outline: list[Entry], sheet: str, lists: Mapping[str, object]) -> Iterator[Fault]:
    for entry in outline:
        external = entry.kind == "select_one_external"
        if not entry.listed or external is not (sheet == EXTERNAL) or entry.kind.endswith("_from_file"):
            continue
        if "${" in entry.listed and entry.kind == "select_multiple":  # a KeyError in pyxform
            yield book.fault(SURVEY, entry.number, "type", MANY_OF_ANSWERS.format(name=entry.listed))
        if entry.listed in lists or "${" in entry.listed:
            continue
        if entry.listed.endswith(".csv") and f"{entry.kind}_from_file" in TYPES_IN_CHINESE:
            kind = in_chinese(TYPES_IN_CHINESE, f"{entry.kind}_from_file")
            yield book.fault(SURVEY, entry.number, "type", FROM_FILE.format(kind=kind, name=entry.listed))
            continue
        spoken = book.sheet(sheet).title if sheet in book.sheets else {"choices": "选项"}.get(sheet, "外部选项")
        if not lists:
            missing = EMPTY_SHEET if sheet in book.sheets else NO_SHEET
            said = missing.format(name=entry.listed, sheet=spoken)
        else:
            known = "、".join(list(lists)[:_KNOWN])
            meant = spelling.meant(entry.listed, lists)
            said = UNKNOWN_LIST.format(name=entry.listed, sheet=spoken, meant=meant, known=known)
        yield book.fault(SURVEY, entry.number, "type", said)
