"""Functions on texts; regular expressions run on RE2, in time linear in the text."""

from collections.abc import Callable
from typing import Any, Final

import re2

from handlers.forms.expressions.code import Code, Env, Type
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.functions.function import Function
from handlers.forms.expressions.scope import Scope
from handlers.forms.expressions.values import MAX_TEXT

PATTERN_NOT_WRITTEN_OUT = "regex 的第二个参数必须直接写出（用引号括起来的固定文字）。"
BAD_PATTERN = "regex 里的“{pattern}”不是可用的正则表达式（不支持前后查找和反向引用）：{why}。"

_MAX_PATTERN_BYTES: Final = 1 << 20
"""Memory that RE2 may use for one pattern; a pattern that needs more is refused."""

_Codes = tuple[Code, ...]


def _concat(scope: Scope, codes: _Codes) -> Code:
    lists = tuple(code.as_list() for code in codes)

    def run(env: Env) -> str:
        return "".join(["".join(nodes(env)) for nodes in lists])[:MAX_TEXT]

    return Code(Type.TEXT, run)


def _join(scope: Scope, codes: _Codes) -> Code:
    separator, lists = codes[0].as_text(), tuple(code.as_list() for code in codes[1:])

    def run(env: Env) -> str:
        return separator(env).join([value for nodes in lists for value in nodes(env)])[:MAX_TEXT]

    return Code(Type.TEXT, run)


def _string_length(scope: Scope, codes: _Codes) -> Code:
    text = (codes[0] if codes else scope.leaf(scope.here)).as_text()
    return Code(Type.NUMBER, lambda env: float(len(text(env))))


def _normalize_space(scope: Scope, codes: _Codes) -> Code:
    text = (codes[0] if codes else scope.leaf(scope.here)).as_text()
    return Code(Type.TEXT, lambda env: " ".join(text(env).split()))


def _pair(compute: Callable[[str, str], bool]) -> Callable[[Scope, _Codes], Code]:
    def build(scope: Scope, codes: _Codes) -> Code:
        one, two = codes[0].as_text(), codes[1].as_text()
        return Code(Type.TRUTH, lambda env: compute(one(env), two(env)))

    return build


def _cut(compute: Callable[[str, str], str]) -> Callable[[Scope, _Codes], Code]:
    def build(scope: Scope, codes: _Codes) -> Code:
        one, two = codes[0].as_text(), codes[1].as_text()
        return Code(Type.TEXT, lambda env: compute(one(env), two(env)))

    return build


def _changed(compute: Callable[[str], str]) -> Callable[[Scope, _Codes], Code]:
    def build(scope: Scope, codes: _Codes) -> Code:
        text = codes[0].as_text()
        return Code(Type.TEXT, lambda env: compute(text(env)))

    return build


def _before(text: str, mark: str) -> str:
    return text.partition(mark)[0] if mark and mark in text else ""


def _after(text: str, mark: str) -> str:
    return text.partition(mark)[2] if mark else text


def _substr(scope: Scope, codes: _Codes) -> Code:
    """substr(text, start, end?): from 0, end not included, negative counts from the end (ODK, not XPath)."""
    text, start = codes[0].as_text(), codes[1].as_number()
    end = codes[2].as_number() if len(codes) > 2 else None  # noqa: PLR2004 - the third argument

    def run(env: Env) -> str:
        whole = text(env)
        first = _place(start(env), len(whole))
        last = len(whole) if end is None else _place(end(env), len(whole))
        return whole[first:last]

    return Code(Type.TEXT, run)


def _place(number: float, length: int) -> int:
    if number != number:  # noqa: PLR0124 - the quick test for NaN
        return 0
    if number < 0:
        number += length
    return int(min(max(number, 0), length))


def _translate(scope: Scope, codes: _Codes) -> Code:
    text, old, new = (code.as_text() for code in codes)

    def run(env: Env) -> str:
        table: dict[int, str | None] = {}
        replacements = new(env)
        for index, character in enumerate(old(env)):
            table.setdefault(ord(character), replacements[index] if index < len(replacements) else None)
        return text(env).translate(table)

    return Code(Type.TEXT, run)


def _regex(scope: Scope, codes: _Codes) -> Code:
    """regex(text, pattern): whether the pattern matches the whole text, as ODK documents it."""
    written = codes[1].constant
    if not isinstance(written, str):
        raise ExpressionError(PATTERN_NOT_WRITTEN_OUT)
    matches, text = _pattern(written).fullmatch, codes[0].as_text()
    return Code(Type.TRUTH, lambda env: matches(text(env)) is not None)


def _pattern(written: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_PATTERN_BYTES
    try:
        return re2.compile(written, options)
    except (re2.error, UnicodeError) as error:
        why = error.args[0] if error.args else ""
        reason = why.decode(errors="replace") if isinstance(why, bytes) else str(why)
        raise ExpressionError(BAD_PATTERN.format(pattern=written, why=reason)) from error


FUNCTIONS: Final[dict[str, Function]] = {
    "concat": Function(1, None, _concat),
    "join": Function(2, None, _join),
    "string-length": Function(0, 1, _string_length),
    "normalize-space": Function(0, 1, _normalize_space),
    "contains": Function(2, 2, _pair(lambda text, part: part in text)),
    "starts-with": Function(2, 2, _pair(str.startswith)),
    "ends-with": Function(2, 2, _pair(str.endswith)),
    "substring-before": Function(2, 2, _cut(_before)),
    "substring-after": Function(2, 2, _cut(_after)),
    "lower-case": Function(1, 1, _changed(str.lower)),
    "upper-case": Function(1, 1, _changed(str.upper)),
    "substr": Function(2, 3, _substr),
    "translate": Function(3, 3, _translate),
    "regex": Function(2, 2, _regex),
}
