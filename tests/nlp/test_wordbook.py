"""The tables of the dictionary say what its words say, however they came in, and the way is the likeliest."""

from collections.abc import Mapping

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlp.wordbook import Wordbook, compiled, extended, greater, ways

LEAST = -18.0
WORDS = st.text("公司车子a", min_size=1, max_size=4)
VALUES = st.sampled_from([-3.0, -5.5, -9.25, -12.0])
DICTIONARIES = st.dictionaries(WORDS, VALUES, max_size=25)


def with_beginnings(words: Mapping[str, float]) -> dict[str, float]:
    """As jieba has them."""
    entries = {word[:end]: 0.0 for word in words for end in range(1, len(word))}
    return {**entries, **words}


def likeliest(words: Mapping[str, float], text: str) -> float:
    """The value of the best way through a text, by trying all."""
    best = [0.0] * (len(text) + 1)
    for start in range(len(text) - 1, -1, -1):
        ends = [end for end in range(start + 2, len(text) + 1) if text[start:end] in words]
        alone = words.get(text[start], LEAST) if text[start] != "a" else LEAST
        best[start] = max([alone + best[start + 1], *(words[text[start:end]] + best[end] for end in ends)])
    return best[0]


def spoken(book: Wordbook, text: str) -> list[str]:
    """The words of the way that was found."""
    ends, at, found = ways(book, text), 0, []
    while at < len(text):
        found.append(text[at : ends[at]])
        at = ends[at]
    return found


def plain(words: Mapping[str, float]) -> dict[str, float]:
    """Those that a wordbook takes: of Chinese characters."""
    return {word: value for word, value in words.items() if "a" not in word}


@given(DICTIONARIES, st.text("公司车子a😀", max_size=12))
def test_the_way_is_the_likeliest(words: dict[str, float], text: str) -> None:
    known = plain(words)
    found = spoken(compiled(with_beginnings(words), LEAST), text)
    assert "".join(found) == text
    assert all(word in known for word in found if len(word) > 1)
    assert np.isclose(sum(known.get(word, LEAST) for word in found), likeliest(known, text))


@given(DICTIONARIES, DICTIONARIES, st.text("公司车子a", max_size=12))
def test_words_that_come_later_are_as_good(first: dict[str, float], more: dict[str, float], text: str) -> None:
    entries, added = with_beginnings(plain(first)), with_beginnings(plain(more))
    merged = {word: greater(entries.get(word), added.get(word, 0.0)) for word in entries.keys() | added.keys()}
    at_once, later = compiled(merged, LEAST), extended(compiled(entries, LEAST), added)
    assert all(later.value(word) == at_once.value(word) for word in [*merged, *first, *more])
    assert ways(later, text) == ways(at_once, text)
    assert np.array_equal(later.goes_on, at_once.goes_on)
