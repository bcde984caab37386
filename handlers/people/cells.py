"""What may stand in one cell of the people workbook: raw value -> canonical text, or ValueError with how to mend it."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from handlers.forms.authoring.aliases import LEVELS, lookup, plain
from handlers.forms.canonical import clean
from storage.vocabulary import Level, Role, UnitKind

NONE_WORDS: Final = frozenset({"无", "没有", "空", "清空"})
"""In a cell that may be emptied: what stands in the records goes; a blank cell leaves it as it is."""
MAX_TEXT: Final = 100
"""Characters of a name, a staff number or a post."""
MAX_REFERENCE: Final = 600
"""Characters of a unit written with those above it."""
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    UnitKind.GROUP: ("集团", "集团公司", "总部", "集团总部"),
    UnitKind.SUBSIDIARY: ("子公司", "二级单位", "分公司", "公司", "所属单位", "二级公司"),
    UnitKind.DEPARTMENT: ("部门", "处室", "科室", "职能部门"),
    UnitKind.SITE: ("场站", "项目部", "站点", "现场", "项目"),
}
LEVEL_WORDS: Final = {level.value: LEVELS[level.value] for level in Level}
ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    Role.OFFICER: ("纪检人员", "纪检干部", "纪检专员", "纪检监察人员"),
    Role.ADMINISTRATOR: ("管理员", "系统管理员"),
}
TIMEZONES: Final[Mapping[str, tuple[str, ...]]] = {
    "Asia/Shanghai": ("北京时间", "北京", "中国", "东八区"),
    "Asia/Urumqi": ("新疆", "乌鲁木齐"),
}

TOO_LONG = f"内容太长（最多 {MAX_TEXT} 个字），请缩短"
LONG_NUMBER = "数字超过 15 位，Excel 已改变了后面的几位；请把这一列设成“文本”格式，再重新输入"
NOT_A_NUMBER_OF_STAFF = "工号里不能有空格，请删去"
NO_SLASH = "单位名称里不能有“/”（它用来分开上下级），请换成“、”或“-”"
NOT_A_PHONE = "手机号应是 11 位数字、以 1 开头，这里有 {count} 位；请改正"
PHONE_SIGNS = "手机号里有数字以外的字符，请只写 11 位数字"
OR_EMPTY = "，不知道就空着"
NOT_A_DAY = "“{text}”不是日期，请写成 2026-1-5 或 2026年1月5日"
NO_SUCH_DAY = "没有“{text}”这一天，请改正"
A_BARE_NUMBER = "“{text}”是没有设成日期格式的数字，请把这一格设成日期，或写成 2026-1-5"
NOT_OFFERED = "没有“{text}”这种写法，可以写：{offered}"
NOT_A_TIMEZONE = "没有“{text}”这个时区，请写“北京时间”或 IANA 时区名，例如 Asia/Dubai、Africa/Lagos"

_PHONE: Final = re.compile("1[3-9][0-9]{9}")
_PHONE_PREFIX: Final = re.compile(r"^(?:\+|00)?86(?=1[0-9]{10}$)")
_PHONE_GAPS: Final = re.compile(r"[\s()\-_.·]+")
_DAY: Final = re.compile(r"([12][0-9]{3})(?:[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?|([0-9]{2})([0-9]{2}))")
_AT_MIDNIGHT: Final = re.compile(r"[ T]0{1,2}:00(?::00(?:\.0+)?)?$")
_BETWEEN: Final = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
"""Blanks that set a name of two characters as wide as one of three: 李　敏."""
_EXACT: Final = 10**15
_YEARS: Final = range(1950, 2101)


def text_of(value: Any) -> str:
    """A cell's value as text, as people see it. Raises ValueError for a number that a spreadsheet cannot hold."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) >= _EXACT:
            raise ValueError(LONG_NUMBER)
        return str(int(value)) if value == int(value) else str(value)
    return " ".join(clean(str(value)).split())


def same(text: str) -> str:
    """What two writings of one name have in common: half-width, no blanks, lower-case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def name_cell(value: Any) -> str:
    """A name of a person or a post."""
    text = _BETWEEN.sub("", text_of(value))
    if len(text) > MAX_TEXT:
        raise ValueError(TOO_LONG)
    return text


def unit_name_cell(value: Any) -> str:
    """A unit's own name."""
    text = name_cell(value)
    if "/" in unicodedata.normalize("NFKC", text):
        raise ValueError(NO_SLASH)
    return text


def unit_cell(value: Any) -> str:
    """A unit that is referred to, alone or after those above it: 集团/二公司."""
    text = text_of(value)
    if len(text) > MAX_REFERENCE:
        raise ValueError(TOO_LONG)
    return text


def number_cell(value: Any) -> str:
    """A staff number (工号)."""
    text = unicodedata.normalize("NFKC", text_of(value))
    if len(text) > MAX_TEXT:
        raise ValueError(TOO_LONG)
    if " " in text:
        raise ValueError(NOT_A_NUMBER_OF_STAFF)
    return text


def phone_cell(value: Any) -> str:
    """A mobile number of 11 digits. Raises ValueError like `phone_number`, and that the cell may be empty."""
    try:
        return phone_number(value)
    except ValueError as refusal:
        raise ValueError(f"{refusal}{OR_EMPTY}") from None


def phone_number(value: Any) -> str:
    """A mobile number of 11 digits. What is wrong is said without repeating it: it is personal data. Raises ValueError
    with what is wrong, no full stop behind it.
    """
    signs = _PHONE_GAPS.sub("", unicodedata.normalize("NFKC", text_of(value)))
    digits = _PHONE_PREFIX.sub("", signs)
    if _PHONE.fullmatch(digits):
        return digits
    if not digits.isdecimal():
        raise ValueError(PHONE_SIGNS)
    raise ValueError(NOT_A_PHONE.format(count=len(digits)))


def day_cell(value: Any) -> str:
    """A day in ISO 8601."""
    if isinstance(value, date | datetime):
        day = value.date() if isinstance(value, datetime) else value
        return day.isoformat()
    shown = text_of(value)
    if isinstance(value, int | float) and len(shown) != len("20260105"):
        raise ValueError(A_BARE_NUMBER.format(text=shown[:20]))
    text = _AT_MIDNIGHT.sub("", unicodedata.normalize("NFKC", shown)).replace(" ", "")
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(NOT_A_DAY.format(text=shown[:20]))
    year, *rest = (int(part) for part in found.groups() if part is not None)
    try:
        day = date(year, *rest)
    except ValueError as error:
        raise ValueError(NO_SUCH_DAY.format(text=shown)) from error
    if day.year not in _YEARS:
        raise ValueError(NO_SUCH_DAY.format(text=shown))
    return day.isoformat()


def kind_cell(value: Any) -> str:
    """A UnitKind."""
    return _offered(KINDS, value)


def level_cell(value: Any) -> str:
    """A Level."""
    return _offered(LEVEL_WORDS, value)


def role_cell(value: Any) -> str:
    """A Role."""
    return _offered(ROLES, value)


def timezone_cell(value: Any) -> str:
    """An IANA name."""
    text = unicodedata.normalize("NFKC", text_of(value))
    found = lookup(TIMEZONES).get(plain(text)) or _timezones().get(text.casefold())
    if found is None:
        raise ValueError(NOT_A_TIMEZONE.format(text=text[:40]))
    return found


@cache
def _timezones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones() if "/" in name or name == "UTC"}


def _offered(table: Mapping[str, tuple[str, ...]], value: Any) -> str:
    text = text_of(value)
    found = lookup(table).get(plain(text).removesuffix("层级").removesuffix("观察"))
    if found is None:
        offered = "、".join(words[0] for words in table.values())
        raise ValueError(NOT_OFFERED.format(text=text[:20], offered=offered))
    return found
