"""Everything that a person reads while filling a form: questions, previews, and the sentences around them."""

from collections.abc import Iterable, Sequence
from functools import cache

from handlers import words
from handlers.base import Tap
from handlers.forms.form import Choice, Kind
from handlers.forms.views import Asked, Gap, PreviewLine

Parts = list[str | Tap]
"""A reply under construction: strings and taps."""

SECRETS = "【保密提醒】国家秘密、商业秘密等涉密内容请勿在此填写。"
HOW_TO_FILL = "一次答一题，随时可以“暂存”，改天接着填。"
ASK_TO_CANCEL = "确定不填了吗？取消后，已经填的内容会删除，不能恢复。"
CHOOSE_TO_CANCEL = "请先点一下：还填不填这份表？"
CANCELLED = "已取消，填过的内容已经删除。想填的时候，随时回来。"
KEPT_ON = "好的，接着填。"
NOTHING_OPEN = "现在没有正在填写的表。"
NOT_KEPT = "刚才这句话没有记入表中。"
DRAFT_GONE = "这份表已经在别处提交、取消或改动过，这里的旧内容不再使用，刚才这一步没有存上。"
ANSWER_IN_TEXT = "这一题请用文字回答。打字不方便的话，可以用输入法的语音转文字。刚才发的内容没有保存。"
PICK_HINT = "（只有一项直接点；有几项就回复序号，如 1 3，或者 "
PICKING = "点一下选上，再点一下去掉："
PICK_SOMETHING = "还没有选上任何一项，请先点选。"
MODIFY_HOW = "要改哪一题，请连题号一起说，例如“修改 3”。不记得题号，可以先预览。"
CANNOT_BEGIN = (
    "这份表现在不能填写了：可能您的聘任刚有变动，或者表单已停用。请回复“菜单”看看，有疑问请联系本单位纪检人员。"
)
SUBMIT_REFUSED_GONE = "这份表没有提交成功：它已经被取消，或者不在您名下了。"
SUBMIT_REFUSED_CHANGED = "这份表没有提交成功：它刚才在别处改动过。请回复“继续”取出最新的一份，核对后再提交。"
NOT_TO_PICK = "这一题不用逐项点选。"
LEFT_EMPTY = "（未填）"

_GAP = "　"


def welcome_back(title: str) -> str:
    """The line for somebody who answers after a day or more."""
    return f"欢迎回来！刚才的回答已经记下，接着填《{title}》。\n\n"


def beginning(title: str) -> str:
    """What stands before the first question of a form."""
    return f"{SECRETS}\n\n开始填写《{title}》。{HOW_TO_FILL}\n\n"


def resuming(title: str, *, untouched: bool) -> str:
    """What stands before the question when a form is taken up again; the reminder too while nothing is answered."""
    return (f"{SECRETS}\n\n" if untouched else "") + f"接着填《{title}》。\n\n"


def question(asked: Asked) -> Parts:
    """One question with all that helps to answer it, and what else can be done at this point."""
    parts: Parts = [f"{note}\n\n" for note in asked.notes]
    if asked.section and asked.opens_section:
        parts.append(f"【{asked.section}】\n")
    optional = "" if asked.required else "（选填）"
    parts.append(f"第 {asked.number}/{asked.total} 题{_GAP}{asked.label}{optional}")
    if asked.hint:
        parts.append(f"\n提示：{asked.hint}")
    if asked.value_text:
        parts.append(f"\n已填：{asked.value_text}（不改就回复“跳过”）")
    if asked.choices:
        parts.append("\n")
        parts.extend(choices(asked))
    if asked.kind is Kind.SELECT_MULTIPLE:
        parts += ["\n", PICK_HINT, Tap(words.PICK), "）"]
    parts.append("\n\n")
    parts += _ways_on(asked.number == 1, not asked.required or asked.value != "")
    return parts


def choices(asked: Asked) -> Parts:
    """The choices of a question as numbered taps, one a line."""
    parts: Parts = []
    for number, tap in enumerate(_choice_taps(asked.choices), start=1):
        parts += (f"\n{number}. ", tap)
    return parts


def _choice_taps(choices: Sequence[Choice]) -> list[Tap]:
    """Taps that send a choice's label, or its number where the label would be understood as something else."""
    labels = [option.label for option in choices]
    return [
        Tap(label, str(number) if words.hear(label).word is not None or labels.count(label) > 1 else label)
        for number, label in enumerate(labels, start=1)
    ]


@cache
def _ways_on(first: bool, passable: bool) -> tuple[str | Tap, ...]:
    ways = [] if first else [words.BACK]
    if passable:
        ways.append(words.SKIP)
    return tuple(row([*ways, words.SAVE] if first else [*ways, words.PREVIEW, words.SAVE]))


def row(labels: Iterable[str | Tap]) -> Parts:
    """Taps side by side."""
    parts: Parts = []
    for label in labels:
        if parts:
            parts.append(_GAP)
        parts.append(label if isinstance(label, Tap) else Tap(label))
    return parts


def ticking(asked: Asked, picked: Sequence[str]) -> Parts:
    """The choices of a question with those ticked so far."""
    parts: Parts = [f"第 {asked.number}/{asked.total} 题{_GAP}{asked.label}\n{PICKING}\n"]
    for number, (option, tap) in enumerate(zip(asked.choices, _choice_taps(asked.choices), strict=True), start=1):
        tick = "☑" if option.value in picked else "☐"
        parts += [f"\n{tick} {number}. ", tap]
    parts.append("\n\n")
    return [*parts, *row([words.PICKED, words.SAVE])]


def heard(asked: Asked, value: str) -> str:
    """How an answer was understood, where typed and understood may differ; empty for plain text."""
    if not value or asked.kind is Kind.TEXT:
        return ""
    return f"已记：{_readable(asked, value)}\n\n"


def _readable(asked: Asked, value: str) -> str:
    labels = {option.value: option.label for option in asked.choices}
    if asked.kind is Kind.SELECT_ONE:
        return labels.get(value, value)
    if asked.kind is Kind.SELECT_MULTIPLE:
        return "、".join(labels.get(name, name) for name in value.split())
    return value


def all_answered(title: str) -> Parts:
    """The end of the questions."""
    return [
        f"《{title}》的题目都答完了，辛苦了！\n\n请先预览核对，没问题就提交。\n\n",
        *row([words.PREVIEW, words.SUBMIT, words.SAVE]),
    ]


def saved(title: str) -> Parts:
    """The form was put aside."""
    return [f"《{title}》已暂存。什么时候回来都可以，回复“继续”就从这里接着填。\n\n", *row([words.RESUME, words.MENU])]


def cancelling(answered: int) -> Parts:
    """The question before a form is given up."""
    lead = f"您已经填了 {answered} 项。" if answered else ""
    return [f"{lead}{ASK_TO_CANCEL}\n\n", *row([words.GIVE_UP, words.KEEP_ON, words.SAVE])]


def preview(title: str, lines: Sequence[PreviewLine], gaps: Sequence[Gap], notes: Sequence[str]) -> Parts:
    """All answers, numbered; a number is a tap that leads back to its question."""
    answered = sum(bool(line.text) for line in lines)
    parts: Parts = [
        f"《{title}》预览\n共 {len(lines)} 题，已答 {answered} 题。要改哪题，点它的题号，或回复“修改 题号”。\n"
    ]
    missing = {gap.ref: gap.message for gap in gaps}
    section = ""
    for line in lines:
        if line.section != section:
            section = line.section
            parts.append(f"\n【{section}】")
        parts += ["\n", Tap(f"{line.number}.", f"{words.MODIFY} {line.number}"), f" {line.label}\n{_GAP}"]
        parts.append(line.text or ("（还没有答）" if line.ref in missing else LEFT_EMPTY))
        if line.text and line.ref in missing:
            parts.append(f"\n{_GAP}※ {missing[line.ref]}")
    parts += [f"\n\n{note}" for note in notes]
    return [*parts, "\n\n", *_after_preview(gaps)]


def _after_preview(gaps: Sequence[Gap]) -> Parts:
    if gaps:
        return [f"还有 {len(gaps)} 题要补，补完就能提交。\n", *row([words.RESUME, words.SAVE])]
    return ["没问题就提交吧。\n", *row([words.SUBMIT, words.SAVE])]


def to_mend(gaps: Sequence[Gap]) -> str:
    """Before the first question that stands in the way of handing in."""
    many = f"还差 {len(gaps)} 题才能提交，先看这一题：" if len(gaps) > 1 else "还差这一题就能提交了："
    return f"{many}\n{gaps[0].message}\n\n"


def submitted(title: str, number: str, *, already: bool) -> Parts:
    """The form was handed in under `number`."""
    if already:
        lead = f"这份《{title}》之前已经提交过了，不用再交。\n编号：{number}\n"
    else:
        lead = f"《{title}》已提交，辛苦了！\n编号：{number}\n\n纪委会逐份阅看，与您一同把关。"
    return [f"{lead}请留存编号，联系纪检人员时报编号就行。\n\n", *row([words.MENU])]


def unfinished(title: str) -> Parts:
    """The line under an answer to something else while a form is open."""
    return [f"\n\n——\n您有一份未完成的《{title}》，回复 ", Tap(words.RESUME), " 接着填。"]


def only_in_records(title: str, *, command: bool) -> Parts:
    """A word about a form, or an answer, when only the records remember the form."""
    lead = NOTHING_OPEN if command else NOT_KEPT
    return [f"{lead}您有一份未完成的《{title}》，先把它打开吧。\n\n", *row([words.RESUME, words.MENU])]


def nothing_open() -> Parts:
    """A form's command word, and no form."""
    return [f"{NOTHING_OPEN}\n\n", *row([words.BEGIN, words.RESUME, words.MENU])]


def choose_to_cancel() -> Parts:
    """Something else was said where the person was asked whether to give the form up."""
    return [f"{CHOOSE_TO_CANCEL}\n\n", *row([words.GIVE_UP, words.KEEP_ON, words.SAVE])]


def which_form(labels: Sequence[str], *, known: bool) -> Parts:
    """The forms to choose from; `known`: what was asked for is among them, or nothing was asked for."""
    lead = "要填哪一份？点一下就开始：" if known else "没有找到这份表。您现在可以填："
    return [lead, *_lines(Tap(label, f"{words.BEGIN} {label}") for label in labels)]


def which_draft(labels: Sequence[str]) -> Parts:
    """The drafts to choose from."""
    return [
        "您有几份没填完的表，接着填哪一份？",
        *_lines(Tap(label, f"{words.RESUME} {label}") for label in labels),
    ]


def has_draft(label: str, since: str) -> Parts:
    """A form was asked for of which a draft is open; `since` is when it was touched last."""
    return [
        f"您有一份没填完的《{label}》，存于 {since}。接着填，还是重新来过？重新填写会删除原来的内容。\n\n",
        *row([Tap(words.KEEP_ON, f"{words.RESUME} {label}"), Tap(words.RESTART, f"{words.RESTART} {label}")]),
    ]


def _lines(taps: Iterable[Tap]) -> Parts:
    parts: Parts = []
    for tap in taps:
        parts += ["\n· ", tap]
    return parts
