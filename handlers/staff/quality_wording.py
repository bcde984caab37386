"""What an officer reads of what was noticed about a sheet: each concern with its evidence."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.sheet_quality import Reason

HEAD = "◆ 质量提示（{count} 项）"
KEPT = "提交前提醒过填报人，填报人选择按原样提交"
CHANGED = "提交前提醒过填报人，这是改过以后的回答"
ASKED = "提交前提醒过填报人"
"""Of a sheet of which it was not kept whether the answer was changed afterwards."""
NOT_ASKED = "提交前没有就这一题提醒填报人"
SHORT_NAMES: Mapping[str, str] = {
    Reason.NOISE: "看不出意思",
    Reason.REPEATED: "重复的字",
    Reason.LABEL: "照抄题目",
    Reason.OWN_COPY: "与上期雷同",
    Reason.OTHER_COPY: "与别处雷同",
    Reason.NOTHING: "内容空泛",
    Reason.SHORT: "内容过短",
}
"""By reason, for lists."""
THIN: Mapping[str, str] = {
    Reason.NOISE: "看不出意思：“{text}”",
    Reason.REPEATED: "写的是重复的字：“{text}”",
    Reason.LABEL: "回答和题目一样",
    Reason.NOTHING: "只写了“{text}”",
    Reason.SHORT: "写得过短：“{text}”",
}
OWN_COPY = "与本人上期的 {sheet}（{day} 提交）几乎相同，相似度 {percent}%"
SAME_FIGURES = "，数字也没有变"
OTHER_FIGURES = "，数字有改动"
OTHER_COPY = "与{unit}的 {sheet}（{day} 提交）几乎相同，相似度 {percent}%"
SOMEWHERE = "其他单位"
"""Instead of the unit, for officers who may not read the other sheet."""


def concerns(quality: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """What was noticed, the worst first; empty when nothing was."""
    found: Sequence[Mapping[str, Any]] = quality.get("concerns", ())
    return found


def flags(quality: Mapping[str, Any]) -> str:
    """One line for a list: what was noticed; empty when nothing was."""
    names = dict.fromkeys(SHORT_NAMES.get(each.get("reason", ""), "有疑问") for each in concerns(quality))
    return "、".join(names)


def evidence(quality: Mapping[str, Any], readable_sheets: Collection[str], zone: ZoneInfo) -> list[str]:
    """The lines of a sheet's page. `readable_sheets` are the numbers of other sheets that this officer may read."""
    found = concerns(quality)
    if not found:
        return []
    lines = [HEAD.format(count=len(found))]
    for each in found:
        lines.append(f"· 第 {each.get('number', '?')} 题{_told(each, readable_sheets, zone)}")
        lines.append(f"　（{_asked(each)}）")
    return [*lines, ""]


def _asked(concern: Mapping[str, Any]) -> str:
    """Whether the person was shown this before handing in, and what became of it."""
    if not concern.get("asked"):
        return NOT_ASKED
    if "kept" not in concern:
        return ASKED
    return KEPT if concern["kept"] else CHANGED


def _told(concern: Mapping[str, Any], readable_sheets: Collection[str], zone: ZoneInfo) -> str:
    reason = str(concern.get("reason", ""))
    if reason in THIN:
        return THIN[reason].format(text=concern.get("text", ""))
    sheet = str(concern.get("sheet", ""))
    facts = {
        "sheet": sheet,
        "day": _day(str(concern.get("at", "")), zone),
        "percent": round(float(concern.get("similarity", 0)) * 100),
    }
    if reason == Reason.OWN_COPY:
        figures = SAME_FIGURES if concern.get("same_figures") else OTHER_FIGURES
        return OWN_COPY.format(**facts) + figures
    return OTHER_COPY.format(unit=f"“{concern.get('unit')}”" if sheet in readable_sheets else SOMEWHERE, **facts)


def _day(at: str, zone: ZoneInfo) -> str:
    try:
        return f"{datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d}"
    except ValueError:
        return "日期不详"
