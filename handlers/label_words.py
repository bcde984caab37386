"""The labels of the classifier as people say them: their Chinese names, and what was meant by a name as typed."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from handlers import words
from nlp.labels import Discipline, EightRules, Field, Intent, Severity

SEVERITIES: Final[Mapping[str, str]] = MappingProxyType(
    {Severity.HIGH: "高", Severity.MEDIUM: "中", Severity.LOW: "低", Severity.NONE: "无"}
)
INTENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Intent.REPORT: "举报反映",
        Intent.COMPLAINT: "投诉求助",
        Intent.SUGGESTION: "建议",
        Intent.INQUIRY: "咨询",
        Intent.THANKS: "感谢",
        Intent.OTHER: "其他",
    }
)
NEGATED: Final = "未发现问题"


class Label(NamedTuple):
    """One label: its kind (a key of Classification.labels()) and its value there."""

    kind: str
    value: str

    @property
    def name(self) -> str:
        """As people read it."""
        if self.kind == "severity":
            return SEVERITIES[self.value]
        if self.kind == "intent":
            return INTENTS[self.value]
        return NEGATED if self.kind == "negated" else self.value


_ALIASES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "反映": Label("intent", Intent.REPORT),
        "举报": Label("intent", Intent.REPORT),
        "投诉": Label("intent", Intent.COMPLAINT),
        "求助": Label("intent", Intent.COMPLAINT),
        "意见建议": Label("intent", Intent.SUGGESTION),
        "未发现": Label("negated", NEGATED),
        "财务": Label("fields", Field.FUNDS),
        "人事": Label("fields", Field.STAFFING),
        "安全": Label("fields", Field.SAFETY),
        "保密": Label("fields", Field.SECRECY),
    }
)
_ALL: Final = (
    *(Label("severity", each) for each in Severity),
    *(Label("intent", each) for each in Intent),
    *(Label("fields", each) for each in Field),
    *(Label("disciplines", each) for each in Discipline),
    *(Label("eight_rules", each) for each in EightRules),
    Label("negated", NEGATED),
)
_NAMED: Final[Mapping[str, Label]] = MappingProxyType({**_ALIASES, **{label.name: label for label in _ALL}})
_LISTS: Final = ("fields", "disciplines", "eight_rules")
_ONE_ONLY: Final[Mapping[str, str]] = MappingProxyType({"severity": "程度", "intent": "类型"})
_BLAMING: Final = ("severity", "disciplines", "eight_rules")
"""Kinds that a text in which nothing was found has none of (docs/labels.md)."""
_MINUSES: Final = ("-", "－", "—")
ONE_ONLY: Final = "{kind}只能写一个，您写了“{first}”和“{second}”，这次没有改。"
BOTH_WAYS: Final = "“{name}”又要加上又要去掉，我不知道听哪个，这次没有改。"
_SHORTEST_PART: Final = 2
"""Characters of a part of a name that may stand for it."""
UNKNOWN: Final = "没有“{said}”这个类别。\n{possible}"
AMBIGUOUS: Final = "“{said}”可以是{names}，请写全。"
NOT_TOGETHER: Final = "“未发现问题”和“{name}”不能一起写，这次没有改。"
NOT_REMOVED: Final = "“{said}”只能换成别的，不能去掉。"
_EIGHT: Final = f"八项规定 {'、'.join(EightRules)}"
_FINDINGS: Final = "；\n".join(
    (f"业务领域 {'、'.join(Field)}", f"纪律 {'、'.join(Discipline)}", f"程度 {'、'.join(SEVERITIES.values())}")
)
POSSIBLE: Final = f"可以写：\n{_FINDINGS}；\n类型 {'、'.join(INTENTS.values())}；\n{_EIGHT}"
"""Every name."""
POSSIBLE_OF_FINDINGS: Final = f"可以写：\n{_FINDINGS}；\n{_EIGHT}"
"""Those of a finding: what an observation showed has no type."""
NO_TYPE: Final = (
    "“{said}”是类型，类型只有意见才有；观察表里的问题没有类型，这次没有改。请写业务领域、纪律、程度或者八项规定的类别。"
)


def label_of(said: str, possible: str = POSSIBLE) -> Label:
    """The label that a name, or a part that only one name has, means. Raises ValueError with the sentence to show;
    `possible` are the names told to somebody who wrote none.
    """
    plain = words.normal(said)
    if plain in _NAMED:
        return _NAMED[plain]
    found = [label for label in _ALL if len(plain) >= _SHORTEST_PART and plain in label.name]
    if len(found) == 1:
        return found[0]
    if found:
        raise ValueError(AMBIGUOUS.format(said=said, names="、".join(label.name for label in found)))
    raise ValueError(UNKNOWN.format(said=said, possible=possible))


def check_together(labels: Iterable[Label]) -> None:
    """Raises ValueError with the sentence to show where two of these cannot be both."""
    seen: dict[str, Label] = {}
    for label in labels:
        first = seen.setdefault(label.kind, label)
        if label.kind in _ONE_ONLY and first != label:
            raise ValueError(ONE_ONLY.format(kind=_ONE_ONLY[label.kind], first=first.name, second=label.name))


def changed(current: Mapping[str, Any], said: Iterable[str]) -> dict[str, Any]:
    """The labels that names change: each is added, or (with - before it) taken away; the severity and the intent are
    replaced. Only the kinds that were named are in it, and what cannot stand beside them. Raises ValueError with the
    sentence to show.
    """
    labels: dict[str, Any] = {}
    wanted = [(name.startswith(_MINUSES), label_of(name.lstrip("".join(_MINUSES)))) for name in said]
    check_together([label for taken, label in wanted if not taken])
    for taken, label in wanted:
        if (not taken, label) in wanted:
            raise ValueError(BOTH_WAYS.format(name=label.name))
        if label.kind in _LISTS:
            held = [each for each in labels.get(label.kind, current.get(label.kind, ())) if each != label.value]
            labels[label.kind] = held if taken else [*held, str(label.value)]
        elif label.kind == "negated":
            labels["negated"] = not taken
        elif taken:
            raise ValueError(NOT_REMOVED.format(said=label.name))
        else:
            labels[label.kind] = str(label.value)
    blamed = [label for taken, label in wanted if not taken and label.kind in _BLAMING and label.value != Severity.NONE]
    return {**_agreeing(current, labels, blamed), **labels}


def _agreeing(current: Mapping[str, Any], labels: Mapping[str, Any], blamed: Sequence[Label]) -> dict[str, Any]:
    """What changes too: who names a grade says that something was found, who says 未发现问题 that there is none.
    Raises ValueError with the sentence to show.
    """
    if not labels.get("negated"):
        return {"negated": False} if blamed and current.get("negated") else {}
    if blamed:
        raise ValueError(NOT_TOGETHER.format(name=blamed[0].name))
    nothing: dict[str, Any] = {"severity": str(Severity.NONE), "disciplines": [], "eight_rules": []}
    return {kind: none for kind, none in nothing.items() if current.get(kind, none) != none}


def changed_of_finding(current: Mapping[str, Any], said: Iterable[str]) -> dict[str, Any]:
    """The same for a finding, which has no type. Raises ValueError with the sentence to show."""
    names = list(said)
    for name in names:
        plain = name.lstrip("".join(_MINUSES))
        if label_of(plain, POSSIBLE_OF_FINDINGS).kind == "intent":
            raise ValueError(NO_TYPE.format(said=plain))
    return changed(current, names)


def named(labels: Mapping[str, Any]) -> list[str]:
    """The labels as people read them: fields, disciplines, categories, then the severity and that nothing was found."""
    names = [str(each) for kind in _LISTS for each in labels.get(kind, ())]
    severity = labels.get("severity", Severity.NONE)
    if severity != Severity.NONE:
        names.append(f"程度{SEVERITIES.get(severity, severity)}")
    return [*names, NEGATED] if labels.get("negated") else names
