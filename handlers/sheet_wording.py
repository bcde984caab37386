"""Everything that a person reads while filling a form: questions, previews, and the sentences around them."""

from collections.abc import Iterable, Sequence

from handlers import words
from handlers.base import Link, Tap
from handlers.forms.views import Gap, Instance, PreviewLine

Parts = list[str | Tap | Link]
"""A reply under construction: strings, taps and links."""

SECRETS = "【保密提醒】国家秘密、商业秘密等涉密内容请勿在此填写。"
HOW_TO_FILL = "一次答一题，随时可以“暂存”，改天接着填。"
ASK_TO_CANCEL = "确定不填了吗？取消后，已经填的内容会删除，不能恢复。"
CHOOSE_TO_CANCEL = "请先点一下：还填不填这份表？"
CANCELLED = "已取消，填过的内容已经删除。想填的时候，随时回来。"
KEPT_ON = "好的，接着填。"
NOTHING_OPEN = "现在没有正在填写的表。"
NOT_KEPT = "刚才这句话没有记入表中。"
DRAFT_GONE = "这份表已经在别处提交、取消或改动过，这里的旧内容不再使用，刚才这一步没有存上。"
MODIFY_HOW = "要改哪一题，请连题号一起说，例如“修改 3”。不记得题号，可以先预览。"
CANNOT_BEGIN = (
    "这份表现在不能填写了：可能您的聘任刚有变动，或者表单已停用。请回复“菜单”看看，有疑问请联系本单位纪检人员。"
)
SUBMIT_REFUSED_GONE = "这份表没有提交成功：它已经被取消，或者不在您名下了。"
SUBMIT_REFUSED_CHANGED = "这份表没有提交成功：它刚才在别处改动过。请回复“继续”取出最新的一份，核对后再提交。"
SUBMIT_REFUSED_LAPSED = "这份表没有提交成功：草稿很久没有动过，已经失效。请回复“继续”取回，核对后再提交。"
STOOD_IN = (
    "代填已经结束（请假结束，或者换了人代填），这份表没有提交。填好的内容都在，已经转给 {heir}，由对方核对后提交。"
)
NOT_HANDED_OVER = "这份表刚才有变动，请再说一次“继续”。"
NO_OTHERS = "现在没有其他表单。"
LEFT_EMPTY = "（未填）"

_GAP = "　"


def welcome_back(title: str) -> str:
    """The line for somebody who answers after a day or more."""
    return f"欢迎回来！刚才的回答已经记下，接着填《{title}》。\n\n"


def beginning(title: str, absent: str = "", *, others: bool = False) -> Parts:
    """What stands before the first question of a form; `absent`: in whose stead it is filled; `others`: it was begun
    without asking which, and there are more.
    """
    instead = f"代{absent}" if absent else ""
    more: Parts = ["要填别的，回复 ", Tap(words.OTHERS), "。"] if others else []
    return [f"{SECRETS}\n\n开始{instead}填写《{title}》。{HOW_TO_FILL}", *more, "\n\n"]


def resuming(title: str, *, untouched: bool) -> str:
    """What stands before the question when a form is taken up again; the reminder too while nothing is answered."""
    return (f"{SECRETS}\n\n" if untouched else "") + f"接着填《{title}》。\n\n"


def row(labels: Iterable[str | Tap]) -> Parts:
    """Taps side by side."""
    parts: Parts = []
    for label in labels:
        if parts:
            parts.append(_GAP)
        parts.append(label if isinstance(label, Tap) else Tap(label))
    return parts


def all_answered(title: str) -> Parts:
    """The end of the questions."""
    return [
        f"《{title}》的题目都答完了，辛苦了！\n\n请先预览核对，没问题就提交。\n\n",
        *row([words.PREVIEW, words.SUBMIT, words.SAVE]),
    ]


def saved(title: str, until: str) -> Parts:
    """The form was put aside; `until` is the local day up to which it is kept (12月7日)."""
    told = f"《{title}》已暂存，保留到 {until}，其间回复“继续”就从这里接着填。\n\n"
    return [told, *row([words.RESUME, words.MENU])]


def kept_aside(title: str, label: str) -> Parts:
    """The line that another form, which was under way, makes room; 继续 with its label brings it back."""
    return [f"《{title}》已暂存，回复 ", Tap(f"{words.RESUME} {label}"), " 可以接着填。\n\n"]


def cancelling(answered: int) -> Parts:
    """The question before a form is given up."""
    lead = f"您已经填了 {answered} 题。" if answered else ""
    return [f"{lead}{ASK_TO_CANCEL}\n\n", *row([words.GIVE_UP, words.KEEP_ON, words.SAVE])]


def preview(
    title: str,
    lines: Sequence[PreviewLine],
    gaps: Sequence[Gap],
    notes: Sequence[str],
    items: Sequence[Instance] = (),
    adding: Sequence[Tap] = (),
) -> Parts:
    """All answers, numbered; a number is a tap that leads back to its question. `items` are the instances of repeats,
    which may be removed; `adding` are the taps for one more.
    """
    answered = sum(bool(line.text) for line in lines)
    parts: Parts = [
        f"《{title}》预览\n共 {len(lines)} 题，已答 {answered} 题。要改哪题，点它的题号，或回复“修改 题号”。\n"
    ]
    missing = {gap.ref: gap.message for gap in gaps}
    removable = {item.ref: item for item in items if item.open}
    section = standing = ""
    for line in lines:
        opened = line.section != section
        if opened:
            section = line.section
            parts.append(f"\n【{section}】" if section else "\n")
        item = removable.get(_instance_of(line.ref))
        if item is not None and item.ref != standing:
            parts += [_GAP if opened else f"\n〔第 {item.number} 项〕{_GAP}"]
            parts.append(Tap("删除这一项", f"{words.REMOVE} {line.number}"))
        standing = "" if item is None else item.ref
        parts += ["\n", Tap(f"{line.number}.", f"{words.MODIFY} {line.number}"), f" {line.label}\n{_GAP}"]
        parts.append(line.text or ("（还没有答）" if line.ref in missing else LEFT_EMPTY))
        if line.text and line.ref in missing:
            parts.append(f"\n{_GAP}※ {missing[line.ref]}")
    if adding:
        parts += ["\n\n", *row(adding)]
    parts += [f"\n\n{note}" for note in notes]
    return [*parts, "\n\n", *_after_preview(gaps)]


def _instance_of(ref: str) -> str:
    """The innermost instance of a repeat that a question stands in; empty outside of repeats."""
    before, bracket, _ = ref.rpartition("]")
    return before + bracket


def _after_preview(gaps: Sequence[Gap]) -> Parts:
    if gaps:
        return [f"还有 {len(gaps)} 题要补，补完就能提交。\n", *row([words.RESUME, words.SAVE])]
    return ["没问题就提交吧。\n", *row([words.SUBMIT, words.SAVE])]


def to_mend(gaps: Sequence[Gap]) -> str:
    """Before the first question that stands in the way of handing in."""
    many = f"还差 {len(gaps)} 题才能提交，先看这一题：" if len(gaps) > 1 else "还差这一题就能提交了："
    return f"{many}\n{gaps[0].message}\n\n"


def submitted(title: str, number: str, *, already: bool, tasks: Sequence[str | Tap] = ()) -> Parts:
    """The form was handed in under `number`; `tasks` tells which period it counts for, and what is still owed."""
    if already:
        lead = f"这份《{title}》之前已经提交过了，不用再交。\n编号：{number}\n"
    else:
        lead = f"《{title}》已提交，辛苦了！\n编号：{number}\n\n纪委会逐份阅看，与您一同把关。"
    return [f"{lead}请留存编号，联系纪检人员时报编号就行。\n\n", *tasks, *row([words.MENU])]


def unfinished(title: str, lapses: str = "") -> Parts:
    """The line under an answer to something else while a form is open; `lapses` says until when, where that is near."""
    return [f"\n\n——\n您有一份未完成的《{title}》{lapses}，回复 ", Tap(words.RESUME), " 接着填。"]


def is_it_an_answer(title: str, number: int, label: str, other: str) -> Parts:
    """Something was said right after something else was asked for: is it the answer to the question of the form?
    `other`: what a tap says where it may be a message of its own (else empty).
    """
    question = f"《{title}》第 {number} 题“{label}”的回答"
    if other:
        told = f"刚才这句话还没有登记。它是{question}，还是另外提的建议、咨询或求助？点一下就行。\n\n"
        return [told, *row([words.RECORD, other, words.RESUME, words.MENU])]
    told = f"刚才这句话没有登记。如果是{question}，点一下就记入；不是的话不用管。\n\n"
    return [told, *row([words.RECORD, words.RESUME, words.MENU])]


def form_or_answer(said: str, labels: Sequence[str], way: str) -> Parts:
    """The title of a form was typed in the middle of a form; `labels` are the forms that it means, `way` is what goes
    on with the question.
    """
    answer = "还是把它记作这一题的回答？" if way == words.RECORD else "还是接着填刚才这份？"
    lead = f"“{said}”是一份表的名字，还没有记入。要打开这份表，{answer}\n\n"
    return [lead, *row([*(Tap(f"打开《{label}》", f"{words.BEGIN} {label}") for label in labels), way])]


def only_in_records(title: str, *, command: bool) -> Parts:
    """A word about a form, or an answer, when only the records remember the form."""
    lead = NOTHING_OPEN if command else NOT_KEPT
    return [f"{lead}您有一份未完成的《{title}》，先把它打开吧。\n\n", *row([words.RESUME, words.MENU])]


def nothing_open() -> Parts:
    """A form's command word, and no form."""
    return [f"{NOTHING_OPEN}要填表，请点“{words.BEGIN}”。\n\n", *row([words.BEGIN, words.MENU])]


def choose_to_cancel() -> Parts:
    """Something else was said where the person was asked whether to give the form up."""
    return [f"{CHOOSE_TO_CANCEL}\n\n", *row([words.GIVE_UP, words.KEEP_ON, words.SAVE])]


def which_form(labels: Sequence[str], others: Sequence[str], *, known: bool) -> Parts:
    """The forms to choose from, `others` being those that no appointment asks for; `known`: what was asked for is
    among them, or nothing was asked for.
    """
    lead = "要填哪一份？点一下就开始：" if known else "没有找到这份表。您现在可以填："
    parts: Parts = [lead, *_lines(Tap(label, f"{words.BEGIN} {label}") for label in labels)]
    if labels and others:
        parts.append(f"\n\n{words.OTHERS}：")
    return [*parts, *_lines(Tap(label, f"{words.BEGIN} {label}") for label in others)]


def no_others() -> Parts:
    """其他表单, and there are none."""
    return [f"{NO_OTHERS}\n\n", *row([words.BEGIN, words.MENU])]


def which_draft(labels: Sequence[str], lapses: Sequence[str]) -> Parts:
    """The drafts to choose from; `lapses` says of each until when it is kept, where that is near."""
    parts: Parts = ["您有几份没填完的表，接着填哪一份？"]
    for label, note in zip(labels, lapses, strict=True):
        parts += ["\n· ", Tap(label, f"{words.RESUME} {label}"), note]
    return parts


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
