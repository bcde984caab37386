"""What discipline staff changed in the lexicon: words added, words taken out."""

from typing import NamedTuple


class LexiconEdit(NamedTuple):
    """One word as staff want it from now on; the newest edit of a word counts.

    `labels` are values of Discipline, Field, Severity, EightRules or Intent; with `weight` 1 (weak hint), 2 (typical)
    or 3 (practically decides alone). Weight 0: the word means nothing, whatever the built-in lexicon says.
    """

    word: str
    labels: tuple[str, ...] = ()
    weight: int = 0
