"""What a text means: its labels by the lexicon's and the model's opinion, and the words that led to each."""

import re
from collections.abc import Mapping, Sequence
from math import exp
from types import MappingProxyType
from typing import Final, NamedTuple, Self, TypedDict, TypeVar

from nlp import tokens
from nlp.classification import NEGATED, Classification
from nlp.clauses import MISSING, Scope
from nlp.explaining import explained
from nlp.features import Reader, Reading, signals
from nlp.labels import Discipline, EightRules, Field, Intent, Severity
from nlp.lexicon.reading import EIGHT_RULES, INTENTS, LABELS, Lexicon, Meaning, built_in
from nlp.lexicon_edits import LexiconEdit
from nlp.linear import Floats, Weights, score, shipped
from nlp.normalising import normalised
from nlp.pieces import pieces

Label = TypeVar("Label", Discipline, Field)

VERSION: Final = "1"
"""Of lexicon, weights and code together; changed with each of them, so that records know what labelled them."""
MOST_LABELS: Final = 3
"""Disciplines, or fields, of one text."""
ACCUSED: Final = 0.3
"""Least probability of a report where a word names an offence that is told of, whatever the model makes of the rest."""
SURE_QUESTION: Final = 0.9
"""Probability of an inquiry from which on a named offence is what is asked about (过节可以收红包吗), where nobody is
named who may have done it; of 7,900 reports kept out of training none is such a question."""
FIELD_AT_LEAST: Final = 0.15
"""Logarithm of odds: training with balanced classes makes fields, which are rare, a little too likely."""
EIGHT_AT_LEAST: Final = 2
"""Weights of words that must speak for a category of the monthly table."""
DECIDES: Final = 3
"""The weight of a word that practically decides alone."""
STAFF_SHARE: Final = 1.5
"""Logarithm of odds for each weight of a word that staff added: weight 3 alone decides."""
_WORDS: Final = re.compile(r"[^\W\d_]")
_INTENTS: Final = tuple(Intent)
_GRADES: Final = (Severity.HIGH, Severity.MEDIUM, Severity.LOW)
"""Of what a report or complaint tells; a report names a discipline too (docs/labels.md)."""
_OFFENCES: Final = frozenset(Discipline)
_ABOUT: Final = frozenset(Field)
"""Labels that hold also for what is denied or prevented."""
_VOICES: Final = (Intent.SUGGESTION, Intent.INQUIRY, Intent.COMPLAINT)
_ACTORS: Final = frozenset({"官员", "经办"})
"""Classes of the lexicon: those who are told of."""
_ALL_CLEAR: Final = frozenset({"negation", "refutation", "confirmation_of_order", "double_negation"})
"""Cues of a text in which something was looked for and not found."""
_BLAMING: Final = frozenset({Intent.REPORT, Intent.COMPLAINT})


class _Decided(TypedDict):
    """The labels of a text, as Classification has them."""

    intent: Intent
    disciplines: tuple[Discipline, ...]
    fields: tuple[Field, ...]
    severity: Severity
    negated: bool
    eight_rules: tuple[EightRules, ...]
    certainty: float
    report: float
    voice: float
    offence: bool
    somebody: bool


class Classifier:
    """One lexicon with the shipped weights. Immutable and safe in threads."""

    def __init__(
        self,
        lexicon: Lexicon,
        weights: Weights,
        version: int = 0,
        added: Mapping[str, LexiconEdit] = MappingProxyType({}),
    ) -> None:
        """`added`: words of staff by their normalised form; they are in the lexicon too."""
        self.version = version
        self._reader = Reader(lexicon, added)
        self._weights = weights
        self._added = added
        self._columns = {name: place for place, name in enumerate(weights.columns)}
        self._of_label = {name.split(" ")[-1]: place for name, place in self._columns.items()}
        self._negated = self._columns["negated"]
        self._intents = [self._columns[f"intent {label}"] for label in _INTENTS]
        self._voices = [self._columns[f"intent {label}"] for label in _VOICES]
        self._report = self._columns[f"intent {Intent.REPORT}"]
        self._severities = [self._columns[f"severity {label}"] for label in _GRADES]
        self._disciplines = [(self._columns[f"disciplines {label}"], label) for label in Discipline]
        self._fields = [(self._columns[f"fields {label}"], label) for label in Field]

    @classmethod
    def load(cls) -> Self:
        """The built-in lexicon and weights. The first call in a process reads jieba's dictionary too: 0.8 s."""
        lexicon = built_in()
        tokens.load(lexicon.words)
        return cls(lexicon, shipped())

    def edited(self, version: int, edits: Sequence[LexiconEdit]) -> Self:
        """The built-in lexicon with staff's words, as of this version of theirs; some 30 ms."""
        words = dict(built_in().words)
        added = {}
        for edit in edits:
            word = normalised(edit.word).text.strip()
            if not word:
                continue
            words[word] = _edited(words.get(word, Meaning()), edit)
            if edit.weight:
                added[word] = edit
        meant = {word: meaning for word, meaning in words.items() if any(meaning)}
        return type(self)(Lexicon(meant, built_in().rules), self._weights, version, added)

    def classify(self, text: str, *, evidence: bool = True) -> Classification:
        """The labels of any text, with evidence unless only what is to be done with it matters; some 0.3 ms for 60
        characters, a quarter of it for the evidence.
        """
        plain = normalised(text)
        if _WORDS.search(plain.text) is None:  # nothing, or signs and emoji only
            return Classification(lexicon=self.version)
        reading = self._reader.read(plain.text)
        scores = score(self._weights, pieces(plain.text), signals(reading))
        self._add_staff(scores.logits, reading)
        decided = self._decided(scores.logits.tolist(), reading)
        if not evidence:
            return Classification(**decided, lexicon=self.version)
        shown = explained(self._given(decided), text, plain, reading, scores, self._weights, self._added)
        return Classification(**decided, evidence=shown, lexicon=self.version)

    def _decided(self, odds: list[float], reading: Reading) -> _Decided:
        """The labels for these logarithms of odds, by column."""
        intents = [odds[column] for column in self._intents]
        best = max(intents)
        spread = sum(exp(each - best) for each in intents)
        intent = _INTENTS[intents.index(best)]
        negated = intent is Intent.REPORT and odds[self._negated] > 0 and not _misses_only(reading)
        blames = intent in _BLAMING and not negated
        offence, somebody, eight = _told(reading)
        asked_about = intent is Intent.INQUIRY and SURE_QUESTION * spread <= 1 and not somebody
        grades = [odds[column] for column in self._severities]
        disciplines = _likely(odds, self._disciplines) if blames else ()
        if intent is Intent.REPORT and blames and not disciplines:
            disciplines = (max((odds[column], label) for column, label in self._disciplines)[1],)
        return {
            "intent": intent,
            "disciplines": disciplines,
            "fields": _likely(odds, self._fields, FIELD_AT_LEAST) if intent is not Intent.OTHER else (),
            "severity": _GRADES[grades.index(max(grades))] if blames else Severity.NONE,
            "negated": negated,
            "eight_rules": _eight_rules(eight) if blames and eight else (),
            "certainty": round(1 / spread, 3),
            "report": max(round(exp(odds[self._report] - best) / spread, 3), ACCUSED * (offence and not asked_about)),
            "voice": round(sum(exp(odds[column] - best) for column in self._voices) / spread, 3),
            "offence": offence,
            "somebody": somebody,
        }

    def _given(self, decided: _Decided) -> dict[str, int | None]:
        """The labels that want evidence, with their columns."""
        given: list[str] = [] if decided["intent"] is Intent.OTHER else [decided["intent"]]
        given += (*decided["disciplines"], *decided["fields"])
        if decided["severity"] is not Severity.NONE:
            given.append(decided["severity"])
        if decided["negated"]:
            given.append(NEGATED)
        given += decided["eight_rules"]
        column = self._of_label.get
        return {label: column(label) for label in given}

    def _add_staff(self, logits: Floats, reading: Reading) -> None:
        """What staff say of their words, beside what the lexicon's signals make of them; an offence makes a report."""
        if not self._added:
            return
        for clause in reading.clauses:
            for hit, scope in clause.hits:
                edit = self._added.get(reading.text[hit.start : hit.end])
                if edit is None:
                    continue
                meant = [label for label in edit.labels if scope is Scope.TOLD or label in _ABOUT]
                for label in meant:
                    self._speak_for(label, edit.weight, logits)
                if not _OFFENCES.isdisjoint(meant):
                    logits[self._report] += STAFF_SHARE * edit.weight

    def _speak_for(self, label: str, weight: int, logits: Floats) -> None:
        """One word of staff for one label; of weight 3 it decides: of intents or grades it is the one."""
        column = self._columns.get(column_of(label), -1)
        if column < 0:
            return
        logits[column] += STAFF_SHARE * weight
        if weight == DECIDES:
            group = next((group for group in (self._intents, self._severities) if column in group), [])
            logits[column] = max(logits[column], 1.0, *(logits[other] + 1.0 for other in group if other != column))


def _likely(odds: Sequence[float], columns: Sequence[tuple[int, Label]], least: float = 0.0) -> tuple[Label, ...]:
    """Labels whose logarithm of odds is greater than `least`, the likeliest first."""
    likely = sorted((-odds[column], label) for column, label in columns if odds[column] > least)
    return tuple(label for _, label in likely[:MOST_LABELS])


def column_of(label: str) -> str:
    """The column of the model for a label of staff's; "" where it has none."""
    for kind, labels in (("fields", Field), ("disciplines", Discipline), ("severity", Severity), ("intent", Intent)):
        if label in [each.value for each in labels]:
            return f"{kind} {label}"
    return ""


def _edited(meaning: Meaning, edit: LexiconEdit) -> Meaning:
    """A word as staff want it: their labels in place of the built-in ones; with weight 0 it means nothing."""
    if not edit.weight:
        return Meaning()
    labels, eight, intents = (
        tuple((label, edit.weight) for label in edit.labels if label in allowed)
        for allowed in (LABELS, EIGHT_RULES, INTENTS)
    )
    return meaning._replace(labels=labels, eight=eight, intents=intents)


class _Told(NamedTuple):
    """What the words of a text tell besides its labels."""

    offence: bool
    """A word that decides alone names one, neither denied nor to be prevented."""
    somebody: bool
    """An office is named that somebody holds (主任, 采购员)."""
    eight: Mapping[str, int]
    """Categories of the monthly table that the words told of speak for, with their weights."""


def _told(reading: Reading) -> _Told:
    offence = somebody = False
    eight: dict[str, int] = {}
    told = Scope.TOLD
    for clause in reading.clauses:
        for hit, scope in clause.hits:
            labels, eight_rules, _, classes, _ = hit.meaning
            if classes and not _ACTORS.isdisjoint(classes):
                somebody = True
            if scope is told:
                for label, weight in labels:
                    if weight == DECIDES and label in _OFFENCES:
                        offence = True
                for name, weight in eight_rules:
                    eight[name] = eight.get(name, 0) + weight
    return _Told(offence, somebody, eight)


def _misses_only(reading: Reading) -> bool:
    """Whether all that the text denies is what ought to be there (没有公示): that is a fault, and no all-clear."""
    cues = frozenset[str]().union(*(clause.cues for clause in reading.clauses))
    return MISSING in cues and _ALL_CLEAR.isdisjoint(cues)


def _eight_rules(sums: Mapping[str, int]) -> tuple[EightRules, ...]:
    """The categories that enough speaks for, the strongest first."""
    strong = sorted((name for name in sums if sums[name] >= EIGHT_AT_LEAST), key=lambda name: -sums[name])
    return tuple(map(EightRules, strong[:MOST_LABELS]))
