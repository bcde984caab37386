"""What is wrong with expressions and with the `${names}` in texts, before pyxform changes a letter of them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from handlers.forms import spelling
from handlers.forms.authoring.book import CHOICES, EXTERNAL, SURVEY, Book
from handlers.forms.authoring.outline import Entry
from handlers.forms.compilation import MAX_WORK
from handlers.forms.expressions.compiler import UNKNOWN_FUNCTION
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.functions import FUNCTIONS, REFUSED
from handlers.forms.expressions.parser import parse
from handlers.forms.expressions.syntax import Call, Path
from handlers.forms.faults import Fault

UNKNOWN_NAME = "没有叫“{name}”的题目。{meant}请检查 ${{{name}}} 里的名称。"
NAME_OF_MANY = "第 {rows} 行的题都叫“{name}”，${{{name}}} 不知道指哪一道，请给它们改成不同的名称。"
IN_CHINESE = "公式里的话要写成符号：{advice}。"
WRITE = "“{word}”写 {sign}"
OPEN_REFERENCE = "“${{”没有配上“}}”，引用题目要写成 ${{名称}}。"
ODD_REFERENCE = "“${{{name}}}”不是引用：花括号里只能写一个题目的名称。"

UNKNOWN_COLUMN = (
    "选项筛选里的“{name}”不是选项表的列。{meant}现有的列：{columns}；要引用题目请写成 ${{{name}}}，文字请加引号。"
)
BRACKETS = "括号不成对：左括号 {opening} 个，右括号 {closing} 个。"
SIDE_BY_SIDE = "“{one}”和“{two}”之间少了运算符或逗号；要连成一段文字请写 concat({one}, {two})。"
NOT_A_TRIGGER = "触发列要写成 ${名称}，多个用逗号隔开，例如 ${amount}。"

EXPRESSIONS: Final = (
    "relevant",
    "required",
    "constraint",
    "calculation",
    "read_only",
    "choice_filter",
    "repeat_count",
    "default",
)
"""Columns with expressions, in the order in which their faults are told."""
_TEXTS: Final = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
_SWITCHED: Final = frozenset({"yes", "no", "true", "false", "true()", "false()"})
REFERENCE: Final = re.compile(r"\$\{([^{}]*)\}")
_SIDE_BY_SIDE: Final = re.compile(r"(\$\{[^{}]*\})\s*(\$\{[^{}]*\})")
_INNER: Final = re.compile(r"(?:last-saved#)?[A-Za-z_][\w.\-]*")
_LITERAL: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_DYNAMIC: Final = re.compile(r"\$\{|^\s*-?[a-zA-Z][\w\-:]*\(.*\)\s*$", re.DOTALL)
_SIGNS: Final = {
    "并且": "and",
    "而且": "and",
    "同时": "and",
    "或者": "or",
    "大于等于": ">=",
    "大于或等于": ">=",
    "小于等于": "<=",
    "小于或等于": "<=",
    "不等于": "!=",
    "等于": "=",
    "大于": ">",
    "小于": "<",
    "不是": "!=",
    "包含": "selected(${题目}, '选项值')",
    "且": "and",
    "或": "or",
}
"""What authors write in words -> the sign; names are in ASCII, so no name holds them."""
_SAID: Final = re.compile("|".join(sorted(_SIGNS, key=len, reverse=True)))
_PATHS: Final = frozenset({"instance", "current", "position", "last", "node", "text"})
"""What is written like a call but is not in the table of functions."""


class ExpressionChecks:
    """Checks every cell of a book that may hold an expression or a reference."""

    def __init__(self, book: Book, outline: list[Entry], lenient: bool) -> None:
        """`lenient` lets choice filters name columns that there are not, as ODK does."""
        self._book = book
        self._lenient = lenient
        names = [entry.name for entry in outline if entry.name and not entry.closes]
        made = [f"{entry.name}_other" for entry in outline if entry.other]
        made += [f"{entry.name}_count" for entry in outline if entry.kind == "begin_repeat"]
        made += _looped(book, outline)
        self._names = Counter([*names, *(name for name in made if name not in names), "instanceID"])
        self._outline = outline
        self._trees: dict[str, tuple[Any, tuple[str, ...]]] = {}
        """Expression -> its syntax tree, and the sentences of what is wrong: sheets repeat themselves."""
        self._work = 0

    def faults(self) -> Iterator[Fault]:
        """Every fault, row by row."""
        for entry in self._outline:
            for column in EXPRESSIONS:
                written = entry.cells.get(column, "")
                if written and not fixed(column, written):
                    yield from self._expression(entry, column, written)
            if "trigger" in entry.cells:
                yield from self._trigger(entry, entry.cells["trigger"])
            for sentence in self._references(entry.listed):
                yield self._book.fault(SURVEY, entry.number, "type", sentence)
            yield from self._texts(SURVEY, entry.number, entry.cells)
        for sheet in (CHOICES, EXTERNAL):
            for number, cells in self._book.sheet(sheet).numbered():
                yield from self._texts(sheet, number, cells)

    def _texts(self, sheet: str, number: int, cells: Mapping[str, str]) -> Iterator[Fault]:
        for header, text in cells.items():
            if header.partition("::")[0] in _TEXTS:
                for sentence in self._references(text):
                    yield self._book.fault(sheet, number, header, sentence)

    def _expression(self, entry: Entry, column: str, written: str) -> Iterator[Fault]:
        sentences = [*self._references(written), *_in_words(written)]
        if not sentences:
            sentences = list(self._syntax(entry, column, written))
        for sentence in sentences:
            yield self._book.fault(SURVEY, entry.number, column, sentence)

    def _trigger(self, entry: Entry, written: str) -> Iterator[Fault]:
        parts = [part.strip() for part in written.split(",")]
        if not all(REFERENCE.fullmatch(part) for part in parts):
            yield self._book.fault(SURVEY, entry.number, "trigger", NOT_A_TRIGGER)
            return
        for sentence in self._references(written):
            yield self._book.fault(SURVEY, entry.number, "trigger", sentence)

    def _references(self, text: str) -> Iterator[str]:
        if "${" not in text:
            return
        if "${" in REFERENCE.sub("", text):
            yield OPEN_REFERENCE.format()
        for inner in dict.fromkeys(match[1] for match in REFERENCE.finditer(text)):
            if _INNER.fullmatch(inner) is None:
                name = inner.removeprefix("last-saved#")
                yield (
                    UNKNOWN_NAME.format(name=name, meant="")
                    if name.isidentifier()
                    else ODD_REFERENCE.format(name=inner)
                )
                continue
            name = inner.removeprefix("last-saved#")
            count = self._names[name]
            if count == 0:
                yield UNKNOWN_NAME.format(name=name, meant=spelling.meant(name, self._names))
            elif count > 1:
                rows = "、".join(
                    str(entry.number) for entry in self._outline if entry.name == name and not entry.closes
                )
                yield NAME_OF_MANY.format(name=name, rows=rows)

    def _syntax(self, entry: Entry, column: str, written: str) -> Iterator[str]:
        bare = _LITERAL.sub("''", written)
        if bare.count("(") != bare.count(")"):
            yield BRACKETS.format(opening=bare.count("("), closing=bare.count(")"))
            return
        if (pair := _SIDE_BY_SIDE.search(bare)) is not None:
            yield SIDE_BY_SIDE.format(one=pair[1], two=pair[2])
            return
        tree, sentences = self._parsed(REFERENCE.sub(placeholder, written))
        shown = {placeholder(match): match[0] for match in REFERENCE.finditer(written)}
        for sentence in sentences:
            yield _as_written(sentence, shown)
        if column == "choice_filter" and not self._lenient:
            yield from self._columns(entry, tree)

    def _parsed(self, text: str) -> tuple[Any, tuple[str, ...]]:
        """The syntax tree of an expression and what is wrong with it; nothing when there is too much to read."""
        if text not in self._trees:
            self._work += len(text)
            try:
                tree = parse(text) if self._work <= MAX_WORK else None
                self._trees[text] = tree, tuple(_functions(tree))
            except ExpressionError as error:
                self._trees[text] = None, (str(error),)
        return self._trees[text]

    def _columns(self, entry: Entry, tree: Any) -> Iterator[str]:
        if "." in entry.listed or "$" in entry.listed:
            return  # a file has columns of its own, a repeat has questions
        sheet = EXTERNAL if entry.kind == "select_one_external" else CHOICES
        columns = self._book.sheet(sheet).headers
        if not columns:
            return
        for node in nodes_of(tree, into_predicates=False):
            if isinstance(node, Path) and node.start == "." and len(node.steps) == 1:
                name = node.steps[0].name
                if name not in columns and name not in {".", "..", "*"} and not _is_placeholder(name):
                    known = [column for column in columns if "::" not in column]
                    said = "、".join(self._book.sheet(sheet).written(column) for column in known)
                    yield UNKNOWN_COLUMN.format(name=name, meant=spelling.meant(name, known), columns=said)


def _in_words(written: str) -> Iterator[str]:
    """The sentence about 并且 and the like outside of literals and references."""
    found = dict.fromkeys(_SAID.findall(REFERENCE.sub("", _LITERAL.sub("", written))))
    if found:
        yield IN_CHINESE.format(advice="，".join(WRITE.format(word=word, sign=_SIGNS[word]) for word in found))


def fixed(column: str, written: str) -> bool:
    """Whether the cell is a plain value and no expression: yes or no, a default that is no formula."""
    if column in {"required", "read_only"}:
        return written.strip().lower() in _SWITCHED
    return column == "default" and _DYNAMIC.search(written) is None


def placeholder(match: re.Match[str]) -> str:
    """A name as long as the reference, so that places in messages are those of the author's text."""
    return "__" + re.sub(r"[^\w.\-]", "_", match[1]) + "_"


def _as_written(sentence: str, shown: Mapping[str, str]) -> str:
    """A sentence about an expression with the references that the author wrote instead of their placeholders."""
    for placeholder in sorted(shown, key=len, reverse=True):
        sentence = sentence.replace(placeholder, shown[placeholder])
    return sentence


def _is_placeholder(name: str) -> bool:
    return name.startswith("__") and name.endswith("_")


def _functions(tree: Any) -> Iterator[str]:
    for node in nodes_of(tree):
        if isinstance(node, Call) and not any(node.name in known for known in (FUNCTIONS, REFUSED, _PATHS)):
            meant = spelling.meant(node.name, FUNCTIONS)
            yield UNKNOWN_FUNCTION.format(at=node.at, name=node.name, meant=meant)


def nodes_of(tree: Any, into_predicates: bool = True) -> Iterator[Any]:
    """Every node of a syntax tree, whatever nodes there are."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list | tuple):
            waiting.extend(reversed(node))
        elif is_dataclass(node) and not isinstance(node, type):
            yield node
            if isinstance(node, Path) and not into_predicates:
                continue
            waiting.extend(getattr(node, field.name) for field in reversed(fields(node)))


def _looped(book: Book, outline: Iterable[Entry]) -> list[str]:
    """The names that loops make: one group for each choice of the list."""
    lists = {entry.listed for entry in outline if entry.kind == "begin_loop"}
    rows = book.sheet(CHOICES).numbered() if lists else ()
    return [cells.get("name", "") for _, cells in rows if cells.get("list_name") in lists]
