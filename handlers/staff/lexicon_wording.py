"""What officers read when they add words to the lexicon, take them out, and look at what was done."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from handlers import label_words, words
from handlers.base import Tap
from handlers.messages.wording import shown
from handlers.staff import labels_wording
from nlp.labels import Severity
from storage.text_views import LexiconEditView, LexiconWord

if TYPE_CHECKING:
    from handlers.staff.lexicon_trial import Trial

Parts = list[str | Tap]

ADD: Final = "加词"
REMOVE: Final = "删词"
UNDO: Final = "撤销改词"
UNDO_THIS: Final = "撤销这次改动"
"""What the tap shows that takes back at once what was just confirmed; 撤销改词 asks first."""
HISTORY: Final = "词库"
CONFIRM: Final = "确认改词"
LOOK: Final = "看改词"
DROP: Final = "取消改词"
NOT_FOR_YOU: Final[tuple[str | Tap, ...]] = ("刚才这句话我没有看懂，也没有登记。\n\n", Tap(words.MENU))
"""For everybody who may not edit the lexicon."""
HOW: Final = (
    "这样说：加词 词语 类别 分量，例如“加词 甲供料 物资管理 高”。\n"
    "类别可以写几个；分量 高＝一出现就算、中＝常见、低＝略有关系，不写按中。要表示程度，写 严重、一般、轻微。\n"
    "不要的词：删词 词语。反悔了：撤销改词。"
)
HOW_TO_REMOVE: Final = "这样说：删词 词语，例如“删词 甲供料”。"
ONE_AT_A_TIME: Final = "一次只能删一个词，请一个一个说，例如“删词 {word}”。"
NO_WORD: Final = "词语要 {shortest} 到 {longest} 个字：太短的到处都是，太长的很难再遇到，里面也不能有空格、标点。"
NO_LABEL: Final = "“{word}”归到哪一类？请把类别写在后面，例如“加词 {word} 招标采购 高”。"
NO_NEGATION: Final = "“未发现问题”不能靠加词来判断，请写业务领域、纪律、程度、类型或八项规定的类别。"
NOT_THERE: Final = "词库里没有“{word}”这个词，不用删。"
ALREADY: Final = "“{word}”现在就是这样，不用再改。"
COMMON: Final = "注意：试过的文字里有 {percent}% 出现了“{word}”。这么常见的词分不出类别，建议换一个更具体的。"
EVERYDAY: Final = "注意：“{word}”是日常用语，到处都会出现，分不出类别，建议换一个更具体的词。"
EVERYDAY_REMOVED: Final = "注意：“{word}”很常用，删掉以后，许多话的分类都可能跟着变。"
REPLACES: Final = "它会换掉现在的：{what}。"
REPLACES_BUILT_IN: Final = "这个词内置时归到：{labels}；确认后只按您写的算。"
REMOVES_BUILT_IN: Final = "这个词内置时归到：{labels}；确认后不再看它。"
REMOVES_NO_LABEL: Final = "这个词内置时不归到哪一类，只用来听懂语气和前后搭配；确认后不再看它。"
NOT_RECOGNISED: Final = (
    "注意：“{word}”一出现，就认作{labels}的线索。确认后，带这个词的举报可能认不出，当成普通意见登记。拿不准就别动它。"
)
TWO_WEIGHTS: Final = "分量只能写一个，您写了“{first}”和“{second}”。"
TWO_GRADES: Final = "程度只能写一个，您写了“{first}”和“{second}”。"
NO_GRADE: Final = "“无”不能靠加词来判断：不写程度，这个词就和程度无关。要表示程度，写 严重、一般、轻微。"
CHANGED: Final = "词库刚刚有人改过，这次没有生效。点“重新试算”，看看现在会怎样。"
CHANGED_BEFORE_UNDOING: Final = "词库刚刚有人改过，这次没有撤销。点“词库”，看看现在是什么样。"
NOT_IN_FORCE: Final = "您点的这次改动没有生效：隔得久了，或者后来又试算了别的。"
NOT_THE_NEWEST: Final = "您点的是前面那次试算，没有生效。现在等您确认的是：{what}。"
STILL_WAITS: Final = "还有一次改动等您确认：{what}。"
NOTHING_WAITS: Final = "现在没有等您确认的改动。"
NOTHING_TO_UNDO: Final = "没有可以撤销的改动。"
NO_SUCH_EDIT: Final = "没有第 {version} 版改动。点“词库”，看看都改过什么。"
IS_AN_UNDOING: Final = "第 {version} 版本身就是一次撤销，不能再撤销。要恢复{what}，点“重新试算”。"
TRY_AGAIN: Final = "重新试算"
WEIGHTS: Final[Mapping[str, int]] = MappingProxyType({"高": 3, "中": 2, "低": 1})
_WEIGHT_NAMES: Final[Mapping[int, str]] = MappingProxyType({weight: name for name, weight in WEIGHTS.items()})
GRADES: Final[Mapping[str, str]] = MappingProxyType(
    {Severity.HIGH: "严重", Severity.MEDIUM: "一般", Severity.LOW: "轻微"}
)
"""How a severity is typed where 高, 中 and 低 are weights."""
_LINE: Final = 24
"""Characters of a text in the list of changes."""


def what(word: LexiconWord) -> str:
    """An edit in a few words."""
    if not word.weight:
        return f"删词“{word.word}”"
    return f"加词“{word.word}”（{named(word.labels)}，分量{_WEIGHT_NAMES[word.weight]}）"


def typed(word: LexiconWord) -> str:
    """An edit as officers type it."""
    if not word.weight:
        return f"{REMOVE} {word.word}"
    labels = [GRADES.get(value) or label_words.INTENTS.get(value) or value for value in word.labels]
    return " ".join([ADD, word.word, *labels, _WEIGHT_NAMES[word.weight]])


def named(labels: Sequence[str]) -> str:
    """Labels of a word as officers read them."""
    return "、".join(map(_named, labels))


def _named(value: str) -> str:
    name = label_words.INTENTS.get(value) or label_words.SEVERITIES.get(value)
    return value if name is None else name if value in label_words.INTENTS else f"程度{name}"


def ask(word: LexiconWord, trial: "Trial", days: int, notes: Sequence[str] = ()) -> Parts:
    """What an edit would change, and whether it is wanted. `notes`: what to think of before."""
    lines = [f"{what(word)}。"]
    if not trial.tried:
        lines.append(f"过去 {days} 天没有文字可以试算。")
    elif trial.finished:
        lines.append(f"这会改变过去 {days} 天 {trial.tried} 条文字中 {trial.changed} 条的分类。")
    else:
        lines.append(f"时间有限，只试了过去 {days} 天里较新的 {trial.tried} 条，其中 {trial.changed} 条的分类会改变。")
    lines += notes
    lines.append("确认后，新收到的话马上按新词库分类；以前收到的，由管理员重新分类后更新。")
    return ["\n".join(lines), "\n\n", *_answers(word, look=bool(trial.changed))]


def _answers(word: LexiconWord, *, look: bool) -> Parts:
    """The taps under an edit that waits. They name it: a tap far up never means another one."""
    edit = typed(word)
    seeing: Parts = [Tap("查看", f"{LOOK} {edit}"), "　"] if look else []
    return [*seeing, Tap(words.CONFIRM, f"{CONFIRM} {edit}"), "　", Tap(words.CANCEL, f"{DROP} {edit}")]


def waits(word: LexiconWord, lead: str) -> Parts:
    """An edit that waits, told again. `lead`: the sentence around it."""
    return [f"{lead.format(what=what(word))}\n\n", *_answers(word, look=True)]


def try_again(told: str, edit: str) -> Parts:
    """Nothing was edited; a tap tries the edit again. `edit`: as it is typed."""
    return [f"{told}\n\n", Tap(TRY_AGAIN, edit), "　", *_ways()]


def changes(word: LexiconWord, trial: "Trial") -> Parts:
    """Before and after, a text a line."""
    if not trial.changed:
        return [f"{what(word)}：现在没有哪条分类会因此改变。\n\n", *_answers(word, look=False)]
    more = f"，列出较新的 {len(trial.changes)} 条" if trial.changed > len(trial.changes) else ""
    lines = [f"{what(word)}，会改变 {trial.changed} 条{more}："]
    for place, change in enumerate(trial.changes, start=1):
        was, would = (labels_wording.names(each.labels(), intent=True) for each in (change.before, change.after))
        item = f" 第{change.text.place}项" if change.text.place else ""
        lines.append(f"{place}. {change.text.number}{item} {shown(change.text.text, _LINE)}\n　{was} → {would}")
    return ["\n".join(lines), "\n\n", *_answers(word, look=False)]


def done(word: LexiconWord, version: int) -> Parts:
    """It is in force."""
    return [f"已生效：{what(word)}，词库第 {version} 版。\n\n", Tap(UNDO_THIS, f"{UNDO} {version}"), "　", *_ways()]


def done_before(version: int) -> Parts:
    """Confirmed twice."""
    return [f"这次改动已经生效过了，就是词库第 {version} 版，不用再点。\n\n", *_ways()]


def ask_undo(edit: LexiconEditView) -> Parts:
    """Whether the newest edit is to be taken back."""
    told = what(LexiconWord(edit.word, edit.labels, edit.weight))
    return [
        f"要撤销第 {edit.version} 版吗？{told}，{edit.officer_name}改的。\n\n",
        Tap("撤销", f"{UNDO} {edit.version}"),
        "　",
        Tap(words.CANCEL),
    ]


def undone_before(edit: LexiconEditView) -> Parts:
    """Undone twice."""
    told = what(LexiconWord(edit.word, edit.labels, edit.weight))
    return [f"第 {edit.version} 版（{told}）已经撤销了，就是词库第 {edit.undone_by} 版，不用再点。\n\n", *_ways()]


def undone(version: int, undoes: int | None, after: LexiconWord | None, word: str) -> Parts:
    """An edit was taken back."""
    now = f"“{word}”恢复成原来的样子" if after is None else f"现在是：{what(after)}"
    return [f"已撤销第 {undoes} 版，{now}。词库第 {version} 版。\n\n", *_ways()]


def history(version: int, edits: Sequence[LexiconEditView], zone: ZoneInfo) -> Parts:
    """词库."""
    if not edits:
        return [f"词库还没有人改过，用的是内置的词。\n\n{HOW}\n\n", Tap(words.MENU)]
    lines = [f"词库第 {version} 版，最近的改动："]
    for edit in edits:
        told = what(LexiconWord(edit.word, edit.labels, edit.weight))
        act = f"撤销第 {edit.undoes} 版：{told}" if edit.undoes is not None else told
        gone = f"〔第 {edit.undone_by} 版已撤销〕" if edit.undone_by is not None else ""
        lines.append(f"第 {edit.version} 版 {edit.at.astimezone(zone):%m-%d %H:%M} {edit.officer_name} {act}{gone}")
    return ["\n".join(lines), f"\n\n{HOW}\n\n", Tap(UNDO), "　", Tap(words.MENU)]


def sentence(said: str) -> Parts:
    """One sentence, and the way on."""
    return [f"{said}\n\n", *_ways()]


def dropped() -> Parts:
    """取消."""
    return sentence("好的，词库没有改。")


def _ways() -> Parts:
    return [Tap(HISTORY), "　", Tap(words.MENU)]
