"""Templates of the account as operators name them (QF_TEMPLATES), and values that fit their fields."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from bot.wechat.graphemes import boundary
from bot.wechat.limits import TEMPLATE_FIELD_CHARACTERS
from handlers.deliveries.facts import Facts

CUT: Final = "…"
_HAN: Final = re.compile("[^\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_PRINTABLE: Final = re.compile(r"[^\x20-\x7e]+")
_KEY: Final = re.compile(r"([a-z_]+?)[0-9]{0,3}")
_PLACES: Final = frozenset("，、；。！？ ：）》】)")
"""Signs behind which a text is best cut."""


class TemplateKind(StrEnum):
    """How a template is sent."""

    TEMPLATE = "template"
    """To any follower: message/template/send."""
    SUBSCRIBE = "subscribe"
    """To whoever has ticked it, once a tick: message/subscribe/bizsend."""


class About(StrEnum):
    """What a delivery is about, as QF_TEMPLATES names it."""

    REMINDER = "reminder"
    """Duties, one's own or those of others."""
    NOTICE = "notice"
    """Anything else."""


class Fact(StrEnum):
    """What a field may be filled with: handlers.deliveries.facts.Facts."""

    WHAT = "what"
    DUE = "due"
    UNIT = "unit"
    NAME = "name"
    STATE = "state"
    COUNT = "count"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Template:
    """One template: its id at WeChat, how it is sent, and which fact each of its fields gets."""

    id: str
    kind: TemplateKind
    fields: Mapping[str, Fact] = field(default_factory=dict)


Templates = Mapping[About, tuple[Template, ...]]

_LENGTHS: Final = TEMPLATE_FIELD_CHARACTERS
_TEXTS: Final = frozenset({Fact.WHAT, Fact.UNIT, Fact.NAME, Fact.STATE, Fact.COUNT, Fact.NOTE, Fact.DUE})
FITTING: Mapping[str, frozenset[Fact]] = MappingProxyType(
    {
        "thing": _TEXTS,
        "character_string": frozenset({Fact.COUNT, Fact.DUE}),
        "phrase": frozenset({Fact.STATE}),
        "name": frozenset({Fact.NAME}),
        "time": frozenset({Fact.DUE}),
        "date": frozenset({Fact.DUE}),
        "number": frozenset({Fact.COUNT}),
        "const": frozenset({Fact.STATE}),
    }
)
"""By the kind of a field (what its key begins with): the facts that its format takes."""


def read_templates(text: str) -> Templates:
    """QF_TEMPLATES: JSON of About -> a template or a list of them, the preferred first. Raises ValueError."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:  # the latter where brackets nest without end
        raise ValueError(f"is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise ValueError('must look like {"reminder": {"id": "…", "kind": "template", "fields": {"thing1": "what"}}}')
    return {_about(name): tuple(_template(each) for each in _listed(value)) for name, value in found.items()}


def _about(name: str) -> About:
    try:
        return About(name)
    except ValueError:
        raise ValueError(f"knows {', '.join(About)}, not {name}") from None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _template(value: Any) -> Template:
    if not isinstance(value, dict) or not isinstance(value.get("id"), str) or not value["id"].strip():
        raise ValueError("every template needs an id")
    fields = value.get("fields")
    if not isinstance(fields, dict) or not fields:
        raise ValueError(f'template {value["id"]} needs fields such as {{"thing1": "what"}}')
    try:
        kind = TemplateKind(value.get("kind", TemplateKind.TEMPLATE))
    except ValueError:
        raise ValueError(f"template {value['id']}: kind is one of {', '.join(TemplateKind)}") from None
    return Template(value["id"].strip(), kind, {key: _fact(key, fact) for key, fact in fields.items()})


def _fact(key: str, fact: Any) -> Fact:
    found = _KEY.fullmatch(key)
    fitting = FITTING.get(found.group(1)) if found else None
    if fitting is None:
        raise ValueError(f"field {key}: its kind is one of {', '.join(FITTING)}")
    if not isinstance(fact, str) or fact not in fitting:
        raise ValueError(f"field {key} takes {', '.join(sorted(fitting))}, not {fact}")
    return Fact(fact)


def filled(template: Template, facts: Facts) -> dict[str, dict[str, str]]:
    """The `data` of a sending: every value is one that its field takes (WECHAT.md, section Sending)."""
    values = {key: _FORMATS[kind_of(key)](getattr(facts, fact)) for key, fact in template.fields.items()}
    return {key: {"value": value} for key, value in values.items()}


def kind_of(key: str) -> str:
    """`thing` of `thing1`."""
    return key.rstrip("0123456789")


def cut(text: str, most: int) -> str:
    """The text in one line of at most `most` characters: what is too long ends with CUT, behind a sign that ends
    something where there is one in its later half, never inside of what is read as one sign.
    """
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if len(line) <= most:
        return line
    end = boundary(line, most - len(CUT), 0)
    best = next((place for place in range(end, most // 2, -1) if line[place - 1] in _PLACES), end)
    opened = line.rfind("（", most // 2, best)
    if opened > 0 and "）" not in line[opened:best]:
        best = opened
    return line[:best].rstrip("，、；： ") + CUT


def _thing(value: object) -> str:
    if isinstance(value, datetime):
        return _time(value)
    return cut(str(value), _LENGTHS["thing"]) or "—"


def _character_string(value: object) -> str:
    text = f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
    return _PRINTABLE.sub("", text)[: _LENGTHS["character_string"]] or "-"


def _phrase(value: object) -> str:
    return _HAN.sub("", str(value))[: _LENGTHS["phrase"]] or "待办"


def _name(value: object) -> str:
    return _HAN.sub("", str(value))[: _LENGTHS["name"]] or "同事"


def _time(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError("a field of time takes a time")
    return f"{value.year:04}年{value.month}月{value.day}日 {value:%H:%M}"


def _date(value: object) -> str:
    return _time(value).partition(" ")[0]


def _number(value: object) -> str:
    return str(int(str(value)))


_FORMATS: Mapping[str, Callable[[object], str]] = MappingProxyType(
    {
        "thing": _thing,
        "character_string": _character_string,
        "phrase": _phrase,
        "name": _name,
        "time": _time,
        "date": _date,
        "number": _number,
        "const": _thing,
    }
)
