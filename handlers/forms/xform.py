"""A stored XForm to a Form: questions put together, expressions compiled, rules ordered; every fault is named."""

from collections.abc import Mapping, Sequence
from typing import Final

from handlers.forms.companions import finding_plans
from handlers.forms.compilation import Compilation
from handlers.forms.form import Effect, Form, FormError, FormFault, Group, Kind, Question, Rule
from handlers.forms.graph import GATE, CircleError, ordered, readers
from handlers.forms.markup import Leaf, Markup, child, read
from handlers.forms.questions import Place, QuestionBuilder

LEVELS: Final = frozenset({"", "comprehensive", "project", "functional", "daily"})

UNKNOWN_LEVEL = "观察层级“{level}”不认识，可用的有：comprehensive、project、functional、daily。"
EMPTY = "表单里没有任何题目。"
CIRCLE = "这些题目的{what}互相依赖，成了一个圈：{names}。"
_WHAT: Final = {
    Effect.RELEVANT: "显示条件（relevant）",
    Effect.CALCULATE: "计算（calculation）",
    Effect.CHOICES: "选项筛选（choice_filter）",
}


def compile_form(xml: str) -> Form:
    """The form of a stored XForm. Raises FormError with every fault found."""
    markup = read(xml)
    assembly = _Assembly(markup)
    form = assembly.form()
    if assembly.faults:
        raise FormError(tuple(dict.fromkeys(assembly.faults)))
    return form


class _Assembly:
    def __init__(self, markup: Markup) -> None:
        self._markup = markup
        self._controls = {control.ref: control for control in markup.controls}
        selects = [control.ref for control in markup.controls if control.tag in {"select", "select1"}]
        self._compilation = Compilation(markup, selects)
        self.faults = self._compilation.faults
        self._builder = QuestionBuilder(self._compilation)
        self._parents = dict(markup.groups)
        self._groups = {ref: self._group(ref, parent) for ref, parent in markup.groups}

    def form(self) -> Form:
        markup = self._markup
        if markup.level not in LEVELS:
            self.faults.append(FormFault("", "level", UNKNOWN_LEVEL.format(level=markup.level)))
        leaves = {leaf.ref: self._question(leaf) for leaf in markup.leaves if not self._is_group(leaf.ref)}
        steps = tuple(leaves[control.ref] for control in markup.controls if control.ref in leaves)
        questions = tuple(question for question in steps if question.asked)
        if all(question.internal for question in leaves.values()):
            self.faults.append(FormFault("", "", EMPTY))
        rules = self._ordered(self._rules(leaves))
        return Form(
            name=markup.name,
            title=markup.title,
            version=markup.version,
            level=markup.level,
            groups=self._groups,
            leaves=leaves,
            steps=steps,
            questions=questions,
            places={question.ref: place for place, question in enumerate(steps)},
            asked=sum(1 << place for place, question in enumerate(steps) if question.asked),
            behind=_behind(steps),
            rules=rules,
            readers=readers(rules),
            own_rules=_own_rules(rules),
            findings=finding_plans(leaves.values(), self._parents),
        )

    def _is_group(self, ref: str) -> bool:
        control = self._controls.get(ref)
        return control is not None and control.tag == "group"

    def _group(self, ref: str, parent: str) -> Group:
        control = self._controls.get(ref)
        label = None
        if control is not None:
            label = self._compilation.wording(ref, "label", child(control.element, "label"))
        return Group(ref, parent, label)

    def _question(self, leaf: Leaf) -> Question:
        bind = self._markup.binds.get(leaf.ref, {})
        if leaf.ref.startswith(f"{self._markup.root}/meta/") or "jr:preload" in bind:
            return Question(leaf.ref, Kind.CALCULATE, leaf.group, internal=True)
        return self._builder.build(leaf, self._controls.get(leaf.ref), self._place(leaf))

    def _place(self, leaf: Leaf) -> Place:
        around: list[str] = []
        group = leaf.group
        while group:
            around.append(group)
            group = self._parents[group]
        around.reverse()
        labels = (self._groups[ref].label for ref in around)
        return Place(
            gates=tuple(ref for ref in (*around, leaf.ref) if self._has_gate(ref)),
            section=tuple(label for label in labels if label is not None),
        )

    def _has_gate(self, ref: str) -> bool:
        return bool(self._markup.binds.get(ref, {}).get("relevant", "").strip())

    def _rules(self, leaves: Mapping[str, Question]) -> list[Rule]:
        rules: list[Rule] = []
        for ref in [*self._groups, *leaves]:
            if ref in leaves and leaves[ref].internal:
                continue
            if self._has_gate(ref):
                inside = tuple(leaf for leaf in leaves if leaf == ref or leaf.startswith(f"{ref}/"))
                self._add(rules, Effect.RELEVANT, ref, "relevant", inside)
            if ref in leaves:
                self._leaf_rules(rules, leaves[ref])
        return rules

    def _leaf_rules(self, rules: list[Rule], question: Question) -> None:
        ref = question.ref
        gates = frozenset(GATE + gate for gate in question.gates)
        if self._markup.binds.get(ref, {}).get("calculate", "").strip():
            self._add(rules, Effect.CALCULATE, ref, "calculate", (ref,), gates)
        if question.choice_filter is not None:
            reads = self._builder.choices.filter_reads[ref] | gates
            rules.append(Rule(Effect.CHOICES, ref, question.choice_filter, reads, (ref,)))

    def _add(
        self,
        rules: list[Rule],
        effect: Effect,
        ref: str,
        attribute: str,
        members: tuple[str, ...],
        gates: frozenset[str] = frozenset(),
    ) -> None:
        expression = self._markup.binds[ref][attribute]
        found = self._compilation.attempt(ref, effect.value, lambda: self._compilation.code(ref, expression))
        if found is None:
            return
        code, reads = found
        run = code.as_truth() if effect is Effect.RELEVANT else code.run
        rules.append(Rule(effect, ref, run, reads | gates, members))

    def _ordered(self, rules: Sequence[Rule]) -> tuple[Rule, ...]:
        try:
            return ordered(rules)
        except CircleError as circle:
            names = " → ".join(rule.ref.rpartition("/")[2] for rule in circle.rules)
            first = circle.rules[0]
            what = "、".join(dict.fromkeys(_WHAT[rule.effect] for rule in circle.rules))
            message = CIRCLE.format(what=what, names=names)
            self.faults.append(FormFault(first.ref, first.effect.value, message))
            return ()


def _behind(steps: Sequence[Question]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, question in enumerate(steps):
        for gate in question.gates:
            found[gate] = found.get(gate, 0) | 1 << place
    return found


def _own_rules(rules: Sequence[Rule]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for index, rule in enumerate(rules):
        if rule.effect is not Effect.RELEVANT:
            found[rule.ref] = (*found.get(rule.ref, ()), index)
    return found
