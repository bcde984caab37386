"""Which of many texts are copies of another, or may be about the same matter: an index in memory, exact for copies."""

from array import array
from collections.abc import Hashable, Sequence
from math import ceil
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from nlp.similarity import bigrams, normalise

K = TypeVar("K", bound=Hashable)
Places = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.int64]

COMMON = 0.02
"""A bigram that more than this share of the texts have is common: it belongs to set phrases, not to a matter. Measured
on reports that open and close with such phrases: without this, matters in other words drown in them."""
FEW = 20
"""So many texts never make a bigram common."""
RELATED = 0.225
"""From this overlap on `related` is worth a look; docs/decisions.md, 19, says how often it is right."""
LEAST_SHARED = 3
"""Rare bigrams: two texts that share fewer say nothing about one another."""
_GONE = 1 << 30
"""The size of a text that was removed: with it, nothing is similar."""
_ROUNDING = 1e-9
_SEARCHED = 8
"""Looking a place up among many takes as long as marking about so many."""


class Duplicates(Generic[K]):
    """Texts under keys of the caller's; the texts themselves are not kept. For one thread.

    For every bigram it keeps the places of the texts that have it, in the order of adding: some 57 MB for 100,000
    texts of 48 characters. `few`: see FEW.
    """

    def __init__(self, *, few: int = FEW) -> None:
        self._few = few
        self._places: dict[K, int] = {}
        self._keys: list[K] = []
        self._sizes = array("i")
        self._once: dict[str, int] = {}  # two fifths of all bigrams: an array for each would take 80 bytes more
        self._postings: dict[str, array[int]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def add(self, key: K, text: str) -> None:
        """Keep this text, as it was typed, under the key; in place of what was there."""
        if key in self._places:
            self.remove(key)
        place, pairs = len(self._keys), bigrams(normalise(text))
        once, postings = self._once, self._postings
        for pair in pairs:
            if (having := postings.get(pair)) is not None:
                having.append(place)
            elif (only := once.pop(pair, None)) is not None:
                postings[pair] = array("I", (only, place))
            else:
                once[pair] = place
        self._places[key] = place
        self._keys.append(key)
        self._sizes.append(len(pairs) or _GONE)

    def remove(self, key: K) -> None:
        """Forget the text; raises KeyError when there is none. What it took up is free after `tidy`."""
        self._sizes[self._places.pop(key)] = _GONE

    def tidy(self) -> None:
        """Free what removed texts took up; some 5 µs for each different bigram of all texts, so not within a turn."""
        keys = list(self._places)  # in the order of adding, as dictionaries are
        old = np.fromiter(self._places.values(), dtype=np.intp, count=len(keys))
        renumbered = np.full(len(self._keys), -1, dtype=np.int64)
        renumbered[old] = np.arange(len(keys))
        once = {pair: new for pair, place in self._once.items() if (new := int(renumbered[place])) >= 0}
        postings = {}
        for pair, having in self._postings.items():
            kept = renumbered[_view(having)]
            kept = kept[kept >= 0]
            if len(kept) == 1:
                once[pair] = int(kept[0])
            elif len(kept):
                postings[pair] = array("I", kept.astype(np.uint32).tobytes())
        self._sizes = array("i", self._all_sizes()[old].tobytes())
        self._keys, self._places = keys, {key: place for place, key in enumerate(keys)}
        self._once, self._postings = once, postings

    def near(self, text: str, threshold: float, most: int) -> list[tuple[K, float]]:
        """Keys and similarities (nlp.similarity) of the texts at least as similar as `threshold` (0 < … ≤ 1), at most
        `most`, the most similar first, of equal ones those added first. None is missed.

        A text that is so similar has at least `least` of the bigrams. So the commonest of them, fewer than that, need
        not be counted for all texts, but only for those that have enough of the rare ones (DivideSkip in Li, Lu and
        Lu, "Efficient merging and filtering algorithms for approximate string searches", ICDE 2008).
        """
        if not 0 < threshold <= 1:
            raise ValueError(f"a similarity is above 0 and at most 1, not {threshold}")
        pairs = bigrams(normalise(text))
        size, postings = len(pairs), self._found(pairs)
        least, largest = ceil(threshold * size / (2 - threshold) - _ROUNDING), size * (2 - threshold) / threshold
        if not pairs or len(postings) < least or not self._any_sized(least, largest + _ROUNDING):
            return []
        left = min(least - 1, len(postings) - self._rare(postings))
        counted = len(postings) - left
        shared = self._count(postings[:counted])
        places = np.flatnonzero(shared >= least - left)
        places, shared = self._complete(places, shared[places], postings[counted:], threshold, size)
        scores = 2 * shared / (size + self._all_sizes()[places])
        return self._best(places, scores, threshold, most)

    def related(self, text: str, threshold: float = RELATED, most: int = 3) -> list[tuple[K, float]]:
        """Keys and overlaps of texts that may be about the same matter in other words, at most `most`, the likeliest
        first: candidates for somebody to look at, nothing more.

        The overlap is the share of this text's rare bigrams that the other text has, times √(its size / the other's)
        when the other is longer: a long text has a little of everything. Copies are among them.
        """
        pairs = bigrams(normalise(text))
        postings = self._found(pairs)
        rare = self._rare(postings)
        if not rare:
            return []
        shared = self._count(postings[:rare])
        informative = len(pairs) - len(postings) + rare
        places = np.flatnonzero(shared >= max(threshold * informative - _ROUNDING, LEAST_SHARED))
        longer = np.minimum(1.0, np.sqrt(len(pairs) / self._all_sizes()[places]))
        return self._best(places, shared[places] / informative * longer, threshold, most)

    def _found(self, pairs: frozenset[str]) -> list["array[int]"]:
        """The postings of those bigrams that any text has, the rarest first."""
        postings, once = self._postings, self._once
        found = sorted((having for pair in pairs if (having := postings.get(pair)) is not None), key=len)
        return [*(array("I", (once[pair],)) for pair in pairs if pair in once), *found]

    def _any_sized(self, least: int, largest: float) -> bool:
        """Whether any text has so many bigrams: what spares the work for a text of 20,000 characters."""
        sizes = self._all_sizes()
        return bool(((sizes >= least) & (sizes <= largest)).any())

    def _rare(self, postings: Sequence["array[int]"]) -> int:
        """How many of these are not common."""
        common = max(self._few, int(COMMON * len(self._places)))
        return sum(1 for having in postings if len(having) <= common)

    def _count(self, postings: Sequence["array[int]"]) -> Numbers:
        """For every place, in how many of these it is."""
        joined = np.concatenate([_view(having) for having in postings])
        return np.bincount(joined, minlength=len(self._keys))

    def _complete(
        self, places: Places, shared: Numbers, postings: Sequence["array[int]"], threshold: float, size: int
    ) -> tuple[Places, Numbers]:
        """The bigrams shared with these places, the ones in `postings` included; places that fall short drop out."""
        needed = threshold * (size + self._all_sizes()[places]) / 2 - _ROUNDING
        for left, having in zip(range(len(postings), 0, -1), postings, strict=True):
            enough = shared + left >= needed
            places, shared, needed = places[enough], shared[enough], needed[enough]
            if not len(places):
                break
            shared = shared + _has(_view(having), places, len(self._keys))
        return places, shared

    def _best(
        self, places: Places, scores: npt.NDArray[np.float64], threshold: float, most: int
    ) -> list[tuple[K, float]]:
        enough = scores >= threshold
        places, scores = places[enough], scores[enough]
        order = np.argsort(-scores, kind="stable")[:most]
        return [(self._keys[place], float(score)) for place, score in zip(places[order], scores[order], strict=True)]

    def _all_sizes(self) -> npt.NDArray[np.int32]:
        """A view: it must be gone before the next text is added."""
        return np.frombuffer(self._sizes, dtype=np.int32)


def _view(having: "array[int]") -> npt.NDArray[np.uint32]:
    return np.frombuffer(having, dtype=np.uint32)


def _has(having: npt.NDArray[np.uint32], places: Places, count: int) -> npt.NDArray[np.bool_]:
    """For each of `places` whether it is in `having`; both are in ascending order, and below `count`."""
    if len(places) * _SEARCHED < len(having):
        at = np.searchsorted(having, places.astype(np.uint32))
        return np.equal(having[np.minimum(at, len(having) - 1)], places)
    marked = np.zeros(count, dtype=np.bool_)
    marked[having] = True
    return marked[places]
