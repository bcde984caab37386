"""Amounts as people say them: about, more than, halves, shares, money with 角 and 分; never a guess.

Raises ValueError with the Chinese sentence to show.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from nlp.numerals import FORMAL, NOT_A_NUMBER, NUMERALS, SUFFIX, fitting, spelled, ungrouped
from nlp.plain import plain

ONE_NUMBER: Final = "这里只填一个数字，例如 {low} 或 {high}，请确定后再发一次。"
TWO_NUMBERS: Final = "这里只填一个数字，“{said}”像是好几个，请只发一个。"
NOT_EXACT: Final = "请写一个具体的数字，例如 30；拿不准就写大约的数，例如 约30。"
IS_A_DATE: Final = "这里要填数字（次数、数量或金额），“{said}”像是日期。请填写数字，例如 12。"
IS_A_TIME: Final = "这里要填数字（次数、数量或金额），“{said}”像是时间。请填写数字，例如 12。"
COMMAS: Final = "“{said}”里逗号的位置不对，请不带逗号再发一次，例如 12345.6。"
FOREIGN: Final = "请折算成人民币再填写，例如 3.5万元。"

MONEY: Final = "元"
SHARE: Final = "%"


class Amount(NamedTuple):
    """A number as it was meant. `said` is what was said where the number loses something (6000余万元), else ""."""

    number: Decimal
    said: str = ""
    unit: str = ""
    """元 for money, % for a share, what was counted (人次), "" when it was not said."""
    scaled: bool = False
    """Whether 万 or 亿 was said."""


_DIGITS: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")
"""What needs no reading, as most answers are."""
_APART: Final = re.compile(r"(?<![0-9.])([0-9]{1,3})((?: [0-9]{3})+)(?![0-9])")
_SHORT: Final = re.compile("(?<=[0-9])[wkWK](?![a-zA-Z])")
_SHORTS: Final = {"w": "万", "k": "千"}
"""1.2w and 5k, as chats have them."""
_LEADING: Final = re.compile(
    "^(?:大概是|大约是|应该是|一共|总共|总计|合计|共计|共有|共|人民币|计|就是|是|有|为|的|[:¥￥$])"
)
_TRAILING: Final = re.compile("(?:的样子|吧|啊|呢|呀|哦|了|[。.!,;~、])$")
_ABOUT: Final = re.compile(
    "^(?:大约|大概|大致|估计|约莫|约|将近|接近|差不多|近|超过|超出|超|逾|多于|至少|最少|最多|至多|不到|不足|不少于|不超过|"
    "少于|高于|低于|上(?=[十百千万亿])|成(?=[百千万亿])|[<>≈≥≤~])"
)
_ABOUT_BEHIND: Final = re.compile(
    "(?:左右|上下|以上|以下|以内|之内|出头|开外|有余|许|不到|不足|不止|还多|多一点|多点)$"
)
_MORE: Final = re.compile("(?<=[0-9十百千万亿成])(?:余|多|来|几)")
_BARE_UNIT: Final = re.compile("^[百千万亿](?!分之)")
_HUNDREDTHS: Final = re.compile("百分之(.+)")
_THOUSANDTHS: Final = re.compile("千分之(.+)|(.+)‰")
_TENTHS: Final = re.compile(f"([{NUMERALS}0-9]{{1,3}})成(半|[{NUMERALS}0-9])?")
_HALF: Final = frozenset({"一半", "半数", "过半", "1半"})
_WHOLE: Final = frozenset({"百分百", "百分之百", "百分之一百", "全部", "十成"})
_COINS: Final = re.compile(
    rf"([{NUMERALS}0-9.]+)(?:元|块)(?:([{NUMERALS}0-9])(?:角|毛)?)?(?:([{NUMERALS}0-9])分)?(?:钱)?"
)
_TENTHS_OF_MONEY: Final = re.compile(rf"([{NUMERALS}0-9])(?:角|毛)(?:钱)?(?:([{NUMERALS}0-9])分?)?(?:钱)?")
_AND_A_HALF: Final = re.compile(rf"([{NUMERALS}0-9]+?)([十百千万亿])半")
_UNIT_AND_A_HALF: Final = re.compile(
    rf"([{NUMERALS}0-9]+)(个|天|年|小时|次|块|元|公里|里|吨|亩|米|箱|桶|岁)半(.{{0,3}})"
)
_ONE_HALF: Final = re.compile("半(个?[万亿]|)(.{0,3})")
_RANGE: Final = re.compile(
    rf"([{NUMERALS}0-9.]+)([^0-9{NUMERALS}.]{{0,3}}?)(?:-+|~+|—+|\u2013|到|至|或者?)([{NUMERALS}0-9.]+)(.*)"
)
_SCALE: Final = re.compile("[万亿]$")
_NEIGHBOURS: Final = re.compile(
    "^((?:.*[十百千万亿])?)(一两|一二|两三|二三|三四|三五|四五|五六|六七|七八|八九)([十百千万亿]*)"
    "(?:[十百千万亿]|元|块|人|名|次|个|天|项|件|份|位|家|处|起|条|台|辆|$)"
)
_UNCERTAIN: Final = re.compile(
    "几|若干|许多|很多|好多|不少|一些|有些|无数|较多|较少|很少|多个|数[十百千万个次]|少量|大量"
)
_DATE: Final = re.compile(
    "[0-9]{1,4}年|[0-9一二三四五六七八九十]月|[0-9]{1,2}号|[0-9]{4}[-/.][0-9]{1,2}|[0-9]{1,2}/[0-9]{1,2}"
    "|[昨前今明后]天|[昨今明]日|周[一二三四五六日天]|星期|礼拜|月[底初末中]|年[底初]|上周|本周|下周"
)
_TIME: Final = re.compile("[0-9]{1,2}:[0-9]{2}|上午|下午|早上|晚上|中午|凌晨|点半|点钟")
_MISPLACED: Final = re.compile("[0-9],[0-9]")
_CURRENCIES: Final = re.compile("美元|美金|欧元|港币|港元|日元|英镑|澳元|卢布|韩元|(?i:usd|eur|hkd)")


def amount(text: str) -> Amount:
    """What a text says in numbers: 三万五千, 6000余万元, 近百万, 二十多人, 一个半, 三块五, 五成, 30%.

    A range (3-5个), an uncertain number (几十个), a date and a foreign currency are answered with what to write.
    Raises ValueError with the Chinese sentence to show.
    """
    if _DIGITS.fullmatch(text):
        return Amount(Decimal(text))
    shown = plain(text)
    if _CURRENCIES.search(shown):
        raise ValueError(FOREIGN)
    grouped = _APART.sub(lambda match: match[1] + match[2].replace(" ", ""), shown)
    if re.search("[0-9] [0-9]", grouped):
        raise ValueError(TWO_NUMBERS.format(said=shown))
    spoken = _SHORT.sub(lambda match: _SHORTS[match.group().casefold()], grouped.replace(" ", ""))
    whole = ungrouped(spoken.translate(FORMAL))
    core = _trimmed(whole)
    _refuse_ranges(core)
    bare, about = _without_about(core)
    found = _read(bare)
    if found is None:
        raise ValueError(_why_not(core or whole, shown))
    fitting(found.number)
    said = shown if about or found.said else ""
    return found._replace(said=said, scaled="万" in core or "亿" in core)


def _trimmed(text: str) -> str:
    """Without the words around a number that say nothing about it."""
    before = None
    while text != before:
        before = text
        text = _TRAILING.sub("", _LEADING.sub("", text))
    return text


def _without_about(text: str) -> tuple[str, bool]:
    """The number alone, and whether it was only about so much."""
    bare = text
    while (cut := _ABOUT_BEHIND.sub("", _ABOUT.sub("", bare))) != bare:
        bare = _trimmed(cut)
    bare = _MORE.sub("", bare, count=1)
    about = bare != text
    if about and _BARE_UNIT.match(bare):
        bare = f"一{bare}"
    return bare, about


SIGNS = frozenset("-+负")
"""What may stand before a number, once."""


def _read(text: str) -> Amount | None:
    if text[:1] in {"-", "负"} and len(text) > 1 and text[1] not in SIGNS:
        found = _read(text[1:])
        return None if found is None else found._replace(number=-found.number if found.number else found.number)
    text = text[1:] if text[:1] == "+" and text[1:2] not in SIGNS else text
    return next((found for read in _READINGS if (found := read(text)) is not None), None)


def _exact(text: str) -> Amount | None:
    number = spelled(text)
    return None if number is None else Amount(number)


def _counted(text: str) -> Amount | None:
    bare = SUFFIX.sub("", text)
    if bare == text:
        return None
    number = spelled(_without_measure(bare))
    unit = text[len(bare) :]
    unit = MONEY if unit[0] in "元块" else SHARE if unit == "个百分点" else unit
    return None if number is None else Amount(number, unit=unit)


def _measured(text: str) -> Amount | None:
    """三个亿."""
    bare = _without_measure(text)
    return None if bare == text else _exact(bare) or _counted(bare)


def _without_measure(text: str) -> str:
    return text.replace("个亿", "亿").replace("个万", "万")


def _share(text: str) -> Amount | None:
    if text in _HALF:
        return Amount(Decimal(50), said=text if text == "过半" else "", unit=SHARE)
    if text in _WHOLE:
        return Amount(Decimal(100), unit=SHARE)
    number: Decimal | None = None
    if match := _HUNDREDTHS.fullmatch(text):
        number = spelled(match[1])
    elif text.endswith("%"):
        number = spelled(text[:-1])
    elif match := _THOUSANDTHS.fullmatch(text):
        thousandths = spelled(match[1] or match[2])
        number = None if thousandths is None else thousandths / 10
    elif match := _TENTHS.fullmatch(text):
        tenths, more = spelled(match[1]), Decimal(5) if match[2] == "半" else spelled(match[2] or "零")
        number = None if tenths is None or more is None else tenths * 10 + more
    return None if number is None else Amount(number, unit=SHARE)


def _coins(text: str) -> Amount | None:
    """三块五, 3元5角6分, 五毛."""
    if match := _COINS.fullmatch(text):
        parts = (spelled(match[1]), spelled(match[2] or "零"), spelled(match[3] or "零"))
    elif match := _TENTHS_OF_MONEY.fullmatch(text):
        parts = (Decimal(0), spelled(match[1]), spelled(match[2] or "零"))
    else:
        return None
    yuan, tenths, hundredths = parts
    if yuan is None or tenths is None or hundredths is None or max(tenths, hundredths) >= 10:  # noqa: PLR2004 - 角, 分
        return None
    return Amount(yuan + tenths / 10 + hundredths / 100, unit=MONEY)


def _halves(text: str) -> Amount | None:
    if match := _AND_A_HALF.fullmatch(SUFFIX.sub("", text)):
        before, unit = spelled(match[1]), spelled(f"一{match[2]}")
        money = MONEY if re.search("[元块]", text) else ""
        return None if before is None or unit is None else Amount((before + Decimal("0.5")) * unit, unit=money)
    if match := _UNIT_AND_A_HALF.fullmatch(text):
        before = spelled(match[1])
        unit_said = MONEY if match[2] in "元块" else match[2]
        return None if before is None else Amount(before + Decimal("0.5"), unit=unit_said)
    match = _ONE_HALF.fullmatch(text)
    if match is None or not (match[1] or match[2]) or (match[2] and not SUFFIX.fullmatch(match[2])):
        return None
    unit = spelled(f"一{match[1].removeprefix('个')}") if match[1] else Decimal(1)
    return None if unit is None else Amount(unit / 2, unit=MONEY if match[2] in {"元", "块"} else match[2])


_Read: TypeAlias = Callable[[str], Amount | None]
_READINGS: Final[tuple[_Read, ...]] = (_exact, _coins, _counted, _measured, _share, _halves)


def _refuse_ranges(text: str) -> None:
    """Raise ValueError for 七八个 and 3-5个, with the two numbers to choose from."""
    if match := _NEIGHBOURS.match(text):
        before, pair, zeros = match[1], match[2], match[3]
        fewer, more = spelled(before + pair[0] + zeros), spelled(before + pair[1] + zeros)
        if fewer is not None and more is not None and fewer < more:
            raise ValueError(ONE_NUMBER.format(low=_written(fewer), high=_written(more)))
    match = None if _DATE.search(text) else _RANGE.fullmatch(text)
    if match is None or spelled(match[1]) is None or spelled(match[3]) is None:
        return
    low, unit, high, tail = match.groups()
    scale = _SCALE.search(high)
    if scale is not None and not _SCALE.search(low):
        low += scale[0]
    raise ValueError(ONE_NUMBER.format(low=f"{low}{unit or tail}", high=f"{high}{tail}"))


def _written(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _why_not(text: str, shown: str) -> str:
    """The sentence for what is no number."""
    if _DATE.search(text):
        return IS_A_DATE.format(said=shown)
    if _TIME.search(text):
        return IS_A_TIME.format(said=shown)
    if _UNCERTAIN.search(text):
        return NOT_EXACT
    if _MISPLACED.search(text):
        return COMMAS.format(said=shown)
    return NOT_A_NUMBER
