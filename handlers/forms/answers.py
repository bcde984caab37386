"""What a person typed or tapped for a question, read as a canonical value."""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from handlers.forms.canonical import check, clean
from handlers.forms.choosing import choose_one, choose_several
from handlers.forms.form import Kind
from handlers.forms.views import Asked
from nlp import values

NOTHING_SAID: Final = "请用文字回答这一题。"
TEN_THOUSAND: Final = Decimal(10_000)
_IN_TEN_THOUSANDS: Final = "万元"
_SCALED: Final = re.compile("[万亿萬億]")


def parse(asked: Asked, text: str, today: date) -> str:
    """The canonical value (see FormState) that `text` means for this question; `today` is the person's local day.

    Choices are taken by number, letter, label, unambiguous part of a label, yes and no in their many forms; several
    choices in one message where the question takes several. A number question that is labelled 万元 counts in 万元:
    both 35 and 35万 are 35 there.
    Raises ValueError with a kind Chinese sentence to show when it cannot be understood or is ambiguous.
    """
    said = clean(text).strip()
    if not said:
        raise ValueError(NOTHING_SAID)
    value = _read(asked, said, today)
    check(asked.kind, value)
    return value


def _read(asked: Asked, said: str, today: date) -> str:
    if asked.kind is Kind.TEXT:
        return said
    if asked.kind is Kind.SELECT_ONE:
        return choose_one(asked.choices, said)
    if asked.kind is Kind.SELECT_MULTIPLE:
        return choose_several(asked.choices, said)
    if asked.kind is Kind.DATE:
        return values.day(said, today).isoformat()
    return _number(asked, said)


def _number(asked: Asked, said: str) -> str:
    number = values.decimal(said)
    if _IN_TEN_THOUSANDS in asked.label and _SCALED.search(said):
        number /= TEN_THOUSAND
    if asked.kind is Kind.INTEGER and number != number.to_integral_value():
        raise ValueError(values.NOT_WHOLE)
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
