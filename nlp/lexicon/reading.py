"""Reads the tables of the lexicon into entries: what each word stands for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import NamedTuple, TypeAlias

from nlp.labels import Discipline, EightRules, Field, Intent, Severity

Weighed: TypeAlias = tuple[tuple[str, int], ...]
"""Names with weights from 1 (a hint) to 3 (decides)."""


class Meaning(NamedTuple):
    """What a word stands for. Within a group the longest of overlapping words counts."""

    labels: Weighed = ()
    """Disciplines, fields, severities."""
    eight: Weighed = ()
    """Categories of the monthly table."""
    intents: Weighed = ()
    classes: tuple[str, ...] = ()
    """Classes of words for compositions: 官员, 收受, 财物."""
    cues: tuple[str, ...] = ()
    """What turns or colours a clause: negation, contrast, rumour."""


class Rule(NamedTuple):
    """A composition: all of `classes` in neighbouring clauses speak for `labels`."""

    classes: frozenset[str]
    labels: tuple[str, ...]
    weight: int


class Lexicon(NamedTuple):
    """Every word with its meaning, and the compositions."""

    words: Mapping[str, Meaning]
    rules: tuple[Rule, ...]


LABELS = frozenset(label.value for labels in (Discipline, Field, Severity) for label in labels) - {Severity.NONE}
"""What words of acts.tsv and fields.tsv, and rules, may speak for."""
EIGHT_RULES = frozenset(label.value for label in EightRules)
INTENTS = frozenset(label.value for label in Intent)
CUES = frozenset(
    {
        *("negation", "confirmation_of_order", "refutation", "contrast", "double_negation", "rhetorical", "rumour"),
        *("urgency", "praise", "reported_speech", "hypothetical", "prevention"),
    }
)
_HEAVIEST = 3
_FEWEST = 2
"""Cells of a line that are not empty."""


class LexiconError(Exception):
    """A line of a table that cannot be read; names file and line."""


@cache
def built_in() -> Lexicon:
    """The lexicon that ships with the product. Raises LexiconError."""
    words: dict[str, _Gathered] = defaultdict(_Gathered)
    for table, group, allowed in (
        ("fields", "labels", LABELS),
        ("acts", "labels", LABELS),
        ("eight_rules", "eight", EIGHT_RULES),
        ("intents", "intents", INTENTS),
    ):
        for line, (word, labels, weight, *_) in _rows(table):
            gathered: dict[str, int] = getattr(words[word], group)
            for label in _checked(labels.split(";"), allowed, table, line):
                gathered[label] = max(gathered.get(label, 0), _weight(weight, table, line))
    for line, (word, kind, *_) in _rows("cues"):
        words[word].cues[_checked([kind], CUES, "cues", line)[0]] = 1
    for _, (name, word, *_) in _rows("classes"):
        words[word].classes[name] = 1
    rules = tuple(_rules(words))
    meanings = {word: gathered.meaning() for word, gathered in words.items()}
    for _, (variant, word, *_) in _rows("variants"):
        if word in meanings:
            meanings.setdefault(variant, meanings[word])
    return Lexicon(meanings, rules)


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What the tables say of a word, while they are read."""

    labels: dict[str, int] = field(default_factory=dict)
    eight: dict[str, int] = field(default_factory=dict)
    intents: dict[str, int] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    cues: dict[str, int] = field(default_factory=dict)

    def meaning(self) -> Meaning:
        labels, eight, intents = (tuple(group.items()) for group in (self.labels, self.eight, self.intents))
        return Meaning(labels, eight, intents, tuple(self.classes), tuple(self.cues))


def _rules(words: dict[str, _Gathered]) -> Iterator[Rule]:
    """The compositions; a plain word in one becomes a class of its own."""
    classes = {name for gathered in words.values() for name in gathered.classes}
    for line, (pattern, labels, weight, *_) in _rows("rules"):
        elements = pattern.split("+")
        for element in elements:
            if element[0] != "<":
                words[element].classes[element] = 1
            elif element[1:-1] not in classes:
                raise LexiconError(f"rules.tsv:{line}: no class {element}")
        names = frozenset(element.strip("<>") for element in elements)
        yield Rule(names, tuple(_checked(labels.split(";"), LABELS, "rules", line)), _weight(weight, "rules", line))


def _rows(name: str) -> Iterable[tuple[int, Sequence[str]]]:
    return _parsed(name, files("nlp.lexicon").joinpath(f"{name}.tsv").read_text(encoding="utf-8"))


def _parsed(name: str, table: str) -> Iterator[tuple[int, Sequence[str]]]:
    for number, line in enumerate(table.splitlines()[1:], start=2):
        if line.strip() and not line.startswith("#"):
            cells = line.split("\t")
            if not all(cells[:_FEWEST]) or len(cells) < _FEWEST:
                raise LexiconError(f"{name}.tsv:{number}: too few columns")
            yield number, cells


def _checked(names: Sequence[str], allowed: frozenset[str], table: str, line: int) -> Sequence[str]:
    for name in names:
        if name not in allowed:
            raise LexiconError(f"{table}.tsv:{line}: {name!r} is none of the labels")
    return names


def _weight(text: str, table: str, line: int) -> int:
    if not text.isdigit() or not 1 <= int(text) <= _HEAVIEST:
        raise LexiconError(f"{table}.tsv:{line}: the weight must be 1, 2 or 3")
    return int(text)
