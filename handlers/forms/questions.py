"""The questions of a form: what kind each is, how it is worded, what may be chosen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from handlers.forms.canonical import check, computed
from handlers.forms.choices import ChoiceBuilder, ChoicePlan, Offer, by_name, takes_choices
from handlers.forms.compilation import Compilation, worded
from handlers.forms.expressions.code import RunText, RunTruth
from handlers.forms.expressions.nodes import template
from handlers.forms.form import MEDIA, SELECTS, Kind, Question, Span, Wording
from handlers.forms.markup import Control, Leaf, child
from handlers.forms.purposes import Purpose, allowed, check_kind, purpose_of

UNSUPPORTED_KIND = "题目类型“{kind}”暂不支持，可用的有：{known}。"
KNOWN_KINDS: Final = (
    "text、integer、decimal、select_one、select_multiple、rank、date、time、dateTime、range、acknowledge、"
    "image、audio、video、file、geopoint、barcode、note、calculate、hidden"
)
BAD_DEFAULT = "默认值“{value}”不适合这道题。"
BAD_RANGE = "range 题的 start、end、step 应为数字，step 不能为 0，例如 start=1 end=10 step=1。"
MAX_RANK: Final = 5
"""Choices of one rank question: more cannot be put in order in a chat."""
RANK_TOO_LONG = f"排序题（rank）最多 {MAX_RANK} 个选项，请精简选项或改用多选。"
BAD_LEAST = "最少字数“{written}”应为 0 到 2000 之间的整数。"
MAX_LEAST: Final = 2_000
"""Characters; a WeChat message has at most 2048 bytes, an answer may take several."""

_MIDNIGHT: Final = re.compile(r"[0-9-]{10}[ T]00:00:00")
"""How pyxform spells a date cell of Excel."""
_CLOCK: Final = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}")
_INPUTS: Final = {
    "": Kind.TEXT,
    "string": Kind.TEXT,
    "int": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "date": Kind.DATE,
    "time": Kind.TIME,
    "dateTime": Kind.DATETIME,
    "geopoint": Kind.GEOPOINT,
    "barcode": Kind.BARCODE,
}
"""The kinds of plain inputs by the type of their bind."""
_TAGS: Final = {
    "select1": Kind.SELECT_ONE,
    "select": Kind.SELECT_MULTIPLE,
    "rank": Kind.RANK,
    "trigger": Kind.ACKNOWLEDGE,
    "range": Kind.RANGE,
}
_MEDIA: Final = {"image": Kind.IMAGE, "audio": Kind.AUDIO, "video": Kind.VIDEO}
"""The kinds of uploads by the first half of their media type."""
_TYPE_NAMES: Final = {"binary": "image/audio/video/file", "odk:rank": "rank"}
"""XForm names to the ones that authors write."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where something stands: the relevant conditions over it, and the labels of the groups around it."""

    gates: tuple[str, ...] = ()
    section: tuple[Wording, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """What all instances of a question share."""

    leaf: Leaf
    control: Control | None
    kind: Kind
    bind: Mapping[str, str]
    plan: ChoicePlan | None = None
    default: str = ""
    purpose: Purpose | None = None
    allows: frozenset[str] = frozenset()
    least: int = 0
    span: Span | None = None
    internal: bool = False
    named: Wording | None = field(default=None)
    """The label of a question without one: its name."""


class QuestionBuilder:
    """Builds the questions of one form; faults go to the compilation."""

    def __init__(self, compilation: Compilation) -> None:
        self._choices = ChoiceBuilder(compilation)
        self._compilation = compilation

    def pattern(self, leaf: Leaf, control: Control | None) -> Pattern:
        """What all instances of a leaf share. What is faulty is left out of it and reported."""
        markup, ref = self._compilation.markup, leaf.ref
        bind = markup.binds.get(ref, {})
        if ref.startswith(f"{markup.root}/meta/") or "jr:preload" in bind or ref in markup.sensed:
            return Pattern(leaf, None, Kind.CALCULATE, bind, internal=True)
        kind = self._kind(ref, control, bind)
        plan = self._plan(ref, kind, control)
        span = None
        if control is not None and kind is Kind.RANGE:
            span = self._compilation.attempt(ref, "parameters", lambda: _span(control))
        return Pattern(
            leaf,
            control,
            kind,
            bind,
            plan=plan,
            default=self._default(leaf, kind, plan),
            purpose=self._purpose(ref, kind, bind, plan),
            allows=self._compilation.attempt(ref, "允许", lambda: allowed(bind.get("qf:allow", ""))) or frozenset(),
            least=self._compilation.attempt(ref, "最少字数", lambda: _least(bind.get("qf:least", ""))) or 0,
            span=span,
            named=worded([ref.rpartition("/")[2]]),
        )

    def question(self, pattern: Pattern, ref: str, group: str, place: Place) -> tuple[Question, frozenset[str]]:
        """One instance of a leaf, and what decides on its choices."""
        if pattern.internal:
            return Question(ref, Kind.CALCULATE, group, internal=True), frozenset()
        compilation, bind = self._compilation, pattern.bind
        element = None if pattern.control is None else pattern.control.element
        label, hint = (None, None) if element is None else (child(element, "label"), child(element, "hint"))
        offer = self._offer(ref, pattern.plan)
        return Question(
            ref=ref,
            kind=pattern.kind,
            group=group,
            gates=place.gates,
            label=compilation.wording(ref, "label", label) or pattern.named,
            hint=compilation.wording(ref, "hint", hint),
            guidance=compilation.guidance(ref, hint),
            section=place.section,
            options=compilation.options.get(ref) or compilation.options.get(template(ref)) or {},
            items=offer.items,
            source=offer.source,
            choice_filter=offer.passes,
            listed=offer.listed,
            external=pattern.plan is not None and element is not None and element.get("query") is not None,
            required=self._condition(ref, "required", bind.get("required", "")),
            required_message=compilation.message(ref, "required_message", bind.get("jr:requiredMsg")),
            constraint=compilation.truth(ref, "constraint", bind.get("constraint")),
            constraint_message=compilation.message(ref, "constraint_message", bind.get("jr:constraintMsg")),
            read_only=None if pattern.kind is Kind.NOTE else self._read_only(ref, pattern),
            default=pattern.default,
            initial=self._initial(ref, pattern.kind),
            purpose=pattern.purpose,
            allows=pattern.allows,
            least=pattern.least,
            span=pattern.span,
            several=pattern.kind in MEDIA and element is not None and element.get("max-files") != "1",
            before=_before(ref) if pattern.kind is not Kind.TEXT or "same" in pattern.allows else "",
        ), offer.reads

    def _kind(self, ref: str, control: Control | None, bind: Mapping[str, str]) -> Kind:
        if control is None:
            return Kind.CALCULATE
        kind, written = _kind_of(control, bind.get("type", "").removeprefix("xsd:"))
        if kind is None:
            name = _TYPE_NAMES.get(written, written)
            sentence = UNSUPPORTED_KIND.format(kind=name, known=KNOWN_KINDS)
            self._compilation.attempt(ref, "type", lambda: _refuse(sentence))
            return Kind.TEXT
        return Kind.NOTE if _constant(bind.get("readonly", "")) is True else kind

    def _read_only(self, ref: str, pattern: Pattern) -> RunTruth | None:
        if pattern.control is None:
            return None
        return self._condition(ref, "read_only", pattern.bind.get("readonly", ""))

    def _condition(self, ref: str, column: str, written: str) -> RunTruth | None:
        return None if _constant(written) is False else self._compilation.truth(ref, column, written)

    def _default(self, leaf: Leaf, kind: Kind, plan: ChoicePlan | None) -> str:
        value = leaf.default.strip() if kind is not Kind.TEXT else leaf.default
        if not value:
            return ""
        if kind is Kind.DATE and _MIDNIGHT.fullmatch(value):
            value = value[:10]
        if kind is Kind.TIME and _CLOCK.fullmatch(value):
            value = f"{value}.000"

        def checked() -> str:
            listed = {option.value for option in plan.options} if plan is not None and plan.options else None
            if kind in SELECTS and listed is not None and any(name not in listed for name in _names(kind, value)):
                raise ValueError(BAD_DEFAULT.format(value=value))
            check(kind, value)
            return value

        return self._compilation.attempt(leaf.ref, "default", checked) or ""

    def _initial(self, ref: str, kind: Kind) -> RunText | None:
        expression = self._compilation.markup.initials.get(template(ref))
        return None if expression is None else self.setting((ref,), kind, expression, "default")

    def setting(self, places: tuple[str, ...], kind: Kind, expression: str, column: str) -> RunText | None:
        """What an expression gives as a value of the question `places[0]`, which is of this kind.

        It stands there, as in ODK; where that makes no sense, at the first of the other places where it does.
        """
        compilation = self._compilation
        found = compilation.attempt(places[0], column, lambda: compilation.value_at(places, expression))
        if found is None:
            return None
        run = found[0].run
        return lambda env: computed(kind, run(env))

    def _purpose(self, ref: str, kind: Kind, bind: Mapping[str, str], plan: ChoicePlan | None) -> Purpose | None:
        written = bind.get("qf:purpose", "")
        if not written:
            return None

        def checked() -> Purpose:
            purpose = purpose_of(written)
            check_kind(purpose, kind.value, frozenset() if plan is None else plan.names)
            return purpose

        return self._compilation.attempt(ref, "用途", checked)

    def _plan(self, ref: str, kind: Kind, control: Control | None) -> ChoicePlan | None:
        if control is None or not takes_choices(control):
            return None
        plan = self._compilation.attempt(ref, "type", lambda: self._choices.plan(control))
        if plan is not None:
            self._compilation.readable(ref)
            if plan.options:
                self._compilation.options[ref] = by_name(plan.options)
            if kind is Kind.RANK and len(plan.names) > MAX_RANK:
                self._compilation.attempt(ref, "type", lambda: _refuse(RANK_TOO_LONG))
        return plan

    def _offer(self, ref: str, plan: ChoicePlan | None) -> Offer:
        if plan is None:
            return Offer()
        offer = self._compilation.attempt(ref, "choice_filter", lambda: self._choices.offer(ref, plan)) or Offer()
        if offer.listed is not None and plan.is_ambiguous:
            self._compilation.listed[ref] = offer.listed
        if offer.source is not None:
            self._compilation.readable_source(ref, offer.source)
        elif not plan.options:
            self._compilation.options[ref] = by_name(offer.items)
        return offer


def _kind_of(control: Control, written: str) -> tuple[Kind | None, str]:
    """The kind of a control and how its type is called; None for one that is not ours."""
    if takes_choices(control) and control.tag == "input":
        return Kind.SELECT_ONE, written
    if control.tag == "input":
        return _INPUTS.get(written), written
    if control.tag == "upload":
        return _MEDIA.get(control.element.get("mediatype", "").partition("/")[0], Kind.FILE), "upload"
    return _TAGS.get(control.tag), control.tag


def _constant(written: str) -> bool | None:
    """The truth that is written out; None for an expression."""
    bare = written.replace(" ", "")
    return {"": False, "false()": False, "true()": True}.get(bare)


def _span(control: Control) -> Span:
    try:
        start, end, step = (Decimal(control.element.get(name, "")) for name in ("start", "end", "step"))
    except InvalidOperation as error:
        raise ValueError(BAD_RANGE) from error
    if not (start.is_finite() and end.is_finite() and step.is_finite()) or step == 0:
        raise ValueError(BAD_RANGE)
    return Span(start, end, abs(step))


def _least(written: str) -> int:
    cell = written.strip()
    if not cell:
        return 0
    try:
        number = Decimal(cell)
    except InvalidOperation as error:
        raise ValueError(BAD_LEAST.format(written=cell)) from error
    if not number.is_finite() or number != number.to_integral_value() or not 0 <= number <= MAX_LEAST:
        raise ValueError(BAD_LEAST.format(written=cell))
    return int(number)


def _names(kind: Kind, value: str) -> list[str]:
    return [value] if kind is Kind.SELECT_ONE else value.split()


def _before(ref: str) -> str:
    """The same ref in the instance before of the innermost repeat; "" for the first one and outside of repeats."""
    head, bracket, rest = ref.rpartition("[")
    if not bracket:
        return ""
    number, _, tail = rest.partition("]")
    return f"{head}[{int(number) - 1}]{tail}" if int(number) > 1 else ""


def _refuse(message: str) -> None:
    raise ValueError(message)
