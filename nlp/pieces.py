"""Pieces of a text, one to three neighbouring characters each, as numbers: a vector of them is looked up in one go."""

import re

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]

MOST_CHARACTERS = 4_000
"""That pieces are taken from; a longer text has said what it is about by then."""
_BITS = 21
"""Of a character: Unicode has no more."""
_ONE = (1 << _BITS) - 1
_TWO = (1 << 2 * _BITS) - 1
LONGER = 1 << _BITS
"""From here on a number is of a piece of two characters or three."""
_FIGURE = re.compile("[0-9]+")


def pieces(text: str) -> Codes:
    """The different pieces of a normalised text, in order: figures as 0, blanks left out, ^ and $ for its ends.

    The number of a piece is its characters' code points, 21 bits each, the last one lowest.
    """
    plain = f"^{_FIGURE.sub('0', text[:MOST_CHARACTERS])}$".replace(" ", "").replace("\n", "")
    ones = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    twos = (ones[:-1] << _BITS) | ones[1:]
    threes = (twos[:-1] << _BITS) | ones[2:]
    codes = np.concatenate((ones, twos, threes))
    codes.sort()
    return codes[np.concatenate(([True], codes[1:] != codes[:-1]))]


def spelled(code: int) -> str:
    """The piece with this number."""
    last = chr(code & _ONE)
    if code <= _ONE:
        return last
    if code <= _TWO:
        return chr(code >> _BITS) + last
    return chr(code >> 2 * _BITS) + chr(code >> _BITS & _ONE) + last
