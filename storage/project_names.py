"""Projects' names: which are the same however they are typed, and how a name that was typed is shown."""

import unicodedata
from functools import cache
from typing import Final

_LONGEST: Final = 200
"""Characters of a project's name that tell it from others."""
_DOUBLE: Final = '"“”„‟〝〞〟＂'
_SINGLE: Final = "'‘’‚‛`＇"
_CORNERS: Final = "「」『』﹁﹂﹃﹄｢｣«»"
_PAIRS: Final = ('""', "''", "《》", "〈〉", "【】", "〖〗", "〔〕", "()", "[]", "{}", "<>")
"""What stands around a folded name."""
_HALVES: Final = ('""', "《》", "〈〉", "【】")
"""Pairs of which one half alone is a slip. Not of the others: A' is not A, nor <5万元 the same as 5万元."""
_QUOTED: Final = ("“”", "„”", "〝〞", "〝〟", "‘’", "「」", "『』", "﹁﹂", "﹃﹄", "｢｣", "«»", "《》", "〈〉", "【】")
"""What stands around a name to quote it, as it is typed."""
_BEFORE: Final = ",、;:。!?"
_BEHIND: Final = ".。,、;:!?~〜"
"""Punctuation that says nothing about a project, half-width where there is one; not (（一期）), - or + (A+)."""
_ENDS: Final = f"{_BEHIND}，；：．！？…～｡､"
_MARKS: Final = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x180F), 0x034F, 0x115F, 0x1160)
"""Variation selectors and fillers: nobody sees them, and they are no format characters (Cf)."""


def project_key(name: str) -> str:
    """What tells a project from others: its name without what people write differently, which is width, case, blanks,
    signs that nobody sees, quotes around it and punctuation at its end.

    The key of a key is the key itself. A name of nothing but such signs keeps them, so that it is no other project's.
    """
    plain = unicodedata.normalize("NFKC", name).casefold().translate(_alike())
    key = (_bare(plain) or plain)[:_LONGEST]
    return key if key == name else project_key(key)


def project_name(typed: str) -> str:
    """A project's name as it is shown: as it was typed, without signs that nobody sees and the quotes around it."""
    name = typed.translate(_unseen()).strip()
    while (inner := _within(name.rstrip(_ENDS))) is not None:
        name = inner.strip()
    return name


def names_a_project(typed: str) -> bool:
    """Whether there is a letter, a character or a digit in a name, so that it tells a project from others."""
    return any(unicodedata.category(sign)[0] in "LN" for sign in project_key(typed))


def _bare(plain: str) -> str:
    """A folded name without the punctuation and quotes at its ends."""
    while True:
        trimmed = _unquoted(plain.lstrip(_BEFORE).rstrip(_BEHIND))
        if trimmed == plain:
            return plain
        plain = trimmed


def _unquoted(plain: str) -> str:
    """Without one pair around it, or one half of a pair whose other half was forgotten."""
    first, last = plain[:1], plain[-1:]
    if len(plain) > 1 and f"{first}{last}" in _PAIRS:
        return plain[1:-1]
    for opening, closing in _HALVES:
        if first == opening and closing not in plain[1:]:
            return plain[1:]
        if last == closing and opening not in plain[:-1]:
            return plain[:-1]
    return plain


def _within(name: str) -> str | None:
    """What stands within the quotes around a whole name, or behind or before a single one; None without them."""
    first, last, inner = name[:1], name[-1:], name[1:-1]
    for alike in (_DOUBLE, _SINGLE):
        if len(name) > 1 and first in alike and last in alike and not any(sign in alike for sign in inner):
            return inner
    if first and first in _DOUBLE and not any(sign in _DOUBLE + _CORNERS for sign in name[1:]):
        return name[1:]
    if last and last in _DOUBLE and not any(sign in _DOUBLE + _CORNERS for sign in name[:-1]):
        return name[:-1]
    for opening, closing in _QUOTED:
        if len(name) > 1 and first == opening and last == closing and _stays_open(inner, opening, closing):
            return inner
    return None


def _stays_open(inner: str, opening: str, closing: str) -> bool:
    """Whether a pair around this text closes behind it and not before: not of “一期”和“二期”."""
    depth = 1
    for sign in inner:
        depth += (sign == opening) - (sign == closing)
        if depth == 0:
            return False
    return depth == 1


@cache
def _unseen() -> dict[int, None]:
    """Format and control characters, except blanks: zero-width spaces, byte order marks, soft hyphens."""
    ranges = (range(0x3000), range(0xFE00, 0x10000), range(0x1BCA0, 0x1BCA4), range(0x1D173, 0x1D17B))
    codes = (code for some in (*ranges, range(0xE0000, 0xE0080)) for code in some)
    return {code: None for code in codes if unicodedata.category(chr(code)) in {"Cf", "Cc"} and not chr(code).isspace()}


@cache
def _alike() -> dict[int, str | None]:
    """What a folded name leaves out (signs that nobody sees, blanks), and one sign for each of the quotes."""
    blanks = (code for code in range(0x3001) if chr(code).isspace())
    left_out: dict[int, str | None] = dict.fromkeys((*_unseen(), *_MARKS, *blanks))
    quotes = {ord(sign): '"' for sign in _DOUBLE + _CORNERS} | {ord(sign): "'" for sign in _SINGLE}
    return left_out | quotes
