"""The syntax tree of an expression; chains of operators are flat, so that long sums are not deep trees."""

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from handlers.forms.expressions.values import number_text


@dataclass(frozen=True, slots=True)
class Literal:
    """A string or a number as written."""

    value: str | float


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; `at` is the character that it starts at, counted from 1."""

    name: str
    arguments: tuple["Node", ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: a name, `.` or `..`, with its predicates."""

    name: str
    predicates: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """A location path. `start` is "/" (absolute), "." (relative) or a call (current, instance)."""

    start: "str | Call"
    steps: tuple[Step, ...]
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return written(self)


@dataclass(frozen=True, slots=True)
class Union:
    """Node-sets put together with `|`."""

    members: tuple["Node", ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Negate:
    """Unary minus."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined, left to right, by operators of one precedence."""

    first: "Node"
    rest: tuple[tuple[str, "Node"], ...]


Node: TypeAlias = Literal | Call | Path | Union | Negate | Chain

LEVELS: Final = (
    ("or",),
    ("and",),
    ("=", "!="),
    ("<", "<=", ">", ">="),
    ("+", "-"),
    ("*", "div", "mod"),
)
"""Operators by precedence, loosest first (XPath 1.0, section 3)."""
_LEVEL: Final = {name: level for level, names in enumerate(LEVELS) for name in names}
_QUOTES: Final = ("''", '""', "“”", "‘’", "＂＂", "＇＇")
_UNARY: Final = len(LEVELS)
_UNION: Final = _UNARY + 1
_TIGHTEST: Final = _UNION + 1


def written(node: Node) -> str:
    """The tree as an expression that parses to the same tree."""
    return _written(node, 0)


def _written(node: Node, around: int) -> str:
    """`around`: how tightly the operators around bind; what binds less tightly comes in brackets."""
    text, level = _spelled(node)
    return f"({text})" if level < around else text


def _spelled(node: Node) -> tuple[str, int]:
    """The text, and how tightly the operator in it binds."""
    match node:
        case Literal(str(text)):
            return _quoted(text), _TIGHTEST
        case Literal(value):
            return number_text(float(value)), _TIGHTEST
        case Call(name, arguments):
            return f"{name}({', '.join(_written(argument, 0) for argument in arguments)})", _TIGHTEST
        case Path():
            return _path(node), _TIGHTEST
        case Union() | Negate() | Chain():
            return _operation(node)


def _operation(node: Union | Negate | Chain) -> tuple[str, int]:
    match node:
        case Union(members):
            return " | ".join(_written(member, _TIGHTEST) for member in members), _UNION
        case Negate(operand):
            return f"-{_written(operand, _UNION)}", _UNARY
        case Chain(first, rest):
            level = _LEVEL[rest[0][0]]
            parts = [_written(first, level + 1), *(f"{name} {_written(one, level + 1)}" for name, one in rest)]
            return " ".join(parts), level


def _quoted(text: str) -> str:
    """The text between the first quotes that are not in it; a literal as parsed always lacks those around it."""
    opening, closing = next(pair for pair in _QUOTES if not set(pair) & set(text))
    return f"{opening}{text}{closing}"


def _path(path: Path) -> str:
    steps = "/".join(
        step.name + "".join(f"[{_written(predicate, 0)}]" for predicate in step.predicates) for step in path.steps
    )
    if isinstance(path.start, str):
        return f"/{steps}" if path.start == "/" else steps
    start = _written(path.start, 0)
    return f"{start}/{steps}" if steps else start
