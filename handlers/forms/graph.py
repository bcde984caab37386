"""The order of a form's rules: each after the rules that change what it reads; a circle is refused."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

from handlers.forms.compilation import COUNT
from handlers.forms.rules import Effect, Rule

GATE = "relevant "
"""What a calculation reads, beside refs, of the groups around it: `relevant <ref>`."""


class CircleError(ValueError):
    """Rules that depend on one another in a circle; `rules` are the ones that could not be ordered."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        super().__init__(" → ".join(rule.ref for rule in rules))
        self.rules = rules


def ordered(rules: Sequence[Rule], inside: Mapping[str, tuple[str, ...]]) -> tuple[Rule, ...]:
    """The rules in an order in which they can run, as near to the given one as possible. Raises CircleError.

    `inside`: ref of what has a `relevant` or a count -> the leaves that it decides on.
    """
    followers, waiting = _edges(rules, inside)
    ready = [index for index, count in enumerate(waiting) if count == 0]
    heapify(ready)
    order: list[int] = []
    while ready:
        index = heappop(ready)
        order.append(index)
        for follower in followers[index]:
            waiting[follower] -= 1
            if waiting[follower] == 0:
                heappush(ready, follower)
    if len(order) < len(rules):
        raise CircleError(_circle(rules, followers, waiting))
    return tuple(rules[index] for index in order)


def readers(rules: Iterable[Rule]) -> dict[str, tuple[int, ...]]:
    """What is read -> the indexes of the rules that read it."""
    found: dict[str, list[int]] = defaultdict(list)
    for index, rule in enumerate(rules):
        for name in rule.reads:
            found[name].append(index)
    return {name: tuple(indexes) for name, indexes in found.items()}


def _changes(rule: Rule, inside: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    """What a rule may change, as rules read it."""
    if rule.effect is Effect.RELEVANT:
        return (*inside.get(rule.ref, ()), GATE + rule.ref)
    if rule.effect is Effect.COUNT:
        return (*inside.get(rule.ref, ()), COUNT + rule.ref)
    return (rule.ref,)


def _edges(rules: Sequence[Rule], inside: Mapping[str, tuple[str, ...]]) -> tuple[list[set[int]], list[int]]:
    """For each rule the rules that must come after it, and how many must come before it."""
    reading = readers(rules)
    followers: list[set[int]] = []
    for rule in rules:
        followers.append({index for name in _changes(rule, inside) for index in reading.get(name, ())})
    waiting = [0] * len(rules)
    for after in followers:
        for index in after:
            waiting[index] += 1
    return followers, waiting


def _circle(rules: Sequence[Rule], followers: Sequence[set[int]], waiting: Sequence[int]) -> tuple[Rule, ...]:
    """One circle among the rules that could not be ordered, found by walking backwards until a rule repeats;
    it begins with the one that stands first in the form."""
    stuck = {index for index, count in enumerate(waiting) if count > 0}
    before: dict[int, int] = {}
    for index in sorted(stuck):
        for follower in followers[index]:
            before.setdefault(follower, index)
    walk: list[int] = []
    index = min(stuck)
    seen: set[int] = set()
    while index not in seen:
        seen.add(index)
        walk.append(index)
        index = before[index]
    circle = walk[walk.index(index) :][::-1]
    first = circle.index(min(circle))
    return tuple(rules[i] for i in circle[first:] + circle[:first])
