"""What a person is asked about a thin or copied answer before the sheet is handed in, and about a correction that
corrects nothing.
"""

from collections.abc import Sequence

from handlers import words
from handlers.base import Tap
from handlers.forms.purposes import Purpose
from handlers.sheet_quality import WORTHLESS, Concern, Reason
from handlers.sheet_wording import NOT_KEPT, Parts, row

LEAD = "提交以前，想请您再看一题。\n\n"
INSIST_HINT = "如果实际情况就是这样，也可以按原样提交，纪委会看到这条提示。"
ANSWER_NOW = "直接回复新的内容就行，会替换第 {number} 题原来的回答。"
EXAMPLES = {
    Purpose.FINDING: "例如：什么事、出在哪个环节、可能有什么后果",
    Purpose.MEASURE: "例如：谁来做、怎么做、什么时候做完",
    Purpose.SUMMARY: "例如：最需要关注的是哪件事、为什么",
}
EXAMPLE = "例如：什么时候、什么事、怎么做的"
WHY = (
    "提交以前，会看一遍写的内容：太短、太笼统，或者和以前、别处几乎一样的，请您再写具体些，纪委才看得懂实际情况。"
    "这不是说您写错了。"
)
NOT_TAKEN = "“{said}”没有当作第 {number} 题的回答，原来的回答还在。"
RECORDED = "第 {number} 题已改为：{text}\n不对请回复 "
TO_CHANGE = "想改第 {number} 题，请先点下面的链接；不改，就按这样提交。"
TOLD_BACK = 60
"""Characters of a new answer that are told back."""
QUOTED = 24
"""Characters of the answer that the follow-up quotes."""
OWN_COPY = "第 {number} 题与您上期的回答几乎相同：“{text}”。\n本期有什么变化？没有变化的话，请写写目前的进展。"
OWN_COPY_FIGURES = "第 {number} 题与您上期的回答几乎相同，只改了数字：“{text}”。\n本期具体有什么不一样？"
OTHER_COPY = "第 {number} 题与近期别处的一份回答几乎相同：“{text}”。\n请写写您这里自己的情况，{example}。"
NOTHING = "第 {number} 题只写了“{text}”，能说得具体一点吗？{example}。"
SHORT = "第 {number} 题“{text}”写得有点短，能说得具体一点吗？{example}。"
REPEATED = "第 {number} 题写的是重复的字：“{text}”。请写写实际情况，{example}。"
NOISE = "第 {number} 题“{text}”看不出意思，请重新写一写，{example}。"
LABEL = "第 {number} 题的回答和题目是一样的。请写写实际情况，{example}。"
_SENTENCES = {
    Reason.OTHER_COPY: OTHER_COPY,
    Reason.NOTHING: NOTHING,
    Reason.SHORT: SHORT,
    Reason.REPEATED: REPEATED,
    Reason.NOISE: NOISE,
    Reason.LABEL: LABEL,
}
UNCHANGED = "和退回时相比，这次还没有改动任何内容。"
UNTOUCHED = "纪委请您补正的第 {numbers} 题还没有改动。"
STILL = "如果确实不用改，也可以按原样提交。"


def follow_up(concern: Concern) -> Parts:
    """The one question about the worst concern. It says nothing about whose other sheet is alike."""
    sentence = _SENTENCES.get(concern.reason, OWN_COPY)
    if concern.reason is Reason.OWN_COPY and concern.same_figures is False:
        sentence = OWN_COPY_FIGURES
    asked = sentence.format(
        number=concern.number,
        text=_quoted(concern.text),
        example=EXAMPLE if concern.purpose is None else EXAMPLES.get(concern.purpose, EXAMPLE),
    )
    if concern.reason in WORTHLESS:
        asked = f"{asked}\n{ANSWER_NOW.format(number=concern.number)}"
    return [f"{LEAD}{asked}\n\n{INSIST_HINT}\n\n", *row([_to_change(concern.number), words.INSIST])]


def why(concern: Concern) -> Parts:
    """The follow-up once more for somebody who asks what it is about."""
    return [f"{WHY}\n\n", *follow_up(concern)]


def no_content(said: str, concern: Concern) -> Parts:
    """The follow-up once more: what was said is no answer to a question."""
    return [NOT_TAKEN.format(said=_quoted(said), number=concern.number), "\n\n", *follow_up(concern)]


def recorded(number: int, said: str) -> Parts:
    """The new answer, told back."""
    text = " ".join(said.split())
    text = text if len(text) <= TOLD_BACK else f"{text[:TOLD_BACK]}……"
    return [RECORDED.format(number=number, text=text), Tap(f"{words.MODIFY} {number}"), "。\n\n"]


def copied_stays(concern: Concern) -> Parts:
    """A copied answer is not replaced by what is simply said."""
    told = f"{NOT_KEPT}{TO_CHANGE.format(number=concern.number)}"
    return [f"{told}\n\n", *row([_to_change(concern.number), words.INSIST])]


def unchanged(comment: str, untouched: Sequence[int]) -> Parts:
    """A correction is to be handed in in which `untouched` (numbers of questions asked for), or everything, is as it
    was; `comment` is the office's.
    """
    numbers = "、".join(str(number) for number in untouched)
    what = UNTOUCHED.format(numbers=numbers) if untouched else UNCHANGED
    ways = [_to_change(untouched[0])] if untouched else [words.PREVIEW]
    return [f"{what}\n纪委的意见：{comment}\n\n{STILL}\n\n", *row([*ways, words.INSIST])]


def _to_change(number: int) -> Tap:
    return Tap(f"去改第 {number} 题", f"{words.MODIFY} {number}")


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else f"{line[:QUOTED]}……"
