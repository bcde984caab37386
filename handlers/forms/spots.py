"""The nodes of a form spelled out for numbers of instances, in document order."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final, NamedTuple

from handlers.forms.expressions.nodes import template
from handlers.forms.markup import MAX_NODES, Markup

MAX_INSTANCES: Final = 100
"""Instances of one repeat: more cannot be told apart in a chat."""
TOO_MANY = f"这一组最多填 {MAX_INSTANCES} 项，请调整数量。"
TOO_BIG = f"内容太多了（一张表最多 {MAX_NODES} 项），请减少项数。"


class Oversize(ValueError):
    """Too many instances to lay the form out, with the sentence to show."""

    def __init__(self, sentence: str, counts: Mapping[str, int]) -> None:
        super().__init__(sentence)
        self.repeat = template(max(counts, key=lambda ref: counts[ref], default=""))
        """The ref, without numbers, of the repeat with the most instances of `counts`; empty when there is none."""


class Nature(Enum):
    """What stands at a spot."""

    LEAF = "leaf"
    GROUP = "group"
    """The root, a group, or one instance of a repeat."""
    REPEAT = "repeat"
    """The repeat itself, after its instances: where people are asked whether there is one more."""


class Spot(NamedTuple):
    """One node of a layout."""

    nature: Nature
    ref: str
    template: str
    """The ref without numbers."""
    parent: str
    """The ref of the group or instance around it."""
    number: int = 0
    """Which instance of its repeat it is; 0 for everything else."""
    instances: tuple[str, ...] = ()
    """For a repeat: the refs of its instances."""
    counted: tuple[str, ...] = ()
    """Refs of the repeats around it whose number of instances is computed."""

    @property
    def is_leaf(self) -> bool:
        """Whether it holds a value."""
        return self.nature is Nature.LEAF

    @property
    def is_group(self) -> bool:
        """Whether other spots stand in it."""
        return self.nature is Nature.GROUP

    @property
    def is_repeat(self) -> bool:
        """Whether it is a repeat (not one of its instances)."""
        return self.nature is Nature.REPEAT


def children_of(markup: Markup) -> dict[str, tuple[str, ...]]:
    """Ref of a group -> refs of what stands right in it, in the order of the body; leaves without a control stay
    behind the one that they follow in the instance."""
    shown = {control.ref: place for place, control in reversed(list(enumerate(markup.controls)))}
    parents = dict(markup.groups) | {leaf.ref: leaf.group for leaf in markup.leaves}
    first: dict[str, int] = {}
    for ref, place in sorted(shown.items(), key=lambda item: item[1]):
        around = ref
        while around in parents and around not in first:
            first[around] = place
            around = parents[around]
    found: dict[str, list[str]] = {ref: [] for ref, _ in markup.groups}
    for ref, parent in _document_order(markup):
        found[parent].append(ref)
    return {ref: _sorted(inner, first) for ref, inner in found.items()}


def spots(markup: Markup, children: Mapping[str, Sequence[str]], counts: Mapping[str, int]) -> tuple[Spot, ...]:
    """Every node for these numbers of instances; a repeat that is left out has one.

    Raises Oversize when that is too much.
    """
    found: list[Spot] = []
    root = Spot(Nature.GROUP, markup.root, markup.root, "")
    waiting = [root]
    while waiting:
        spot = waiting.pop()
        found.append(spot)
        if len(found) > MAX_NODES:
            raise Oversize(TOO_BIG, counts)
        if spot.is_group:
            inner = [one for ref in children[spot.template] for one in _below(spot, ref, children, markup, counts)]
            waiting.extend(reversed(inner))
    return tuple(found)


def _below(
    around: Spot, ref: str, children: Mapping[str, Sequence[str]], markup: Markup, counts: Mapping[str, int]
) -> list[Spot]:
    concrete = f"{around.ref}/{ref.rpartition('/')[2]}"
    if ref not in markup.repeats:
        nature = Nature.GROUP if ref in children else Nature.LEAF
        return [Spot(nature, concrete, ref, around.ref, counted=around.counted)]
    count = counts.get(concrete, 1)
    if count > MAX_INSTANCES:
        raise Oversize(TOO_MANY, {concrete: count})
    counted = (*around.counted, concrete) if markup.repeats[ref].strip() else around.counted
    instances = tuple(f"{concrete}[{number}]" for number in range(1, count + 1))
    return [
        *(
            Spot(Nature.GROUP, instance, ref, around.ref, number, counted=counted)
            for number, instance in enumerate(instances, 1)
        ),
        Spot(Nature.REPEAT, concrete, ref, around.ref, instances=instances, counted=around.counted),
    ]


def _document_order(markup: Markup) -> list[tuple[str, str]]:
    """(ref, ref of the group around it) of everything below the root, as it stands in the instance."""
    return sorted(
        [
            *((ref, parent) for ref, parent in markup.groups if parent),
            *((leaf.ref, leaf.group) for leaf in markup.leaves),
        ],
        key=lambda node: markup.order[node[0]],
    )


def _sorted(refs: Sequence[str], first: Mapping[str, int]) -> tuple[str, ...]:
    keys: dict[str, int] = {}
    latest = -1
    for ref in refs:
        latest = keys[ref] = first.get(ref, latest)
    return tuple(sorted(refs, key=lambda ref: keys[ref]))
