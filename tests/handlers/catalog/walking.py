"""People who fill a built-in form in tests: one who says given things, one who says whatever comes to mind."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from random import Random
from types import MappingProxyType

from handlers.catalog import BUILT_IN, BuiltIn
from handlers.forms import engine
from handlers.forms.form import DONE, MEDIA, MORE, Form, Kind
from handlers.forms.views import Asked, FormState, FoundFinding
from handlers.forms.xform import compile_form
from tests.handlers.desk import START, ZONE, catalogue_form

NOW = START.astimezone(ZONE)
"""Friday 2026-11-20, 20:30 in Shanghai."""
MOST = 400
"""Turns that any walk may take."""
SENTENCES = (
    "了解到物资验收时只有一人在场，事后补签了验收单",
    "改为两人以上经办，每月由纪检人员抽查一次并通报",
    "总体平稳，年底结算付款和招标复核两个环节要继续盯住",
)
NUMBERS = ("3", "0", "50", "120.5")
MOST_INSTANCES = 3
_FIXED: Mapping[Kind, Sequence[str]] = {
    Kind.INTEGER: NUMBERS,
    Kind.DECIMAL: NUMBERS,
    Kind.DATE: [NOW.date().isoformat()],
    Kind.ACKNOWLEDGE: ["OK"],
}
SKIP = ""
"""What a person says who passes a question."""
Said = Mapping[str, str | Sequence[str]]
"""A part of a question's label -> the answer (a choice by its label); several: one for each time that it is asked."""


@dataclass
class Walk:
    """A form filled to its end."""

    form: Form
    state: FormState
    asked: list[Asked] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def labels(self) -> list[str]:
        """The labels of the questions in the order in which they were asked."""
        return [asked.label for asked in self.asked]

    @property
    def findings(self) -> tuple[FoundFinding, ...]:
        """What the answers name."""
        return engine.findings(self.form, self.state)

    def asks(self, part: str) -> bool:
        """Whether a question with this in its label was asked."""
        return any(part in label for label in self.labels)


def form_of(name: str) -> Form:
    """A built-in form, compiled."""
    return compile_form(catalogue_form(built_in(name).file).xml)


def built_in(name: str) -> BuiltIn:
    """The line of the list for a form_id."""
    return next(form for form in BUILT_IN if form.name == name)


def fill(
    form: Form, said: Said, *, instances: int = 1, now: datetime = NOW, last: Mapping[str, str] = MappingProxyType({})
) -> Walk:
    """Answer what `said` knows, skip what may be skipped, answer the rest as plainly as its kind allows.

    Open repeats get `instances` instances. `last` is what the last sheet held.
    """
    times: dict[str, int] = {}

    def answer(asked: Asked) -> Iterator[str]:
        if asked.kind is Kind.MORE:
            yield MORE if len(asked.instances) < instances else DONE
            return
        part = next((part for part in said if part in asked.label), None)
        if part is None:
            yield from [SKIP] if not asked.required else _plain(asked)
            return
        wanted = said[part]
        if not isinstance(wanted, str):
            times[part] = times.get(part, 0) + 1
            wanted = wanted[times[part] - 1]
        yield _canonical(asked, wanted)

    return _walk(form, answer, now, last)


def wander(form: Form, random: Random, *, now: datetime = NOW, last: Mapping[str, str] = MappingProxyType({})) -> Walk:
    """Answer every question with anything that it takes; skip some of those that may be skipped."""

    def answer(asked: Asked) -> Iterator[str]:
        if not asked.required and asked.kind is not Kind.MORE and random.random() < 0.5:
            yield SKIP
            return
        yield from _anything(asked, random)

    return _walk(form, answer, now, last)


def _walk(form: Form, answer: Callable[[Asked], Iterator[str]], now: datetime, last: Mapping[str, str]) -> Walk:
    walk = Walk(form, engine.begin(form, now, last))
    for _ in range(MOST):
        asked = engine.current(form, walk.state)
        if asked is None:
            walk.notes += engine.closing_notes(form, walk.state)
            return walk
        walk.notes += asked.notes
        if asked.kind is not Kind.MORE:
            walk.asked.append(asked)
        walk.state = _take(form, walk.state, answer(asked), now, asked)
    raise AssertionError(f"the form does not end: {walk.labels[-3:]}")


def _take(form: Form, state: FormState, offered: Iterator[str], now: datetime, asked: Asked) -> FormState:
    """The state after the first answer that is accepted."""
    refusals = []
    for value in offered:
        try:
            return engine.skip(form, state) if value == SKIP else engine.answer(form, state, value, now)
        except ValueError as refused:
            refusals.append(str(refused))
    raise AssertionError(f"{asked.ref} {asked.label}: {refusals}")


def _canonical(asked: Asked, wanted: str) -> str:
    if wanted == SKIP or not asked.choices:
        return wanted
    names = {choice.label: choice.value for choice in asked.choices}
    return " ".join(names[label] for label in wanted.split("、"))


def _plain(asked: Asked) -> Iterator[str]:
    yield from _anything(asked, Random(0), sure=True)


def _anything(asked: Asked, random: Random, *, sure: bool = False) -> Iterator[str]:
    """Answers to try, one after the other. `sure`: the plainest ones only."""
    if asked.kind is Kind.MORE:
        again = not sure and len(asked.instances) < MOST_INSTANCES and random.random() < 0.4
        yield MORE if again else DONE
    elif asked.choices:
        yield from _choosing(asked, random, sure=sure)
    elif asked.kind is Kind.RANGE:
        yield _in_range(asked, random)
    elif asked.kind in MEDIA:
        yield f"photo-{random.randrange(1_000)}.jpg"
    elif asked.kind in _FIXED:
        yield from _FIXED[asked.kind]
    else:
        yield random.choice(SENTENCES)
        yield "张三"


def _choosing(asked: Asked, random: Random, *, sure: bool) -> Iterator[str]:
    names = [choice.value for choice in asked.choices]
    if asked.kind is Kind.RANK:
        yield " ".join(names if sure else random.sample(names, len(names)))
        return
    if asked.kind is Kind.SELECT_MULTIPLE and not sure and random.random() < 0.7:
        yield " ".join(name for name in names if random.random() < 0.4) or names[0]
    yield names[0] if sure else random.choice(names)


def _in_range(asked: Asked, random: Random) -> str:
    start, end, step = asked.start, asked.end, asked.step
    assert start is not None and end is not None and step is not None
    return str(start + step * Decimal(random.randrange(int((end - start) / step) + 1)))
