"""What somebody may have meant: the known word nearest to a wrong one, and names to take instead."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Final

_LIKE: Final = 0.65
"""How alike two words must be (difflib's ratio): one slip in a name of four letters, two or three in a long one."""
_LIKE_SHORT: Final = 0.5
"""The same for short words and Chinese ones: one slip in a word of two characters."""
_SHORT: Final = 3
"""Characters."""
MEANT = "是不是想写“{word}”？"


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is spelled most like `word`; empty when none is near."""
    lowered = {name.lower(): name for name in known}
    like = _LIKE if word.isascii() and len(word) > _SHORT else _LIKE_SHORT
    found = get_close_matches(word.lower(), lowered, n=1, cutoff=like)
    return lowered[found[0]] if found else ""


def meant(word: str, known: Iterable[str]) -> str:
    """The question whether the nearest known word was meant; empty when none is near."""
    found = nearest(word, known)
    return MEANT.format(word=found) if found else ""


def free(prefix: str, number: int, taken: Collection[str]) -> str:
    """A name such as q3 that nothing else has; the number counts on until one is free."""
    while f"{prefix}{number}" in taken:
        number += 1
    return f"{prefix}{number}"
