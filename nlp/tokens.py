"""Word boundaries by jieba: the one place that knows it."""

import logging
import re
import threading
import warnings
from collections.abc import Iterable, Mapping
from math import exp, log

from nlp.wordbook import Wordbook, compiled, extended, greater, ways

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba 0.42.1: escapes in its patterns, pkg_resources
    import jieba

_FREQUENCY = 300
"""Of a word of ours in jieba's dictionary: enough to win over two ordinary words, too little to break a common one."""
_COMMON = 20
"""Times that a word must have been counted for jieba's dictionary."""
_LONGEST_WORD = 6
_loading = threading.Lock()
_HAN = re.compile("[\u4e00-\u9fff]{2,}")
_LATIN = re.compile("[a-z0-9.%]{2,}")


class _Shared:
    """What `load` has read; every reader takes it as it stands."""

    book: Wordbook | None = None


def load(words: Iterable[str] = ()) -> None:
    """Read the dictionary and teach it the built-in lexicon (normalised words); to be called before the first message.

    May be called again. Words of staff are not taught for good, for they come and go: see `wordbook`.
    """
    with _loading:
        known = _Shared.book
        _Shared.book = _read(words) if known is None else extended(known, _taught(words, known.least))


def wordbook(of_staff: Iterable[str] = ()) -> Wordbook:
    """Jieba's common words and those that were taught, with these of staff (normalised) as words too."""
    known = _Shared.book
    if known is None:
        load()
        return wordbook(of_staff)
    more = _taught(of_staff, known.least)
    return extended(known, more) if more else known


def frequency(word: str) -> int:
    """How often a word stands in the texts behind jieba's dictionary, some 60 million words; at least 300 for ours."""
    book = wordbook()
    value = book.value(word) if word else None
    return round(exp(value - book.least)) if value else 0


def boundaries(text: str, book: Wordbook) -> bytearray:
    """For each place of a normalised text, and its end, 1 where a word begins. Less than 1 µs a character.

    The words are those of jieba's `cut(text, HMM=False)` by this wordbook; figures and Latin letters stay together.
    """
    ends = ways(book, text)
    starts = bytearray(len(text) + 1)
    starts[len(text)] = 1
    place = 0
    while place < len(text):
        starts[place] = 1
        place = ends[place]
    for run in _LATIN.finditer(text):
        start, end = run.span()
        starts[start + 1 : end] = bytes(end - start - 1)
    return starts


def _read(words: Iterable[str]) -> Wordbook:
    """Jieba's common words, each with its value (the logarithm of its share of all), and ours.

    The words come from jieba's own file. Its cache in the system's temporary folder, which anybody may write and which
    it would unmarshal, is neither read nor made. Rare words cost 45 MB and change no label (docs/decisions.md 23).
    """
    jieba.setLogLevel(logging.WARNING)
    with jieba.Tokenizer().get_dict_file() as file:
        counts = _common_words(file)
    least = -log(sum(counts.values()))
    values = {count: log(count) + least for count in set(counts.values()) if count}
    entries = {word: values.get(count, 0.0) for word, count in counts.items()}
    for word, value in _taught(words, least).items():
        entries[word] = greater(entries.get(word), value)
    return compiled(entries, least)


def _common_words(file: Iterable[bytes]) -> dict[str, int]:
    """Words with their counts, and their beginnings with 0."""
    found: dict[str, int] = {}
    for line in file:
        word, count, *_ = line.decode().split()
        if int(count) >= _COMMON or len(word) == 1:
            found[word] = int(count)
            for end in range(1, len(word)):
                found.setdefault(word[:end], 0)
    return found


def _taught(words: Iterable[str], least: float) -> Mapping[str, float]:
    """The entries that make words of ours words: they and their beginnings."""
    entries: dict[str, float] = {}
    value = log(_FREQUENCY) + least
    for word in words:
        if len(word) <= _LONGEST_WORD and _HAN.fullmatch(word):
            entries[word] = value
            for end in range(1, len(word)):
                entries.setdefault(word[:end], 0.0)
    return entries
