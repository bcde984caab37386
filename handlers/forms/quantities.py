"""Numbers as answers: the unit that the question counts in, ranges, nothing as 0, and how they are told back."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from handlers.forms.form import Kind
from handlers.forms.likeness import bare
from handlers.forms.said_words import NOT_ONE
from handlers.forms.views import Asked
from nlp.amounts import MONEY, SHARE, Amount, amount
from nlp.numerals import NOT_WHOLE, fitting

NOT_A_SHARE: Final = "这一题要填具体的数字，不是百分比，例如 12。"
OUT_OF_RANGE: Final = "请填 {start} 到 {end} 之间的数。"
OFF_STEP: Final = "请填 {start} 到 {end} 之间、间隔为 {step} 的数，例如 {example}。"
NOT_COUNTED: Final = "“{said}”不是一个具体的数。请回复数字，例如 {example}；拿不准就写大约的数，例如 约{example}。"
WHICH_UNIT: Final = "“{said}”是 {number} 元还是 {number} 万元？请连单位再发一次，例如 {number}元 或 {number}万元。"
RECORDED: Final = "记为 {shown}"
RECORDED_AS_SAID: Final = "记为 {shown}（{said}）"

_COUNTED: Final = "元|人次|人|吨|平方米|千瓦时|度|户|件|亩"
_MEASURE: Final = re.compile(rf"(?<![0-9一二两三四五六七八九十百千几数])(十亿|亿|千万|百万|十万|万|千)({_COUNTED})")
"""万元 in a question is the unit that it counts in, unless it is a limit as in 5万元以上的采购有几笔."""
_YUAN: Final = re.compile(
    r"[(（]\s*(?:单位[:：]?)?\s*元\s*[)）]|多少元|几元|[:：]\s*元|金额|多少钱|费用|价款|款项|经费"
)
_SHARE: Final = re.compile("百分|[%％]|占比|比例|比重|率")
_SCALES: Final = {"千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "十亿": 9}
_HALF_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SOME: Final = re.compile("几|数[十百千万]")
_SHORT_SPEECH: Final = re.compile("[一二三四五六七八九两][百千][一二三四五六七八九]")
"""一百五: of money, 150 yuan or 150 万元."""
_POINTS: Final = re.compile(
    r"(?:第|打|给|选)?\s*([0-9.]{1,6}|[一二三四五六七八九十两零]{1,3})\s*(?:颗星|星|分|档|级|等)[吧啊]?"
)
"""4分, 5颗星, 第4档: an answer on a scale."""
_SMALL: Final = 100
"""十二 is not misread; 三百五 may be."""


class Quantity(NamedTuple):
    """A number in plain digits, what was said where it loses something, and how it is told back."""

    value: str
    said: str = ""
    echo: str = ""


class Measure(NamedTuple):
    """What a question counts in: `unit` (万元, %, "" when it does not say) and how many zeros that has."""

    unit: str
    zeros: int = 0


def quantity(asked: Asked, said: str) -> Quantity:
    """The number that an answer to a number or range question means.

    A question that counts in 万元 takes 35 and 35万 as 35, and 3500元 as 0.35. Where a number must be given 没有
    is 0. A share (30%, 三成) is taken only where the question is about one.
    Raises ValueError with the Chinese sentence to show.
    """
    measure = measure_of(asked.label)
    if asked.required and bare(said) in NOT_ONE:
        return _checked(asked, Decimal(0), measure, Amount(Decimal(0)), said)
    found = amount(_without_points(asked, said))
    _refuse_vague(asked, said, measure, found)
    if found.unit == SHARE and measure.unit != SHARE and not _SHARE.search(asked.hint):
        raise ValueError(NOT_A_SHARE)
    number = found.number
    if measure.zeros and (found.scaled or found.unit == MONEY):
        number = fitting(number.scaleb(-measure.zeros))
    return _checked(asked, number, measure, found, said)


def _without_points(asked: Asked, said: str) -> str:
    """The number alone where it counts points of a scale."""
    if asked.kind is not Kind.RANGE and "分" not in asked.label:
        return said
    points = _POINTS.fullmatch(said.translate(_HALF_WIDTH).strip(" 。.!"))
    return said if points is None else points[1]


def _refuse_vague(asked: Asked, said: str, measure: Measure, found: Amount) -> None:
    """Raise ValueError for 十几个, where no sum of money is told roughly, and for money that may be 150 元 or 万元."""
    money = MONEY in {measure.unit[-1:], found.unit}
    if _SOME.search(said) and (asked.kind is Kind.INTEGER or not (money or found.scaled)):
        raise ValueError(NOT_COUNTED.format(said=said, example=plain_digits(found.number + 2)))
    if money and _SHORT_SPEECH.fullmatch(said.strip(" 。")):
        raise ValueError(WHICH_UNIT.format(said=said, number=plain_digits(found.number)))


@lru_cache(maxsize=4096)
def measure_of(label: str) -> Measure:
    """What a question with this label counts in."""
    if match := _MEASURE.search(label):
        return Measure(match.group(), _SCALES[match[1]])
    if _SHARE.search(label):
        return Measure(SHARE)
    return Measure(MONEY if _YUAN.search(label) else "")


def _checked(asked: Asked, number: Decimal, measure: Measure, found: Amount, said: str) -> Quantity:
    if asked.kind is Kind.INTEGER and number != number.to_integral_value():
        raise ValueError(NOT_WHOLE)
    if asked.kind is Kind.RANGE:
        _check_range(asked, number)
    value = plain_digits(number)
    return Quantity(value, found.said, _echo(value, number, measure, found, said))


def _check_range(asked: Asked, number: Decimal) -> None:
    """Raise ValueError unless the number is on the scale of the question."""
    start, end, step = asked.start, asked.end, asked.step
    if start is None or end is None:
        return
    low, high = sorted((start, end))
    within = low <= number <= high
    if within and not (step and (number - start) % step):
        return
    bounds = {"start": plain_digits(low), "end": plain_digits(high)}
    if not within or not step:
        raise ValueError(OUT_OF_RANGE.format(**bounds))
    example = plain_digits(min(high, low + abs(step)))
    raise ValueError(OFF_STEP.format(step=plain_digits(abs(step)), example=example, **bounds))


def plain_digits(number: Decimal) -> str:
    """A number in plain digits, without an exponent and without zeros at the end of its fraction."""
    plain = format(number, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in {"-0", ""} else plain


def _echo(value: str, number: Decimal, measure: Measure, found: Amount, said: str) -> str:
    """Money is always told back; other numbers where the digits were not typed as they are kept, small ones apart."""
    if said == value and not measure.unit and not found.unit:  # as most numbers are typed
        return ""
    typed = said.translate(_HALF_WIDTH).replace(" ", "").strip("。.")
    unit = measure.unit or (MONEY if found.unit == MONEY else "")
    money = unit.endswith(MONEY)
    small = not found.said and unit != SHARE and 0 < abs(number) < _SMALL and number == number.to_integral_value()
    if not money and (small or typed == value or (typed == f"{value}{found.unit}" and unit != SHARE)):
        return ""
    grouped = f"{number:,f}"
    grouped = grouped.rstrip("0").rstrip(".") if "." in grouped else grouped
    shown = f"{grouped}%" if unit == SHARE else f"{grouped} {unit}".strip()
    if typed in {value, grouped, f"{value}{unit}", f"{grouped}{unit}"}:
        return RECORDED.format(shown=shown)
    return RECORDED_AS_SAID.format(shown=shown, said=found.said or said)
