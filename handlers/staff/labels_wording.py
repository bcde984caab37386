"""What officers read of the labels of a text: the labels in one line, with the words that led to them."""

from collections.abc import Mapping
from typing import Any, Final

from handlers import label_words, words
from handlers.base import Tap
from nlp.labels import Intent
from storage.text_views import LabelsView

Parts = list[str | Tap]

CHOSEN: Final = "提交人选的类型："
UNLABELLED: Final = "未分类"
NOTHING_NAMED: Final = "没有可归的类"
HOW_TO_CORRECT: Final = (
    "分类不对？发“改类 {number} {example}食堂后勤 低”这样的话就能改；去掉一类，在前面加减号，如“-食堂后勤”。"
)
WHICH_FINDING: Final = "这份表有 {count} 项问题，请写明是第几项，例如“改类 {number} 第2项 食堂后勤”。"
NO_SUCH_FINDING: Final = "这份表只有 {count} 项问题，没有第 {place} 项。"
NO_PLACES: Final = "{number} 是一条意见，不分第几项，直接写类别就行，例如“改类 {number} 食堂后勤 低”。"
NO_FINDING: Final = "这份表没有报告问题，没有可以改的分类。"
CHANGED_MEANWHILE: Final = "分类刚刚有变动，这次没有改。请看过新的分类再改。"
OWN_TEXT: Final = "这是您自己写的，分类要请别的纪检人员来改（回避）。"
AS_A_REPORT: Final = "这条是举报反映：请按举报件另行登记办理，注意为提交人保密，不要转给被反映的单位和人。"
"""Under a message that its writer took for something else."""
_EVIDENCE: Final = 3
"""Words that are shown."""
_LONGEST_WORDS: Final = 12
_WORDS, _WEIGHT = 1, 5
"""Places within a piece of evidence (Classification.to_json)."""


def line(labels: LabelsView, *, intent: bool = False) -> str:
    """One line: labels, whether an officer set them, and the words behind the machine's."""
    if not labels.current:
        return UNLABELLED
    by = f"（{labels.corrected_by}已核）" if labels.corrected_at is not None else ""
    shown = f"{names(labels.current, intent=intent)}{by}"
    led = [] if by else evidence(labels.classification)
    return f"{shown}；依据：{'、'.join(f'“{each}”' for each in led)}" if led else shown


def names(labels: Mapping[str, Any], *, intent: bool = False) -> str:
    """Labels as one text."""
    found = label_words.named(labels)
    if intent:
        found.insert(0, label_words.INTENTS.get(labels.get("intent", ""), UNLABELLED))
    return "、".join(found) or NOTHING_NAMED


def is_report(labels: Mapping[str, Any] | None) -> bool:
    """Whether these labels say that somebody reports misconduct; None: there are none yet."""
    return labels is not None and labels.get("intent") == Intent.REPORT


def evidence(classification: Mapping[str, Any]) -> list[str]:
    """The words that spoke loudest for the labels; a word that stands within another one is not shown twice."""
    shown: list[str] = []
    for piece in classification.get("evidence", ()):
        said = str(piece[_WORDS]) if len(piece) > _WEIGHT and piece[_WEIGHT] > 0 else ""
        if said and len(said) <= _LONGEST_WORDS and not any(said in other or other in said for other in shown):
            shown.append(said)
    return shown[:_EVIDENCE]


def corrected(what: str, before: Mapping[str, Any], after: Mapping[str, Any], *, intent: bool) -> Parts:
    """The labels were changed."""
    was, now = names(before, intent=intent), names(after, intent=intent)
    sentence = (
        f"{what} 的分类已核对，没有变：{now}。" if was == now else f"{what} 的分类已改。\n原来：{was}\n现在：{now}"
    )
    what_now = f"\n{AS_A_REPORT}" if intent and is_report(after) else ""
    return [f"{sentence}{what_now}\n您的改法会留作改进分类的例子。\n\n", Tap(words.MENU)]


def to_say(number: str, current: str, *, example: str = "", kind: str = "") -> Parts:
    """改类 without labels. `kind`: what the writer of a message chose; `example`: the place of a finding."""
    how = HOW_TO_CORRECT.format(number=number, example=example)
    chosen = f"{CHOSEN}{kind}\n" if kind else ""
    possible = label_words.POSSIBLE_OF_FINDINGS if example else label_words.POSSIBLE
    return [f"{number}\n{chosen}现在的分类：{current}\n\n{how}\n\n{possible}\n\n", Tap(words.MENU)]


def refused(sentence: str, number: str) -> Parts:
    """Nothing was changed, and why."""
    return [f"{sentence}\n\n", Tap(f"查 {number}"), "　", Tap(words.MENU)]
