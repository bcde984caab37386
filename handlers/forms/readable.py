"""Canonical values and labels as people read them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from handlers.forms.choices import names_of, options_by_name
from handlers.forms.expressions.code import Env
from handlers.forms.form import SELECTS, Kind, Question
from handlers.forms.views import FormState

BETWEEN_CHOICES: Final = "、"
BETWEEN_RANKS: Final = " > "
CONFIRMED: Final = "已确认"
FILES: Final = {
    Kind.IMAGE: "{count} 张图片",
    Kind.AUDIO: "{count} 段录音",
    Kind.VIDEO: "{count} 段视频",
    Kind.FILE: "{count} 个文件",
}
PLACE: Final = "纬度 {latitude}，经度 {longitude}"
DATE_AND_TIME: Final = "{day} {time}"
_MINUTES: Final = len("14:30")


def env_of(state: FormState) -> Env:
    """What expressions see of a state between two steps."""
    return Env(state.answers, state.day.isoformat(), state.moment, state.last)


def label_of(question: Question, env: Env) -> str:
    """The label with the answers that it mentions."""
    return "" if question.label is None else question.label.text(env)


def readable_of(question: Question, value: str, state: FormState, env: Env) -> str:
    """An answer as people read it: in the person's own words, where the value loses something of them."""
    return state.said.get(question.ref) or readable(question, value, env)


def readable(question: Question, value: str, env: Env) -> str:
    """A canonical value as people read it."""
    spelled = _SPELLED.get(question.kind)
    if spelled is not None and value:
        return spelled(value)
    return _chosen(question, value, env) if value and question.kind in SELECTS else value


def _moment(value: str) -> str:
    day, _, time = value.partition("T")
    return DATE_AND_TIME.format(day=day, time=time[:_MINUTES])


def _place(value: str) -> str:
    latitude, longitude = value.split(" ")[:2]
    return PLACE.format(latitude=latitude, longitude=longitude)


def _files(sentence: str) -> Callable[[str], str]:
    return lambda value: sentence.format(count=len(value.split(" ")))


_SPELLED: Final[Mapping[Kind, Callable[[str], str]]] = MappingProxyType(
    {
        Kind.TIME: lambda value: value[:_MINUTES],
        Kind.DATETIME: _moment,
        Kind.ACKNOWLEDGE: lambda value: CONFIRMED,
        Kind.GEOPOINT: _place,
        **{kind: _files(sentence) for kind, sentence in FILES.items()},
    }
)
"""How answers read whose canonical values are not what people would write."""


def _chosen(question: Question, value: str, env: Env) -> str:
    options = options_by_name(question, env)
    names = [value] if value in options else names_of(question, value)
    texts = [options[name].label.text(env) if name in options else name for name in names]
    return (BETWEEN_RANKS if question.kind is Kind.RANK else BETWEEN_CHOICES).join(texts)
