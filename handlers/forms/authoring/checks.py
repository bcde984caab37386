"""What is wrong with the rows of the survey sheet: columns, types, names, labels; all faults at once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from handlers.forms import spelling
from handlers.forms.authoring.aliases import LISTED_TYPES, SURVEY_HEADERS, TYPES_IN_CHINESE, in_chinese
from handlers.forms.authoring.book import SURVEY, Book
from handlers.forms.authoring.outline import Entry, check_groups
from handlers.forms.faults import Fault, refused
from handlers.forms.markup import MAX_NESTING, MAX_NODES, TOO_BIG

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
"""What a name may be: XML names without colons, ASCII only, so that every expression and every export can hold it."""
MAX_NAME: Final = 64

NO_COLUMN = "没有“{chinese}”（{header}）这一列，请在第 1 行补上表头。"
NO_QUESTIONS = "没有任何题目，请从第 2 行起填写。"
NO_TYPE = "没有写类型，请填写，例如 文本、整数、单选 组名。"
UNKNOWN_TYPE = (
    "类型“{kind}”不认识。{meant}"
    "可用的有：文本、整数、小数、单选、多选、日期、时间、图片、位置、说明、计算、分组开始等。"
)
NO_INCLUDE = "include（引用别的工作簿）本系统不支持，请把那些题目抄到本表里。"
NO_LIST = "“{kind}”后面要写选项组的名称，例如“{kind} {example}”，也可以写在“选项”列里。"
NO_NAME = "没有写名称，可以写 {offer}。"
WRONG_NAME = "名称“{name}”不能用：{why}。可改为 {offer}。"
NAME_TWICE = "名称“{name}”和第 {row} 行重复了，可改为 {offer}。"
REPEAT_TWICE = "重复组的名称“{name}”和第 {row} 行的重复组相同；重复组的名称在整张表里都不能重复，可改为 {offer}。"
RESERVED = "“{name}”是系统保留的名称"
NOT_ASCII = "只能用英文字母、数字和下划线，不能有中文"
STARTS_WRONG = "要以英文字母开头"
HAS_BLANKS = "中间不能有空格"
ODD_CHARACTERS = "只能用英文字母、数字和下划线"
TOO_LONG = f"最多 {MAX_NAME} 个字符"
NO_LABEL = "没有写题目文字（{column}），填表的人会看不到问什么。"
COUNT_OUTSIDE = "“重复次数”只能写在“重复组开始”那一行，请移过去或删掉。"
NO_CALCULATION = "类型是“计算”，但计算公式是空的，请补上公式，或改用别的类型。"
TOO_DEEP = f"分组套得太深了（最多 {MAX_NESTING} 层），请减少层数。"
EMPTY_REPEAT = "这个重复组里没有题目，请在它的开始行和结束行之间加上题目，或删去这两行。"
TABLE_LIST = "外观 table-list（表格排列）在聊天里用不到，还会多出一道题，请删去。"
SEARCH = "search() 外观本系统不支持，请改用附件：类型写“文件单选 文件名.csv”。"
NOT_A_NUMBER = "“范围”题的参数 {name} 应为数字，例如 start=1 end=5 step=1。"
LOOSE_PERCENT = "循环里的文字要引用选项，请写 %(label)s 或 %(name)s；别的“%”要写成“%%”。"
ODD_HEADER = "表头“{header}”不能用：“::”后面只能写英文字母、数字和短横线，也不能是 nodeset、ref；请改名或删去这一列。"
PURPOSE_ON_GROUP = "用途只能写在题目上，不能写在分组的开始和结束行。"

_SILENT: Final = frozenset({"calculate", "hidden", "csv-external", "xml-external", "audit"})
_SPOKEN_HEADERS: Final = ("label", "hint", "media", "image", "audio", "video")
_OWN: Final = ("bind::qf:purpose", "bind::qf:allow", "bind::qf:least")
_PARTS: Final = frozenset({"bind", "body", "control", "instance"})
"""What stands before `::` in headers that become attributes of the XForm."""
_ATTRIBUTE: Final = re.compile(r"(?!nodeset$|ref$)(?:[A-Za-z_][\w.\-]*:)?[A-Za-z_][\w.\-]*", re.ASCII)
_PARAMETER: Final = re.compile(r"(start|end|step)\s*=\s*([^\s,;]+)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_PERCENT: Final = re.compile(r"%\((?:label|name)\)s|%%")
_LISTED: Final = frozenset({"osm"})
"""Types that pyxform reads with a list behind them, and that are no choice questions."""
_EXAMPLES: Final = {"select_one_from_file": "fruits.csv", "select_multiple_from_file": "fruits.csv"}


def check_survey(book: Book, outline: list[Entry], lenient: bool = False) -> list[Fault]:
    """Every fault of the survey sheet that can be seen without looking at expressions and choices.

    `lenient` lets appearances pass that ODK draws and a chat cannot.
    Raises WorkbookError when there are too many rows to look at.
    """
    missing = [
        book.fault(SURVEY, 1, "", NO_COLUMN.format(chinese=in_chinese(SURVEY_HEADERS, header), header=header))
        for header in ("type", "name")
        if header not in book.sheet(SURVEY).headers
    ]
    if missing:
        return missing
    if len(outline) > MAX_NODES:
        raise refused(TOO_BIG, outline[MAX_NODES].number, book.sheet(SURVEY).title)
    if not outline:
        return [book.fault(SURVEY, 0, "", NO_QUESTIONS)]
    deep = next((entry for entry in outline if len(entry.path) > MAX_NESTING), None)
    if deep is not None:
        raise refused(TOO_DEEP, deep.number, book.sheet(SURVEY).title)
    faults = [*check_groups(book, outline), *_headers(book), *_names(book, outline), *_contents(book, outline)]
    for entry in outline:
        faults += _entry(book, entry)
        if not lenient:
            faults += _appearance(book, entry)
    return faults


def _headers(book: Book) -> Iterator[Fault]:
    for header, written in book.sheet(SURVEY).headers.items():
        part, _, attribute = header.partition("::")
        if part in _PARTS and "::" in header and _ATTRIBUTE.fullmatch(attribute) is None:
            yield book.fault(SURVEY, 1, header, ODD_HEADER.format(header=written))


def _contents(book: Book, outline: list[Entry]) -> Iterator[Fault]:
    """Repeats with nothing in them, and texts in loops that pyxform could not fill in."""
    loops = 0
    for place, entry in enumerate(outline):
        if entry.kind == "begin_repeat" and outline[place + 1 : place + 2] and outline[place + 1].closes:
            yield book.fault(SURVEY, entry.number, "type", EMPTY_REPEAT)
        loops += {"begin_loop": 1, "end_loop": -1}.get(entry.kind, 0)
        for header, text in entry.cells.items() if loops > 0 else ():
            if header.startswith(_SPOKEN_HEADERS) and "%" in _PERCENT.sub("", text):
                yield book.fault(SURVEY, entry.number, header, LOOSE_PERCENT)


def _appearance(book: Book, entry: Entry) -> Iterator[Fault]:
    written = entry.cells.get("appearance", "")
    if "table-list" in written.split():
        yield book.fault(SURVEY, entry.number, "appearance", TABLE_LIST)
    elif "search(" in written.replace(" ", ""):
        yield book.fault(SURVEY, entry.number, "appearance", SEARCH)


def _entry(book: Book, entry: Entry) -> Iterator[Fault]:
    yield from _type(book, entry)
    if entry.kind != "begin_repeat" and entry.cells.get("repeat_count"):
        yield book.fault(SURVEY, entry.number, "repeat_count", COUNT_OUTSIDE)
    if entry.kind == "range":
        for match in _PARAMETER.finditer(entry.cells.get("parameters", "")):
            if _NUMBER.fullmatch(match[2]) is None:
                yield book.fault(SURVEY, entry.number, "parameters", NOT_A_NUMBER.format(name=match[1].lower()))
    calculated = any(entry.cells.get(header) for header in ("calculation", "default", "trigger"))
    if entry.kind == "calculate" and not calculated:
        yield book.fault(SURVEY, entry.number, "calculation", NO_CALCULATION)
    if entry.opens or entry.closes:
        for header in _OWN:
            if header in entry.cells:
                yield book.fault(SURVEY, entry.number, header, PURPOSE_ON_GROUP)
    elif _asked(entry) and not any(header.startswith(_SPOKEN_HEADERS) for header in entry.cells):
        column = in_chinese(SURVEY_HEADERS, "label")
        yield book.fault(SURVEY, entry.number, "label", NO_LABEL.format(column=column))


def _type(book: Book, entry: Entry) -> Iterator[Fault]:
    written = entry.cells.get("type", "")
    if not written:
        yield book.fault(SURVEY, entry.number, "type", NO_TYPE)
    elif entry.kind in LISTED_TYPES and not entry.listed and entry.kind != "begin_loop":
        kind = in_chinese(TYPES_IN_CHINESE, entry.kind)
        example = _EXAMPLES.get(entry.kind, "组名")
        yield book.fault(SURVEY, entry.number, "type", NO_LIST.format(kind=kind, example=example))
    elif entry.kind == "include":
        yield book.fault(SURVEY, entry.number, "type", NO_INCLUDE)
    elif not (entry.opens or entry.closes or entry.listed) and entry.kind.partition(" ")[0] not in _LISTED:
        if entry.kind in known_types():
            return
        meant = spelling.meant(written, _offered(written))
        yield book.fault(SURVEY, entry.number, "type", UNKNOWN_TYPE.format(kind=written, meant=meant))


@cache
def known_types() -> Mapping[str, str]:
    """The types that pyxform reads, by name, with the tag of their XForm control ("" for none)."""
    from pyxform.aliases import _type_alias_map, settings_header
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    found = {name: row.get("control", {}).get("tag", "") for name, row in QUESTION_TYPE_DICT.items()}
    for name, same in _type_alias_map.items():
        found.setdefault(name, found.get(same, ""))
    return found | dict.fromkeys(settings_header, "") | {"begin_group": "", "end_group": ""}


def _offered(written: str) -> Iterable[str]:
    if written.isascii():
        return TYPES_IN_CHINESE
    return [word for words in TYPES_IN_CHINESE.values() for word in words]


def _asked(entry: Entry) -> bool:
    """Whether people see the question: metadata and computed values have no control."""
    return entry.kind not in _SILENT and (entry.chooses or bool(known_types().get(entry.kind)))


def _names(book: Book, outline: list[Entry]) -> Iterator[Fault]:
    taken = {entry.name for entry in outline}
    seen: dict[tuple[tuple[str, ...], str], int] = {}
    repeats: dict[str, int] = {}
    for place, entry in enumerate(outline, start=1):
        if entry.closes or (not entry.name and entry.kind == "note"):
            continue
        sentence = _name(entry)
        where = (entry.path, entry.name)
        row = 0
        if not sentence and where in seen:
            sentence, row = NAME_TWICE, seen[where]
        elif not sentence and entry.kind == "begin_repeat" and entry.name in repeats:
            sentence, row = REPEAT_TWICE, repeats[entry.name]
        if sentence:  # a free name is only looked for where one is needed: that takes time in long sheets
            offer = spelling.free({"begin_group": "g", "begin_repeat": "r"}.get(entry.kind, "q"), place, taken)
            taken.add(offer)
            why = name_fault(entry.name) if entry.name else ""
            said = sentence.format(name=entry.name, row=row, offer=offer, why=why)
            yield book.fault(SURVEY, entry.number, "name", said)
        seen.setdefault(where, entry.number)
        if entry.kind == "begin_repeat":
            repeats.setdefault(entry.name, entry.number)


def _name(entry: Entry) -> str:
    """The sentence, to be filled in, for a name that is wrong by itself; empty when nothing is wrong."""
    if not entry.name:
        return NO_NAME
    return WRONG_NAME if name_fault(entry.name) else ""


def name_fault(name: str) -> str:
    """Why a name cannot be used; empty when it can."""
    if not name.isascii():
        return NOT_ASCII
    if any(character.isspace() for character in name):
        return HAS_BLANKS
    if not (name[0].isalpha() or name[0] == "_"):
        return STARTS_WRONG
    if NAME.fullmatch(name) is None:
        return ODD_CHARACTERS
    if name == "meta":
        return RESERVED.format(name=name)
    return TOO_LONG if len(name) > MAX_NAME else ""
