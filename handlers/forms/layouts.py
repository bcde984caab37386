"""A form laid out for numbers of instances: every instance spelled out, its expressions compiled, its rules ordered.

What one instance compiled to is kept and used again in the next layout, unless it looked at a repeat whose number of
instances is another one now; so that one instance more costs little more than itself.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Final

from handlers.forms.companions import finding_plans
from handlers.forms.compilation import MAX_WORK, TOO_MUCH, Compilation
from handlers.forms.form import Form, Layout, Question
from handlers.forms.graph import CircleError, ordered, readers
from handlers.forms.pieces import Piece, PieceBuilder
from handlers.forms.rules import Effect, Rule, Setting
from handlers.forms.spots import Oversize, Spot, spots

MAX_KEPT: Final = 20_000
"""Nodes of all layouts and pieces that a form keeps: about 20 MB at most."""
AHEAD: Final = 5
"""Instances of a repeat for which a form is laid out before anybody needs them; few sheets name more problems."""
MAX_AHEAD: Final = 2_000
"""Leaves of such layouts, about: 2 MB and 20 ms."""
NO_ORDER = "这样填写以后，表单里的一些题目会互相依赖，无法计算，请联系纪检人员修改表单。"

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Kept:
    piece: Piece
    counts: Mapping[str, int]
    """The numbers of instances that it looked at."""
    work: int


def prepare(form: Form) -> None:
    """Lay a form out for the first few instances of each repeat, so that no turn waits for it."""
    plain = form.plain
    leaves = 0
    wanted = [
        {**plain.counts, repeat.ref: count}
        for repeat in plain.repeats.values()
        for count in (range(len(repeat.instances) + 1, AHEAD + 1) if repeat.open else ())
    ]
    with suppress(ValueError):  # too much: then nobody gets there either
        for counts in wanted:
            leaves += len(form.layout(counts).leaves)
            if leaves > MAX_AHEAD:
                return


class Layouts:
    """The layouts of one form, made when they are needed; the most recently used ones are kept."""

    def __init__(self, compilation: Compilation, pieces: PieceBuilder) -> None:
        self._compilation = compilation
        self._builder = pieces
        self._kept: dict[str, _Kept] = {}
        self._layouts: OrderedDict[frozenset[tuple[str, int]], Layout] = OrderedDict()
        self._latest: Layout | None = None
        self._plain: Counts = {}
        """The numbers of instances of a form that was just opened."""
        self._size = 0
        self._lock = Lock()

    def __call__(self, counts: Counts) -> Layout:
        """The layout for these numbers of instances. Raises ValueError with the sentence to show."""
        latest = self._latest
        if latest is not None and counts is latest.counts:  # the same turn, mostly
            return latest
        key = frozenset((counts or self._plain).items())
        with self._lock:
            layout = self._layouts.get(key)
            if layout is not None:
                self._layouts.move_to_end(key)
                self._latest = layout
                return layout
            known = len(self._compilation.faults)
            try:
                layout = self.build(counts)
            except CircleError as circle:
                raise ValueError(NO_ORDER) from circle
            faults = self._compilation.faults[known:]
            if faults:
                del self._compilation.faults[known:]
                raise ValueError(faults[0].message)
            self._keep(key, layout)
            return layout

    def adopt(self, plain: Layout) -> None:
        """Keep the layout that was built without any numbers of instances."""
        self._plain = plain.counts
        self._keep(frozenset(plain.counts.items()), plain)

    def build(self, counts: Counts) -> Layout:
        """The layout, made anew. Raises ValueError and CircleError; faults of expressions go to the compilation."""
        markup = self._compilation.markup
        found = spots(markup, self._builder.children, counts)
        types, whole = self._compilation.types, {spot.ref: len(spot.instances) for spot in found if spot.is_repeat}
        self._compilation.enter(
            {spot.ref: types[spot.template] for spot in found if spot.is_leaf},
            frozenset(spot.ref for spot in found if spot.is_group),
            whole,
        )
        self._builder.begin(found)
        pieces = list(self._pieces(found, whole))
        return _layout(found, pieces, whole)

    def _pieces(self, found: Sequence[Spot], counts: Counts) -> Iterator[Piece]:
        around: dict[str, Piece] = {}
        work = 0
        for spot in found:
            outer = around.get(spot.parent)
            kept = self._kept.get(spot.ref)
            if kept is None or kept.piece.outer is not outer or _is_stale(kept, counts):
                kept = self._made(spot, outer)
            work += kept.work
            if work > MAX_WORK:
                raise Oversize(TOO_MUCH, counts)
            if spot.is_group:
                around[spot.ref] = kept.piece
            yield kept.piece

    def _made(self, spot: Spot, outer: Piece | None) -> _Kept:
        known = len(self._compilation.faults)
        with self._compilation.attending() as attention:
            piece = self._builder.piece(spot, outer)
        kept = _Kept(piece, dict(attention.counts), attention.work)
        if len(self._compilation.faults) == known:
            self._kept[spot.ref] = kept
        return kept

    def _keep(self, key: frozenset[tuple[str, int]], layout: Layout) -> None:
        self._layouts[key] = self._latest = layout
        self._size += len(layout.leaves)
        while self._size > MAX_KEPT and len(self._layouts) > 1:
            _, old = self._layouts.popitem(last=False)
            self._size -= len(old.leaves)
        if len(self._kept) > MAX_KEPT:
            self._kept = {ref: kept for ref, kept in self._kept.items() if layout.has(ref)}


def _is_stale(kept: _Kept, counts: Counts) -> bool:
    return bool(kept.counts) and any(counts.get(ref) != count for ref, count in kept.counts.items())


def _layout(found: Sequence[Spot], pieces: Sequence[Piece], counts: Counts) -> Layout:
    groups = {piece.group.ref: piece.group for piece in pieces if piece.group is not None}
    leaves = {piece.question.ref: piece.question for piece in pieces if piece.question is not None and piece.is_leaf}
    steps = tuple(piece.question for piece in pieces if piece.question is not None and piece.is_step)
    questions = tuple(question for question in steps if question.asked)
    inside = _inside(found, pieces)
    rules = ordered([rule for piece in pieces for rule in piece.rules], inside)
    settings: dict[str, tuple[Setting, ...]] = {}
    for piece in pieces:
        for source, setting in piece.settings:
            settings[source] = (*settings.get(source, ()), setting)
    return Layout(
        counts=dict(counts),
        groups=groups,
        leaves=leaves,
        repeats={piece.repeat.ref: piece.repeat for piece in pieces if piece.repeat is not None},
        steps=steps,
        questions=questions,
        places={question.ref: place for place, question in enumerate(steps)},
        asked=sum(1 << place for place, question in enumerate(steps) if question.asked),
        asked_in=_asked_in(questions),
        conditional=tuple(question for question in questions if question.read_only is not None),
        behind=_behind(steps),
        inside=inside,
        rules=rules,
        readers=readers(rules),
        own_rules=_own_rules(rules),
        settings=settings,
        findings=finding_plans(leaves.values(), {ref: group.parent for ref, group in groups.items()}),
    )


def _inside(found: Sequence[Spot], pieces: Sequence[Piece]) -> dict[str, tuple[str, ...]]:
    """The leaves and open repeats that a relevant condition, or a count, decides on."""
    inside: dict[str, list[str]] = {}
    for spot, piece in zip(found, pieces, strict=True):
        question = piece.question
        if question is None:
            continue
        for gate in question.gates:
            inside.setdefault(gate, []).append(question.ref)
        for repeat in spot.counted:
            inside.setdefault(repeat, []).append(question.ref)
    return {ref: tuple(refs) for ref, refs in inside.items()}


def _asked_in(questions: Sequence[Question]) -> dict[str, tuple[Question, ...]]:
    found: dict[str, list[Question]] = {}
    for question in questions:
        if (end := question.ref.rfind("]")) >= 0:
            found.setdefault(question.ref[: end + 1], []).append(question)
    return {ref: tuple(inner) for ref, inner in found.items()}


def _behind(steps: Sequence[Question]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, question in enumerate(steps):
        for gate in question.gates:
            found[gate] = found.get(gate, 0) | 1 << place
    return found


def _own_rules(rules: Sequence[Rule]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for index, rule in enumerate(rules):
        if rule.effect in {Effect.CALCULATE, Effect.CHOICES}:
            found[rule.ref] = (*found.get(rule.ref, ()), index)
    return found
