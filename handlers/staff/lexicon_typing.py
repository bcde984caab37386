"""加词 and 删词 as officers type them: the word, its labels and its weight."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from handlers import label_words
from handlers.label_words import Label
from handlers.staff import lexicon_wording as wording
from nlp.labels import Severity
from nlp.normalising import normalised
from storage.text_views import LexiconWord

SHORTEST: Final = 2
LONGEST: Final = 8
"""Characters of a word."""
USUAL_WEIGHT: Final = 2
_GRADES: Final[Mapping[str, Label]] = MappingProxyType(
    {name: Label("severity", grade) for grade, name in wording.GRADES.items()}
)
"""高, 中 and 低 are weights here."""
_BETWEEN: Final = re.compile(r"[\s、,，;；:：]+")
_LETTERS: Final = re.compile(r"[^\W\d_]")
_WORD: Final = re.compile(r"[^\W_][\w*+.·-]*")
"""With what stands within some: n+1, 回*扣."""


def to_add(said: str) -> LexiconWord:
    """What 加词 is said with. Raises ValueError with the sentence to show."""
    first, *rest = [part for part in _BETWEEN.split(said.strip()) if part] or [""]
    word = checked(first)
    weights = list(dict.fromkeys(part for part in rest if part in wording.WEIGHTS))
    if len(weights) > 1:
        raise ValueError(wording.TWO_WEIGHTS.format(first=weights[0], second=weights[1]))
    grades = list(dict.fromkeys(part for part in rest if part in _GRADES))
    if len(grades) > 1:
        raise ValueError(wording.TWO_GRADES.format(first=grades[0], second=grades[1]))
    labels = [_GRADES.get(part) or label_words.label_of(part) for part in rest if part not in wording.WEIGHTS]
    if Label("severity", Severity.NONE) in labels:
        raise ValueError(wording.NO_GRADE)
    if any(label.kind == "negated" for label in labels):
        raise ValueError(wording.NO_NEGATION)
    label_words.check_together(labels)
    if not labels:
        raise ValueError(wording.NO_LABEL.format(word=word))
    weight = wording.WEIGHTS[weights[0]] if weights else USUAL_WEIGHT
    return LexiconWord(word, tuple(dict.fromkeys(str(label.value) for label in labels)), weight)


def to_remove(said: str) -> LexiconWord:
    """What 删词 is said with. Raises ValueError with the sentence to show."""
    parts = [part for part in _BETWEEN.split(said.strip()) if part]
    if not parts:
        raise ValueError(wording.HOW_TO_REMOVE)
    if len(parts) > 1:
        raise ValueError(wording.ONE_AT_A_TIME.format(word=parts[0]))
    return LexiconWord(checked(parts[0]))


def checked(said: str) -> str:
    """The word as the lexicon has it. Raises ValueError with the sentence to show."""
    word = normalised(said).text.strip("“”\"'《》 ")
    if not word:
        raise ValueError(wording.HOW)
    if not SHORTEST <= len(word) <= LONGEST or not _LETTERS.search(word) or not _WORD.fullmatch(word):
        raise ValueError(wording.NO_WORD.format(shortest=SHORTEST, longest=LONGEST))
    return word
