"""Says where a text may be cut without tearing what a reader sees as one sign.

A practical subset of Unicode's UAX #29: combining marks, variation selectors, skin tones, keycaps, ZWJ
sequences, flags of two letters, flags of tags, Hangul syllables of several jamo, CR LF.
"""

import unicodedata
from typing import Final

LONGEST: Final = 64
"""Characters looked back for a boundary; real signs stay below 20, longer ones are cut between characters."""
_ZWJ: Final = "\u200d"
_ZWNJ: Final = "\u200c"
_MARKS: Final = frozenset({"Mn", "Mc", "Me"})


def _extends(sign: str) -> bool:
    """Whether `sign` belongs to the one before it."""
    return (
        sign in (_ZWJ, _ZWNJ)
        or "\U0001f3fb" <= sign <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= sign <= "\U000e007f"  # tags, as in the flag of Scotland
        or "\u1160" <= sign <= "\u11ff"  # Hangul vowels and finals
        or unicodedata.category(sign) in _MARKS
    )


def _regional(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"


def torn(text: str, index: int) -> bool:
    """Whether cutting before `text[index]` would tear a sign apart; the two ends of the text never do."""
    if not 0 < index < len(text):
        return False
    before, after = text[index - 1], text[index]
    if before == "\r" and after == "\n":
        return True
    if before.isspace() and before != _ZWJ:
        return False
    if _extends(after) or before == _ZWJ:
        return True
    if _regional(before) and _regional(after):
        return _letters_before(text, index) % 2 == 1
    return False


def _letters_before(text: str, index: int) -> int:
    """How many regional letters stand in a row before `index`: they pair up from the first."""
    start = index
    while start > 0 and _regional(text[start - 1]):
        start -= 1
    return index - start


def boundary(text: str, index: int, floor: int) -> int:
    """The last place in [floor, index] where `text` may be cut (`floor` always may); `index` itself when
    the sign around it reaches back more than LONGEST characters.
    """
    place = index
    while place > floor and torn(text, place):
        place -= 1
        if index - place > LONGEST:
            return index
    return place
