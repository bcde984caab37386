"""Functions on texts; regular expressions run on RE2, in time linear in the text."""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any, Final

import re2

from handlers.forms.expressions.code import Code, Env, Type
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.functions.function import Function
from handlers.forms.expressions.paths import here_code
from handlers.forms.expressions.scope import Scope
from handlers.forms.expressions.values import MAX_TEXT

PATTERN_NOT_WRITTEN_OUT = "regex 的第二个参数必须直接写出（用引号括起来的固定文字）。"
BAD_PATTERN = "regex 里的“{pattern}”不是可用的正则表达式：{why}。"
WHY_NOT: Final = {
    "missing )": "少了右括号，或括号开头的写法不支持",
    "unexpected )": "多了右括号",
    "missing ]": "方括号没有配对",
    "no argument": "*、+、? 或 {} 前面没有要重复的内容",
    "bad repetition": "重复次数不对，或连写了两个重复符号",
    "invalid escape": "反斜杠后面的写法不支持（反向引用也不支持）",
    "invalid character class": "方括号里的范围不对",
    "invalid perl operator": "不支持前后查找",
    "invalid named": "分组的名称不对",
    "trailing": "末尾多了一个反斜杠",
    "pattern too large": "太大了，请减少重复次数",
}
"""What RE2's reasons begin with -> the same in Chinese."""
WHY_NOT_ELSE = "请检查括号、方括号和反斜杠"

UNKNOWN_DIGEST = "digest 的算法要直接写出，可用 {algorithms}；编码可用 {encodings}。"

_ALGORITHMS: Final = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_ENCODINGS: Final[dict[str, Callable[[bytes], str]]] = {
    "base64": lambda digest: b64encode(digest).decode(),
    "hex": bytes.hex,
}
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
    text = (codes[0] if codes else here_code(scope)).as_text()
    return Code(Type.NUMBER, lambda env: float(len(text(env))))


def _normalize_space(scope: Scope, codes: _Codes) -> Code:
    text = (codes[0] if codes else here_code(scope)).as_text()
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
        said = why.decode(errors="replace") if isinstance(why, bytes) else str(why)
        reason = next((chinese for begin, chinese in WHY_NOT.items() if said.startswith(begin)), WHY_NOT_ELSE)
        raise ExpressionError(BAD_PATTERN.format(pattern=written, why=reason)) from error


def _digest(scope: Scope, codes: _Codes) -> Code:
    """digest(text, algorithm, encoding?): base64 unless "hex" is asked for (XForms 1.1, section 7.8.2)."""
    algorithm, encoding = codes[1].constant, codes[2].constant if len(codes) > 2 else "base64"  # noqa: PLR2004 - third
    if algorithm not in _ALGORITHMS or encoding not in _ENCODINGS:
        raise ExpressionError(UNKNOWN_DIGEST.format(algorithms="、".join(_ALGORITHMS), encodings="、".join(_ENCODINGS)))
    name, encode, text = _ALGORITHMS[str(algorithm)], _ENCODINGS[str(encoding)], codes[0].as_text()

    def run(env: Env) -> str:
        return encode(hashlib.new(name, text(env).encode(), usedforsecurity=False).digest())

    return Code(Type.TEXT, run)


def _base64_decode(text: str) -> str:
    """The UTF-8 text in base64; "" where there is none."""
    try:
        return b64decode(text, validate=True).decode()
    except ValueError:
        return ""


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
    "digest": Function(2, 3, _digest),
    "base64-decode": Function(1, 1, _changed(_base64_decode)),
}
