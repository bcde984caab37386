"""How people say beforehand what kind of message they are about to send: 我要投诉; 投诉：…."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from handlers import words
from handlers.messages import wording
from nlp.normalising import simplified
from storage.vocabulary import MessageKind

NAMED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "建议": str(MessageKind.SUGGESTION),
        "意见": str(MessageKind.SUGGESTION),
        "咨询": str(MessageKind.INQUIRY),
        "投诉": str(MessageKind.COMPLAINT),
        "求助": str(MessageKind.COMPLAINT),
        "投诉求助": str(MessageKind.COMPLAINT),
    }
)
"""The kinds as people name them."""
_BEFORE: Final = ("我要", "我想", "我要提", "我想提", "我有", "我来", "提")
ANNOUNCING: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{f"{before}{name}": kind for before in _BEFORE for name, kind in NAMED.items()},
        **{f"{before}个{name}": kind for before in ("提", "我要提", "我想提", "我有") for name, kind in NAMED.items()},
        **{f"{before}条{name}": kind for before in ("提", "我要提", "我想提", "我有") for name, kind in NAMED.items()},
        **NAMED,
        **{each: str(MessageKind.COMPLAINT) for each in ("怎么投诉", "如何投诉")},
        **{each: str(MessageKind.INQUIRY) for each in ("我有问题要问", "我想问个问题", "我想问问")},
        **{each: str(MessageKind.SUGGESTION) for each in ("提意见", "意见建议", "怎么提建议")},
        **{said: str(kind) for kind, said in wording.ANNOUNCE.items()},
    }
)
"""What is said alone, before the text."""
_ADVISING: Final = re.compile(
    r"\s*(?:我|本人)?(?:强烈|诚恳)?(?:建议|提议)(?![书栏箱信人被]|不错|很好|没|已|怎么|什么|采纳)\S.{3,}", re.DOTALL
)
_LED: Final = re.compile(
    r"\s*(?:我要|我想|我要提|我想提)?(建议|咨询|投诉求助|投诉|求助)\s*[:：,，]\s*\S.+|"
    r"\s*(?:我要|我想)?(投诉求助|投诉|求助|咨询)\s+\S.+",
    re.DOTALL,
)


def announced(said: str) -> str:
    """The MessageKind that a text announces (我要提建议); empty: none."""
    return ANNOUNCING.get(words.simple(said), "")


def led(said: str) -> str:
    """The MessageKind that stands before the text it is of (投诉：宿舍漏水; 建议食堂加个菜); empty: none."""
    found = _LED.fullmatch(simplified(said))
    if found is None and advises(said):
        return str(MessageKind.SUGGESTION)
    return NAMED[found.group(1) or found.group(2)] if found else ""


def advises(said: str) -> bool:
    """Whether a text is a sentence that begins as a suggestion (建议食堂加个菜)."""
    return _ADVISING.fullmatch(simplified(said)) is not None
