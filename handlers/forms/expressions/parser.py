"""Tokens to a syntax tree: XPath 1.0 without axes, attributes, wildcards and `//`; XLSForm needs none."""

from math import isinf
from typing import Final

from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.lexer import Token, TokenKind, tokens
from handlers.forms.expressions.syntax import LEVELS, Call, Chain, Literal, Negate, Node, Path, Step, Union

MAX_DEPTH: Final = 32
"""Brackets, calls and predicates inside one another: bounds recursion in parser, compiler and closures."""
MAX_COMPARISONS: Final = 16
"""Comparisons in a row (`1 < 2 = true()`); each wraps the one before."""

TOO_DEEP = f"括号套得太深（超过 {MAX_DEPTH} 层），请拆成几个 calculate 再引用。"
TOO_MANY_COMPARISONS = f"一连写了太多比较（超过 {MAX_COMPARISONS} 个），请用 and 连接起来。"
TOO_BIG = "第 {at} 个字符处的数字太大了。"
EMPTY = "表达式是空的。"
UNEXPECTED = "第 {at} 个字符处的“{text}”放在这里不成立，请检查前后是否少了运算符、逗号或括号。"
UNFINISHED = "表达式没有写完，请检查结尾是否少了内容。"
UNSUPPORTED = "第 {at} 个字符处的“{text}”是本系统不支持的 XPath 写法（{what}），请直接写 ${{题目名称}}。"

_COMPARISONS: Final = frozenset({*LEVELS[2], *LEVELS[3]})
_PATH_STARTS: Final = frozenset({"current", "instance"})
_UNSUPPORTED: Final = {"//": "任意层查找", "@": "属性", "::": "轴名", "*": "通配符"}


def parse(expression: str) -> Node:
    """The syntax tree of an expression: pure, immutable, to be compiled as often as needed. Raises ExpressionError."""
    parser = _Parser(tokens(expression))
    tree = parser.expression()
    parser.finish()
    return tree


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._next = 0
        self._depth = 0
        if found[0].kind is TokenKind.END:
            raise ExpressionError(EMPTY)

    def expression(self) -> Node:
        if self._depth == MAX_DEPTH:
            raise ExpressionError(TOO_DEEP)
        self._depth += 1
        tree = self._level(0)
        self._depth -= 1
        return tree

    def finish(self) -> None:
        if self._token.kind is not TokenKind.END:
            raise self._unexpected()

    def _level(self, level: int) -> Node:
        if level == len(LEVELS):
            return self._unary()
        first = self._level(level + 1)
        rest: list[tuple[str, Node]] = []
        while self._token.text in LEVELS[level] and self._token.kind in {TokenKind.SYMBOL, TokenKind.NAME}:
            operator = self._take().text
            rest.append((operator, self._level(level + 1)))
        if len(rest) > MAX_COMPARISONS and rest[0][0] in _COMPARISONS:
            raise ExpressionError(TOO_MANY_COMPARISONS)
        return Chain(first, tuple(rest)) if rest else first

    def _unary(self) -> Node:
        negative = False
        while self._at_symbol("-"):
            self._take()
            negative = not negative
        operand = self._union()
        return Negate(operand) if negative else operand

    def _union(self) -> Node:
        at = self._token.at
        first = self._primary()
        members = [first]
        while self._at_symbol("|"):
            self._take()
            members.append(self._primary())
        return Union(tuple(members), at) if len(members) > 1 else first

    def _primary(self) -> Node:
        token = self._token
        if token.kind is TokenKind.NUMBER:
            return self._number()
        if token.kind is TokenKind.LITERAL:
            return Literal(self._take().text)
        if self._at_symbol("("):
            self._take()
            inner = self.expression()
            self._expect(")")
            return inner
        following = self._tokens[min(self._next + 1, len(self._tokens) - 1)]
        if token.kind is TokenKind.NAME and following.kind is TokenKind.SYMBOL and following.text == "(":
            return self._call()
        return self._path()

    def _number(self) -> Literal:
        token = self._take()
        value = float(token.text)
        if isinf(value):
            raise ExpressionError(TOO_BIG.format(at=token.at))
        return Literal(value)

    def _call(self) -> Call | Path:
        name = self._take()
        self._expect("(")
        arguments: list[Node] = []
        if not self._at_symbol(")"):
            arguments.append(self.expression())
            while self._at_symbol(","):
                self._take()
                arguments.append(self.expression())
        self._expect(")")
        call = Call(name.text, tuple(arguments), name.at)
        if call.name not in _PATH_STARTS:
            return call
        if not self._at_symbol("/"):
            return Path(call, (), name.at)
        self._take()
        return Path(call, self._steps(), name.at)

    def _path(self) -> Path:
        token = self._token
        start = "."
        if self._at_symbol("/"):
            self._take()
            start = "/"
        return Path(start, self._steps(), token.at)

    def _steps(self) -> tuple[Step, ...]:
        steps = [self._step()]
        while self._at_symbol("/"):
            self._take()
            steps.append(self._step())
        return tuple(steps)

    def _step(self) -> Step:
        token = self._token
        if token.kind is not TokenKind.NAME and not (token.kind is TokenKind.SYMBOL and token.text in {".", ".."}):
            raise self._unexpected()
        self._take()
        predicates: list[Node] = []
        while self._at_symbol("["):
            self._take()
            predicates.append(self.expression())
            self._expect("]")
        return Step(token.text, tuple(predicates))

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _at_symbol(self, text: str) -> bool:
        token = self._tokens[self._next]
        return token.kind is TokenKind.SYMBOL and token.text == text

    def _expect(self, text: str) -> None:
        if not self._at_symbol(text):
            raise self._unexpected()
        self._take()

    def _unexpected(self) -> ExpressionError:
        token = self._token
        if token.kind is TokenKind.END:
            return ExpressionError(UNFINISHED)
        what = _UNSUPPORTED.get(token.text) if token.kind is TokenKind.SYMBOL else None
        if what is not None:
            return ExpressionError(UNSUPPORTED.format(at=token.at, text=token.text, what=what))
        return ExpressionError(UNEXPECTED.format(at=token.at, text=token.text))
