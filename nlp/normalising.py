"""The form in which texts are classified, with the way back to the person's own words."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from opencc import OpenCC

LONGEST = 20_000
"""Characters of a text that are looked at; what stands behind them is left alone."""
_CJK = range(0x3400, 0xA000)
_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_MARKS = "\u0300\u0301\u0304\u030c\u0308"
_PINYIN = re.compile(
    rf"(?<=[\u3400-\u9fff])[(（\[［]\s{{0,8}}(?=[^)）\]］]{{0,12}}[{_TONES}{_MARKS}])[a-zü{_TONES}{_MARKS}\s]{{1,12}}[)）\]］]",
    re.IGNORECASE,
)
"""紀(jì)檢: the pronunciation that web pages put behind a character; only with a tone mark, so that 项目(app) stays."""
_REPEATED = re.compile(r"([^\W\d_])\1{2,}|([^\w\s])\2+|(\s)\s+")
"""The same letter or character three times and more, a sign or a blank twice and more. Figures stay: 1000000."""
_TWICE = re.compile(r"(.)\1", re.DOTALL)
"""What _REPEATED needs at least; seldom there, and quickly looked for."""
_DROPPED = frozenset({"Cf", "Cc", "Mn", "Me", "Sk", "Cs", "Co"})
"""Zero-width and control characters, loose accents, variation selectors, skin tones, half surrogates, private use."""


class Normalised(NamedTuple):
    """A text made ready: NFKC, lower case, simplified, without what nobody sees; `offsets[i]` is where character i
    stood in the original, and one more for the end.
    """

    text: str
    offsets: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original text from which the characters [start, end) came; start < end."""
        return self.offsets[start], self.offsets[end - 1] + 1


def normalised(text: str) -> Normalised:
    """The first LONGEST characters of a text, made ready. Some 3 µs for an ordinary sentence."""
    text = text[:LONGEST]
    plain = text.translate(_one_for_one())
    if _ODD.search(plain) is None and (_TWICE.search(plain) is None or _REPEATED.search(plain) is None):
        return Normalised(simplified(plain), range(len(plain) + 1))
    return _slowly(text)


def _slowly(text: str) -> Normalised:
    """Character by character, where something is dropped or becomes longer."""
    hidden = {place for found in _PINYIN.finditer(text) for place in range(*found.span())}
    kept: list[str] = []
    offsets: list[int] = []
    for place, character in enumerate(text):
        if place in hidden:
            continue
        for one in _folded(character):
            kept.append(one)
            offsets.append(place)
    joined = "".join(kept)
    keep = _without_repeats(joined)
    simple = simplified("".join(joined[place] for place in keep))
    return Normalised(simple, [*(offsets[place] for place in keep), len(text)])


@lru_cache(8192)
def _folded(character: str) -> str:
    mapped = _one_for_one().get(ord(character))
    if mapped is not None:
        return chr(mapped)
    if character.isspace():
        return "\n" if character in "\n\r\u2028\u2029" else " "
    if unicodedata.category(character) in _DROPPED:
        return ""
    plain = unicodedata.normalize("NFKC", character).casefold()
    return "".join(one for one in plain if unicodedata.category(one) not in _DROPPED)


def _without_repeats(text: str) -> Iterable[int]:
    """Places that stay: two of a character, one of a sign or blank."""
    keep: list[int] = []
    at = 0
    for found in _REPEATED.finditer(text):
        start, end = found.span()
        keep.extend(range(at, start + (2 if found.group(1) else 1)))
        at = end
    keep.extend(range(at, len(text)))
    return keep


def simplified(text: str) -> str:
    """A text of the same length, its traditional characters simplified by OpenCC, with its phrases where that changes
    no length.
    """
    if _traditional().search(text) is None:
        return text
    single = text.translate(_simple())
    whole: str = _opencc().convert(text)
    return whole if len(whole) == len(text) else single


@cache
def spelled(characters: frozenset[str]) -> frozenset[str]:
    """These simplified characters, and the traditional ones that are simplified to them."""
    return characters | {chr(code) for code, simple in _simple().items() if chr(simple) in characters}


@cache
def _opencc() -> OpenCC:
    return OpenCC("t2s")


@cache
def _simple() -> dict[int, int]:
    """Every traditional character with its simplified one."""
    characters = [chr(code) for code in _CJK]
    simple = _opencc().convert("\n".join(characters)).split("\n")
    return {
        ord(one): ord(other) for one, other in zip(characters, simple, strict=True) if one != other and len(other) == 1
    }


@cache
def _traditional() -> re.Pattern[str]:
    """Any character of `_simple`: searching is faster than translating."""
    return re.compile(f"[{''.join(map(chr, _simple()))}]")


@cache
def _one_for_one() -> dict[int, int]:
    """Full-width forms, capitals and the like, as far as one character becomes one."""
    table: dict[int, int] = {0x3000: 0x20, 0x09: 0x20, 0xA0: 0x20, 0x0D: 0x0A}
    for code in (*range(0x21, 0x250), *range(0x2E80, 0x2FE0), *range(0xFF01, 0xFFEF)):
        plain = unicodedata.normalize("NFKC", chr(code)).casefold()
        if len(plain) == 1 and ord(plain) != code:
            table[code] = ord(plain)
    return table


_ODD = re.compile(
    r"[^\n -~\u00b7\u2014\u2018-\u201d\u2026\u3001\u3002\u3008-\u3011\u4e00-\u9fff\uff01-\uff5e"
    r"\U0001F300-\U0001F3FA\U0001F400-\U0001FAFF]"
    rf"|[(\[][a-zü\s]*[{_TONES}]"
)
"""Anything that the quick way cannot take: it drops nothing and makes nothing longer."""
