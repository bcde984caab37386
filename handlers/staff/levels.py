"""Reviewed risk levels as officers type them before the comment of a 通过: 2高 3中, 第2至4项高, 第2、3项均定为中。"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from handlers.staff.typed import folded
from nlp import values

_LEVELS: Mapping[str, str] = {"高": "high", "中": "medium", "低": "low"}
_SEPARATORS = r"[\s,、;。.!:?]"
_DIGITS = r"(?<![0-9])[0-9]{1,3}(?![0-9])"
_NUMBER = r"(?:(?<![0-9])[0-9]{1,6}(?![0-9])|[一二两三四五六七八九十百]{1,4})"
_TO = r"[至到~\-\u2010-\u2015\u2212]"
_AND = rf"\s*(?:[、,和及与]|以及|{_TO})\s*"
_ITEM_AND = rf"\s*项\s*(?:[、和及与]|以及|{_TO})\s*"
_MANY = "{0,40}"
"""So many numbers more in one list: from every number of an endless one the rest would be read again."""
_NUMBERED = rf"{_NUMBER}(?:(?:{_AND}|{_ITEM_AND})(?:第\s*)?{_NUMBER}){_MANY}"
_ITEMS = rf"(?:第\s*)?{_NUMBERED}\s*项"
_BARE = rf"(?:第\s*)?{_DIGITS}(?:{_AND}{_DIGITS}){_MANY}"
"""Without 项 a Chinese numeral is none: 三中 is a word."""
_LEVEL = r"(?:高|中等|中|低)(?:等级|级|风险)?"
_CHANGED = r"(?:上调|下调|调整|[改调升降提])"
_FROM = rf"(?:[由从]{_LEVEL}{_CHANGED}(?:为|成|到|至)?|{_LEVEL}{_CHANGED}(?:为|成|到|至))"
_VERB = rf"(?:{_FROM}|[:=.、\-]|(?:应|复核|调整|[定评改调升降])?(?:为|成|到|至)|[定评是]|复核)"
_ALIKE = r"(?:(?:均|都|全部?|皆|也)\s*)?"
_IS = rf"\s*{_ALIKE}(?:的?(?:风险)?(?:等级|级别)\s*)?(?:{_VERB}\s*)?"
_OTHER = (
    "[特极最较很偏过][高低]|[高中低][高低中上下]|严重|重大|较大|一般|[一二三四五1-5]级|[红橙黄蓝]色?|[a-e]级?|无风险|无"
    "|high|medium|low"
)
"""What is called a level elsewhere."""
_SIGN = "(?:[大小重轻甲乙丙丁紫黑灰]|(?<=[定评改调列判][为成])[^\\W0-9_])"
"""One sign that is meant as a level too, by itself or for what stands before it."""
_END = r"(?=$|[\s,、;。.!])"
"""Behind another word after a bare number: 1、一般：… numbers a comment."""
_CLOSED = rf"(?![\w+/|])(?![\s,、;:~(\[【\-]*{_LEVEL}(?!\w))"
"""Behind a level: anything but a word, and no second level (高、中; 高（中）)."""
_MORE_ITEMS = rf"(?=(?:[和及与]|以及)?(?:{_ITEMS}|{_BARE}))"
_NAMED = rf"{_ITEMS}{_IS}(?:{_LEVEL}|{_OTHER}|{_SIGN})(?:{_CLOSED}|{_MORE_ITEMS})"
_SHORT = rf"{_BARE}{_IS}(?:{_LEVEL}(?:{_CLOSED}|{_MORE_ITEMS})|(?:{_OTHER})(?:{_END}|{_MORE_ITEMS}))"
_MORE = rf"(?:{_NAMED}|{_SHORT}|{_BARE}{_IS}{_SIGN}{_END})"
_BETWEEN = rf"(?:{_SEPARATORS}|[和及与]|以及)*"
_ALL = re.compile(rf"\s*(?:{_NAMED}|{_SHORT})(?:{_BETWEEN}{_MORE})*(?![\w+/|]){_SEPARATORS}*")
_PIECE = re.compile(
    rf"(?P<items>{_ITEMS}|{_BARE}){_IS}(?P<level>{_LEVEL}|{_OTHER}|{_SIGN})(?={_SEPARATORS}|$|{_MORE_ITEMS})"
)
_NUMBERS = re.compile(rf"({_TO})?\s*(?:第\s*)?({_NUMBER})")
_CLAUSE = re.compile(r"[^,;。!?\n]{0,16}")
_LONGEST_RANGE = 50

_HIGH_WORDS = (
    "高(?:[度质标效铁速层管校考价额发频危压温空新端位远原强龄薪炉架杆处兴尚评分贵手明超职于出达企涨昂峰潮]|风(?!险))"
)
_LOW_WORDS = "低(?:[于保效价压温碳俗头谷估值档端调迷收能耗龄成频质洼落空速])"
"""Words that begin like a level; 中 begins one with whatever follows it (第2项中提到)."""
_SET = r"(?:[为成到至是属算列作看议按应宜]|(?<![审核鉴确制拟商])定)"
_CALLED = rf"(?:{_LEVEL}|[特极最较很偏过][高低])"
_UNREAD = re.compile(
    rf"第\s*{_NUMBERED}\s*[项項题題条條点點](?:"
    rf"\s*{_ALIKE}(?:的?风险\s*)?(?:{_VERB}\s*)?(?!{_HIGH_WORDS}|{_LOW_WORDS})(?:"
    rf"[高低](?!等级|级|风险)|{_LEVEL}(?=[已但吧了请且或偏同]|因(?!素)|{_CHANGED}(?:为|成|到|至)?{_LEVEL})"
    rf"|{_CALLED}(?!\w))"
    rf"|\s*[(\[【“\"'‘「]\s*{_CALLED}(?!\w)"
    rf"|\s*[,:]?[^,;。!?]{{0,12}}(?:{_SET}{_LEVEL}|[评改调升降](?:[高低](?:等级|级|风险)?|为{_LEVEL}))(?!\w))"
    rf"|(?<![\w.\-]){_DIGITS}(?:{_AND}{_DIGITS}){_MANY}{_IS}{_LEVEL}(?!\w)"
    rf"|(?<!\w){_LEVEL}\s*[:(]?\s*的?[是有为]?\s*第\s*{_NUMBERED}\s*项"
)
"""A level of an item that stands where, or as, none is read: behind the comment, with 题, two of them, in brackets."""


class Typed(NamedTuple):
    """What stands before a comment, and the comment."""

    levels: tuple[tuple[int, str], ...]
    """Number of a finding and its level (high, medium, low), as often as they were typed."""
    strange: str
    """A word that stands in the place of a level and is none; empty when all are."""
    comment: str
    unknown: str = ""
    """What stands in the place of a number and is none (百); empty when all are."""
    unread: str = ""
    """The words, up to 16 or more, with which the comment still gives an item a level; empty when it does not."""


def read(comment: str) -> Typed:
    """Tell the levels from the comment behind them. They count only at its beginning, and only when each ends where
    a level ends: 第2项高度重视 and 3中全会 are comments. What else looks like a level is `unread`, for nobody can
    add it later.
    """
    plain = folded(comment)
    found = _ALL.match(plain)
    end = 0 if found is None else found.end()
    rest = _UNREAD.search(plain, end)
    unread = "" if rest is None else comment[rest.start() : max(rest.end(), _clause_end(plain, rest.start()))].strip()
    levels: list[tuple[int, str]] = []
    strange = unknown = ""
    for piece in _PIECE.finditer(plain, 0, end):
        word = piece["level"]
        level = _LEVELS.get(word[0], "") if re.fullmatch(_LEVEL, word) else ""
        strange = strange or ("" if level else word)
        try:
            levels += [(number, level) for number in _items(piece["items"])]
        except _NoNumber as fault:
            unknown = unknown or str(fault)
    return Typed(tuple(levels), strange, comment[end:], unknown, unread)


def _clause_end(plain: str, start: int) -> int:
    found = _CLAUSE.match(plain, start)
    return start if found is None else found.end()


class _NoNumber(ValueError):
    """Numerals that are no number; the text says which."""


def _items(named: str) -> list[int]:
    """The numbers that 第1、3至5项 names. Raises _NoNumber."""
    numbers: list[int] = []
    for piece in _NUMBERS.finditer(named):
        try:
            number = values.integer(piece[2])
        except ValueError:
            raise _NoNumber(piece[2]) from None
        if piece[1] and numbers and abs(number - numbers[-1]) <= _LONGEST_RANGE:
            numbers += range(min(number, numbers[-1]) + 1, max(number, numbers[-1]))
        numbers.append(number)
    return numbers
