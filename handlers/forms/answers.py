"""What a person typed or tapped for a question, read as a canonical value."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple

from handlers.forms import said_words
from handlers.forms.canonical import CONFIRMED, check, clean
from handlers.forms.choosing import Unclear, choose_one, choose_several
from handlers.forms.form import DONE, MEDIA, MORE, SELECTS, Kind
from handlers.forms.likeness import bare
from handlers.forms.moments import when
from handlers.forms.quantities import plain_digits, quantity
from handlers.forms.ranking import rank
from handlers.forms.views import Asked
from handlers.forms.yes_no import meaning
from nlp.coordinates import coordinates
from nlp.plain import visible

NOTHING_SAID: Final = "请用文字回答这一题。"
NONE: Final = "无"
"""The canonical answer 无 of a text question that allows it (允许 none), whatever word for it was said."""
LEFT_EMPTY: Final = "这一题留空"
NOTHING_ABOVE: Final = "上面还没有这一题的回答，不能写“同上”，请直接填写。"
SAME_AS_ABOVE: Final = "与上一项相同：{shown}"
PLEASE_CONFIRM: Final = "看过以后，请回复“知道了”。"
ONE_LINE: Final = "这一题是编码，请只发一行，不超过 {most} 个字。"
MORE_OR_DONE: Final = "还有要登记的吗？请点选“再加一项”或“没有了”。"
FIRST_OR_NONE: Final = "有要登记的吗？请点选“填一项”或“没有”。"
NOTHING_TO_ADD: Final = "已经登记满了，不能再加。请点选“没有了”。"
SEND_IT: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.IMAGE: "这一题要照片，请直接把照片发过来。",
        Kind.AUDIO: "这一题要录音，请直接发语音。",
        Kind.VIDEO: "这一题要视频，请直接把视频发过来。",
        Kind.FILE: "这一题要文件，请用上面的链接上传。",
    }
)

MAX_CODE: Final = 500
"""Characters of a barcode; the largest QR codes in use (invoices) hold fewer."""
_SHOWN: Final = 20


class Reading(NamedTuple):
    """What an answer means. `value` is canonical (see FormState); "" leaves an optional question empty.

    `said` is what the person said where the canonical value loses something ("6000余万元"), else "".
    `echo` is the sentence part that tells a date, a time, an amount or a number back
    ("记为 2026-11-13（周五）"), "" where nothing needs confirming.
    """

    value: str
    said: str = ""
    echo: str = ""


def parse(asked: Asked, text: str, now: datetime) -> Reading:
    """What `text` means for this question; `now` is aware, the person's local time.

    Choices are taken by number, letter, label, unambiguous part of a label, yes and no in their many forms; several
    choices in one message where the question takes several. A number question that is labelled 万元 counts in 万元:
    both 35 and 35万 are 35 there. 同上 repeats the answer of the instance before, 无 leaves an optional question
    empty (value ""), is 0 for a number that must be given, and NONE for a text question that allows it.
    Raises ValueError with a kind Chinese sentence to show when it cannot be understood or is ambiguous (for choices
    `choosing.Unclear`, with those that may have been meant).
    """
    said = clean(text).strip()
    if not said or not visible(said).strip():
        raise ValueError(NOTHING_SAID)
    if asked.kind not in _NEVER_SAME and (same := _same(asked, said)) is not None:
        return same
    reading = _read(asked, said, now)
    if reading.value:
        check(asked.kind, reading.value)
    return reading


def _read(asked: Asked, said: str, now: datetime) -> Reading:
    if asked.kind is Kind.TEXT:
        return Reading(NONE if "none" in asked.allows and bare(said) in said_words.NONE else said)
    nothing = not asked.required and bare(said) in said_words.NONE
    if not nothing:
        return _READERS[asked.kind](asked, said, now)
    if asked.kind in SELECTS:
        try:
            return _READERS[asked.kind](asked, said, now)
        except Unclear:
            pass
    return Reading("", echo=LEFT_EMPTY)


def _same(asked: Asked, said: str) -> Reading | None:
    """The answer of the instance before, where 同上 was said and means that; else None. Raises ValueError."""
    if not asked.same and "same" not in asked.allows:
        return None
    plain = bare(said)
    if plain not in said_words.SAME or any(choice.bare == plain for choice in asked.choices):
        return None
    if not asked.same:
        raise ValueError(NOTHING_ABOVE)
    return Reading(asked.same, echo=SAME_AS_ABOVE.format(shown=_shown(asked, asked.same)))


def _shown(asked: Asked, value: str) -> str:
    if asked.kind in SELECTS:
        labels = {choice.value: choice.label for choice in asked.choices}
        return "、".join(labels.get(name, name) for name in value.split())
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"


def _number(asked: Asked, said: str, now: datetime) -> Reading:
    return Reading(*quantity(asked, said))


def _moment(asked: Asked, said: str, now: datetime) -> Reading:
    return Reading(*when(asked, said, now))


def _acknowledged(asked: Asked, said: str, now: datetime) -> Reading:
    plain = bare(said)
    if plain in said_words.SEEN or meaning(plain):
        return Reading(CONFIRMED)
    raise ValueError(PLEASE_CONFIRM)


def _more(asked: Asked, said: str, now: datetime) -> Reading:
    plain = bare(said)
    if plain in said_words.MORE or plain in said_words.DONE:
        return Reading(MORE if plain in said_words.MORE else DONE)
    try:
        return Reading(choose_one(asked.choices, said))
    except Unclear:
        meant = meaning(plain)
        if meant is None:
            open_still = any(choice.value == MORE for choice in asked.choices)
            first = MORE_OR_DONE if asked.instances else FIRST_OR_NONE
            raise ValueError(first if open_still else NOTHING_TO_ADD) from None
        return Reading(MORE if meant else DONE)


def _code(asked: Asked, said: str, now: datetime) -> Reading:
    code = visible(said).strip()
    if len(code) > MAX_CODE or len(code.splitlines()) > 1:
        raise ValueError(ONE_LINE.format(most=MAX_CODE))
    return Reading(code)


def _place(asked: Asked, said: str, now: datetime) -> Reading:
    latitude, longitude = coordinates(said)
    north, east = plain_digits(abs(latitude)), plain_digits(abs(longitude))
    echo = f"记为 {'南纬' if latitude < 0 else '北纬'} {north}°，{'西经' if longitude < 0 else '东经'} {east}°"
    return Reading(f"{plain_digits(latitude)} {plain_digits(longitude)} 0 0", echo=echo)


def _medium(asked: Asked, said: str, now: datetime) -> Reading:
    raise ValueError(SEND_IT[asked.kind])


_NEVER_SAME: Final = MEDIA | {Kind.MORE, Kind.ACKNOWLEDGE}
_READERS: Final[Mapping[Kind, Callable[[Asked, str, datetime], Reading]]] = MappingProxyType(
    {
        Kind.INTEGER: _number,
        Kind.DECIMAL: _number,
        Kind.RANGE: _number,
        Kind.SELECT_ONE: lambda asked, said, now: Reading(choose_one(asked.choices, said)),
        Kind.SELECT_MULTIPLE: lambda asked, said, now: Reading(choose_several(asked.choices, said)),
        Kind.RANK: lambda asked, said, now: Reading(rank(asked.choices, said)),
        Kind.DATE: _moment,
        Kind.TIME: _moment,
        Kind.DATETIME: _moment,
        Kind.ACKNOWLEDGE: _acknowledged,
        Kind.MORE: _more,
        Kind.BARCODE: _code,
        Kind.GEOPOINT: _place,
        **dict.fromkeys(MEDIA, _medium),
    }
)
"""How an answer to each kind of question is read; text is taken as it is."""
