"""Finds the words of the lexicon in a text: Aho-Corasick, with matches refused that straddle words."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ahocorasick import Automaton

from nlp.lexicon.reading import Meaning
from nlp.tokens import boundaries, wordbook

Found = tuple[int, int, Meaning]


class Hit(NamedTuple):
    """A word of the lexicon at [start, end) of a normalised text, with what of its meaning no longer word covers."""

    start: int
    end: int
    meaning: Meaning


class Matches(NamedTuple):
    """What was found in a text."""

    hits: list[Hit]
    """By their beginning; of equal beginnings the longest first."""
    starts: bytearray
    """For each place of the text, and its end, 1 where a word begins (nlp.tokens); empty where nothing was found."""


class Matcher:
    """The words of one lexicon, compiled. Immutable and safe in threads."""

    def __init__(self, words: Mapping[str, Meaning], of_staff: Iterable[str] = ()) -> None:
        """`words` are normalised and not empty; those `of_staff` among them are words of the language here only."""
        self._wordbook = wordbook(of_staff)
        self._automaton = Automaton()
        for word, meaning in words.items():
            self._automaton.add_word(word, (len(word), meaning))
        if words:
            self._automaton.make_automaton()
        self._empty = not words

    def find(self, text: str) -> Matches:
        """The hits in a normalised text."""
        if self._empty or not text:
            return Matches([], bytearray())
        found = [(end + 1 - length, -end - 1, meaning) for end, (length, meaning) in self._automaton.iter(text)]
        if not found:
            return Matches([], bytearray())
        starts = boundaries(text, self._wordbook)
        kept = [(start, -end, meaning) for start, end, meaning in sorted(found) if _fits(start, -end, starts)]
        return Matches(list(_uncovered(kept)), starts)


def _fits(start: int, end: int, starts: bytearray) -> bool:
    """Whether a match at [start, end) straddles no word: it reaches from boundary to boundary, or lies within a word
    (not as a lone character).
    """
    return bool(starts[start] and starts[end]) or (end - start > 1 and 1 not in starts[start + 1 : end])


def _uncovered(found: Iterable[Found]) -> Iterator[Hit]:
    """Without what a longer word around has a meaning of the same group for; cues are covered by labels and classes as
    well: 没人管 tells of something, and negates nothing.
    """
    furthest = labels = eight = intents = classes = cues = 0
    for start, end, meaning in found:
        left = meaning
        if end <= furthest:
            left = Meaning(
                meaning.labels if end > labels else (),
                meaning.eight if end > eight else (),
                meaning.intents if end > intents else (),
                meaning.classes if end > classes else (),
                meaning.cues if end > cues and end > labels and end > classes else (),
            )
        else:
            furthest = end
        labels = end if meaning.labels and end > labels else labels
        eight = end if meaning.eight and end > eight else eight
        intents = end if meaning.intents and end > intents else intents
        classes = end if meaning.classes and end > classes else classes
        cues = end if meaning.cues and end > cues else cues
        if any(left):
            yield Hit(start, end, left)
