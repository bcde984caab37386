"""The pieces that a layout is put together from: one group, repeat or question with its rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handlers.forms.compilation import POSITION, Compilation, worded
from handlers.forms.expressions.nodes import template
from handlers.forms.form import Group, Kind, Question, Repeat, Wording
from handlers.forms.graph import GATE
from handlers.forms.markup import Control, Markup, Trigger, child
from handlers.forms.questions import Pattern, Place, QuestionBuilder
from handlers.forms.rules import Effect, Rule, Setting
from handlers.forms.spots import Spot

NUMBERED: Final = "{label}（第 {number} 项）"
"""The heading of one instance of a repeat."""
UNNAMED: Final = "第 {number} 项"


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One node of a layout, compiled. Immutable; used in many layouts."""

    outer: "Piece | None"
    """The piece of the group around it."""
    place: Place
    """For a group: what stands in it gets this place."""
    rules: tuple[Rule, ...]
    group: Group | None = None
    repeat: Repeat | None = None
    question: Question | None = None
    """A leaf, or what is asked after an open repeat."""
    is_leaf: bool = False
    is_step: bool = False
    settings: tuple[tuple[str, Setting], ...] = ()
    """With the ref of the question whose change sets them off."""


class PieceBuilder:
    """Makes the pieces of one form; what all instances share is made once. Faults go to the compilation."""

    def __init__(self, compilation: Compilation, children: Mapping[str, Sequence[str]]) -> None:
        markup = compilation.markup
        self.children = children
        self._compilation = compilation
        self._markup: Markup = markup
        self._builder = QuestionBuilder(compilation)
        self._controls: dict[str, Control] = {}
        for control in markup.controls:
            self._controls.setdefault(control.ref, control)
        self._patterns: dict[str, Pattern] = {
            leaf.ref: self._builder.pattern(leaf, self._control(leaf.ref)) for leaf in markup.leaves
        }
        self._triggers: dict[str, list[Trigger]] = {}
        for trigger in markup.triggers:
            self._triggers.setdefault(trigger.source, []).append(trigger)
        self._concrete: dict[str, list[str]] = {}
        self._repeats: list[str] = []

    @property
    def patterns(self) -> Mapping[str, Pattern]:
        """What all instances of a question share, by its ref in the workbook."""
        return self._patterns

    def begin(self, found: Sequence[Spot]) -> None:
        """Get ready for the pieces of a layout with these spots."""
        targets = {trigger.target for triggers in self._triggers.values() for trigger in triggers}
        self._concrete = {}
        self._repeats = [spot.ref for spot in found if spot.is_repeat]
        for spot in found:
            if not spot.is_leaf:
                continue
            if spot.template in targets:
                self._concrete.setdefault(spot.template, []).append(spot.ref)
            plan = self._patterns[spot.template].plan
            if plan is not None and (not plan.options or plan.is_ambiguous):
                self._compilation.readable(spot.ref)

    def piece(self, spot: Spot, outer: Piece | None) -> Piece:
        """The piece of a spot; `outer` is that of the group around it (None for the root)."""
        if spot.is_leaf:
            return self._leaf(spot, outer)
        return self._group(spot, outer) if spot.is_group else self._repeat(spot, outer)

    def _control(self, ref: str) -> Control | None:
        control = self._controls.get(ref)
        return None if control is None or control.tag in {"group", "repeat"} else control

    def _group(self, spot: Spot, outer: Piece | None) -> Piece:
        label, reads = self._label(spot.ref)
        around = Place() if outer is None else outer.place
        gates, rules = self._gated(spot.ref, around)
        told_apart = any(name == POSITION or name.startswith(f"{spot.ref}/") for name in reads)
        heading = label if not spot.number or told_apart else _numbered(label, spot.number)
        place = Place(gates, around.section if heading is None else (*around.section, heading))
        group = Group(spot.ref, spot.parent, label, spot.number)
        return Piece(outer, place, rules, group=group)

    def _repeat(self, spot: Spot, outer: Piece | None) -> Piece:
        self._compilation.look(spot.ref)
        around = Place() if outer is None else outer.place
        count = self._markup.repeats[spot.template].strip()
        repeat = Repeat(spot.ref, spot.parent, spot.instances, not count, self._label_outside(spot))
        if count:
            found = self._compilation.attempt(spot.ref, "repeat_count", lambda: self._compilation.code(spot.ref, count))
            counting = () if found is None else (Rule(Effect.COUNT, spot.ref, found[0].as_number(), found[1]),)
            return Piece(outer, around, counting, repeat=repeat)
        gates, rules = self._gated(spot.ref, around, outside=True)
        more = Question(spot.ref, Kind.MORE, spot.parent, gates, repeat.label, section=around.section)
        return Piece(outer, around, rules, repeat=repeat, question=more, is_step=True)

    def _leaf(self, spot: Spot, outer: Piece | None) -> Piece:
        pattern = self._patterns[spot.template]
        around = Place() if outer is None else outer.place
        if pattern.internal:
            question, _ = self._builder.question(pattern, spot.ref, spot.parent, around)
            return Piece(outer, around, (), question=question, is_leaf=True)
        gates, rules = self._gated(spot.ref, around)
        question, chosen = self._builder.question(pattern, spot.ref, spot.parent, Place(gates, around.section))
        beside = frozenset(GATE + gate for gate in gates)
        calculation = pattern.bind.get("calculate", "").strip()
        if calculation:
            found = self._compilation.attempt(
                spot.ref, Effect.CALCULATE.value, lambda: self._compilation.value(spot.ref, calculation)
            )
            if found is not None:
                rules = (*rules, Rule(Effect.CALCULATE, spot.ref, found[0].run, found[1] | beside))
        if question.listed is not None or question.source is not None:
            rules = (*rules, Rule(Effect.CHOICES, spot.ref, _nothing, chosen | beside))
        return Piece(
            outer,
            around,
            rules,
            question=question,
            is_leaf=True,
            is_step=pattern.control is not None,
            settings=tuple(self._settings(spot)),
        )

    def _gated(self, ref: str, around: Place, *, outside: bool = False) -> tuple[tuple[str, ...], tuple[Rule, ...]]:
        """The conditions over a node, its own last, and the rule of its own. `outside`: of a repeat itself, whose own
        condition does not count when it looks into an instance."""
        written = self._markup.binds.get(template(ref), {}).get("relevant", "").strip()
        if not written:
            return around.gates, ()
        found = self._compilation.attempt(ref, Effect.RELEVANT.value, lambda: self._compilation.condition(ref, written))
        if found is None or (outside and any(name.startswith(f"{ref}[") for name in found[1])):
            return around.gates, ()
        return (*around.gates, ref), (Rule(Effect.RELEVANT, ref, *found),)

    def _settings(self, spot: Spot) -> list[tuple[str, Setting]]:
        found: list[tuple[str, Setting]] = []
        for trigger in self._triggers.get(spot.template, ()):
            pattern = self._patterns.get(trigger.target)
            for repeat in self._elsewhere(spot.template, trigger.target):
                self._compilation.look(repeat)
            for target in _beside(spot.ref, self._concrete.get(trigger.target, ())):
                if pattern is None or pattern.internal:
                    continue
                # pyxform writes `${}` as seen from the question that sets it off, ODK reads it from the one that is set
                places = (target, spot.ref)
                run = self._builder.setting(places, pattern.kind, trigger.expression or "''", "calculation")
                if run is not None:
                    found.append((spot.ref, Setting(target, run)))
        return found

    def _elsewhere(self, source: str, target: str) -> list[str]:
        """The repeats around a target that the source does not stand in."""
        return [
            ref
            for ref in self._repeats
            if target.startswith(f"{template(ref)}/") and not source.startswith(f"{template(ref)}/")
        ]

    def _label(self, ref: str) -> tuple[Wording | None, frozenset[str]]:
        """The label of a group, and what it reads."""
        control = self._controls.get(template(ref))
        if control is None or control.tag != "group":
            return None, frozenset()
        before = self._compilation.read_so_far()
        label = self._compilation.wording(ref, "label", child(control.element, "label"))
        return label, self._compilation.read_so_far() - before

    def _label_outside(self, spot: Spot) -> Wording | None:
        """The label of a repeat, unless it mentions answers of an instance."""
        label, reads = self._label(spot.ref)
        return None if any(name == POSITION or name.startswith(f"{spot.ref}[") for name in reads) else label


def _numbered(label: Wording | None, number: int) -> Wording:
    """The heading of one instance: the label of the repeat and which one it is."""
    if label is None:
        return worded([UNNAMED.format(number=number)]) or Wording(("",), "")
    if label.fixed is None:
        return Wording((*label.parts, NUMBERED.format(label="", number=number)), None)
    return worded([NUMBERED.format(label=label.fixed, number=number)]) or label


def _beside(source: str, targets: Sequence[str]) -> Sequence[str]:
    """The targets that stand in the same instances of repeats as the source, as far as they share repeats."""
    best: list[str] = []
    depth = -1
    for target in targets:
        shared = 0
        for one, two in zip(source.split("/"), target.split("/"), strict=False):
            if one != two:
                break
            shared += 1
        if shared > depth:
            best, depth = [target], shared
        elif shared == depth:
            best.append(target)
    return best


def _nothing(env: object) -> str:
    return ""
