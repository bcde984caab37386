"""What one change does to a half-filled form: only the rules that it touches run, in their order."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import Final

from handlers.forms.canonical import computed
from handlers.forms.choices import is_offered, names_of
from handlers.forms.compilation import COUNT, POSITION
from handlers.forms.expressions.code import Env
from handlers.forms.expressions.scope import LAST, NOW, TODAY
from handlers.forms.expressions.values import moment_text, to_number, to_truth
from handlers.forms.form import Form, Layout, Question
from handlers.forms.renumbering import Removal, nested
from handlers.forms.rules import Effect, Rule, Setting
from handlers.forms.views import FormState

MAX_ROUNDS: Final = 60
"""How often one answer may change the numbers of instances: each round lays the form out anew."""
NO_END = "这样填写以后，表单的重复次数无法确定，请联系纪检人员修改表单。"


class Recalculation:
    """A state being changed. `put` answers, `settle` lets the rules follow, `state` is the result."""

    __slots__ = (
        "_changed",
        "_form",
        "_queue",
        "_queued",
        "_sizes",
        "_today",
        "env",
        "last",
        "layout",
        "off",
        "preset",
        "said",
        "skipped",
        "values",
    )

    def __init__(self, form: Form, state: FormState, now: datetime) -> None:
        """The working copy of `state`; what depends on the date is touched when the day is another one."""
        self._form = form
        self.layout = form.layout(state.counts)
        self.values = dict(state.answers)
        self.off = set(state.off)
        self.preset = set(state.preset)
        self.skipped = set(state.skipped)
        self.said = state.said
        self.last = state.last
        self._today = now.date()
        self.env = Env(self.values, self._today.isoformat(), moment_text(now) if form.reads_now else "", self.last)
        self._queue: list[int] = []
        self._queued: set[int] = set()
        self._sizes: dict[str, int] = {}
        self._changed: dict[str, str] = {}
        """What was changed and sets something off -> its value before."""
        if state.day != self._today:
            self._touch(TODAY)
            self._touch(NOW)

    def put(self, ref: str, value: str) -> None:
        """Set a value ("" removes it) and touch what reads it."""
        before = self.values.get(ref, "")
        if value == before:
            return
        if value:
            self.values[ref] = value
        else:
            del self.values[ref]
        if ref in self.said:
            self.said = {other: said for other, said in self.said.items() if other != ref}
        if ref in self.layout.settings:
            self._changed.setdefault(ref, before)
        self._touch(ref)

    def _put_quietly(self, ref: str, value: str) -> None:
        """Set a value that nobody gave (a default, or nothing for what is not relevant): it sets nothing off."""
        known = ref in self._changed
        self.put(ref, value)
        if not known:
            self._changed.pop(ref, None)

    def say(self, ref: str, said: str) -> None:
        """Keep what the person said, where the value loses something of it; "" forgets it."""
        if said or ref in self.said:
            self.said = {other: kept for other, kept in self.said.items() if other != ref}
        if said:
            self.said = {**self.said, ref: said}

    def open(self) -> None:
        """Fill a new form: defaults first, then every rule."""
        for question in self.layout.leaves.values():
            self._preset(question)
        self._queue = list(range(len(self.layout.rules)))
        self._queued = set(self._queue)
        self._changed.clear()
        self._follow()
        self._changed.clear()

    def recall(self, last: Mapping[str, str]) -> None:
        """Take these answers as those of the last sheet; defaults that nobody has seen yet follow them."""
        changed = {ref for ref in {*last, *self.last} if last.get(ref, "") != self.last.get(ref, "")}
        self.last = self.env.last = last
        for ref in changed:
            self._touch(LAST + ref)
        for question in self.layout.leaves.values():
            if question.initial is None or question.ref in self.skipped or not self.relevant(question):
                continue
            if question.ref not in self.values or question.ref in self.preset:
                self._put_quietly(question.ref, "")
                self._preset(question)

    def settle(self) -> None:
        """Run the touched rules in order, then set what the changes set off, until nothing is left.

        Each question sets something off once at most, so that this ends. Raises ValueError with the sentence to show
        when the numbers of instances become too great.
        """
        if self._queue:
            self._follow()
        if self._changed:
            self._set_off()

    def resize(self, sizes: Mapping[str, int]) -> None:
        """Give repeats other numbers of instances: the last ones go, new ones start as in a new form.

        Raises ValueError with the sentence to show.
        """
        if not sizes:
            return
        old, counts = self.layout, dict(self.layout.counts)
        for ref, count in sizes.items():
            for inner in nested(counts, ref, count):
                del counts[inner]
            counts[ref] = count
        self._enter(self._form.layout(counts), old)
        self._start(old)
        for ref in sizes:
            self._touch(COUNT + ref)

    def remove(self, removal: Removal) -> None:
        """Take one instance out of a repeat; the ones after it move up. Raises ValueError with the sentence to show."""
        old, kept = self.layout, dict(self.values)
        counts = removal.counts(old.counts)
        layout = self._form.layout(counts)
        self.values.clear()
        self.values.update(removal.moved(kept))
        self.off = set(removal.refs(self.off))
        self.preset = set(removal.refs(self.preset))
        self.skipped = set(removal.refs(self.skipped))
        self.said = removal.moved(self.said)
        self._enter(layout, old)
        self._touch(COUNT + removal.repeat)
        self._touch(POSITION)
        for ref in {*kept, *self.values}:
            if removal.concerns(ref) and kept.get(ref, "") != self.values.get(ref, ""):
                self._touch(ref, but=removal.instance_of(ref))

    def relevant(self, question: Question) -> bool:
        """Whether the question and all groups around it are relevant."""
        return self.off.isdisjoint(question.gates)

    def is_open(self, question: Question) -> bool:
        """Whether people still have to see the question: relevant, neither answered by them nor skipped."""
        ref = question.ref
        if ref in self.skipped or (ref in self.values and ref not in self.preset):
            return False
        if not self.off.isdisjoint(question.gates):
            return False
        return question.read_only is None or not question.read_only(self.env)

    def state(self, at: str | None) -> FormState:
        """The changed state, standing at `at`."""
        return FormState(
            answers=self.values,
            at=at,
            skipped=frozenset(self.skipped),
            preset=frozenset(self.preset),
            off=frozenset(self.off),
            day=self._today,
            counts=self.layout.counts,
            said=self.said,
            last=self.last,
            moment=self.env.now,
        )

    def _follow(self) -> None:
        """Run the touched rules. Each touches only rules that come after it; when all have run, the repeats get the
        numbers of instances that were computed, and what that touches runs."""
        for _ in range(MAX_ROUNDS):
            queue, rules = self._queue, self.layout.rules
            while queue:
                index = heappop(queue)
                self._queued.discard(index)
                self._run(rules[index])
            if not self._sizes:
                return
            counts = self.layout.counts
            sizes = {ref: count for ref, count in self._sizes.items() if counts.get(ref, count) != count}
            self._sizes.clear()
            self.resize(sizes)
        raise ValueError(NO_END)

    def _set_off(self) -> None:
        """Set what changed values set off, in the order of the form; each sets something off once at most."""
        fired: set[str] = set()
        while self._changed:
            ref = min(self._changed, key=self._place)
            before = self._changed.pop(ref)
            if ref in fired or self.values.get(ref, "") == before:
                continue
            fired.add(ref)
            for setting in self.layout.settings.get(ref, ()):
                self._set(setting)
            self._follow()

    def _run(self, rule: Rule) -> None:
        if rule.effect is Effect.RELEVANT:
            self._relevant(rule)
        elif rule.effect is Effect.CALCULATE:
            self._calculate(rule)
        elif rule.effect is Effect.CHOICES:
            self._choices(rule)
        else:
            number = to_number(rule.run(self.env))
            self._sizes[rule.ref] = int(min(number, 1e6)) if number >= 1 else 0

    def _touch(self, name: str, but: str = "") -> None:
        """Touch the rules that read `name`, except those of one instance."""
        for index in self.layout.readers.get(name, ()):
            if not but or not self.layout.rules[index].ref.startswith(f"{but}/"):
                self._enqueue(index)

    def _enqueue(self, index: int) -> None:
        if index not in self._queued:
            self._queued.add(index)
            heappush(self._queue, index)

    def _enter(self, layout: Layout, old: Layout) -> None:
        """Go on in another layout: what it does not have is forgotten, what was touched stays touched."""
        self.layout = layout
        for ref in [ref for ref in self.values if ref not in layout.leaves]:
            del self.values[ref]
        self.off = {ref for ref in self.off if layout.has(ref)}
        self.preset = {ref for ref in self.preset if ref in layout.leaves}
        self.skipped = {ref for ref in self.skipped if ref in layout.places}
        if self.said:
            self.said = {ref: said for ref, said in self.said.items() if ref in layout.leaves}
        self._changed = {ref: value for ref, value in self._changed.items() if ref in layout.leaves}
        touched = {old.rules[index].key for index in self._queued}
        self._queue = [index for index, rule in enumerate(layout.rules) if rule.key in touched] if touched else []
        self._queued = set(self._queue)

    def _start(self, old: Layout) -> None:
        """Start what the layout has and the one before had not."""
        for ref, question in self.layout.leaves.items():
            if ref not in old.leaves and self.relevant(question):
                self._preset(question)
        known = {rule.key for rule in old.rules}
        self._queued.update(index for index, rule in enumerate(self.layout.rules) if rule.key not in known)
        self._queue = list(self._queued)
        heapify(self._queue)

    def _relevant(self, rule: Rule) -> None:
        if to_truth(rule.run(self.env)):
            if rule.ref in self.off:
                self.off.discard(rule.ref)
                self._appear(self.layout.inside.get(rule.ref, ()))
        elif rule.ref not in self.off:
            self.off.add(rule.ref)
            for ref in self.layout.inside.get(rule.ref, ()):
                self._put_quietly(ref, "")
                self.preset.discard(ref)
                self.skipped.discard(ref)
                if ref in self.layout.repeats:
                    self._sizes[ref] = 1

    def _appear(self, refs: Iterable[str]) -> None:
        """What became relevant starts as in a new form: with its default, calculated, not asked."""
        for ref in refs:
            question = self.layout.leaves.get(ref)
            if question is not None and self.relevant(question):
                self._preset(question)
                for index in self.layout.own_rules.get(ref, ()):
                    self._enqueue(index)

    def _preset(self, question: Question) -> None:
        if question.ref in self.values:
            return
        value = question.default if question.initial is None else question.initial(self.env)
        if value:
            self._put_quietly(question.ref, value)
            if question.asked:
                self.preset.add(question.ref)

    def _calculate(self, rule: Rule) -> None:
        question = self.layout.leaves[rule.ref]
        value = computed(question.kind, rule.run(self.env)) if self.relevant(question) else ""
        if value and rule.ref not in self.values and question.asked:
            self.preset.add(rule.ref)
        self.put(rule.ref, value)

    def _choices(self, rule: Rule) -> None:
        """A choice that is filtered out is cleared, and a question whose choices changed is open again."""
        question = self.layout.leaves[rule.ref]
        self.skipped.discard(rule.ref)
        chosen = self.values.get(rule.ref)
        if chosen is not None:
            kept = [
                name
                for name in names_of(question, chosen)
                if is_offered(question, name, self.env) or (question.external and name not in question.options)
            ]
            self.put(rule.ref, " ".join(kept))
            if len(question.items) > len(question.options):  # the same name may mean another row now
                self._touch(rule.ref)

    def _set(self, setting: Setting) -> None:
        question = self.layout.leaves.get(setting.target)
        if question is None or not self.relevant(question):
            return
        value = setting.run(self.env)
        if value and question.asked and setting.target not in self.values:
            self.preset.add(setting.target)
        self.put(setting.target, value)

    def _place(self, ref: str) -> int:
        return self.layout.places.get(ref, len(self.layout.steps))
