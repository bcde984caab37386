"""Functions on dates: ISO texts in, ISO texts or day numbers out; the day comes from outside."""

import re
from collections.abc import Callable
from datetime import datetime, time
from typing import Final

from handlers.forms.expressions.code import TEXTUAL, Code, Env, Type
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.functions.function import Function
from handlers.forms.expressions.scope import TODAY, Scope
from handlers.forms.expressions.values import day_number, day_text, number_text, text_number

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


def _decimal_date_time(scope: Scope, codes: _Codes) -> Code:
    """Days since 1970-01-01; the time of the day, where there is one, as a fraction."""
    return Code(Type.NUMBER, codes[0].as_number())


def _moment(text: str) -> datetime | None:
    """The date, or local date-time, that an ISO text or a day number means."""
    days = text_number(text)
    day = day_text(days)
    if not day:
        return None
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

    def run(env: Env) -> str:
        moment = _moment(text(env))
        return "" if moment is None else _CODE.sub(lambda match: _FORMATS[match.group()](moment), written)

    return Code(Type.TEXT, run)


def _spelled(code: Code) -> Callable[[Env], str]:
    number = code.as_number()
    return lambda env: number_text(number(env))


FUNCTIONS: Final[dict[str, Function]] = {
    "today": Function(0, 0, _today),
    "date": Function(1, 1, _date),
    "date-time": Function(1, 1, _date),
    "decimal-date-time": Function(1, 1, _decimal_date_time),
    "format-date": Function(2, 2, _format_date),
    "format-date-time": Function(2, 2, _format_date),
}
