"""The form in which what people say and what labels say are compared, and how alike two of them are."""

from collections import Counter
from typing import Final

_HALF_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_CIRCLED: Final = {0x2460 + index: str(index + 1) for index in range(20)}
_INVISIBLE: Final = dict.fromkeys(
    (0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10))
)
"""Soft hyphen, zero-width signs, direction marks, variation selectors: nobody sees or types them."""
_PLAIN: Final = _HALF_WIDTH | _CIRCLED | _INVISIBLE
_EDGES: Final = "。．.!,、;:?~ \t\r\n\"'“”‘’「」『』《》【】"


def bare(said: str) -> str:
    """Half-width, ① as 1, without punctuation around it and signs that nobody sees, lower case."""
    return said.translate(_PLAIN).strip(_EDGES).casefold()


def likeness(first: str, second: str) -> float:
    """How alike two bare texts are, from 0 to 1: the share of signs and pairs of signs that they have in common."""
    left, right = _features(first), _features(second)
    common = sum((left & right).values())
    return 2 * common / (left.total() + right.total()) if common else 0.0


def _features(text: str) -> Counter[str]:
    return Counter([*text, *(text[index : index + 2] for index in range(len(text) - 1))])
