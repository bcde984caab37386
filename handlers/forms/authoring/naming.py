"""A workbook in the authors' words to one in XLSForm's: headers, types, yes and no, levels, purposes."""

import re
from collections.abc import Callable
from typing import Final

from handlers.forms.authoring import normalising
from handlers.forms.authoring.aliases import (
    ALLOWANCES,
    AUDIENCES,
    ENGLISH_HEADERS,
    HEADERS,
    LEVELS,
    LISTED_TYPES,
    NO_IN_CHINESE,
    TYPES,
    YES_IN_CHINESE,
    lookup,
    plain,
)
from handlers.forms.authoring.book import CHOICES, EXTERNAL, SETTINGS, SURVEY, Book, Cells, Sheet
from handlers.forms.faults import Fault
from handlers.forms.purposes import purpose_of

PURPOSE: Final = "bind::qf:purpose"
ALLOW: Final = "bind::qf:allow"
LEAST: Final = "bind::qf:least"
LEVEL: Final = "attribute::qf:level"
AUDIENCE: Final = "attribute::qf:audience"
LIST: Final = "qf:list"
"""The column of the survey sheet that names the list of a choice question, when the type does not."""
MAX_LEAST: Final = 1_000

SAME_COLUMN = "“{one}”和“{two}”是同一列的两种写法，请合并成一列。"
UNKNOWN_LEVEL = "层级“{value}”不认识，可用的有：综合、项目、职能、日常；不分层级就留空。"
UNKNOWN_AUDIENCE = "对象“{value}”不认识，可用的有：观察员、全体人员、纪检人员、暂不开放。"
UNKNOWN_ALLOWANCE = "“{value}”不认识，这一列只能写“同上”“无”，两个都写用顿号隔开。"
WRONG_LEAST = f"“{{value}}”应为 1 到 {MAX_LEAST} 之间的整数。"
INLINE_CHOICES = (
    "这一列写的是选项组的名称，不是选项本身。请在“选项”工作表里建一个选项组，把 {parts} 逐行写进去，再把组名写到这里。"
)
TWO_LISTS = "类型里写了选项组“{one}”，选项列里又写了“{two}”，请只留一个。"

EXPRESSIONS: Final = ("relevant", "constraint", "calculation", "choice_filter", "repeat_count", "trigger")
"""Columns of the survey sheet that hold nothing but an expression."""
SWITCHES: Final = ("required", "read_only")
"""Columns that hold yes, no or an expression."""
_LEVELS: Final = lookup(LEVELS)
_AUDIENCES: Final = lookup(AUDIENCES)
_ALLOWANCES: Final = lookup(ALLOWANCES)
_LIST_MARKS: Final = re.compile(r"[\s:：()（）]+")
_OTHER: Final = re.compile(r"\s+(?:或其他|可填其他|含其他|or_other|or other|or specify other)$", re.IGNORECASE)
_SEPARATORS: Final = re.compile(r"[、,，/;；|\n]+")
_DIVIDED: Final = frozenset({"label", "caption", "hint", "media", "image", "audio", "video", "bind", "control", "body"})
"""What may stand before a single colon in a header: a text in several languages, or a part of the XForm."""
_FORMULA: Final = re.compile(r"\$\{|＄｛|[a-zA-Z-]+\(.*\)$")
_BLANKS_AND_COMMAS: Final = re.compile(r"[\s、,，;；]+")


def name_everything(book: Book) -> list[Fault]:
    """Turn a book as read into one that pyxform understands, our columns under their XForm names; return the faults."""
    faults: list[Fault] = []
    for name, sheet in book.sheets.items():
        faults += _name_headers(name, sheet)
    for name in (CHOICES, EXTERNAL):
        for _, cells in book.sheet(name).numbered():
            _change(cells, "list_name", normalising.name)
            _change(cells, "name", lambda text: text.strip())
            _change_texts(cells)
    survey = book.sheet(SURVEY)
    for number, cells in survey.numbered():
        _name_cells(cells)
        faults += _join_list(book, number, cells)
        faults += _name_own_columns(book, number, cells)
    survey.headers.pop(LIST, None)
    faults += _name_settings(book)
    return faults


def _name_headers(name: str, sheet: Sheet) -> list[Fault]:
    faults: list[Fault] = []
    taken: dict[str, str] = {}
    single = not any("::" in header for header in sheet.headers)
    for header in list(sheet.headers):
        new = _header(name, _doubled(header) if single else header)
        other = taken.get(new)
        if other is not None:
            faults.append(Fault(sheet.title, 1, header, SAME_COLUMN.format(one=other, two=header)))
            continue
        taken[new] = header
        if new != header:
            sheet.rename(header, new)
    return faults


def _header(sheet: str, written: str) -> str:
    """The XLSForm name of a header; the header itself when it is none of ours (filter columns, notes)."""
    whole = plain(written)
    table = HEADERS[sheet]
    found = table.get(whole) or table.get(whole.replace(" ", "_")) or _english(sheet, whole)
    if found:
        return found
    first, separator, language = written.replace("：：", "::").partition("::")
    if not separator and "：" in written:
        first, separator, language = written.partition("：")
    base = plain(first)
    found = table.get(base) or table.get(base.replace(" ", "_")) or _english(sheet, base)
    if separator and found and ":" not in found:
        return f"{found}::{language.strip()}"
    return written


def _doubled(header: str) -> str:
    """`label:English` as `label::English`: pyxform reads single colons only where a sheet has no double ones."""
    parts = [part.strip() for part in header.split(":")]
    if len(parts) == 1 or plain(parts[0]) not in _DIVIDED:
        return header
    return "::".join(parts).replace("jr::", "jr:")


def _english(sheet: str, whole: str) -> str:
    if sheet in {CHOICES, EXTERNAL}:
        return {"list name": "list_name", "value": "name", "caption": "label"}.get(whole, "")
    if sheet == SURVEY:
        return ENGLISH_HEADERS.get(whole, "") or ENGLISH_HEADERS.get(whole.replace(" ", "_"), "")
    return {"set form title": "form_title", "set form id": "form_id"}.get(whole.replace("_", " "), "")


def _name_cells(cells: Cells) -> None:
    _change(cells, "type", _type)
    _change(cells, "name", normalising.name)
    for header in EXPRESSIONS:
        _change(cells, header, normalising.expression)
    for header in (*SWITCHES, "disabled"):
        _change(cells, header, _switch)
    default = cells.get("default", "")
    if _FORMULA.search(default):
        cells["default"] = normalising.expression(default)
    _change(cells, "parameters", lambda text: normalising.references(" ".join(normalising.name(text).split())))
    _change_texts(cells)


def _change_texts(cells: Cells) -> None:
    for header, text in cells.items():
        if header.startswith(("label", "hint", "guidance_hint", "constraint_message", "required_message")):
            cells[header] = normalising.references(text)


def _type(written: str) -> str:
    """A type in Chinese, or in careless English, to the one that pyxform knows; any other as written."""
    text, other = written.strip(), ""
    if (match := _OTHER.search(text)) is not None:
        text, other = text[: match.start()], " or_other"
    whole = plain(text)
    if whole in TYPES:
        return TYPES[whole] + other
    head, *rest = [part for part in _LIST_MARKS.split(text) if part]
    found = TYPES.get(plain(head)) if head else None
    if found in LISTED_TYPES and len(rest) == 1:
        return f"{found} {_listed(rest[0])}{other}"
    return written.strip()


def _listed(written: str) -> str:
    """The name of a list or of a csv file, its ending in small letters as pyxform wants it."""
    name = normalising.name(written)
    return f"{name[:-4]}.csv" if name.lower().endswith(".csv") else name


def _switch(written: str) -> str:
    bare = plain(written)
    if bare in YES_IN_CHINESE:
        return "yes"
    if bare in NO_IN_CHINESE:
        return "no"
    return normalising.expression(written)


def _join_list(book: Book, number: int, cells: Cells) -> list[Fault]:
    """Put the list of a separate column behind the type."""
    listed = _listed(cells.pop(LIST, ""))
    kind, _, after = cells.get("type", "").partition(" ")
    if not listed or kind not in LISTED_TYPES:
        return []
    parts = [part for part in _SEPARATORS.split(listed) if part.strip()]
    if len(parts) > 1 or " " in listed:
        said = "、".join(part.strip() for part in parts)
        return [book.fault(SURVEY, number, LIST, INLINE_CHOICES.format(parts=said))]
    if after and after != "or_other" and after.split()[0] != listed:
        return [book.fault(SURVEY, number, LIST, TWO_LISTS.format(one=after.split()[0], two=listed))]
    cells["type"] = f"{kind} {listed}" + (" or_other" if "or_other" in after else "")
    return []


def _name_own_columns(book: Book, number: int, cells: Cells) -> list[Fault]:
    faults: list[Fault] = []
    for header, read in ((PURPOSE, _purpose), (ALLOW, _allowances), (LEAST, _least)):
        if header in cells:
            try:
                cells[header] = read(cells[header])
            except ValueError as error:
                faults.append(book.fault(SURVEY, number, header, str(error)))
                del cells[header]
    return faults


def _purpose(written: str) -> str:
    return purpose_of(written).value


def _allowances(written: str) -> str:
    found: list[str] = []
    for part in _BLANKS_AND_COMMAS.split(written.strip()):
        if part and plain(part) not in _ALLOWANCES:
            raise ValueError(UNKNOWN_ALLOWANCE.format(value=part))
        if part:
            found.append(_ALLOWANCES[plain(part)])
    return " ".join(dict.fromkeys(found))


def _least(written: str) -> str:
    text = normalising.name(written).removesuffix("字").strip()
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MAX_LEAST:
        raise ValueError(WRONG_LEAST.format(value=written))
    return str(int(text))


def _name_settings(book: Book) -> list[Fault]:
    faults: list[Fault] = []
    settings = book.sheets.setdefault(SETTINGS, Sheet(SETTINGS, {}))
    (number, cells), *others = [*settings.numbered()] or [(2, Cells())]
    settings.unread = others[0][0] if others else settings.unread
    settings.rows = [*({} for _ in range(number - 2)), cells]
    for header, table, sentence in ((LEVEL, _LEVELS, UNKNOWN_LEVEL), (AUDIENCE, _AUDIENCES, UNKNOWN_AUDIENCE)):
        written = cells.get(header, "")
        known = table.get(plain(written))
        if known:
            cells[header] = known
        elif written:
            faults.append(book.fault(SETTINGS, number, header, sentence.format(value=written)))
            del cells[header]
    for header in ("allow_choice_duplicates",):
        _change(cells, header, _switch)
    return faults


def _change(cells: Cells, header: str, change: Callable[[str], str]) -> None:
    if header in cells:
        cells[header] = change(cells[header])
