"""The evidence for each label: the person's own words, the clause around them, and how much they weigh."""

from collections.abc import Mapping
from operator import attrgetter, itemgetter
from typing import Final

from nlp.classification import NEGATED, Evidence, Source
from nlp.clauses import Clause, Scope
from nlp.features import Reading
from nlp.labels import Field, Severity
from nlp.lexicon_edits import LexiconEdit
from nlp.linear import Scores, Weights, telling
from nlp.normalising import Normalised

MOST_PER_LABEL: Final = 2
LONGEST_CLAUSE: Final = 60
"""Characters of a clause that evidence shows, and of the words of a composition."""
_WORD: Final = 6
"""Characters by which a piece is made longer at most, to whole words."""
_LARGE: Final = 1.0
_DENYING: Final[Mapping[str, float]] = {"negation": 2.0, "refutation": 3.0, "confirmation_of_order": 1.0}
_ANY_SCOPE: Final = frozenset(Field)
"""A field is what a text is about, also where nothing was found."""


_Words = tuple[float, int, int, Source, Clause | None]
"""The weight below zero, so that the heaviest come first, of the words at [start, end) of the normalised text that
speak for a label; where that was learned, and the clause. No named ones: a message makes a dozen of them."""


def explained(
    columns: Mapping[str, int | None],
    text: str,
    plain: Normalised,
    reading: Reading,
    scores: Scores,
    weights: Weights,
    added: Mapping[str, LexiconEdit],
) -> tuple[Evidence, ...]:
    """The evidence for labels that were given to `text`, the strongest first; for each up to MOST_PER_LABEL words.

    `columns`: the labels with their columns of the model, whose own pieces are shown where no word speaks for a label.
    """
    found: dict[str, list[_Words]] = {label: [] for label in columns}
    _gather_words(found, reading, added)
    _gather_compositions(found, reading)
    if Severity.HIGH in found:
        found[Severity.HIGH] += [
            (-_LARGE, money.start, money.end, Source.AMOUNT, _around(money.start, reading))
            for money in reading.large_sums
        ]
    evidence = []
    quoted: dict[int, str] = {}
    for label, words in found.items():
        column = columns[label]
        if words:
            words.sort(key=_lightness)
        elif column is not None:
            words.extend(_learned(column, reading, scores, weights))
        for each in words[:MOST_PER_LABEL]:
            evidence.append(_shown(label, each, text, plain, quoted))
    evidence.sort(key=_weight, reverse=True)
    return tuple(evidence)


def _gather_words(found: dict[str, list[_Words]], reading: Reading, added: Mapping[str, LexiconEdit]) -> None:
    """Words of the lexicon that stand for one of the labels, as they are meant here."""
    told, learned = Scope.TOLD, Source.LEXICON
    for clause in reading.clauses:
        for (start, end, (labels, eight, intents, _, cues)), scope in clause.hits:
            for group in (labels, intents, eight):
                for label, weight in group:
                    if label in found and (scope is told or label in _ANY_SCOPE):
                        staff = added and reading.text[start:end] in added
                        source = Source.STAFF if staff else learned
                        found[label].append((-weight, start, end, source, clause))
            if cues and NEGATED in found:
                denying = [kind for kind in cues if kind in _DENYING]
                found[NEGATED] += [(-_DENYING[kind], start, end, Source.CUE, clause) for kind in denying]


def _gather_compositions(found: dict[str, list[_Words]], reading: Reading) -> None:
    """From the first to the last word of a rule, where that is short enough to be read."""
    for rule, place in reading.compositions:
        labels = [label for label in rule.labels if label in found]
        if not labels:
            continue
        hits = [
            hit
            for clause in reading.clauses[place : place + 2]
            for hit, _ in clause.hits
            if not rule.classes.isdisjoint(hit.meaning.classes)
        ]
        start, end = hits[0].start, max(hit.end for hit in hits)
        if end - start <= LONGEST_CLAUSE:
            for label in labels:
                found[label].append((-rule.weight, start, end, Source.RULE, reading.clauses[place]))


def _learned(column: int, reading: Reading, scores: Scores, weights: Weights) -> list[_Words]:
    """What the model learned of the text itself: its loudest piece, as whole words."""
    piece = telling(weights, scores, column, reading.text)
    if piece is None:
        return []
    start, end = piece.start, piece.end
    if reading.starts:
        start = reading.starts.rfind(1, max(start - _WORD, 0), start + 1) if not reading.starts[start] else start
        end = reading.starts.find(1, end, end + _WORD) if not reading.starts[end] else end
    start, end = start if start >= 0 else piece.start, end if end >= 0 else piece.end
    return [(-piece.share, start, end, Source.STATISTICS, _around(start, reading))]


def _around(place: int, reading: Reading) -> Clause | None:
    return next((clause for clause in reading.clauses if clause.start <= place < clause.end), None)


def _shown(label: str, words: _Words, text: str, plain: Normalised, quoted: dict[int, str]) -> Evidence:
    """`quoted`: the clauses that were shown already, by their beginnings."""
    lightness, first, last, source, clause = words
    start, end = plain.original(first, last)
    begins, ends = (first, last) if clause is None else (clause.start, clause.end)
    around = quoted.get(begins) if clause is not None else None
    if around is None:
        left, right = plain.original(begins, ends)
        around = text[left:right].strip()[:LONGEST_CLAUSE]
        if clause is not None:
            quoted[begins] = around
    return Evidence(label, text[start:end], start, end, around, round(-lightness, 2), source)


_lightness = itemgetter(0)
_weight = attrgetter("weight")
