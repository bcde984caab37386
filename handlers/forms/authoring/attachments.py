"""Csv attachments written into the XForm, so that what is stored needs no other file."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Final
from xml.sax.saxutils import escape, unescape

from handlers.forms import spelling
from handlers.forms.authoring.book import CHOICES, SURVEY, Book, Cells
from handlers.forms.authoring.choice_checks import lists_of
from handlers.forms.authoring.encodings import decoded
from handlers.forms.authoring.outline import Entry
from handlers.forms.canonical import clean
from handlers.forms.faults import Fault

MAX_BYTES: Final = 2_000_000
"""Of one csv file."""
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 50
MAX_TOTAL: Final = 4_000_000
"""Characters of all csv files of a form, as XML."""

NOT_BARE = "附件名“{name}”不能用：只能写文件名本身，例如 fruits.csv，不能带文件夹、“..”或斜杠。"
ODD_NAME = "附件名“{name}”不能用：只能用文字、数字、下划线和短横线，最多 60 个字，例如 fruits.csv。请改名。"
LIKE_A_LIST = "附件“{name}”和选项组“{list}”同名，请把其中一个改名。"
NOT_CSV = "附件“{name}”应为 csv 文件，请在 Excel 或 WPS 里另存为 csv（UTF-8 或简体中文编码都可以）。"
MISSING = "缺少附件“{name}”，请把它和工作簿一起上传（命令行用 --attachments 指明文件夹）。{meant}"
TOO_BIG = f"附件太大了（最多 {MAX_BYTES // 1_000_000} MB）。"
TOO_BIG_TOGETHER = "这张表的附件加起来太大了，请删去用不到的行和列。"
UNREADABLE = "附件的编码认不出来，请另存为 UTF-8 编码的 csv。"
BROKEN = "附件读不下去了：这一行的引号没有配对，或有一格太长。"
NO_ROWS = "附件里只有表头，没有选项，请从第 2 行起补上。"
TOO_MANY_CELLS = "这一行比表头多出几格；文字里有逗号的，那一格要用英文引号括起来（在 Excel、WPS 里另存时会自动加上）。"
EMPTY = "附件是空的，第 1 行要写表头。"
NO_HEADER = "第 {place} 列没有表头，请在第 1 行补上。"
ODD_HEADER = "表头“{header}”不能用：要以文字或字母开头，中间不能有空格和标点。"
HEADER_TWICE = "有两列的表头都是“{header}”，请改名。"
TOO_MANY_COLUMNS = f"列数太多了（最多 {MAX_COLUMNS} 列）。"
TOO_MANY_ROWS = f"行数太多了（最多 {MAX_ROWS} 行）。"
NO_COLUMN = "缺少“{column}”这一列。第 1 行要有 {columns} 两列，前一列是选项值，后一列是选项文字。"
NO_VALUE = "“{column}”这一格是空的。"
VALUE_TWICE = "“{column}”的“{value}”和第 {row} 行重复了。"
BLANK_VALUE = "“{column}”的“{value}”中间有空格，多选题不能用。"

_INSTANCE: Final = re.compile(r'<instance id="([^"]*)" src="jr://(file|file-csv)/([^"]*)"\s*(?:/>|>\s*</instance>)')
_NAME: Final = re.compile(r"[^\W_][\w\-]{0,59}\.csv", re.IGNORECASE)
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])\.", re.IGNORECASE)
"""What Windows takes for a device whatever follows the dot: nobody could save the file there."""
_HEADER: Final = re.compile(r"[^\W\d][\w.\-]*")
_PULLED: Final = re.compile(r"pulldata\s*\(\s*(.*?),")
"""Its first argument, as pyxform reads it (survey.py, RE_PULLDATA): up to the first comma whatever it is."""
_QUOTES_AND_BLANKS: Final = re.compile(r"[\"'\s]+")
_PARAMETER: Final = re.compile(r"\b(value|label)\s*=\s*([^\s,;]+)", re.IGNORECASE)


class Attachments:
    """The csv files of one form."""

    def __init__(self, book: Book, outline: Sequence[Entry], files: Mapping[str, bytes], missing_ok: bool) -> None:
        """`files` maps bare names to contents. With `missing_ok` a file that is not there counts as an empty table."""
        self._book = book
        self._outline = outline
        self._files = dict(files)
        self._missing_ok = missing_ok
        self.used: list[str] = []
        """The files that the form holds after `inline`, in the order in which it names them."""
        self._tables: dict[str, tuple[list[str], list[list[str]]]] = {}

    def check_names(self) -> Iterator[Fault]:
        """Selects whose file name is no bare name of a csv."""
        for entry in self._outline:
            if entry.kind.endswith("_from_file") and entry.listed:
                said = _name_fault(entry.listed)
                listed = entry.listed.rpartition(".")[0]
                if not said and listed in lists_of(self._book, CHOICES):
                    said = LIKE_A_LIST.format(name=entry.listed, list=listed)
                if said:
                    yield self._book.fault(SURVEY, entry.number, "type", said)

    def inline(self, xml: str) -> tuple[str, list[Fault]]:
        """The XForm with every csv that it names inside, and what is wrong with them."""
        faults: list[Fault] = []
        total = 0

        def put(match: re.Match[str]) -> str:
            nonlocal total
            name = unescape(match[3], {"&quot;": '"'})
            found = list(self._check(name, match[2]))
            faults.extend(found)
            if name not in self._tables:
                return match.group()  # the compiler takes a file that is still named as an empty table
            self.used.append(name)
            headers, rows = self._tables[name]
            body = "".join(_item(headers, row) for row in rows)
            total += len(body)
            return f'<instance id="{match[1]}"><root>{body}</root></instance>'

        inlined = _INSTANCE.sub(put, xml)
        if total > MAX_TOTAL:
            faults.append(Fault("", 0, "", TOO_BIG_TOGETHER))
            return xml, faults
        return inlined, faults

    def _check(self, name: str, scheme: str) -> Iterator[Fault]:
        """Read a file; what is wrong with it, or with the row that names it."""
        said = _name_fault(name) if scheme == "file-csv" else NOT_CSV.format(name=name)
        if said:
            yield self._at(name, said)
            return
        content = self._content(name)
        if content is None:
            if not self._missing_ok:
                yield self._at(name, MISSING.format(name=name, meant=spelling.meant(name, self._files)))
            return
        faults = list(self._read(name, content))
        if not faults:
            for entry in self._outline:
                if entry.listed == name:
                    faults += self._check_select(name, entry)
        yield from dict.fromkeys(faults)

    def _content(self, name: str) -> bytes | None:
        lowered = {known.lower(): known for known in self._files}
        return self._files.get(lowered.get(name.lower(), name))

    def _read(self, name: str, content: bytes) -> Iterator[Fault]:
        if len(content) > MAX_BYTES:
            yield Fault(name, 0, "", TOO_BIG)
            return
        text = decoded(content)
        if text is None:
            yield Fault(name, 0, "", UNREADABLE)
            return
        rows: list[list[str]] = []
        reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        try:
            for row in reader:
                rows.append([clean(cell).strip() for cell in row])
                if len(rows) > MAX_ROWS + 1:
                    yield Fault(name, len(rows), "", TOO_MANY_ROWS)
                    return
        except csv.Error:
            yield Fault(name, len(rows) + 1, "", BROKEN)
            return
        faults = list(_header_faults(name, rows[0] if rows else []))
        yield from faults
        if not faults:
            headers = _trimmed(rows[0])
            self._tables[name] = (headers, rows[1:])
            for number, row in enumerate(rows[1:], start=2):
                if not self._missing_ok and any(row[len(headers) :]):
                    yield Fault(name, number, "", TOO_MANY_CELLS)

    def _check_select(self, name: str, entry: Entry) -> Iterator[Fault]:
        headers, rows = self._tables[name]
        columns = _columns(entry.cells)
        for column in columns:
            if column not in headers:
                yield Fault(name, 1, "", NO_COLUMN.format(column=column, columns=" 和 ".join(columns)))
                return
        if not any(any(row) for row in rows):
            yield Fault(name, 0, "", NO_ROWS)
        place = headers.index(columns[0])
        seen: dict[str, int] = {}
        for number, row in enumerate(rows, start=2):
            value = row[place] if place < len(row) else ""
            if not any(row):
                continue
            if not value:
                yield Fault(name, number, columns[0], NO_VALUE.format(column=columns[0]))
            elif value in seen:
                said = VALUE_TWICE.format(column=columns[0], value=value, row=seen[value])
                yield Fault(name, number, columns[0], said)
            elif " " in value and entry.kind == "select_multiple_from_file":
                yield Fault(name, number, columns[0], BLANK_VALUE.format(column=columns[0], value=value))
            seen.setdefault(value, number)

    def _at(self, name: str, said: str) -> Fault:
        """A fault at the first row that names the file."""
        stem = name.removesuffix(".csv")
        for entry in self._outline:
            if entry.listed == name or (entry.kind in {"csv-external", "xml-external"} and entry.name == stem):
                return self._book.fault(SURVEY, entry.number, "type", said)
            for header, text in entry.cells.items():
                if any(_bare(pulled) == _bare(stem) for pulled in _PULLED.findall(text)):
                    return self._book.fault(SURVEY, entry.number, header, said)
        return Fault("", 0, "", said)


def _bare(argument: str) -> str:
    """An argument of pulldata as far as its file is named after it: pyxform takes the quotes away."""
    return _QUOTES_AND_BLANKS.sub("", argument)


def _name_fault(name: str) -> str:
    """Why a file name cannot be used; empty when it can: nothing but a name, never a way through folders."""
    if not name or any(mark in name for mark in ("/", "\\", "\0", ":")) or ".." in name or name.startswith((".", "~")):
        return NOT_BARE.format(name=clean(name))
    if not name.lower().endswith(".csv"):
        return NOT_CSV.format(name=name)
    return "" if _NAME.fullmatch(name) and not _DEVICE.match(name) else ODD_NAME.format(name=name)


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    if "," in first:
        return ","
    return next((mark for mark in ("\t", ";") if mark in first), ",")


def _trimmed(headers: Sequence[str]) -> list[str]:
    found = list(headers)
    while found and not found[-1]:
        found.pop()
    return found


def _header_faults(name: str, row: Sequence[str]) -> Iterator[Fault]:
    headers = _trimmed(row)
    if not headers:
        yield Fault(name, 1, "", EMPTY)
    if len(headers) > MAX_COLUMNS:
        yield Fault(name, 1, "", TOO_MANY_COLUMNS)
        return
    for place, header in enumerate(headers, start=1):
        if not header:
            yield Fault(name, 1, "", NO_HEADER.format(place=place))
        elif _HEADER.fullmatch(header) is None:
            yield Fault(name, 1, header, ODD_HEADER.format(header=header))
        elif header in headers[: place - 1]:
            yield Fault(name, 1, header, HEADER_TWICE.format(header=header))


def _columns(cells: Cells) -> tuple[str, str]:
    """The columns of value and label that a select reads: name and label, unless its parameters say otherwise."""
    found = {match[1].lower(): match[2] for match in _PARAMETER.finditer(cells.get("parameters", ""))}
    return found.get("value", "name"), found.get("label", "label")


def _item(headers: Sequence[str], row: Sequence[str]) -> str:
    cells = [f"<{header}>{escape(text)}</{header}>" for header, text in zip(headers, row, strict=False) if text]
    return f"<item>{''.join(cells)}</item>" if cells else ""
