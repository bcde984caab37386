"""A compiled form: frozen groups and questions with their wordings and rules, laid out for numbers of instances."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias

from handlers.forms.expressions.code import Env, Run, RunNodes, RunText, RunTruth
from handlers.forms.likeness import bare
from handlers.forms.purposes import Purpose
from handlers.forms.rules import Rule, Setting


class Kind(StrEnum):
    """What kind of answer a question takes."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    DATE = "date"
    TIME = "time"
    DATETIME = "dateTime"
    RANGE = "range"
    RANK = "rank"
    ACKNOWLEDGE = "acknowledge"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"
    GEOPOINT = "geopoint"
    BARCODE = "barcode"
    MORE = "more"
    """No question of the workbook: whether a repeat gets one more instance."""
    NOTE = "note"
    """Shown, never asked (also read-only questions)."""
    CALCULATE = "calculate"
    """Neither shown nor asked."""

    __hash__ = str.__hash__
    """By its value, as it compares; that of Enum is slower, and kinds are looked up in every step."""


SELECTS: Final = frozenset({Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK})
"""The kinds whose answers are names of choices."""
MEDIA: Final = frozenset({Kind.IMAGE, Kind.AUDIO, Kind.VIDEO, Kind.FILE})
"""The kinds whose answers are names of media, with a blank between."""
BETWEEN_SECTIONS: Final = " · "
MORE: Final = "more"
DONE: Final = "done"
"""The two canonical answers to whether a repeat gets one more instance."""


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


RunOptions: TypeAlias = Callable[[Env], list[Option]]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Choices that are answers themselves: one for each instance of a repeat that passes."""

    names: RunNodes
    labels: RunNodes

    def options(self, env: Env) -> dict[str, Option]:
        """The choices by name now; instances without a name are none."""
        labels = self.labels(env)
        found: dict[str, Option] = {}
        for place, name in enumerate(self.names(env)):
            if name:
                text = (labels[place] if place < len(labels) else "") or name
                found.setdefault(name, Option(name, Wording((text,), text), {"name": name}))
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A group of questions, an instance of a repeat, or the form itself (`parent` is then empty)."""

    ref: str
    parent: str
    label: Wording | None
    number: int = 0
    """Which instance of its repeat it is, from 1; 0 for a group that is not repeated."""


@dataclass(frozen=True, slots=True)
class Span:
    """What a range goes from, to (both included) and by; `start` may be the greater one."""

    start: Decimal
    end: Decimal
    step: Decimal


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
    guidance: Wording | None = None
    section: tuple[Wording, ...] = ()
    """Labels of the groups around it, outermost first."""
    options: Mapping[str, Option] = field(default_factory=dict)
    """By canonical name, in the order of the workbook."""
    items: tuple[Option, ...] = ()
    """The same with every row of a name that has several."""
    source: Source | None = None
    """Where the choices come from when they are answers themselves; `options` is then empty."""
    choice_filter: RunTruth | None = None
    """Whether the row `env.item` may be chosen; None without a filter, and where only `listed` can tell."""
    listed: RunOptions | None = None
    """The choices that the filter lets through; None without a filter."""
    external: bool = False
    """Whether it is a select_one_external, which ODK's engine takes for a text question: what it holds stays, even if
    it is no choice of the list (people can only choose)."""
    required: RunTruth | None = None
    required_message: Wording | None = None
    constraint: RunTruth | None = None
    constraint_message: Wording | None = None
    read_only: RunTruth | None = None
    """While it holds the question is shown and not asked; what is always so is a note."""
    calculation: Run | None = None
    default: str = ""
    initial: RunText | None = None
    """A default that is computed when the form is opened."""
    purpose: Purpose | None = None
    allows: frozenset[str] = frozenset()
    """What may be said instead of an answer: `same`, `none`."""
    least: int = 0
    """The smallest useful number of characters; 0: the workbook does not say."""
    span: Span | None = None
    several: bool = False
    """Whether a media question takes several files."""
    before: str = ""
    """The ref of the same question in the instance before, where 同上 repeats its answer: texts only if they allow it,
    for a problem told in the words of the one before says nothing."""
    internal: bool = False
    """Metadata (start, today, deviceid, instanceID, …): left empty and out of the values."""

    fixed_section: str | None = field(init=False)
    """The section as people read it, where no answer is mentioned in it."""
    fixed_choices: tuple[Choice, ...] | None = field(init=False)
    """The choices as people read them, where they are always the same; () for questions without."""
    asked: bool = field(init=False)
    """Whether people answer it."""
    stops: bool = field(init=False)
    """Whether the conversation waits at it: asked questions, and whether a repeat goes on."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "fixed_section", _fixed_section(self.section))
        object.__setattr__(self, "fixed_choices", self._fixed_choices())
        object.__setattr__(self, "asked", self.kind not in _NEVER_ASKED)
        object.__setattr__(self, "stops", self.kind not in _ONLY_SHOWN)

    def section_text(self, env: Env) -> str:
        """The labels of the groups around it, outermost first."""
        if self.fixed_section is not None:
            return self.fixed_section
        return BETWEEN_SECTIONS.join([label.text(env) for label in self.section])

    def _fixed_choices(self) -> tuple[Choice, ...] | None:
        if self.kind not in SELECTS:
            return ()
        fixed = tuple(option.fixed for option in self.options.values() if option.fixed is not None)
        always = self.source is None and self.listed is None and len(fixed) == len(self.options)
        return fixed if always else None


def _fixed_section(section: tuple[Wording, ...]) -> str | None:
    fixed = [label.fixed for label in section if label.fixed is not None]
    return BETWEEN_SECTIONS.join(fixed) if len(fixed) == len(section) else None


_ONLY_SHOWN: Final = frozenset({Kind.NOTE, Kind.CALCULATE})
_NEVER_ASKED: Final = _ONLY_SHOWN | {Kind.MORE}


@dataclass(frozen=True, slots=True)
class FindingPlan:
    """A question that names findings, with the refs that say more about each, by purpose, in form order."""

    ref: str
    companions: Mapping[Purpose, tuple[str, ...]]
    nothing_new: tuple[str, ...]
    """Questions that, answered with yes, say that there is nothing to find here."""


@dataclass(frozen=True, slots=True, eq=False)
class Repeat:
    """A repeat of one layout: its concrete ref without the number of an instance."""

    ref: str
    group: str
    """The ref of the group that it stands in."""
    instances: tuple[str, ...]
    """Refs of its instances, in order."""
    open: bool
    """Whether people decide how many there are (no repeat_count)."""
    label: Wording | None


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A form with every instance of its repeats spelled out. Immutable and shared by all conversations."""

    counts: Mapping[str, int]
    """Ref of a repeat -> how many instances it has."""
    groups: Mapping[str, Group]
    leaves: Mapping[str, Question]
    """Every leaf by ref, in document order."""
    repeats: Mapping[str, Repeat]
    steps: tuple[Question, ...]
    """Asked questions, notes and `Kind.MORE` in the order in which they are shown."""
    questions: tuple[Question, ...]
    """Asked questions only."""
    places: Mapping[str, int]
    """Ref of a step -> its index in `steps`."""
    asked: int
    """The steps that are questions, as bits: bit i stands for `steps[i]`."""
    asked_in: Mapping[str, tuple[Question, ...]]
    """Ref of an instance of a repeat -> the questions in it, without those of a repeat inside it."""
    conditional: tuple[Question, ...]
    """The questions that are sometimes read-only."""
    behind: Mapping[str, int]
    """Ref of what has a `relevant` -> the steps that show only while it holds, as bits."""
    inside: Mapping[str, tuple[str, ...]]
    """Ref of what has a `relevant` -> the leaves and open repeats that it decides on."""
    rules: tuple[Rule, ...]
    """In an order in which every rule comes after the rules that change what it reads."""
    readers: Mapping[str, tuple[int, ...]]
    """What is read (a ref, or today()) -> indexes of the rules that read it."""
    own_rules: Mapping[str, tuple[int, ...]]
    """Ref of a leaf -> indexes of its calculation and its choice filter."""
    settings: Mapping[str, tuple[Setting, ...]]
    """Ref of a question -> what is set when its answer changes."""
    findings: tuple[FindingPlan, ...]

    def shown(self, off: Iterable[str]) -> int:
        """The steps that are relevant while the `relevant` of `off` is false, as bits."""
        hidden, behind = 0, self.behind.get
        for gate in off:
            hidden |= behind(gate, 0)
        return (1 << len(self.steps)) - 1 & ~hidden

    def locked(self, env: Env) -> int:
        """The questions that are read-only now, as bits."""
        bits = 0
        for question in self.conditional:
            if question.read_only is not None and question.read_only(env):
                bits |= 1 << self.places[question.ref]
        return bits

    def step(self, ref: str) -> Question:
        """The step with this ref. Raises KeyError when there is none."""
        return self.steps[self.places[ref]]

    def has(self, ref: str) -> bool:
        """Whether a leaf, group or repeat is there."""
        return ref in self.leaves or ref in self.groups or ref in self.repeats


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A form that can be run. Immutable and shared by all conversations."""

    name: str
    """The form_id of the settings sheet."""
    title: str
    version: str
    level: str
    """comprehensive, project, functional or daily; empty when the workbook does not say."""
    audience: str
    """observers, everyone, officers or closed; empty when the workbook does not say."""
    last_reads: frozenset[str]
    """The questions whose answers of the last sheet the form reads, refs without numbers."""
    reads_now: bool
    """Whether it asks for now()."""
    plain: Layout
    """With one instance of every repeat; the only one of a form without repeats."""
    layouts: Callable[[Mapping[str, int]], Layout] | None
    """The layout for these numbers of instances; None for a form without repeats."""

    def layout(self, counts: Mapping[str, int]) -> Layout:
        """The form with these numbers of instances (repeats that are left out have one, or what was counted).

        Raises ValueError with the sentence to show when that is too much.
        """
        return self.plain if self.layouts is None else self.layouts(counts)

    @property
    def groups(self) -> Mapping[str, Group]:
        """The groups of the plain layout."""
        return self.plain.groups

    @property
    def leaves(self) -> Mapping[str, Question]:
        """The leaves of the plain layout."""
        return self.plain.leaves

    @property
    def steps(self) -> tuple[Question, ...]:
        """The steps of the plain layout."""
        return self.plain.steps

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions of the plain layout."""
        return self.plain.questions
