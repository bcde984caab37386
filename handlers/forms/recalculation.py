"""What one change does to a half-filled form: only the rules that it touches run, each at most once."""

from datetime import date
from heapq import heappop, heappush

from handlers.forms.canonical import computed
from handlers.forms.choices import is_offered
from handlers.forms.expressions.code import Env
from handlers.forms.expressions.scope import TODAY
from handlers.forms.expressions.values import to_truth
from handlers.forms.form import Effect, Form, Question, Rule
from handlers.forms.views import FormState


class Recalculation:
    """A state being changed. `put` answers, `settle` lets the rules follow, `state` is the result."""

    __slots__ = ("_form", "_queue", "_queued", "env", "off", "preset", "skipped", "values")

    def __init__(self, form: Form, state: FormState, today: date) -> None:
        """The working copy of `state`; what depends on the date is touched when the day is another one."""
        self._form = form
        self.values = dict(state.answers)
        self.off = set(state.off)
        self.preset = set(state.preset)
        self.skipped = set(state.skipped)
        self.env = Env(self.values, today.isoformat())
        self._queue: list[int] = []
        self._queued: set[int] = set()
        if state.day != today:
            self._touch(TODAY)

    def put(self, ref: str, value: str) -> None:
        """Set a value ("" removes it) and touch what reads it."""
        if value == self.values.get(ref, ""):
            return
        if value:
            self.values[ref] = value
        else:
            del self.values[ref]
        self._touch(ref)

    def open(self) -> None:
        """Fill a new form: defaults first, then every rule."""
        for question in self._form.leaves.values():
            self._preset(question)
        self._queue = list(range(len(self._form.rules)))
        self._queued = set(self._queue)
        self.settle()

    def settle(self) -> None:
        """Run the touched rules in order. Each runs once: it touches only rules that come after it."""
        rules = self._form.rules
        while self._queue:
            index = heappop(self._queue)
            self._queued.discard(index)
            rule = rules[index]
            if rule.effect is Effect.RELEVANT:
                self._relevant(rule)
            elif rule.effect is Effect.CALCULATE:
                self._calculate(rule)
            else:
                self._choices(rule)

    def relevant(self, question: Question) -> bool:
        """Whether the question and all groups around it are relevant."""
        return self.off.isdisjoint(question.gates)

    def is_open(self, question: Question) -> bool:
        """Whether people still have to see the question: relevant, neither answered by them nor skipped."""
        ref = question.ref
        if ref in self.skipped or (ref in self.values and ref not in self.preset):
            return False
        return self.off.isdisjoint(question.gates)

    def state(self, at: str | None, today: date) -> FormState:
        """The changed state, standing at `at`."""
        return FormState(
            answers=self.values,
            at=at,
            skipped=frozenset(self.skipped),
            preset=frozenset(self.preset),
            off=frozenset(self.off),
            day=today,
        )

    def _touch(self, name: str) -> None:
        for index in self._form.readers.get(name, ()):
            self._enqueue(index)

    def _enqueue(self, index: int) -> None:
        if index not in self._queued:
            self._queued.add(index)
            heappush(self._queue, index)

    def _relevant(self, rule: Rule) -> None:
        if to_truth(rule.run(self.env)):
            if rule.ref in self.off:
                self.off.discard(rule.ref)
                self._appear(rule)
        elif rule.ref not in self.off:
            self.off.add(rule.ref)
            for ref in rule.members:
                self.put(ref, "")
                self.preset.discard(ref)
                self.skipped.discard(ref)

    def _appear(self, rule: Rule) -> None:
        """What became relevant starts as in a new form: with its default, calculated, not asked."""
        for ref in rule.members:
            question = self._form.leaves[ref]
            if self.relevant(question):
                self._preset(question)
                for index in self._form.own_rules.get(ref, ()):
                    self._enqueue(index)

    def _preset(self, question: Question) -> None:
        if question.ref in self.values:
            return
        value = question.default if question.initial is None else question.initial(self.env)
        if value:
            self.put(question.ref, value)
            if question.asked:
                self.preset.add(question.ref)

    def _calculate(self, rule: Rule) -> None:
        question = self._form.leaves[rule.ref]
        value = computed(question.kind, rule.run(self.env)) if self.relevant(question) else ""
        if value and rule.ref not in self.values and question.asked:
            self.preset.add(rule.ref)
        self.put(rule.ref, value)

    def _choices(self, rule: Rule) -> None:
        """A choice that is filtered out is cleared, and a question whose choices changed is open again."""
        question = self._form.leaves[rule.ref]
        self.skipped.discard(rule.ref)
        chosen = self.values.get(rule.ref)
        if chosen is None:
            return
        self.put(rule.ref, " ".join(name for name in chosen.split() if is_offered(question, name, self.env)))
