"""Checks of template messages and subscription notifications (WECHAT.md, Sending)."""

import re
from collections.abc import Mapping

from simulator.calls import Call

HAN = "\u3400-\u9fff\uf900-\ufaff·"
LETTERS = r"[A-Za-z]{1,32}"
MOMENT = r"(\d{4}[年/.-]\d{1,2}[月/.-]\d{1,2}日?)?\s*(\d{1,2}:\d{2}(:\d{2})?)?"
VALUES: Mapping[str, tuple[str, str]] = {
    "thing": (r"[^\n]{1,20}", "1 to 20 characters in one line"),
    "character_string": (r"[\x20-\x7e]{1,32}", "1 to 32 digits, letters or signs"),
    "phrase": (rf"[{HAN}]{{1,5}}", "1 to 5 汉字"),
    "name": (rf"(?=.*[{HAN}])[{HAN}A-Za-z]{{1,10}}|[A-Za-z .'-]{{1,20}}", "1 to 10 汉字 or 1 to 20 letters"),
    "phone_number": (r"[\d+() -]{1,17}", "1 to 17 digits or signs"),
    "time": (rf"(?=.*\d){MOMENT}(\s*[~至-]\s*{MOMENT})?", "a time such as 2026年10月1日 15:01"),
    "date": (rf"(?=.*\d){MOMENT}(\s*[~至-]\s*{MOMENT})?", "a day such as 2026年10月1日"),
    "amount": (r"[¥￥$€£]?\d{1,10}(\.\d+)?元?", "a sign, at most 10 digits, 元"),
    "number": (r"-?\d{1,32}(\.\d+)?", "at most 32 digits"),
    "letter": (LETTERS, "1 to 32 letters"),
    "symbol": (r"[^\w\s]{1,5}", "1 to 5 signs"),
    "car_number": (r".{1,8}", "1 to 8 characters"),
    "const": (r".{1,20}", "one of the agreed words"),
}
"""[O/C] By the kind that a key begins with: what its value must be. Characters are code points."""
OLD_FIELDS = ("first", "remark")


def kind_of(key: str) -> str:
    """`thing` of `thing1`."""
    return key.rstrip("0123456789")


def template_id(call: Call) -> str | None:
    """The template is registered."""
    return None if call.template else f"template_id {call.value('template_id')!r}"


def template_keys(call: Call) -> str | None:
    """Every key of the template has a value."""
    fields = call.fields
    wanted = call.template.keys if call.template else ()
    missing = [key for key in wanted if not fields.get(key, "").strip()]
    return f"data.{missing[0]}.value is empty" if missing else None


def template_values(call: Call) -> str | None:
    """Every value is of its kind."""
    fields = call.fields
    for key in call.template.keys if call.template else ():
        pattern, words = VALUES.get(kind_of(key), VALUES["thing"])
        if not re.fullmatch(pattern, fields[key]):
            return f"data.{key}.value invalid: {fields[key]!r} is not {words}"
    return None


def template_old_fields(call: Call) -> str | None:
    """Nothing is sent that is not shown since 2023: first, remark, colours."""
    sent = call.part("data")
    old = [key for key in sent if key in OLD_FIELDS]
    old += [f"{key}.color" for key, field in sent.items() if isinstance(field, dict) and "color" in field]
    return ", ".join(old) or None
