"""Compiled expressions: closures with the kind of value they give, known before they run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias, cast

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


class Env:
    """What an expression may see while it runs. `item` is the choice being filtered."""

    __slots__ = ("item", "today", "values")

    def __init__(self, values: Mapping[str, str], today: str) -> None:
        """`values` maps refs to canonical values of relevant nodes; `today` is the ISO date."""
        self.values = values
        self.today = today
        self.item: Mapping[str, str] = {}


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


TEXTUAL = frozenset({Type.TEXT, Type.NUMERAL, Type.DATE})

Run: TypeAlias = Callable[[Env], Value]
RunText: TypeAlias = Callable[[Env], str]
RunNumber: TypeAlias = Callable[[Env], float]
RunTruth: TypeAlias = Callable[[Env], bool]
RunNodes: TypeAlias = Callable[[Env], list[str]]


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
    ref: str = ""
    """For a path to one question: its ref."""

    def as_text(self) -> RunText:
        """string()"""
        run = self.run
        if self.type in TEXTUAL:
            return cast(RunText, run)
        if self.type is Type.NUMBER:
            number = cast(RunNumber, run)
            return lambda env: number_text(number(env))
        return lambda env: to_text(run(env))

    def as_number(self) -> RunNumber:
        """number()"""
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
        if self.type is Type.TRUTH:
            return cast(RunTruth, run)
        if self.type in {Type.NUMBER, Type.NUMERAL}:
            number = self.as_number()
            return lambda env: number_truth(number(env))
        if self.type in TEXTUAL:
            return lambda env: run(env) != ""
        return lambda env: to_truth(run(env))

    def as_list(self) -> RunNodes:
        """The node-set of a path; one value for anything else."""
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
