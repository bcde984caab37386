"""Comparisons of a choice question with a name that is not in its list: they run, and are never true."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, TypeAlias

from handlers.forms import spelling
from handlers.forms.authoring.book import CHOICES, EXTERNAL, SURVEY, Book
from handlers.forms.authoring.choice_checks import lists_of
from handlers.forms.authoring.expression_checks import EXPRESSIONS, REFERENCE, fixed, nodes_of, placeholder
from handlers.forms.authoring.outline import Entry
from handlers.forms.compilation import MAX_WORK
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.parser import parse
from handlers.forms.expressions.syntax import Call, Chain, Literal, Path
from handlers.forms.expressions.values import number_text
from handlers.forms.faults import Fault

NO_SUCH_CHOICE = "“{name}”不是题目“{question}”的选项值，这个条件永远不会成立（写“不等于”的永远成立）。{meant}"
IS_A_LABEL = "“{name}”是选项文字，这里要写选项值“{value}”。"
KNOWN = "现有的选项值：{known}。"
_MANY: Final = frozenset({"select_multiple", "rank"})
_SELECTED: Final = frozenset({"selected"})
_QUOTED: Final = 8
"""Choice names that a message quotes at most."""
_OWN: Final = "."

Compared: TypeAlias = tuple[Any, Any]
"""What stands on the two sides; in either order."""


@dataclass(frozen=True, slots=True)
class Choices:
    """A choice question: its name, and its choices as value -> text."""

    question: str
    many: bool
    labels: Mapping[str, str]

    def lacks(self, value: str | float) -> str:
        """The name in what it is compared with that is none of its values; empty when all are."""
        if isinstance(value, float):
            known = any(_number(name) == value for name in self.labels)
            return "" if known else number_text(value)
        names = value.split() if self.many else [value]
        return next((name for name in names if name and name not in self.labels), "")


def comparisons(book: Book, outline: list[Entry]) -> Iterator[Fault]:
    """What the author of a workbook should know of every expression of the survey sheet, row by row."""
    questions = _questions(book, outline)
    work = 0
    for entry in outline:
        for column in EXPRESSIONS:
            written = entry.cells.get(column, "")
            work += len(written)
            if not written or column == "choice_filter" or fixed(column, written) or work > MAX_WORK:
                continue
            shown = {placeholder(match): match[1].removeprefix("last-saved#") for match in REFERENCE.finditer(written)}
            meant = {name: questions[of] for name, of in shown.items() if of in questions}
            if not entry.closes and entry.name in questions:
                meant[_OWN] = questions[entry.name]
            for sentence in dict.fromkeys(_sentences(written, meant)):
                yield book.fault(SURVEY, entry.number, column, sentence)


def _questions(book: Book, outline: Iterable[Entry]) -> dict[str, Choices]:
    """The choice questions whose values are all known, by the names that are theirs alone."""
    entries = [entry for entry in outline if entry.name and not entry.closes]
    counted = Counter(entry.name for entry in entries)
    lists = {sheet: lists_of(book, sheet) for sheet in (CHOICES, EXTERNAL)}
    found: dict[str, Choices] = {}
    for entry in entries:
        rows = lists[EXTERNAL if entry.kind == "select_one_external" else CHOICES].get(entry.listed)
        if not entry.chooses or entry.other or not rows or counted[entry.name] > 1:
            continue
        labels = {cells["name"]: _label(cells) for _, cells in rows if cells.get("name")}
        found[entry.name] = Choices(entry.name, entry.kind in _MANY, labels)
    return found


def _label(cells: Mapping[str, str]) -> str:
    return next((text for header, text in cells.items() if header.partition("::")[0] == "label"), "")


def _sentences(written: str, questions: Mapping[str, Choices]) -> Iterator[str]:
    if not questions:
        return
    try:
        tree = parse(REFERENCE.sub(placeholder, written))
    except ExpressionError:
        return
    for node in nodes_of(tree, into_predicates=False):
        for one, other in _compared(node):
            for path, literal in ((one, other), (other, one)):
                choices = questions.get(_named(path))
                if choices is not None and isinstance(literal, Literal) and (name := choices.lacks(literal.value)):
                    yield _told(name, choices)


def _compared(node: Any) -> Iterator[Compared]:
    if isinstance(node, Chain):
        sides = [(None, node.first), *node.rest]
        yield from ((one, other) for (_, one), (sign, other) in pairwise(sides) if sign in {"=", "!="})
    elif isinstance(node, Call) and node.name in _SELECTED and len(node.arguments) > 1:
        yield node.arguments[0], node.arguments[1]


def _named(node: Any) -> str:
    """The placeholder of a reference, or a dot; empty for anything else."""
    plain = isinstance(node, Path) and node.start == "." and len(node.steps) == 1 and not node.steps[0].predicates
    return node.steps[0].name if plain else ""


def _told(name: str, choices: Choices) -> str:
    value = next((value for value, label in choices.labels.items() if label == name), "")
    if value:
        meant = IS_A_LABEL.format(name=name, value=value)
    else:
        known = list(choices.labels)
        more = "……" if len(known) > _QUOTED else ""
        meant = spelling.meant(name, known) + KNOWN.format(known="、".join(known[:_QUOTED]) + more)
    return NO_SUCH_CHOICE.format(name=name, question=choices.question, meant=meant)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
