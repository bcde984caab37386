"""What the lexicon sees in a text, as signals for the linear model: labels by scope, cues, compositions."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log1p
from typing import NamedTuple

from nlp.clauses import Clause, Scope, clauses
from nlp.lexicon.reading import Lexicon, Meaning, Rule
from nlp.matching import Matcher
from nlp.mentions import Money, amounts

LARGE_FEN = 1_000_000
"""Ten thousand yuan: from here on what was taken is grave (docs/labels.md)."""
LARGE_SUM = "a:large"
"""The signal of a sum of LARGE_FEN and more; it speaks for the severity alone."""
SUMS_WITHIN = 200
_BEFORE_SUM = 12
"""Characters of a sum that may stand before the first sign that it is large."""
_PERHAPS_LARGE = re.compile("[0-9]{5}|[0-9],[0-9]{3}|[万亿w]")
_SCOPES = ("", "-", "~")
"""Before a name: told, denied, prevented."""


class Composition(NamedTuple):
    """A rule that a text fulfils in the clause of this number and perhaps the next."""

    rule: Rule
    clause: int


class Reading(NamedTuple):
    """A normalised text as the classifier reads it."""

    text: str
    clauses: Sequence[Clause]
    compositions: Sequence[Composition]
    large_sums: Sequence[Money]
    """Those of LARGE_FEN and more."""
    starts: bytearray
    """Where words begin (nlp.matching.Matches)."""


class Reader:
    """Reads texts with one lexicon. Immutable and safe in threads."""

    def __init__(self, lexicon: Lexicon, of_staff: Iterable[str] = ()) -> None:
        """`of_staff`: words of the lexicon that the dictionary of the language does not know for good."""
        self._matcher = Matcher(lexicon.words, of_staff)
        names = sorted({name for rule in lexicon.rules for name in rule.classes})
        self._bits: Mapping[str, int] = {name: 1 << place for place, name in enumerate(names)}
        self._rules: dict[int, list[tuple[int, Rule]]] = defaultdict(list)
        """By the rarest of their classes, in how many rules a class stands: (all of its classes, rule)."""
        often = Counter(self._bits[name] for rule in lexicon.rules for name in rule.classes)
        for rule in lexicon.rules:
            bits = [self._bits[name] for name in rule.classes]
            self._rules[min(bits, key=lambda bit: (often[bit], bit))].append((sum(bits), rule))

    def read(self, text: str) -> Reading:
        """The hits of a normalised text in their clauses, and the compositions that they make."""
        hits, starts = self._matcher.find(text)
        found = clauses(text, hits)
        return Reading(text, found, self._compositions(found), _large_sums(text), starts)

    def _compositions(self, found: Sequence[Clause]) -> list[Composition]:
        """Rules fulfilled in a clause, or in a clause and the next; each once."""
        masks = [self._mask(clause) for clause in found]
        if not masks:  # nothing but punctuation
            return []
        whole = 0
        for mask in masks:
            whole |= mask
        pairs = [mask | after for mask, after in zip(masks, [*masks[1:], 0], strict=True)]
        fulfilled = []
        for bit in _single_bits(whole):
            for wanted, rule in self._rules.get(bit, ()):
                if whole & wanted == wanted:
                    place = next((at for at, pair in enumerate(pairs) if pair & wanted == wanted), None)
                    if place is not None:
                        fulfilled.append(Composition(rule, place))
        return fulfilled

    def _mask(self, clause: Clause) -> int:
        mask, told, bit = 0, Scope.TOLD, self._bits.get
        for hit, scope in clause.hits:
            if scope is told:
                for name in hit.meaning.classes:
                    mask |= bit(name, 0)
        return mask


def _large_sums(text: str) -> list[Money]:
    """The first ones: within SUMS_WITHIN characters, for thousands of sums would take seconds."""
    perhaps = _PERHAPS_LARGE.search(text)
    if perhaps is None:
        return []
    start = max(perhaps.start() - _BEFORE_SUM, 0)
    found = amounts(text[start : start + SUMS_WITHIN])
    return [
        money._replace(start=money.start + start, end=money.end + start) for money in found if money.fen >= LARGE_FEN
    ]


def _single_bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest
        mask ^= lowest


def signals(reading: Reading) -> dict[str, float]:
    """Features that come from the lexicon: name -> value, most between 0 and 2."""
    sums: dict[str, float] = defaultdict(float)
    last = len(reading.clauses) - 1
    for place, clause in enumerate(reading.clauses):
        for hit, scope in clause.hits:
            _add(hit.meaning, _SCOPES[scope], sums)
        for kind in clause.cues:
            sums[f"u:{kind}"] = 1.0
            if place == last:
                sums[f"u$:{kind}"] = 1.0
            if place == 0:
                sums[f"u^:{kind}"] = 1.0
    for rule, _ in reading.compositions:
        for label in rule.labels:
            sums[f"r:{label}"] += rule.weight
    if reading.large_sums:
        sums[LARGE_SUM] = 1.0
    return {name: log1p(value) for name, value in sums.items()} | _shape(reading)


def _add(meaning: Meaning, sign: str, sums: dict[str, float]) -> None:
    for name, weight in meaning.labels:
        sums[f"{sign}l:{name}"] += weight
    for name, weight in meaning.eight:
        sums[f"{sign}e:{name}"] += weight
    for name in meaning.classes:
        sums[f"{sign}c:{name}"] += 1
    for name, weight in meaning.intents:
        sums[f"i:{name}"] += weight


def _shape(reading: Reading) -> dict[str, float]:
    """Length, question marks, figures."""
    text = reading.text
    shape = {f"n:{min(len(text) // 8, 8)}": 1.0, f"k:{min(len(reading.clauses), 5)}": 1.0}
    if text.rstrip().endswith("?"):
        shape["?$"] = 1.0
    elif "?" in text:
        shape["?"] = 1.0
    return shape
