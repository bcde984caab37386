"""An expression cut into tokens, by the lexical rules of XPath 1.0 (section 3.7), in linear time.

Full-width symbols, digits and letters outside string literals mean the same as half-width ones: that is how a Chinese
input method writes them. Inside literals nothing is changed.
"""

import re
from enum import Enum
from typing import Final, NamedTuple

from handlers.forms.expressions.errors import ExpressionError

MAX_CHARACTERS = 32_767
"""Characters an Excel cell can hold."""
MAX_TOKENS = 4_000
"""Tokens of one expression; a step evaluates each of them at most once."""

TOO_LONG = "表达式太长（超过 {limit} 个{unit}），请拆成几个 calculate 再引用。"
UNKNOWN_CHARACTER = "第 {at} 个字符“{character}”在表达式里不能用。"
OPEN_LITERAL = "第 {at} 个字符处的引号 {character} 没有配对。"
MISSPELT = "第 {at} 个字符处写了“{wrong}”，{advice}。"
OPEN_REFERENCE = "第 {at} 个字符处的“$”应写成 ${{题目名称}}，花括号要配对。"
OPEN_BRACKET = "第 {at} 个字符处的“{bracket}”没有配对的“{wanted}”。"
EXTRA_BRACKET = "第 {at} 个字符处多了一个“{bracket}”。"
CROSSED_BRACKET = "第 {at} 个字符处的“{bracket}”和第 {opened} 个字符处的“{opening}”不配对，应为“{wanted}”。"

ADVICE: Final = {
    "==": "判断相等只用一个“=”",
    "&": "“并且”要写成 and",
    "&&": "“并且”要写成 and",
    "||": "“或者”要写成 or",
    "<>": "“不等于”要写成 !=",
    "><": "“不等于”要写成 !=",
    "=!": "“不等于”要写成 !=",
    "=>": "“大于等于”要写成 >=",
    "=<": "“小于等于”要写成 <=",
    "!": "“不是”要写成 not(…)，“不等于”要写成 !=",
    "%": "求余数要写成 mod",
    "^": "乘方要写成 pow(底数, 指数)",
    "×": "乘号要写成 *",
    "÷": "除号要写成 div",
    ";": "参数之间用逗号隔开",
    "。": "小数点要写成 .",
}
"""What people write from habit -> how it is spelt here."""

_HALF_WIDTH: Final = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "＂＇"},
    ord("、"): ord(","),
    ord("【"): ord("["),
    ord("】"): ord("]"),
    0x200B: ord(" "),
    0xFEFF: ord(" "),
}
"""Code points of full-width ASCII (Unicode block FF00) and what else input methods put in their place; as many
characters before as after, so that positions stay. The last two are invisible and come with text from web pages."""
_SYMBOLS: Final = {"≥": ">=", "≤": "<=", "≠": "!="}
_CLOSING: Final = {"(": ")", "[": "]"}
_OPENING: Final = {")": "(", "]": "["}


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


_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
      | (?P<literal>'[^']*'|"[^"]*"|[“”][^“”]*[“”]|[‘’][^‘’]*[‘’]|＂[^＂]*＂|＇[^＇]*＇)
      | (?P<name>[^\W\d][\w.\-]*(?::(?!:)[^\W\d][\w.\-]*)?)
      | (?P<wrong>=={1,}|=>|=<|=!|<>|><|&&?|\|\||!(?!=)|[%^×÷;。])
      | (?P<symbol>::|//|\.\.|!=|<=|>=|[≥≤≠]|[-+*/=<>|()\[\],.@])""",
    re.VERBOSE,
)
_QUOTES: Final = frozenset("'\"“”‘’＂＇")


def tokens(expression: str) -> list[Token]:
    """The tokens of an expression, END last; its brackets are balanced. Raises ExpressionError."""
    if len(expression) > MAX_CHARACTERS:
        raise ExpressionError(TOO_LONG.format(limit=MAX_CHARACTERS, unit="字符"))
    narrow = expression.translate(_HALF_WIDTH)
    found: list[Token] = []
    at = 0
    while at < len(narrow):
        match = _TOKEN.match(narrow, at)
        kind = None if match is None else match.lastgroup
        if match is None or kind == "wrong":
            raise ExpressionError(_complaint(expression, at, match.group() if match else ""))
        if kind is not None and kind != "space":
            text = expression[at + 1 : match.end() - 1] if kind == "literal" else match.group()
            found.append(Token(TokenKind(kind), _SYMBOLS.get(text, text) if kind == "symbol" else text, at + 1))
            if len(found) > MAX_TOKENS:
                raise ExpressionError(TOO_LONG.format(limit=MAX_TOKENS, unit="单元"))
        at = match.end()
    _check_brackets(found)
    found.append(Token(TokenKind.END, "", len(expression) + 1))
    return found


def _complaint(expression: str, at: int, wrong: str) -> str:
    character = expression[at]
    if wrong:
        advice = ADVICE["==" if wrong.startswith("==") else wrong]
        return MISSPELT.format(at=at + 1, wrong=expression[at : at + len(wrong)], advice=advice)
    if character in _QUOTES:
        return OPEN_LITERAL.format(at=at + 1, character=character)
    if character in "$＄":
        return OPEN_REFERENCE.format(at=at + 1)
    return UNKNOWN_CHARACTER.format(at=at + 1, character=character)


def _check_brackets(found: list[Token]) -> None:
    """Raise ExpressionError at the bracket that has no partner."""
    opened: list[Token] = []
    for token in found:
        if token.kind is not TokenKind.SYMBOL:
            continue
        if token.text in _CLOSING:
            opened.append(token)
        elif token.text in _OPENING:
            if not opened:
                raise ExpressionError(EXTRA_BRACKET.format(at=token.at, bracket=token.text))
            opening = opened.pop()
            if opening.text != _OPENING[token.text]:
                sentence = CROSSED_BRACKET.format(
                    at=token.at,
                    bracket=token.text,
                    opened=opening.at,
                    opening=opening.text,
                    wanted=_CLOSING[opening.text],
                )
                raise ExpressionError(sentence)
    if opened:
        last = opened[-1]
        raise ExpressionError(OPEN_BRACKET.format(at=last.at, bracket=last.text, wanted=_CLOSING[last.text]))
