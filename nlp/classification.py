"""What the classifier says of a text: labels, and for each the words that led to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, Self

from nlp.labels import Discipline, EightRules, Field, Intent, Severity


class Source(StrEnum):
    """Where a piece of evidence comes from."""

    LEXICON = "lexicon"
    RULE = "rule"
    """Several words of the lexicon in one clause: actor, act, object."""
    AMOUNT = "amount"
    """A sum of money."""
    CUE = "cue"
    """A word that turns or colours a clause: 未发现, 但, 听说."""
    STATISTICS = "statistics"
    """A piece of text that the linear model learned."""
    STAFF = "staff"
    """A word that discipline staff added."""


class Evidence(NamedTuple):
    """Some words of the text that speak for a label (or, with a negative weight, against it)."""

    label: str
    """A value of a label set, or NEGATED."""
    words: str = ""
    """As the person wrote them."""
    start: int = 0
    end: int = 0
    """Where they stand in the text as it was given: characters [start, end)."""
    clause: str = ""
    """The clause around them, as written; at most 60 characters."""
    weight: float = 0.0
    """Share in the logarithm of the odds of the label; about 1 is a hint, 3 decides."""
    source: Source = Source.LEXICON


NEGATED = "negated"
"""The label of evidence for "nothing was found"."""


@dataclass(frozen=True, slots=True)
class Classification:
    """The labels of one text."""

    intent: Intent = Intent.OTHER
    disciplines: tuple[Discipline, ...] = ()
    fields: tuple[Field, ...] = ()
    severity: Severity = Severity.NONE
    negated: bool = False
    """The text says that nothing was found."""
    eight_rules: tuple[EightRules, ...] = ()
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)
    """The strongest first."""
    certainty: float = 1.0
    """Probability of the intent, 0…1."""
    report: float = 0.0
    """Probability that it is a report, 0…1, whatever the likeliest intent."""
    voice: float = 0.0
    """Probability that it is a suggestion, an inquiry or a complaint, 0…1."""
    offence: bool = False
    """A word names an offence, neither denied nor to be prevented."""
    somebody: bool = False
    """An office is named that somebody holds (主任, 采购员)."""
    lexicon: int = 0
    """The version of the staff's lexicon edits that it was made with; 0: none."""

    def labels(self) -> dict[str, Any]:
        """The labels as JSON, without evidence: what `qingfeng classify` prints and records keep."""
        return {
            "intent": self.intent.value,
            "disciplines": [label.value for label in self.disciplines],
            "fields": [label.value for label in self.fields],
            "severity": self.severity.value,
            "negated": self.negated,
            "eight_rules": [label.value for label in self.eight_rules],
        }

    def to_json(self) -> dict[str, Any]:
        """Everything as small JSON."""
        return {
            **self.labels(),
            "certainty": self.certainty,
            "report": self.report,
            "voice": self.voice,
            "offence": self.offence,
            "somebody": self.somebody,
            "lexicon": self.lexicon,
            "evidence": [[*piece] for piece in self.evidence],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `to_json` gave. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            intent=Intent(kept["intent"]),
            disciplines=tuple(map(Discipline, kept["disciplines"])),
            fields=tuple(map(Field, kept["fields"])),
            severity=Severity(kept["severity"]),
            negated=bool(kept["negated"]),
            eight_rules=tuple(map(EightRules, kept.get("eight_rules", ()))),
            evidence=tuple(_evidence(*piece) for piece in kept.get("evidence", ())),
            certainty=float(kept.get("certainty", 1.0)),
            report=float(kept.get("report", 0.0)),
            voice=float(kept.get("voice", 0.0)),
            offence=bool(kept.get("offence", False)),
            somebody=bool(kept.get("somebody", False)),
            lexicon=int(kept.get("lexicon", 0)),
        )


def _evidence(label: str, words: str, start: int, end: int, clause: str, weight: float, source: str) -> Evidence:
    return Evidence(label, words, start, end, clause, weight, Source(source))
