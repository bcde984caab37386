"""One sheet as an officer reads it: its head, what was noticed, its findings, its answers and what changed in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers import risk_levels
from handlers.staff import labels_wording
from storage.views import FindingView, ReviewView, SheetVersionView, SheetView
from storage.vocabulary import SheetState, Verdict

STATES = {
    SheetState.SUBMITTED: "待审阅",
    SheetState.RETURNED: "已退回，等填报人补正",
    SheetState.ACCEPTED: "已通过",
}
VERDICTS = {Verdict.ACCEPTED: "通过", Verdict.RETURNED: "退回"}
OFFICE = "纪委"
NO_FINDINGS = "没有报告问题或风险点。"
WORKED_OUT = "填报时算出："
CHANGED = "〔本版修改〕"
BEFORE = "原来："
LEFT_OUT = "◆ 这一版不再填写的题"
EMPTY = "（未填）"
_FEN_PER_WAN = 1_000_000
_SPACE = "　"

Pairs = Sequence[tuple[str, str]]
Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the version before: place in `readable` -> the old text, and the questions that went."""

    before: Mapping[int, str]
    gone: Pairs


UNCHANGED = Changes({}, ())


def head(sheet: SheetView, versions: Sequence[SheetVersionView], zone: ZoneInfo) -> list[str]:
    """Whose sheet it is, its state, its versions and the answers to them."""
    instead = f"，代 {sheet.absent_name} 填写" if sheet.absent_name else ""
    who = f"填报人：{sheet.author_name}（{sheet.unit_name}）{instead}"
    return _head(sheet, who, STATES[sheet.state], _course(sheet.reviews, versions, zone), zone)


def own_head(sheet: SheetView, state: str, versions: Sequence[SheetVersionView], zone: ZoneInfo) -> list[str]:
    """The same for its author, to whom the office speaks with one voice; `state` as the author is told it."""
    instead = f"（{sheet.author_name} 代 {sheet.absent_name} 填写）" if sheet.absent_name else ""
    who = f"填报单位：{sheet.unit_name}{instead}"
    return _head(sheet, who, state, _course(sheet.reviews, versions, zone, by=OFFICE), zone)


def _head(sheet: SheetView, who: str, state: str, course: Iterable[str], zone: ZoneInfo) -> list[str]:
    lines = [
        f"《{sheet.title}》 {sheet.number}",
        who,
        f"提交时间：{moment(sheet.submitted_at, zone)}",
        f"状态：{state}" + (f"（第 {sheet.version} 版）" if sheet.version > 1 else ""),
    ]
    if sheet.reviews:
        lines += ["", "◆ 办理经过", *course]
    return [*lines, ""]


def _course(
    reviews: Sequence[ReviewView], versions: Sequence[SheetVersionView], zone: ZoneInfo, by: str = ""
) -> Iterable[str]:
    """Hand-ins and answers in turn; the answers by the officer of each, or all `by` one name."""
    handed_in = {version.version: version.submitted_at for version in versions}
    for review in reviews:
        if review.version in handed_in:
            yield f"第 {review.version} 版：{moment(handed_in[review.version], zone)} 提交"
        comment = f"：{review.comment}" if review.comment else ""
        yield f"{_SPACE}{moment(review.at, zone)} {by or review.officer_name}{VERDICTS[review.verdict]}{comment}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """To the minute, local."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def findings(sheet: SheetView, worked_out: Sequence[Sequence[str]] = ()) -> list[str]:
    """Problems and risks that the sheet names, with the unit's level and the reviewed one. `worked_out` is what the
    form told the person beside each.
    """
    found = sheet.findings
    reviewed = next((review.levels for review in sheet.reviews if review.version == sheet.version), {})
    if not found:
        return [f"◆ 问题和风险点：{NO_FINDINGS}"]
    lines = [f"◆ 问题和风险点（{len(found)} 项）"]
    for number, finding in enumerate(found, start=1):
        lines.append(f"{number}. {_level(finding.level, reviewed.get(number, ''))}{finding.text}")
        if len(worked_out) == len(found):
            lines.extend(f"{_SPACE}{WORKED_OUT}{text}" for text in worked_out[number - 1])
        lines.append(f"{_SPACE}分类：{labels_wording.line(finding.labels)}")
        lines.extend(f"{_SPACE}{label}：{said}" for label, said in _details(finding) if said)
    return lines


def _level(own: str, reviewed: str) -> str:
    told = risk_levels.both(own, reviewed) if reviewed else risk_levels.name(own)
    return f"〔{told}〕" if told else ""


def _details(finding: FindingView) -> list[tuple[str, str]]:
    amount = "" if not finding.amount_fen else f"{finding.amount_fen / _FEN_PER_WAN:,.2f} 万元"
    deadline = "" if finding.deadline is None else finding.deadline.isoformat()
    return [
        ("措施", finding.measure),
        ("责任人", finding.owner),
        ("期限", deadline),
        ("金额", amount),
    ]


def answers(readable: Pairs, changes: Changes = UNCHANGED) -> list[str]:
    """Every question with its answer; changed ones are marked and show the old one."""
    lines = ["", "◆ 填报内容"]
    for place, (label, said) in enumerate(readable):
        mark = CHANGED if place in changes.before else ""
        lines.append(f"{label}{mark}\n{_SPACE}{said}" if said else label)
        if mark:
            lines.append(f"{_SPACE}{BEFORE}{changes.before[place]}")
    if changes.gone:
        lines += ["", LEFT_OUT, *(f"{label}\n{_SPACE}{BEFORE}{said}" for label, said in changes.gone)]
    return lines


def since_before(sheet: SheetView, versions: Sequence[SheetVersionView]) -> Changes:
    """What the newest version changes in the one before; `versions` of the sheet, none where there is only one."""
    before = next((version for version in versions if version.version == sheet.version - 1), None)
    return UNCHANGED if before is None else compared(before.readable, sheet.readable)


def compared(before: Pairs, after: Pairs) -> Changes:
    """What was changed from one version to the next. Questions are told by section and label: numbers may shift."""
    old = dict(zip(_keys(before), (said for _, said in before), strict=True))
    new = list(_keys(after))
    changed = {
        place: old.get(key, "") or EMPTY
        for place, (key, (_, said)) in enumerate(zip(new, after, strict=True))
        if said and old.get(key, "") != said
    }
    left = set(new)
    gone = tuple((key[1], said) for key, said in old.items() if key not in left and said)
    return Changes(changed, gone)


def _keys(pairs: Pairs) -> Iterable[Key]:
    """Section, label without its number, and which one of this name it is."""
    section = ""
    counted: dict[tuple[str, str], int] = {}
    for label, said in pairs:
        if not said:
            section = label
        number, dot, rest = label.partition(". ")
        name = rest if dot and number.isdigit() else label
        counted[section, name] = counted.get((section, name), 0) + 1
        yield section, name, counted[section, name]
