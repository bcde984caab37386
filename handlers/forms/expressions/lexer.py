"""An expression cut into tokens, by the lexical rules of XPath 1.0 (section 3.7), in linear time."""

import re
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from handlers.forms.expressions.errors import ExpressionError

MAX_CHARACTERS = 32_767
"""Characters an Excel cell can hold."""
MAX_TOKENS = 4_000
"""Tokens of one expression; a step evaluates each of them at most once."""

TOO_LONG = "表达式太长（超过 {limit} 个{unit}），请拆成几个 calculate 再引用。"
UNKNOWN_CHARACTER = "第 {at} 个字符“{character}”在表达式里不能用。"
FULL_WIDTH = "第 {at} 个字符“{character}”是全角符号，请改成半角的“{half}”。"
OPEN_LITERAL = "第 {at} 个字符处的引号没有配对。"
DOUBLE_EQUALS = "第 {at} 个字符处写了“==”，判断相等只用一个“=”。"

HALF_WIDTH = {
    "（": "(",
    "）": ")",
    "，": ",",
    "、": ",",
    "＝": "=",
    "＞": ">",
    "＜": "<",
    "！": "!",
    "＋": "+",
    "－": "-",
    "＊": "*",
    "／": "/",
    "．": ".",
    "。": ".",
    "“": "'",
    "”": "'",
    "‘": "'",
    "’": "'",
    "＂": '"',
    "＇": "'",
    "【": "[",
    "】": "]",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "×": "*",
    "÷": "div",
    "｛": "{",
    "｝": "}",
    "＄": "$",
}


class TokenKind(Enum):
    """What a token is; operator names (and, or, div, mod) are names, told apart by the parser."""

    NUMBER = "number"
    LITERAL = "literal"
    NAME = "name"
    SYMBOL = "symbol"
    END = "end"


class Token(NamedTuple):
    """One token: `text` is the name, the symbol, the digits or the unquoted literal; `at` counts from 1."""

    kind: TokenKind
    text: str
    at: int


_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
      | (?P<literal>'[^']*'|"[^"]*")
      | (?P<name>[^\W\d][\w.\-]*(?::(?!:)[^\W\d][\w.\-]*)?)
      | (?P<symbol>::|//|\.\.|!=|<=|>=|[-+*/=<>|()\[\],.@])""",
    re.VERBOSE,
)


def tokens(expression: str) -> list[Token]:
    """The tokens of an expression, END last. Raises ExpressionError."""
    if len(expression) > MAX_CHARACTERS:
        raise ExpressionError(TOO_LONG.format(limit=MAX_CHARACTERS, unit="字符"))
    found: list[Token] = []
    at = 0
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        if match is None:
            raise ExpressionError(_complaint(expression, at))
        kind = match.lastgroup
        if kind is not None and kind != "space":
            text = match.group()
            found.append(Token(TokenKind(kind), text[1:-1] if kind == "literal" else text, at + 1))
            if len(found) > MAX_TOKENS:
                raise ExpressionError(TOO_LONG.format(limit=MAX_TOKENS, unit="单元"))
        at = match.end()
    _refuse_double_equals(found)
    found.append(Token(TokenKind.END, "", len(expression) + 1))
    return found


def _complaint(expression: str, at: int) -> str:
    character = expression[at]
    if character in "'\"":
        return OPEN_LITERAL.format(at=at + 1)
    half = HALF_WIDTH.get(character)
    if half is not None:
        return FULL_WIDTH.format(at=at + 1, character=character, half=half)
    return UNKNOWN_CHARACTER.format(at=at + 1, character=character)


def _refuse_double_equals(found: list[Token]) -> None:
    for one, two in pairwise(found):
        if one.text == two.text == "=" and one.kind is two.kind is TokenKind.SYMBOL:
            raise ExpressionError(DOUBLE_EQUALS.format(at=one.at))
