"""The form in which what people say and what labels say are compared."""

from typing import Final

_HALF_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_CIRCLED: Final = {0x2460 + index: str(index + 1) for index in range(20)}
_PLAIN: Final = _HALF_WIDTH | _CIRCLED
_EDGES: Final = "。．.!,、;:?~ \t\r\n\"'“”‘’"


def bare(said: str) -> str:
    """Half-width, ① as 1, without punctuation around it, lower case."""
    return said.translate(_PLAIN).strip(_EDGES).casefold()
