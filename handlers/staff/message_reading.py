"""查 YJ… and 看意见: officers read what people say outside of forms."""

import re
from datetime import timedelta
from typing import Final

from handlers import label_words, words
from handlers.base import Context, Conversation, Outcome, Said, Tap, say, text
from handlers.messages import own
from handlers.messages.wording import KIND_NAMES, shown
from handlers.staff import labels_wording, reading
from handlers.taps import turning
from nlp.labels import Intent
from storage.commands import WriteAudit
from storage.text_views import MessageView, ReceivedMessages, RecentText

LIST: Final = "看意见"
PAGE: Final = 8
LAST_PAGE: Final = 999
"""That can be asked for with three digits."""
DAYS: Final = 90
NOTHING: tuple[str | Tap, ...] = (f"最近 {DAYS} 天没有收到意见建议。\n\n", Tap(words.MENU))
"""For an officer who has received none."""
HIDDEN: Final = "内容不在这里列出，要看请点编号（记入审计）"
"""Under a message that turned out to be a report, in a list that may be read over a shoulder."""
NOT_BOUND: Final = "未绑定身份，没有姓名"
_TYPED: Final = re.compile(rf"{LIST}[\s:]*(?:第?\s*([0-9]{{1,3}})\s*页?)?")
_SHOWN: Final = 40
"""Characters of a message in the list."""


def behind(said: str) -> str | None:
    """The page that is asked for (empty: the first) in a text that is this command, else None."""
    found = _TYPED.fullmatch(words.normal(said))
    return None if found is None else found.group(1) or ""


async def received(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """One page of the messages of the last 90 days, the newest first."""
    page = max(int(argument or 1), 1)
    found = await _page(page, context)
    if not found.total:
        return say(conversation, *NOTHING)
    last = min((found.total - 1) // PAGE + 1, LAST_PAGE)
    if page > last:
        page, found = last, await _page(last, context)
    parts: list[str | Tap] = [f"最近 {DAYS} 天收到的意见共 {found.total} 条，新的在前，点编号查看："]
    for each in found.messages:
        parts += ["\n\n", Tap(each.number, f"查 {each.number}"), f" {_line(each, context)}"]
    parts.append("\n\n")
    return say(conversation, *parts, *turning(LIST, page, last), Tap(words.MENU))


async def own_ones(argument: str, conversation: Conversation, context: Context) -> Outcome:
    """看意见 of somebody who reads nobody's: what they wrote themselves."""
    return await own.listed(conversation, context)


async def _page(page: int, context: Context) -> ReceivedMessages:
    since = context.now - timedelta(days=DAYS)
    return await context.records.received_messages(since, limit=PAGE, offset=(page - 1) * PAGE)


def _line(each: RecentText, context: Context) -> str:
    day = each.submitted_at.astimezone(context.timezone)
    labels = labels_wording.names(each.labels, intent=True) if each.labels else labels_wording.UNLABELLED
    if labels_wording.is_report(each.labels):
        return f"{day.month}月{day.day}日〔{label_words.INTENTS[Intent.REPORT]}〕\n{HIDDEN}"
    return f"{day.month}月{day.day}日〔{labels}〕\n{shown(each.text, _SHOWN)}"


async def look_up(number: str, conversation: Conversation, context: Context) -> Outcome | None:
    """The message of a canonical number; None when this officer reads no such message. Reading is audited."""
    message = await context.records.message(number)
    if message is None:
        return None
    said = Said(conversation, text(_worded(message, context), "\n\n", Tap(LIST), "　", Tap(words.MENU)))
    return Outcome(commands=(WriteAudit("message.read", f"message:{number}"),), then=lambda results: said)


def _worded(message: MessageView, context: Context) -> str:
    author = f"{message.author_name}（{message.unit_name}）" if message.author_name else NOT_BOUND
    return "\n".join(
        [
            f"意见 {message.number}",
            f"提交人：{author}",
            f"提交时间：{reading.moment(message.submitted_at, context.timezone)}",
            f"{labels_wording.CHOSEN}{KIND_NAMES[message.kind]}",
            f"分类：{labels_wording.line(message.labels, intent=True)}",
            *([labels_wording.AS_A_REPORT] if labels_wording.is_report(message.labels.current) else []),
            "",
            message.text,
            "",
            labels_wording.HOW_TO_CORRECT.format(number=message.number, example=""),
        ]
    )
