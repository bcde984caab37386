"""A dictionary for the segmentation of texts, in tables that a turn finds in the processor's caches."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_FIRST = 0x4E00
_LAST = 0x9FFF
"""Chinese characters: words are made of them only."""
_PAIR = 2
"""Characters of a pair …"""
_BITS = 16
"""… and the bits of each in its code."""
_SLOTS = 1 << 20
_SPREAD = np.uint32(40503)
"""Golden ratio of 16 bits (Knuth, TAOCP 6.4): neighbouring characters fall far from each other."""


class Wordbook(NamedTuple):
    """Words, each with its value (the logarithm of its share of all words), and what words begin with, with 0.

    Most of what a text is looked up for has one character or two: those are arrays, looked up for a whole text at once.
    """

    least: float
    """The value of a character that is no word."""
    singles: NDArray[np.float64]
    """By character, from _FIRST on, `least` for those that are no word; the last one stands for all others."""
    pairs: NDArray[np.uint32]
    """The words and beginnings of two characters, in order: the code of the first, 16 bits, and that of the second."""
    pair_values: NDArray[np.float64]
    goes_on: NDArray[np.bool_]
    """Of each pair: whether longer words begin with it."""
    perhaps: NDArray[np.bool_]
    """By a hash of two characters: False where no word begins with them. Most do not, and the table is small."""
    longer: Mapping[str, float]
    """Words and beginnings of three characters and more."""

    def value(self, word: str) -> float | None:
        """The value of a word; 0 for a mere beginning of two characters or more, None for anything else."""
        if len(word) == 1:
            found = float(self.singles[_place(word)])
            return found if found != self.least else None
        if len(word) != _PAIR or not _is_plain(word):
            return self.longer.get(word)
        at = self.place(word)
        return None if at is None else float(self.pair_values[at])

    def place(self, pair: str) -> int | None:
        """Where a word or beginning of two characters stands in `pairs`; None: nowhere."""
        code = _paired(pair)
        at = int(self.pairs.searchsorted(np.uint32(code)))
        return at if at < len(self.pairs) and self.pairs[at] == code else None


def compiled(entries: Mapping[str, float], least: float) -> Wordbook:
    """The wordbook of these words of Chinese characters and their beginnings (0); 0.1 s for 110,000."""
    singles = np.full(_LAST - _FIRST + 2, least)
    pairs: dict[int, float] = {}
    goes_on: set[int] = set()
    longer: dict[str, float] = {}
    for word, value in entries.items():
        if not _is_plain(word):
            continue
        if len(word) == 1:
            singles[_place(word)] = value or least
        elif len(word) == _PAIR:
            pairs[_paired(word)] = value
        else:
            longer[word] = value
            goes_on.add(_paired(word))
    ordered = np.array(sorted(pairs), np.uint32)
    return Wordbook(
        least=least,
        singles=singles,
        pairs=ordered,
        pair_values=np.array([pairs[code] for code in ordered.tolist()], np.float64),
        goes_on=np.isin(ordered, np.array(sorted(goes_on), np.uint32)),
        perhaps=_marked(np.zeros(_SLOTS, np.bool_), ordered),
        longer=longer,
    )


def extended(book: Wordbook, entries: Mapping[str, float]) -> Wordbook:
    """The same with a few more; of two values of a word the greater counts, of a word and a beginning the word's.

    The beginnings of a word are among the entries. Some milliseconds.
    """
    singles, pair_values, goes_on = book.singles.copy(), book.pair_values.copy(), book.goes_on.copy()
    longer = dict(book.longer)
    new: dict[int, float] = {}
    for word, value in entries.items():
        if len(word) == 1:
            singles[_place(word)] = max(singles[_place(word)], value or book.least)
        elif len(word) > _PAIR:
            longer[word] = greater(longer.get(word), value)
        elif (at := book.place(word)) is None:
            new[_paired(word)] = value
        else:
            pair_values[at] = greater(pair_values[at], value)
    added = np.array(sorted(new), np.uint32)
    places = book.pairs.searchsorted(added)
    pairs = np.insert(book.pairs, places, added)
    goes_on = np.insert(goes_on, places, False)
    begun = np.array(sorted({_paired(word) for word in entries if len(word) > _PAIR}), np.uint32)
    goes_on[pairs.searchsorted(begun)] = True
    return Wordbook(
        least=book.least,
        singles=singles,
        pairs=pairs,
        pair_values=np.insert(pair_values, places, [new[code] for code in added.tolist()]),
        goes_on=goes_on,
        perhaps=_marked(book.perhaps.copy(), added),
        longer=longer,
    )


def greater(one: float | None, other: float) -> float:
    """The greater of two values of a word; of a beginning (0) and a word (below 0) the word's."""
    return max(one, other) if one and other else one or other


def ways(book: Wordbook, text: str) -> list[int]:
    """For each character the end of the word that begins there on the likeliest way to the end of the text.

    Of equal ways that with the longer word first, as jieba has it.
    """
    length = len(text)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    codes = np.minimum(codes, np.uint32((1 << _BITS) - 1))  # emoji and rare characters must not look like others
    best: list[float] = book.singles.take(codes - np.uint32(_FIRST), mode="clip").tolist()
    best.append(0.0)
    ends = list(range(1, length + 1))
    where = book.perhaps.take(_slots(codes[:-1], codes[1:])).nonzero()[0]
    asked = (codes.take(where) << np.uint32(_BITS)) | codes.take(where + 1)
    places = book.pairs.searchsorted(asked)
    known = book.pairs.take(places, mode="clip") == asked
    where, places = where[known][::-1], places[known][::-1]
    at = length - 1
    longer = book.longer.get
    for start, value, goes_on in zip(
        where.tolist(), book.pair_values.take(places).tolist(), book.goes_on.take(places).tolist(), strict=True
    ):
        while at > start:
            best[at] += best[at + 1]
            at -= 1
        most, end = best[start] + best[start + 1], start + 2
        if value and value + best[end] >= most:
            most, ends[start] = value + best[end], end
        while goes_on and end < length:
            end += 1
            more = longer(text[start:end])
            if more is None:
                break
            if more and more + best[end] >= most:
                most, ends[start] = more + best[end], end
        best[start], at = most, start - 1
    return ends


def _marked(perhaps: NDArray[np.bool_], pairs: NDArray[np.uint32]) -> NDArray[np.bool_]:
    perhaps[_slots(pairs >> np.uint32(_BITS), pairs & np.uint32((1 << _BITS) - 1))] = True
    return perhaps


def _slots(firsts: NDArray[np.uint32], seconds: NDArray[np.uint32]) -> NDArray[np.uint32]:
    slots: NDArray[np.uint32] = (firsts * _SPREAD ^ seconds) & np.uint32(_SLOTS - 1)
    return slots


def _is_plain(word: str) -> bool:
    return all(_FIRST <= ord(character) <= _LAST for character in word)


def _place(character: str) -> int:
    return ord(character) - _FIRST if _is_plain(character) else -1


def _paired(word: str) -> int:
    return ord(word[0]) << _BITS | ord(word[1])
