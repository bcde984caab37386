"""What one function of the expression language is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from handlers.forms.expressions.code import Code
from handlers.forms.expressions.scope import Scope

Build: TypeAlias = Callable[[Scope, tuple[Code, ...]], Code]


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how many arguments it takes (`most` None: any number) and how its code is built.

    `build` raises ExpressionError when an argument is not acceptable.
    """

    least: int
    most: int | None
    build: Build
    nodes: frozenset[int] = frozenset()
    """Places of arguments (from 0) whose nodes are only found, not read: a path there makes nothing depend on them."""
    pure: bool = True
    """Whether constant arguments make a constant; not so where labels or the form's own values come in."""

    @property
    def wanted(self) -> str:
        """The number of arguments in Chinese."""
        if self.most is None:
            return f"至少 {self.least} 个"
        return f" {self.least} 个" if self.least == self.most else f" {self.least} 到 {self.most} 个"
