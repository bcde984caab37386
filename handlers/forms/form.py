"""A compiled form: a frozen tree of groups and questions with their wordings and rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Final

from handlers.forms.expressions.code import Env, Run, RunText, RunTruth
from handlers.forms.likeness import bare
from handlers.forms.purposes import Purpose


class Kind(StrEnum):
    """What kind of answer a question takes."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    DATE = "date"
    NOTE = "note"
    """Shown, never asked (also read-only questions)."""
    CALCULATE = "calculate"
    """Neither shown nor asked."""


SELECTS: Final = frozenset({Kind.SELECT_ONE, Kind.SELECT_MULTIPLE})


@dataclass(frozen=True, slots=True)
class FormFault:
    """One thing that is wrong with a form; `ref` and `column` (of the survey sheet) are empty when unknown."""

    ref: str
    column: str
    message: str


class FormError(ValueError):
    """An XForm that is not a form of ours; `faults` says why, in Chinese."""

    def __init__(self, faults: tuple[FormFault, ...]) -> None:
        super().__init__("；".join(f"{fault.ref} {fault.message}".strip() for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Wording:
    """A text with places for answers (`${}`). `fixed` is the whole text when it has none."""

    parts: tuple[str | RunText, ...]
    fixed: str | None

    def text(self, env: Env) -> str:
        """The text with the answers put in."""
        if self.fixed is not None:
            return self.fixed
        spelled = [part if isinstance(part, str) else part(env) for part in self.parts]
        return "".join(spelled).strip()


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen: `value` is its canonical name, `label` what people read."""

    value: str
    label: str
    bare: str = field(init=False, repr=False)
    """The label as answers are compared with it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "bare", bare(self.label))


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list: its canonical name, its label, and its columns for choice filters."""

    value: str
    label: Wording
    row: Mapping[str, str]
    fixed: Choice | None = field(init=False, repr=False)
    """What people are shown, where the label has no places for answers."""

    def __post_init__(self) -> None:
        fixed = self.label.fixed
        object.__setattr__(self, "fixed", None if fixed is None else Choice(self.value, fixed))

    def choice(self, env: Env) -> Choice:
        """What people are shown."""
        return self.fixed or Choice(self.value, self.label.text(env))


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A group of questions, or the form itself (`parent` is then empty)."""

    ref: str
    parent: str
    label: Wording | None


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A leaf of the form: asked, shown (note) or only calculated."""

    ref: str
    kind: Kind
    group: str
    """The ref of the group that it stands in."""
    gates: tuple[str, ...] = ()
    """Itself and the groups around it, as far as they have a `relevant`: all of them must hold."""
    label: Wording | None = None
    hint: Wording | None = None
    section: tuple[Wording, ...] = ()
    """Labels of the groups around it, outermost first."""
    options: Mapping[str, Option] = field(default_factory=dict)
    """By canonical name, in the order of the workbook."""
    choice_filter: RunTruth | None = None
    required: RunTruth | None = None
    required_message: Wording | None = None
    constraint: RunTruth | None = None
    constraint_message: Wording | None = None
    calculation: Run | None = None
    default: str = ""
    initial: RunText | None = None
    """A default that is computed when the form is opened."""
    purpose: Purpose | None = None
    internal: bool = False
    """Metadata (start, today, deviceid, instanceID, …): left empty and out of the values."""

    @property
    def asked(self) -> bool:
        """Whether people answer it."""
        return self.kind is not Kind.NOTE and self.kind is not Kind.CALCULATE


class Effect(Enum):
    """What a rule does when something that it reads changes."""

    RELEVANT = "relevant"
    CALCULATE = "calculation"
    CHOICES = "choice_filter"


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One computation that answers set off. `ref` is the group or question that it belongs to."""

    effect: Effect
    ref: str
    run: Run
    reads: frozenset[str]
    members: tuple[str, ...]
    """The leaves that it may change."""


@dataclass(frozen=True, slots=True)
class FindingPlan:
    """A question that names findings, with the refs that say more about each, by purpose, in form order."""

    ref: str
    companions: Mapping[Purpose, tuple[str, ...]]
    nothing_new: tuple[str, ...]
    """Questions that, answered with yes, say that there is nothing to find here."""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A form that can be run. Immutable and shared by all conversations."""

    name: str
    """The form_id of the settings sheet."""
    title: str
    version: str
    level: str
    """comprehensive, project, functional or daily; empty when the workbook does not say."""
    groups: Mapping[str, Group]
    leaves: Mapping[str, Question]
    """Every leaf by ref, in document order."""
    steps: tuple[Question, ...]
    """Asked questions and notes in the order in which they are shown."""
    questions: tuple[Question, ...]
    """Asked questions only."""
    places: Mapping[str, int]
    """Ref of a step -> its index in `steps`."""
    asked: int
    """The steps that are questions, as bits: bit i stands for `steps[i]`."""
    behind: Mapping[str, int]
    """Ref of what has a `relevant` -> the steps that show only while it holds, as bits."""
    rules: tuple[Rule, ...]
    """In an order in which every rule comes after the rules that change what it reads."""
    readers: Mapping[str, tuple[int, ...]]
    """What is read (a ref, or today()) -> indexes of the rules that read it."""
    own_rules: Mapping[str, tuple[int, ...]]
    """Ref of a leaf -> indexes of its calculation and its choice filter."""
    findings: tuple[FindingPlan, ...]

    def shown(self, off: Iterable[str]) -> int:
        """The steps that are relevant while the `relevant` of `off` is false, as bits."""
        hidden, behind = 0, self.behind.get
        for gate in off:
            hidden |= behind(gate, 0)
        return (1 << len(self.steps)) - 1 & ~hidden
