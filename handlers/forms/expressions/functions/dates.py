"""Functions on dates: ISO texts in, ISO texts or day numbers out; the day comes from outside."""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Final

from handlers.forms.expressions.code import TEXTUAL, Code, Env, Type
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.functions.function import Function
from handlers.forms.expressions.scope import NOW, TODAY, Scope
from handlers.forms.expressions.values import (
    NAN,
    day_number,
    day_text,
    moment_text,
    number_text,
    text_number,
    time_number,
    utc_number,
)

FORMAT_NOT_WRITTEN_OUT = "日期格式必须直接写出（用引号括起来的固定文字），例如 '%Y年%n月%e日'。"
UNKNOWN_FORMAT = "日期格式里的“{code}”不认识，可用的有：{known}。"

_Codes = tuple[Code, ...]

_FORMATS: Final[dict[str, Callable[[datetime], str]]] = {
    "%Y": lambda day: f"{day.year:04}",
    "%y": lambda day: f"{day.year % 100:02}",
    "%m": lambda day: f"{day.month:02}",
    "%n": lambda day: str(day.month),
    "%b": lambda day: f"{day.month}月",
    "%d": lambda day: f"{day.day:02}",
    "%e": lambda day: str(day.day),
    "%a": lambda day: "周" + "一二三四五六日"[day.weekday()],
    "%H": lambda day: f"{day.hour:02}",
    "%h": lambda day: str(day.hour),
    "%M": lambda day: f"{day.minute:02}",
    "%S": lambda day: f"{day.second:02}",
    "%3": lambda day: f"{day.microsecond // 1000:03}",
    "%%": lambda day: "%",
}
"""The codes of ODK's format-date(-time); names of months and days in Chinese."""

_CODE: Final = re.compile(r"%.?", re.DOTALL)
_PARTS: Final = re.compile(r"(%.)", re.DOTALL)


def _today(scope: Scope, codes: _Codes) -> Code:
    scope.reads.add(TODAY)
    return Code(Type.DATE, lambda env: env.today)


def _day(code: Code) -> Callable[[Env], str]:
    """What date() makes of a value: a text must be a date, a number counts days since 1970-01-01."""
    if code.type in {Type.TEXT, Type.DATE}:
        text = code.as_text()
        return lambda env: day_text(text_number(text(env)))
    number = code.as_number()
    return lambda env: day_text(number(env))


def _date(scope: Scope, codes: _Codes) -> Code:
    return Code(Type.DATE, _day(codes[0]))


def _date_time(scope: Scope, codes: _Codes) -> Code:
    """date-time(value): a date or date-time as it is; a number of days since 1970-01-01T00:00Z as a date-time."""
    code = codes[0]
    if code.type is Type.DATE:
        return code
    if code.type is Type.TEXT:
        text = code.as_text()

        def run(env: Env) -> str:
            said = text(env).strip()
            return "" if math.isnan(day_number(said)) else said

        return Code(Type.TEXT, run)
    number = code.as_number()
    return Code(Type.TEXT, lambda env: _spelled_moment(number(env)))


def _spelled_moment(days: float) -> str:
    moment = _moment(number_text(days)) if math.isfinite(days) else None
    if moment is None:
        return ""
    return moment.date().isoformat() if days == math.floor(days) else moment_text(moment.replace(tzinfo=UTC))


def _now(scope: Scope, codes: _Codes) -> Code:
    scope.reads.add(NOW)
    return Code(Type.TEXT, lambda env: env.now)


def _numbered(compute: Callable[[str], float], of_days: Callable[[float], float]) -> Callable[[Scope, _Codes], Code]:
    """A number made of a text, or of a number of days since 1970-01-01."""

    def build(scope: Scope, codes: _Codes) -> Code:
        if codes[0].type is Type.NUMBER:
            days = codes[0].as_number()
            return Code(Type.NUMBER, lambda env: of_days(days(env)))
        text = codes[0].as_text()
        return Code(Type.NUMBER, lambda env: compute(text(env)))

    return build


def _utc(text: str) -> float:
    return utc_number(text) if "T" in text else text_number(text)


def _moment(text: str) -> datetime | None:
    """The date, or local date-time, that an ISO text or a day number means."""
    days = text_number(text)
    day = day_text(days)
    if not day or day == text:
        return datetime.fromisoformat(day) if day else None
    seconds = round((days - day_number(day)) * 86_400, 3)
    moment = datetime.combine(datetime.fromisoformat(day).date(), time.min)
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return moment.replace(
        hour=min(int(hours), 23),
        minute=int(minutes),
        second=int(rest),
        microsecond=min(int(round(rest % 1, 3) * 1_000_000), 999_000),
    )


def _format_date(scope: Scope, codes: _Codes) -> Code:
    written = codes[1].constant
    if not isinstance(written, str):
        raise ExpressionError(FORMAT_NOT_WRITTEN_OUT)
    for code in _CODE.findall(written):
        if code not in _FORMATS:
            raise ExpressionError(UNKNOWN_FORMAT.format(code=code, known=" ".join(_FORMATS)))
    text = codes[0].as_text() if codes[0].type in TEXTUAL else _spelled(codes[0])

    parts = [_FORMATS.get(part, part) for part in _PARTS.split(written)]

    def run(env: Env) -> str:
        moment = _moment(text(env))
        return "" if moment is None else "".join([part if isinstance(part, str) else part(moment) for part in parts])

    return Code(Type.TEXT, run)


def _spelled(code: Code) -> Callable[[Env], str]:
    number = code.as_number()
    return lambda env: number_text(number(env))


FUNCTIONS: Final[dict[str, Function]] = {
    "today": Function(0, 0, _today),
    "now": Function(0, 0, _now),
    "date": Function(1, 1, _date),
    "date-time": Function(1, 1, _date_time),
    # with an offset by UTC, as the specification wants it; number() goes by the clock, so that dates compare
    "decimal-date-time": Function(1, 1, _numbered(_utc, lambda days: days)),
    "decimal-time": Function(1, 1, _numbered(time_number, lambda days: days % 1 if math.isfinite(days) else NAN)),
    "format-date": Function(2, 2, _format_date),
    "format-date-time": Function(2, 2, _format_date),
}
