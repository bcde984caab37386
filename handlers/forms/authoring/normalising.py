"""Full-width characters of Chinese input methods, made half-width where XLSForm reads them as code."""

import re
import unicodedata
from typing import Final

_OUTSIDE: Final = {
    "、": ",",
    "。": ".",
    "【": "[",
    "】": "]",
    "〔": "(",
    "〕": ")",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "×": "*",
    "÷": " div ",
    "–": "-",
    "—": "-",
    "−": "-",
    "￥": "$",
    "\u3000": " ",
    "\xa0": " ",
    "\n": " ",
    "\t": " ",
    "\r": " ",
}
"""Characters outside of literals that stand for others; full-width ASCII (U+FF01–FF5E) is besides these."""
_FULL_FIRST: Final = 0xFF01
_FULL_LAST: Final = 0xFF5E
_FULL_OFFSET: Final = 0xFEE0
_CLOSING: Final = {
    "'": "'",
    '"': '"',
    "“": '”“"＂',
    "”": '”“"＂',
    "＂": '＂"”',
    "‘": "’‘'＇",
    "’": "’‘'＇",
    "＇": "＇'’",
}
"""What opens a literal -> what may close it."""
_STRAY: Final = {"'": "’", '"': "”"}
"""What closes a literal that a typewriter quote opened when there is no typewriter quote left (autocorrection)."""
_REFERENCE: Final = re.compile(r"[$＄￥]\s*[{｛]\s*([^{}｛｝]*?)\s*[}｝]")


def expression(text: str) -> str:
    """An expression with full-width characters outside of its literals made half-width. Linear in its length."""
    found: list[str] = []
    at = 0
    while at < len(text):
        character = text[at]
        if character in _CLOSING:
            literal, at = _literal(text, at)
            found.append(literal)
            continue
        found.append(_halved(character))
        at += 1
    return references("".join(found)).strip()


def references(text: str) -> str:
    """A text in which every `${name}`, full-width or not, is written as pyxform wants it."""
    if "{" not in text and "｛" not in text:
        return text
    return _REFERENCE.sub(lambda match: f"${{{name(match[1])}}}", text)


def name(text: str) -> str:
    """A name of a question, list or choice: half-width, without blanks around it."""
    return unicodedata.normalize("NFKC", text).strip()


def _halved(character: str) -> str:
    code = ord(character)
    if _FULL_FIRST <= code <= _FULL_LAST:
        return chr(code - _FULL_OFFSET)
    return _OUTSIDE.get(character, character)


def _literal(text: str, start: int) -> tuple[str, int]:
    """The literal that opens at `start`, in typewriter quotes, and where the text goes on after it."""
    opening = text[start]
    ends = [end for mark in _CLOSING[opening] if (end := text.find(mark, start + 1)) >= 0]
    if not ends and opening in _STRAY:
        ends = [end for end in [text.find(_STRAY[opening], start + 1)] if end >= 0]
    if not ends:
        return opening, start + 1  # the lexer says that it does not close
    end = min(ends)
    inner = text[start + 1 : end]
    quote = opening if opening in _STRAY else ("'" if "'" not in inner else '"')
    return f"{quote}{inner}{quote}", end + 1
