"""查 <number>: an officer reads one sheet."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers import words
from handlers.base import Context, Conversation, Outcome, Said, Tap, say, text
from storage.commands import WriteAudit
from storage.numbers import parse_number
from storage.views import FindingView, SheetView
from storage.vocabulary import SheetState

UNKNOWN: tuple[str | Tap, ...] = (
    "没有查到这个编号的观察表。请核对编号，例如“查 GC26-0000179”。\n\n",
    Tap(words.MENU),
)
"""For an unknown number, a number with a slip, and everybody who may not read the sheet: the same to the byte."""

_STATES = {
    SheetState.SUBMITTED: "已提交",
    SheetState.RETURNED: "已退回补正",
    SheetState.ACCEPTED: "已采纳",
}
_LEVELS = {"high": "高", "medium": "中", "low": "低"}
_NO_FINDINGS = "没有报告问题或风险点。"
_FEN_PER_WAN = 1_000_000
_SPACE = "　"


async def look_up(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """The sheet of a number as typed; reading it is put on the audit log in the same turn."""
    number = parse_number(argument)
    sheet = await context.records.sheet(number) if number is not None else None
    if sheet is None:
        return say(conversation, *UNKNOWN)
    said = Said(conversation, text(_worded(sheet, context.timezone), "\n\n", Tap(words.MENU)))
    return Outcome(commands=(WriteAudit("sheet.read", f"sheet:{sheet.number}"),), then=lambda results: said)


def _worded(sheet: SheetView, zone: ZoneInfo) -> str:
    head = [
        f"《{sheet.title}》 {sheet.number}",
        f"填报人：{sheet.author_name}（{sheet.unit_name}）",
        f"提交时间：{_moment(sheet.submitted_at, zone)}",
        f"状态：{_STATES[sheet.state]}",
    ]
    return "\n".join([*head, "", *_findings(sheet.findings), *_answers(sheet.readable)])


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _findings(findings: Sequence[FindingView]) -> list[str]:
    if not findings:
        return [f"◆ 问题和风险点：{_NO_FINDINGS}"]
    lines = [f"◆ 问题和风险点（{len(findings)} 项）"]
    for number, finding in enumerate(findings, start=1):
        level = f"〔{_LEVELS.get(finding.level, finding.level)}〕" if finding.level else ""
        lines.append(f"{number}. {level}{finding.text}")
        lines.extend(f"{_SPACE}{label}：{said}" for label, said in _details(finding) if said)
    return lines


def _details(finding: FindingView) -> list[tuple[str, str]]:
    amount = "" if not finding.amount_fen else f"{finding.amount_fen / _FEN_PER_WAN:,.2f} 万元"
    deadline = "" if finding.deadline is None else finding.deadline.isoformat()
    return [
        ("措施", finding.measure),
        ("责任人", finding.owner),
        ("期限", deadline),
        ("金额", amount),
    ]


def _answers(readable: Sequence[tuple[str, str]]) -> list[str]:
    lines = ["", "◆ 填报内容"]
    for label, said in readable:
        lines.append(f"{label}\n{_SPACE}{said}" if said else label)
    return lines
