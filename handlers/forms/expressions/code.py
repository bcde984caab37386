"""Compiled expressions: closures with the kind of value they give, known before they run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import TypeAlias, cast

from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.syntax import Path
from handlers.forms.expressions.values import (
    NAN,
    Value,
    day_number,
    number_text,
    number_truth,
    text_number,
    to_number,
    to_text,
    to_truth,
)

NOT_A_VALUE = "“{path}”是一个分组，不是题目，不能当作答案使用。"
NOT_A_COLUMN = "“{path}”是选项表的一整行，请在后面写上要取的列，例如 /label。"

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Env:
    """What an expression may see while it runs.

    `item` is the row, `node` the ref of the node that a predicate tests; `position` and `size` are its place (from 1)
    and the number of rows or nodes.
    """

    __slots__ = ("item", "last", "node", "now", "position", "size", "today", "values")

    def __init__(
        self, values: Mapping[str, str], today: str, now: str = "", last: Mapping[str, str] = _NOTHING
    ) -> None:
        """`values` maps concrete refs to canonical values of relevant nodes, `last` template refs to those of the last
        sheet. `today` is the ISO date, `now` the ISO date-time with offset (`values.moment_text`), the person's own.
        """
        self.values = values
        self.today = today
        self.now = now
        self.last = last
        self.item: Mapping[str, str] = _NOTHING
        self.node = ""
        self.position = 0
        self.size = 0


class Type(Enum):
    """What `Code.run` gives."""

    TEXT = "text"
    NUMERAL = "numeral"
    """The canonical text of a number question: digits, or "" when it is empty."""
    DATE = "date"
    """An ISO date, or ""."""
    NUMBER = "number"
    TRUTH = "truth"
    ANY = "any"
    """Known only at run time (`if` with unlike branches)."""
    GROUP = "group"
    """No value at all: groups, repeats, rows of a list; they can be counted and have a position."""


TEXTUAL = frozenset({Type.TEXT, Type.NUMERAL, Type.DATE})

Run: TypeAlias = Callable[[Env], Value]
RunText: TypeAlias = Callable[[Env], str]
RunNumber: TypeAlias = Callable[[Env], float]
RunTruth: TypeAlias = Callable[[Env], bool]
RunNodes: TypeAlias = Callable[[Env], list[str]]
Found: TypeAlias = Callable[[Env], Sequence[object]]


@dataclass(frozen=True, slots=True)
class Code:
    """A compiled expression: `run` gives the value of its type, `as_…` give closures that convert it."""

    type: Type
    run: Run
    constant: Value | None = None
    """The value, where it does not depend on anything."""
    nodes: RunNodes | None = None
    """For a path: the values of its node-set."""
    optional: bool = False
    """Whether the node-set may be empty; a comparison with no node is false (XPath 1.0, section 3.4)."""
    many: bool = False
    """Whether the node-set may hold more than one node; a comparison then asks whether any of them fits."""
    ref: str = ""
    """For a path to one question: its ref."""
    path: Path | None = None
    """For a path: how it was written."""
    found: Found | None = None
    """For a path: the nodes themselves (refs, or rows of a list)."""
    fixed: tuple[str, ...] | None = None
    """For a path whose nodes do not depend on any answer: their refs."""
    own: str = ""
    """For a path to a repeat from inside it: the instance that the expression stands in."""

    def as_text(self) -> RunText:
        """string()"""
        self.check()
        run = self.run
        if self.type in TEXTUAL:
            return cast(RunText, run)
        if self.type is Type.NUMBER:
            number = cast(RunNumber, run)
            return lambda env: number_text(number(env))
        return lambda env: to_text(run(env))

    def as_number(self) -> RunNumber:
        """number()"""
        self.check()
        run = self.run
        if self.type is Type.NUMBER:
            return cast(RunNumber, run)
        if self.type is Type.NUMERAL:
            numeral = cast(RunText, run)
            return lambda env: float(text) if (text := numeral(env)) else NAN
        if self.type is Type.DATE:
            day = cast(RunText, run)
            return lambda env: day_number(day(env))
        if self.type is Type.TEXT:
            text_run = cast(RunText, run)
            return lambda env: text_number(text_run(env))
        return lambda env: to_number(run(env))

    def as_truth(self) -> RunTruth:
        """boolean()"""
        run = self.run
        if self.type is Type.GROUP and self.found is not None:
            found = self.found
            return lambda env: len(found(env)) > 0
        if self.type is Type.TRUTH:
            return cast(RunTruth, run)
        if self.type in {Type.NUMBER, Type.NUMERAL}:
            number = self.as_number()
            return lambda env: number_truth(number(env))
        if self.type in TEXTUAL:
            return lambda env: run(env) != ""
        return lambda env: to_truth(run(env))

    def check(self) -> "Code":
        """This code, when it has a value. Raises ExpressionError when it is a group, a repeat or a row."""
        if self.type is Type.GROUP:
            sentence = NOT_A_VALUE if self.fixed is not None or self.ref else NOT_A_COLUMN
            raise ExpressionError(sentence.format(path=self.path))
        return self

    def as_list(self) -> RunNodes:
        """The node-set of a path; one value for anything else."""
        self.check()
        if self.nodes is not None:
            return self.nodes
        text = self.as_text()
        return lambda env: [text(env)]


def constant(value: Value) -> Code:
    """Code that always gives `value`."""
    kind = Type.TEXT
    if isinstance(value, bool):
        kind = Type.TRUTH
    elif isinstance(value, float):
        kind = Type.NUMBER
    return Code(kind, lambda env: value, constant=value)
