"""What answers set off: the rules of a form, and the values that are set when another one changes."""

from dataclasses import dataclass, field
from enum import Enum

from handlers.forms.expressions.code import Run, RunText


class Effect(Enum):
    """What a rule does when something that it reads changes."""

    RELEVANT = "relevant"
    CALCULATE = "calculation"
    CHOICES = "choice_filter"
    COUNT = "repeat_count"


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One computation that answers set off. `ref` is the group, repeat or question that it belongs to."""

    effect: Effect
    ref: str
    run: Run
    reads: frozenset[str]
    key: str = field(init=False)
    """The same rule in another layout has the same key."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.effect.value} {self.ref}")


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A value that is set, once, when another one changes (the trigger column)."""

    target: str
    run: RunText
