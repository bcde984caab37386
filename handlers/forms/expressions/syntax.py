"""The syntax tree of an expression; chains of operators are flat, so that long sums are not deep trees."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A string or a number as written."""

    value: str | float


@dataclass(frozen=True, slots=True)
class Call:
    """A function call."""

    name: str
    arguments: tuple["Node", ...]
    at: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: a name, `.`, `..` or `*`, with its predicates."""

    name: str
    predicates: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """A location path. `start` is "/" (absolute), "." (relative) or a call (current, instance)."""

    start: "str | Call"
    steps: tuple[Step, ...]
    at: int

    def __str__(self) -> str:
        names = "/".join(step.name for step in self.steps)
        if isinstance(self.start, Call):
            return f"{self.start.name}()/{names}"
        return f"/{names}" if self.start == "/" else names


@dataclass(frozen=True, slots=True)
class Negate:
    """Unary minus."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined, left to right, by operators of one precedence."""

    first: "Node"
    rest: tuple[tuple[str, "Node"], ...]


Node: TypeAlias = Literal | Call | Path | Negate | Chain
