"""Numbers as they stand in running text, exact or rough: 十几万, 两三千, 6000余万, 千把, 百八十万."""

import re
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from nlp.numerals import spelled, ungrouped

_LONGEST: Final = 16
"""Characters of a number."""


class About(StrEnum):
    """How exactly a number was said."""

    EXACT = "exact"
    OVER = "over"
    """余, 多, 超过, 以上: at least so much."""
    UNDER = "under"
    """近, 不到, 以下: no more than so much."""
    ABOUT = "about"
    """约, 左右, 来, 把."""
    BETWEEN = "between"
    """两三千, 几万, 3至5万."""


class Rough(NamedTuple):
    """From `low` to `high`, which are the same unless it is BETWEEN."""

    low: Decimal
    high: Decimal
    about: About


_DIGITS: Final = "零〇一二三四五六七八九两俩壹贰叁肆伍陆柒捌玖"
_SCALES: Final = "十百千万亿"
_UNIT_AHEAD: Final = " ?[多余来几]?(?:[元块万亿]|人民币)"
_BLANKS: Final = (
    rf"[0-9]{{1,3}}(?: [0-9]{{3}}){{1,4}}(?![0-9])(?:\.[0-9]{{1,4}})?"
    rf"(?:(?={_UNIT_AHEAD})|(?=[-~到至]{{1,2}}[0-9]{{1,3}}(?: [0-9]{{3}}){{1,4}}{_UNIT_AHEAD}))"
)
"""5 000, only where a unit follows: apart from it blanks stand between two numbers."""
_ARABIC: Final = (
    rf"{_BLANKS}|(?<=¥)[0-9]{{1,3}}(?: [0-9]{{3}}){{1,4}}(?![0-9])(?:\.[0-9]{{1,4}})?|"
    r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]{1,4})?|[0-9]{1,13}(?:\.[0-9]{1,6})?"
)
NUMBER: Final = re.compile(
    rf"[千万]儿八[百千]|(?:{_ARABIC}|[{_DIGITS}{_SCALES}]|几(?=[{_SCALES}块元])|数(?=[{_SCALES}]))"
    rf"(?:[{_DIGITS}{_SCALES}]|几(?=[{_SCALES}块元])|[0-9]{{1,4}}(?![0-9])|[多余来把](?=[{_SCALES}元块])|个多?(?=亿)|[wk](?![a-z])){{0,15}}"
)
"""The longest text that may be a number; searched in half-width lower case."""
_SHORTS: Final = str.maketrans({"w": "万", "k": "千"})
_OVER: Final = re.compile("[多余]")
_SO: Final = re.compile("[来把]")
_SOME: Final = re.compile(f"几|数(?=[{_SCALES}])")
_PAIR: Final = re.compile(rf"(.*?)(一二|一两|两三|二三|三四|三五|四五|五六|六七|七八|八九)([{_SCALES}]*)")
_TENFOLD: Final = {"千儿八百": (800, 1000), "万儿八千": (8000, 10000)}
_HUNDRED_OR_EIGHTY: Final = re.compile("百八十([万亿]?)")
_BARE_SCALE: Final = re.compile(f"[百千万亿][{_SCALES}]*$")


def rough(text: str) -> Rough | None:
    """What a NUMBER says, or None. A scale without a number before it (百万, 万) counts once."""
    if text in _TENFOLD:
        low, high = _TENFOLD[text]
        return Rough(Decimal(low), Decimal(high), About.BETWEEN)
    bare = ungrouped(text).translate(_SHORTS).replace("个", "").replace(" ", "")
    if match := _HUNDRED_OR_EIGHTY.fullmatch(bare):
        return _between(f"八十{match[1]}", f"一百{match[1]}")
    about = About.OVER if _OVER.search(bare) else About.ABOUT if _SO.search(bare) else About.EXACT
    bare = _SO.sub("", _OVER.sub("", bare))
    if match := _SOME.search(bare):
        before, behind = bare[: match.start()], bare[match.end() :]
        return _between(f"{before}{'一' if before.endswith('十') else '二'}{behind}", f"{before}九{behind}")
    if match := _PAIR.fullmatch(bare):
        before, pair, behind = match.groups()
        if behind or before[-1:] in _SCALES:
            return _between(before + pair[0] + behind, before + pair[1] + behind)
    number = spelled(f"一{bare}" if _BARE_SCALE.match(bare) else bare)
    return None if number is None else Rough(number, number, about)


def _between(low: str, high: str) -> Rough | None:
    fewer, more = spelled(low), spelled(high)
    if fewer is None or more is None or fewer >= more:
        return None
    return Rough(fewer, more, About.BETWEEN)


def longest(text: str) -> tuple[Rough, int] | None:
    """The number at the start of a NUMBER's match, and its length: 三万 of 三万五万."""
    for end in range(min(len(text), _LONGEST), 0, -1):
        found = None if text[end : end + 1] in tuple(_SCALES) else rough(text[:end])
        if found is not None:
            return found, end
    return None
