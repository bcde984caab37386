"""Functions on numbers; what has no answer (root of a negative) gives NaN or Infinity, never an error."""

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from handlers.forms.expressions.code import Code, Env, Type, constant
from handlers.forms.expressions.functions.function import Function
from handlers.forms.expressions.scope import Scope
from handlers.forms.expressions.values import NAN, text_number

_Codes = tuple[Code, ...]
_MAX_PLACES: Final = 20
"""Decimal places that round() can be asked for; a double has 17 digits."""
_EXACTLY: Final = Context(prec=400)
"""Digits enough for every double before the point, 309, and the places after it."""


def _safe(compute: Callable[..., float]) -> Callable[..., float]:
    def run(*numbers: float) -> float:
        try:
            return float(compute(*numbers))
        except (ValueError, ZeroDivisionError):
            return NAN
        except OverflowError:
            return math.inf

    return run


def _one(compute: Callable[[float], float]) -> Function:
    safe = _safe(compute)

    def build(scope: Scope, codes: _Codes) -> Code:
        number = codes[0].as_number()
        return Code(Type.NUMBER, lambda env: safe(number(env)))

    return Function(1, 1, build)


def _two(compute: Callable[[float, float], float]) -> Function:
    safe = _safe(compute)

    def build(scope: Scope, codes: _Codes) -> Code:
        one, two = codes[0].as_number(), codes[1].as_number()
        return Code(Type.NUMBER, lambda env: safe(one(env), two(env)))

    return Function(2, 2, build)


def _whole(round_to: Callable[[float], float]) -> Callable[[float], float]:
    return lambda number: round_to(number) if math.isfinite(number) else number


def _rounded(number: float, places: float) -> float:
    """Half away from zero at a number of places, half up without one (ODK and XPath)."""
    if not math.isfinite(number):
        return number
    if not math.isfinite(places):
        return NAN
    digits = int(max(-_MAX_PLACES, min(places, _MAX_PLACES)))
    if digits >= 0 and abs(number) >= 2.0**53:
        return number
    exact = Decimal(repr(number)).scaleb(digits, _EXACTLY)
    return float(exact.quantize(Decimal(1), ROUND_HALF_UP, _EXACTLY).scaleb(-digits, _EXACTLY))


def _round(scope: Scope, codes: _Codes) -> Code:
    number = codes[0].as_number()
    if len(codes) == 1:
        half_up = _whole(lambda value: math.floor(value + 0.5))
        return Code(Type.NUMBER, lambda env: float(half_up(number(env))))
    places = codes[1].as_number()
    safe = _safe(_rounded)
    return Code(Type.NUMBER, lambda env: safe(number(env), places(env)))


def _of_all(combine: Callable[[list[float]], float]) -> Function:
    """A function of node-sets and numbers. What is no number does not count, empty answers first of all: so JavaRosa
    does it; by the letter of XPath one empty answer would make the whole sum NaN.
    """

    def build(scope: Scope, codes: _Codes) -> Code:
        lists = tuple((code.as_list(), float if code.type is Type.NUMERAL else text_number) for code in codes)

        def run(env: Env) -> float:
            numbers = [read(value) for nodes, read in lists for value in nodes(env) if value]
            return combine([number for number in numbers if not math.isnan(number)])

        return Code(Type.NUMBER, run)

    return Function(1, None, build)


def _sum(numbers: list[float]) -> float:
    try:
        return math.fsum(numbers)
    except (OverflowError, ValueError):  # beyond a double, or infinities of both signs
        return sum(numbers)


def _least(numbers: list[float]) -> float:
    return min(numbers, default=NAN)


def _greatest(numbers: list[float]) -> float:
    return max(numbers, default=NAN)


def _pi(scope: Scope, codes: _Codes) -> Code:
    return constant(math.pi)


def _log(number: float) -> float:
    return -math.inf if number == 0 else math.log(number)


def _log10(number: float) -> float:
    return -math.inf if number == 0 else math.log10(number)


FUNCTIONS: Final[dict[str, Function]] = {
    "int": _one(_whole(math.trunc)),
    "floor": _one(_whole(math.floor)),
    "ceiling": _one(_whole(math.ceil)),
    "round": Function(1, 2, _round),
    "abs": _one(abs),
    "sqrt": _one(math.sqrt),
    "exp": _one(math.exp),
    "exp10": _one(lambda number: math.pow(10.0, number)),
    "log": _one(_log),
    "log10": _one(_log10),
    "sin": _one(math.sin),
    "cos": _one(math.cos),
    "tan": _one(math.tan),
    "asin": _one(math.asin),
    "acos": _one(math.acos),
    "atan": _one(math.atan),
    "atan2": _two(math.atan2),
    "pow": _two(math.pow),
    "pi": Function(0, 0, _pi),
    "sum": _of_all(_sum),
    "min": _of_all(_least),
    "max": _of_all(_greatest),
}
