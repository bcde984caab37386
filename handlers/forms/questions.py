"""The questions of a form: what kind each is, how it is worded, what may be chosen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from handlers.forms.canonical import check, computed
from handlers.forms.choices import ChoiceBuilder
from handlers.forms.compilation import Compilation, worded
from handlers.forms.expressions.code import RunText, RunTruth
from handlers.forms.form import SELECTS, Kind, Option, Question, Wording
from handlers.forms.markup import Control, Leaf, child
from handlers.forms.purposes import Purpose, check_kind, purpose_of

UNSUPPORTED_KIND = (
    "题目类型“{kind}”暂不支持，可用的有：text、integer、decimal、select_one、select_multiple、date、note、calculate。"
)
BAD_DEFAULT = "默认值“{value}”不适合这道题。"
READONLY_CONDITION = "read_only 只能写 yes 或留空，暂不支持表达式。"

_MIDNIGHT: Final = re.compile(r"[0-9-]{10}[ T]00:00:00")
"""How pyxform spells a date cell of Excel."""
_INPUTS: Final = {
    "": Kind.TEXT,
    "string": Kind.TEXT,
    "int": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "date": Kind.DATE,
}
_SELECTS: Final = {"select1": Kind.SELECT_ONE, "select": Kind.SELECT_MULTIPLE}
_TYPE_NAMES: Final = {
    "binary": "image/audio/video/file",
    "geopoint": "geopoint",
    "odk:rank": "rank",
    "trigger": "acknowledge",
    "upload": "image/audio/video/file",
    "rank": "rank",
    "repeat": "begin_repeat",
}
"""XForm names to the ones that authors write."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question stands: the relevant conditions over it, and the labels of the groups around it."""

    gates: tuple[str, ...]
    section: tuple[Wording, ...]


class QuestionBuilder:
    """Builds the questions of one form; faults go to the compilation."""

    def __init__(self, compilation: Compilation) -> None:
        self.choices = ChoiceBuilder(compilation)
        self._compilation = compilation

    def build(self, leaf: Leaf, control: Control | None, place: Place) -> Question:
        """The question of a leaf. What is faulty is left out of it and reported."""
        compilation, ref = self._compilation, leaf.ref
        bind = compilation.markup.binds.get(ref, {})
        kind = self._kind(ref, control, bind)
        element = None if control is None else control.element
        label = hint = None
        if element is not None:
            label = compilation.wording(ref, "label", child(element, "label"))
            hint = compilation.wording(ref, "hint", child(element, "hint"))
        options, choice_filter = self._choices(ref, control)
        compilation.options[ref] = options
        return Question(
            ref=ref,
            kind=kind,
            group=leaf.group,
            gates=place.gates,
            label=label or worded([ref.rpartition("/")[2]]),
            hint=hint,
            section=place.section,
            options=options,
            choice_filter=choice_filter,
            required=self._required(ref, bind),
            required_message=compilation.message(ref, "required_message", bind.get("jr:requiredMsg")),
            constraint=compilation.truth(ref, "constraint", bind.get("constraint")),
            constraint_message=compilation.message(ref, "constraint_message", bind.get("jr:constraintMsg")),
            default=self._default(leaf, kind, options),
            initial=self._initial(ref, kind),
            purpose=self._purpose(ref, kind, bind, options),
        )

    def _kind(self, ref: str, control: Control | None, bind: Mapping[str, str]) -> Kind:
        if control is None:
            return Kind.CALCULATE
        kind: Kind | None = None
        written = bind.get("type", "")
        if control.tag == "input":
            kind = _INPUTS.get(written)
        else:
            kind = _SELECTS.get(control.tag)
            written = control.tag
        if kind is None:
            name = _TYPE_NAMES.get(written, written)
            self._compilation.attempt(ref, "type", lambda: _refuse(UNSUPPORTED_KIND.format(kind=name)))
            return Kind.TEXT
        readonly = bind.get("readonly", "false()").replace(" ", "")
        if readonly not in {"true()", "false()"}:
            self._compilation.attempt(ref, "read_only", lambda: _refuse(READONLY_CONDITION))
        return Kind.NOTE if readonly == "true()" else kind

    def _required(self, ref: str, bind: Mapping[str, str]) -> RunTruth | None:
        written = bind.get("required", "").strip()
        return None if written == "false()" else self._compilation.truth(ref, "required", written)

    def _default(self, leaf: Leaf, kind: Kind, options: Mapping[str, Option]) -> str:
        value = leaf.default.strip() if kind is not Kind.TEXT else leaf.default
        if not value:
            return ""

        if kind is Kind.DATE and _MIDNIGHT.fullmatch(value):
            value = value[:10]

        def checked() -> str:
            if kind in SELECTS and any(name not in options for name in value.split()):
                raise ValueError(BAD_DEFAULT.format(value=value))
            check(kind, value)
            return value

        return self._compilation.attempt(leaf.ref, "default", checked) or ""

    def _initial(self, ref: str, kind: Kind) -> RunText | None:
        expression = self._compilation.markup.initials.get(ref)
        if expression is None:
            return None
        found = self._compilation.attempt(ref, "default", lambda: self._compilation.code(ref, expression))
        if found is None:
            return None
        run = found[0].run
        return lambda env: computed(kind, run(env))

    def _purpose(self, ref: str, kind: Kind, bind: Mapping[str, str], options: Mapping[str, Option]) -> Purpose | None:
        written = bind.get("qf:purpose", "")
        if not written:
            return None

        def checked() -> Purpose:
            purpose = purpose_of(written)
            check_kind(purpose, kind.value, frozenset(options))
            return purpose

        return self._compilation.attempt(ref, "用途", checked)

    def _choices(self, ref: str, control: Control | None) -> tuple[Mapping[str, Option], RunTruth | None]:
        if control is None or control.tag not in _SELECTS:
            return {}, None
        built = self._compilation.attempt(ref, "type", lambda: self.choices.build(control))
        return ({}, None) if built is None else built


def _refuse(message: str) -> None:
    raise ValueError(message)
