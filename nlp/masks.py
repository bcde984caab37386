"""Personal data in free Chinese text: where it stands, and the text with it masked, for exports, notices and logs.

Some 70 µs for 60 characters, twice that for masking what was found; linear in the length of the text.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from nlp.names import names
from nlp.normalising import simplified
from nlp.plain import visible
from nlp.surnames import COMPOUND


class Kind(StrEnum):
    """What leads to a person."""

    EMAIL = "email"
    IDENTITY_CARD = "identity_card"
    """Resident identity card, of 18 or (before 1999) 15 signs."""
    MOBILE = "mobile"
    LANDLINE = "landline"
    BANK_CARD = "bank_card"
    PLATE = "plate"
    """Number plate of a vehicle."""
    ACCOUNT = "account"
    """Of WeChat, QQ or Alipay."""
    NAME = "name"


ALL: Final = frozenset(Kind)


class Personal(NamedTuple):
    """One piece of personal data; `start` and `end` are characters of the text as it was given."""

    kind: Kind
    start: int
    end: int


_Span: TypeAlias = tuple[int, int]
_SIGNS: Final = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | {0x3000: 0x20, 0xA0: 0x20, 0x2212: 0x2D, 0x2013: 0x2D, 0x2014: 0x2D, 0x2022: 0xB7, 0x30FB: 0xB7}
    | dict.fromkeys((0x2027, 0x2219, 0x22C5), 0xB7)
    | dict.fromkeys((0x2002, 0x2003, 0x2009, 0x202F), 0x20)
    | {0x1D7CE + place: 0x30 + place % 10 for place in range(50)}
)
"""Full-width forms, other blanks, dashes and dots, and mathematical digits; one sign for one."""
_UNIT: Final = r" ?(?:[万亿]?(?:元(?![旦宵月])|块(?!头))|[万亿](?![\u4e00-\u9fff])|[万亿][多余]|%)"
"""Behind a number: it is a sum. 万强 is a person."""
_DECIMALS: Final = r"\.[0-9]{1,2}(?![0-9.年月日号点])"
_NO_TAIL: Final = r"(?<![0-9*¥￥$])(?<![^0-9]0\.)(?<!^0\.)"
"""What may not stand before a number. An ordinal (1.) and a number with a comma may: no part of 1,234,567 or 3.50 is
as long as what is looked for."""
_MOBILE: Final = re.compile(
    rf"{_NO_TAIL}(?:(?:00)?86[ -]?)?1[3-9](?:[0-9]{{9}}|[0-9][ -][0-9]{{4}}[ -]?[0-9]{{4}}|[0-9]{{5}}[ -][0-9]{{4}}"
    r"|[0-9]{2}[ -][0-9]{3}[ -][0-9]{4}|[0-9]{3}[ -][0-9]{3}[ -]?[0-9]{3}|[0-9][ -][0-9]{3}[ -][0-9]{5})"
    r"(?![0-9*])"
)
_APART: Final = r"[ ./·_()-]"
_SPOKEN: Final = "零〇一二三四五六七八九幺0-9"
_SPLIT_MOBILE: Final = re.compile(
    rf"(?=[1一幺80+]){_NO_TAIL}(?<![{_SPOKEN}])(?:(?:00|\+)?86{_APART}{{0,3}})?"
    rf"(?=([1一幺]{_APART}{{0,3}}[3-9三四五六七八九](?:{_APART}{{0,3}}[{_SPOKEN}]){{9}})(?![{_SPOKEN}*]))"
)
"""Eleven digits or numerals with up to three blanks or signs between any two; whether it is one the shape tells."""
_GROUPS: Final = re.compile(rf"[{_SPOKEN}]+")
_SHAPES: Final = frozenset(
    {(11,), (7, 4), (4, 3, 4), (5, 6), (5, 3, 3), (1, 2, 4, 4), (1, 2, 8), (1, 3, 3, 4), (2, 1, 4, 4), (2, 1, 8)}
    | {(1,) * 11, (3, *(1,) * 8), (3, 4, 4), (3, 8), (3, 3, 5), (3, 5, 3)}
)
"""Digits in the groups of a mobile; 3 and groups of 2 to 4 besides, set apart alike.

Others (13 15 16 17 18 9) count only behind a word for it.
"""
_FIRST, _REST = 3, range(2, 5)
_ADDRESS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_SAYS_PHONE: Final = re.compile(
    r"(?:手机|电话|移动|联系|联络|号码|tel|phone|mobile)(?:号码?|方式)?(?:就?是|为)?[: ]{0,3}(?:\+?86[ -]?)?$",
    re.IGNORECASE,
)
_LONGEST_LABEL: Final = 16
_SUM_BEHIND: Final = re.compile(rf"{_DECIMALS}|{_UNIT}")
_ONE_MORE_BEFORE: Final = re.compile(rf"(?:^|[^0-9])[0-9]{_APART}{{1,3}}$")
_PHONE_WORDS: Final = frozenset({"tel", "phone", "mobile", "mob", "dh", "sj", "sjh", "wx", "vx", "v", "qq", "t", "m"})
_LETTERS_BEFORE: Final = re.compile("([A-Za-z]{1,12})[-_]?$")
_LANDLINE: Final = re.compile(
    r"(?<![0-9A-Za-z*-])(?<![^0-9]0\.)(?<!^0\.)"
    r"(?:86[ -]?(?:10|2[0-9]|[3-9][0-9]{2})[ -]?|\(?0(?:10|2[0-9]|[3-9][0-9]{2})\)?[ .-]{0,2})"
    r"[1-9](?:[0-9]{2,3}[ .-]{0,2}[0-9]{4}|[0-9](?:[ .-][0-9]{2}){3})(?![0-9])"
    r"(?:(?:-| ?(?:转|分机|ext\.?)) ?[0-9]{1,6})?(?![0-9*])"
)
_LOCAL: Final = re.compile(
    r"(?:电话|座机|固话|传真|tel)(?:号码?)?[是为:]?[: ]?([2-8][0-9]{2,3}[ -]{0,2}[0-9]{4})(?![0-9*])"
    r"(?! ?(?:[万亿]?元(?![旦宵月])|[台部门次个条户件套只根%]|[万亿](?:台|部|块|次|$|[^\u4e00-\u9fff])))",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile("[0-9]+")
_RUN: Final = re.compile("(?<![0-9*])[0-9](?:[ -]{0,2}[0-9]){14,}")
"""Digits with up to two blanks or dashes between, long enough for a card."""
_X: Final = re.compile("[ -]?[Xx](?![0-9A-Za-z])")
_TOUCHES_BEFORE: Final = re.compile(r"[A-Za-z_][-_]?$|[*¥￥$] ?$|(?:^|[^0-9])0\.$")
_TOUCHES_BEHIND: Final = re.compile(rf"[0-9A-Za-z*]|{_DECIMALS}|{_UNIT}")
_CARD_DIGITS: Final = range(15, 20)
_OLD, _NEW = 15, 18
_GROUPS_OF_A_CARD: Final = 5
"""More groups than these, and uneven ones, are a row of figures (8 9 10 11 …)."""
_WEIGHTS: Final = tuple(pow(2, 17 - place, 11) for place in range(17))
"""GB 11643-1999, annex of the check digit; ISO 7064 MOD 11-2."""
_CHECK: Final = "10X98765432"
_PROVINCES: Final = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
"""GB/T 2260; 83 stands on residence permits of people from Taiwan."""
_SAYS_IDENTITY: Final = re.compile("身份证|证件|身份号")
_SAYS_BANK: Final = re.compile("卡号|银行卡|账号|帐号|账户|卡")
_CONTEXT: Final = 8
"""Characters before a number in which a word says what it is."""
_BANK_FIRST: Final = re.compile("[34569]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720")
"""ISO/IEC 7812: the first digits of cards of banks; so times (2024…) are none."""
_PLATE: Final = re.compile(
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?(?!GB)[A-HJ-NP-Z][ ·.-]?"
    "([A-HJ-NP-Z0-9](?:[ ·.-]?[A-HJ-NP-Z0-9]){3}[ ·.-]?[A-HJ-NP-Z0-9学警挂港澳领]"
    "|[A-HJ-NP-Z0-9](?:[ ·.-]?[A-HJ-NP-Z0-9]){5})(?![0-9A-Z*])",
    re.IGNORECASE,
)
"""GA 36-2018: no I and no O."""
_PLATE_DIGITS: Final = 3
_LOCAL_PART: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}$")
_DOMAIN: Final = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![A-Za-z])")
_ACCOUNT: Final = re.compile(
    r"(?:微信|薇信|威信|扣扣|抠抠|企鹅|支付宝|(?<![a-z0-9])(?:wechat|weixin|wx|vx|qq|v(?=[ :])))"
    r"(?:账号|帐号|号码|号|群|id)?(?:就?是|为)?[ :=]{0,3}"
    rf"([a-z][-_a-z0-9]{{5,19}}|[1-9][0-9]{{4,10}})(?![-_a-z0-9*@])(?!{_UNIT}| ?年)",
    re.IGNORECASE,
)
_SPLIT_ACCOUNT: Final = re.compile(
    r"(?=[扣抠企q])(?:扣扣|抠抠|企鹅|(?<![a-z0-9])qq)(?:账号|帐号|号码|号|群|id)?(?:就?是|为)?[ :=]{0,3}"
    rf"(?!(?:19|20)[0-9]{{2}}[.-])([1-9][0-9]{{0,3}}+(?:[ .-]{{1,2}}[0-9]{{1,4}}+(?![0-9])){{1,10}}+)"
    rf"(?![-_a-z0-9*@])(?!{_UNIT}| ?[年月日号])",
    re.IGNORECASE,
)
_ACCOUNT_DIGITS: Final = range(5, 12)
_PROGRAMS: Final = frozenset({"wechat", "weixin", "alipay", "android", "iphone"})


def find(text: str) -> tuple[Personal, ...]:
    """All personal data of a text, in order and not overlapping. What holds or touches a * was masked before."""
    signs = simplified(text.translate(_SIGNS))
    shown = visible(signs)
    offsets = None if len(shown) == len(signs) else [place for place, sign in enumerate(signs) if visible(sign)]
    taken = bytearray(len(shown))
    found = []
    for kind, search in _SEARCHES:
        for start, end in search(shown):
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(Personal(kind, start, end))
    if offsets is not None:
        found = [Personal(kind, offsets[start], offsets[end - 1] + 1) for kind, start, end in found]
    return tuple(sorted(found, key=lambda one: one.start))


def masked(text: str, kinds: frozenset[Kind] = ALL) -> str:
    """The text, as long as before, with * for what leads to a person; masking twice changes nothing more.

    Left to recognise it by: of mobiles the first 3 and last 4 digits (138****5678), of landlines the area code, of
    identity cards the province and the last 2 signs, of bank cards 4 and 4, of plates the place and the last sign, of
    mail addresses the first sign and the domain, of accounts the first and last sign, of full names the surname
    (赵*). Of 张主任 only *主任 is left: there the surname is all that names the person.
    """
    while found := [one for one in find(text) if one.kind in kinds]:
        signs = list(text)
        for one in found:
            for place in _hidden(text, one):
                signs[place] = "*"
        text = "".join(signs)
    return text


def _hidden(text: str, one: Personal) -> list[int]:
    """The places of the signs that give the person away."""
    places = [place for place in range(one.start, one.end) if _counts(text[place], one.kind)]
    if one.kind is Kind.EMAIL:
        at = max(text.find("@", one.start, one.end), text.find("＠", one.start, one.end))
        local = [place for place in range(one.start, at) if visible(text[place])]
        return local[1:] or local
    if one.kind is Kind.NAME:
        surname = 2 if simplified("".join(text[place] for place in places[:2])) in COMPOUND else 1
        return places[surname:] or places
    first, last = _KEPT[one.kind]
    if one.kind is Kind.MOBILE:
        first = len(places) - 8
    if one.kind is Kind.LANDLINE and text[places[0]] in "8８" and len(places) > 10:  # noqa: PLR2004 - 86 and the rest
        first += 1
    return places[first : len(places) - last]


def _counts(sign: str, kind: Kind) -> bool:
    """Whether a sign of such a piece may be hidden; the rest only sets it apart."""
    if kind is Kind.LANDLINE:
        return sign.isdecimal()
    return sign.isalnum() or (kind is Kind.ACCOUNT and sign in "-_－＿")


_KEPT: Final = {
    Kind.MOBILE: (3, 4),
    Kind.LANDLINE: (4, 0),
    Kind.IDENTITY_CARD: (2, 2),
    Kind.BANK_CARD: (4, 4),
    Kind.PLATE: (2, 1),
    Kind.ACCOUNT: (1, 1),
}
"""Signs at the start and at the end that stay."""


def _emails(text: str) -> Iterator[_Span]:
    at = text.find("@")
    while at >= 0:
        local = _LOCAL_PART.search(text[max(0, at - 64) : at])
        domain = _DOMAIN.match(text, at + 1)
        if local and domain:
            yield at - len(local[0]), domain.end()
        at = text.find("@", at + 1)


def _cards(text: str) -> Iterator[tuple[int, int, str]]:
    """Every row of digits of a card's length, with single blanks or dashes between: start, end and its digits."""
    for run in _RUN.finditer(text):
        groups = [match.span() for match in _DIGITS.finditer(text, *run.span())]
        for place, (start, _) in enumerate(groups):
            digits = ""
            for from_, end in groups[place : place + _CARD_DIGITS.stop]:
                digits += text[from_:end]
                if len(digits) >= _CARD_DIGITS.stop:
                    break
                if len(digits) >= _CARD_DIGITS.start:
                    yield start, end, digits


def _identity_cards(text: str) -> Iterator[_Span]:
    for start, end, digits in _cards(text):
        behind = _X.match(text, end) if len(digits) == _NEW - 1 else None
        if not _stands_alone(text, start, behind.end() if behind else end):
            continue
        number = f"{digits}X" if behind else digits
        is_said = bool(_SAYS_IDENTITY.search(text[max(0, start - _CONTEXT) : start]))
        if len(number) == _OLD and not is_said and _is_row(text, start, end):
            continue
        if _is_identity(number, is_said):
            yield start, behind.end() if behind else end


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no letter, sum or mask touches a number."""
    before, behind = text[max(0, start - 3) : start], text[end : end + 5]
    return not _TOUCHES_BEFORE.search(before) and not _TOUCHES_BEHIND.match(behind)


def _is_row(text: str, start: int, end: int) -> bool:
    """Whether digits are several figures: many groups of uneven length."""
    sizes = [len(group) for group in _DIGITS.findall(text, start, end)]
    return len(sizes) > _GROUPS_OF_A_CARD and len(set(sizes[:-1])) > 1


def _is_identity(number: str, is_said: bool) -> bool:
    """Whether a number is an identity card's: province, birthday, check digit (may be wrong where 身份证 is said)."""
    if len(number) not in {_OLD, _NEW} or not _PROVINCES.match(number):
        return False
    born = number[6:14] if len(number) == _NEW else f"19{number[6:12]}"
    try:
        day = date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return False
    if not 1850 <= day.year <= 2100:  # noqa: PLR2004 - centuries in which people live
        return False
    if len(number) == _OLD or is_said:
        return True
    total = sum(int(sign) * weight for sign, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECK[total % 11] == number[17]


def _bank_cards(text: str) -> Iterator[_Span]:
    for start, end, digits in _cards(text):
        if len(digits) == _CARD_DIGITS.start or not _stands_alone(text, start, end):
            continue
        said = _SAYS_BANK.search(text[max(0, start - _CONTEXT) : start])
        if said or (_BANK_FIRST.match(digits) and _luhn(digits) and not _is_row(text, start, end)):
            yield start, end


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = sum(sum(divmod(2 * int(sign), 10)) for sign in digits[-2::-2])
    return (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


def _mobiles(text: str) -> Iterator[_Span]:
    for match in _MOBILE.finditer(text):
        letters = _LETTERS_BEFORE.search(text[max(0, match.start() - 13) : match.start()])
        if (letters is None or letters[1].casefold() in _PHONE_WORDS) and not _is_sum(text, *match.span()):
            yield match.span()
    for match in _SPLIT_MOBILE.finditer(text):
        start, end = match.span(1)
        letters = _LETTERS_BEFORE.search(text[max(0, match.start() - 13) : match.start()])
        if (letters is None or letters[1].casefold() in _PHONE_WORDS) and _is_split_mobile(text, start, end):
            yield start, end


def _says_phone(text: str, start: int) -> bool:
    return _SAYS_PHONE.search(text[max(0, start - _LONGEST_LABEL) : start]) is not None


def _is_sum(text: str, start: int, end: int) -> bool:
    """Whether a unit or decimals behind a number make it a sum, unless the word before it says what it is."""
    return _SUM_BEHIND.match(text, end) is not None and not _says_phone(text, start)


def _is_split_mobile(text: str, start: int, end: int) -> bool:
    """Whether eleven digits are set apart as people set apart a mobile and not a row of figures."""
    said = text[start:end]
    shape = tuple(len(group) for group in _GROUPS.findall(said))
    if said.isdecimal() or _is_sum(text, start, end):
        return False
    if _says_phone(text, start):
        return True
    if shape == (1,) * 11 and _ONE_MORE_BEFORE.search(text[max(0, start - 5) : start]):
        return False
    if shape in _SHAPES:
        return True
    is_even = shape[0] == _FIRST and all(size in _REST for size in shape[1:])
    return is_even and len(set(_GROUPS.split(said)[1:-1])) == 1 and not _ADDRESS.fullmatch(said)


def _landlines(text: str) -> Iterator[_Span]:
    for match in _LANDLINE.finditer(text):
        if match[0][0] != "8" or not _SUM_BEHIND.match(text, match.end()):
            yield match.span()
    for match in _LOCAL.finditer(text):
        yield match.span(1)


def _plates(text: str) -> Iterator[_Span]:
    for match in _PLATE.finditer(text):
        if sum(sign.isdigit() for sign in match[1]) >= _PLATE_DIGITS:
            yield match.span()


def _accounts(text: str) -> Iterator[_Span]:
    for match in _ACCOUNT.finditer(text):
        if match[1].casefold() not in _PROGRAMS:
            yield match.span(1)
    for match in _SPLIT_ACCOUNT.finditer(text):
        if sum(sign.isdigit() for sign in match[1]) in _ACCOUNT_DIGITS:
            yield match.span(1)


_SEARCHES: Final[tuple[tuple[Kind, Callable[[str], Iterator[_Span] | list[_Span]]], ...]] = (
    (Kind.EMAIL, _emails),
    (Kind.IDENTITY_CARD, _identity_cards),
    (Kind.MOBILE, _mobiles),
    (Kind.LANDLINE, _landlines),
    (Kind.BANK_CARD, _bank_cards),
    (Kind.PLATE, _plates),
    (Kind.ACCOUNT, _accounts),
    (Kind.NAME, names),
)
"""In the order in which they may claim a place."""
