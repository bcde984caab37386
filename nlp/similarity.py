"""How alike two free texts are, and whether one says anything at all: the measures behind the quality flag."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from operator import add

NEAR_COPY = 0.6
"""From this similarity on two texts count as near-copies; the default of QF_COPY_THRESHOLD. Measured on the 72 pairs of
tests/nlp/copied_pairs.py: from 0.54 to 0.62 precision and recall are both above 0.9 (at 0.6: 0.94 and 0.91)."""
LEAST = 6
"""Characters, without punctuation, that an answer needs when its question says nothing else."""
LABEL_COPIED = 0.85
"""From this similarity on an answer is its own question; a copied label is copied whole."""

_CHINESE_DIGIT = "[〇零一二两三四五六七八九十百千万亿]"
_UNIT = "[年月日号时点周季度次人名个项件份条批家户处台套万亿元吨米天]"
_FIGURE = re.compile(
    # 12, 3.5, 1,200, 2026-11-13, 9:30, 87.5%
    r"[0-9]+(?:[.,:/-][0-9]+)*[%万亿]?"
    # 十二, and 三 before a unit: a lone 一 is more often part of a word (一起, 统一)
    rf"|{_CHINESE_DIGIT}{{2,}}|{_CHINESE_DIGIT}(?={_UNIT})"
)
_DATE = re.compile(r"0年(?:0月(?:0[日号])?)?|0月(?:0[日号])?|0[日号]|0[时点](?:0分)?")
_DROPPED = re.compile(r"[\W_]+")


class Thin(StrEnum):
    """Why a text says too little."""

    NOTHING = "nothing"
    """Only 无, 同上, 良好, 正常 and the like."""
    REPEATED = "repeated"
    """The same characters over and over."""
    NOISE = "noise"
    """Punctuation or keys pressed at random."""
    LABEL = "label"
    """The question itself."""
    SHORT = "short"
    """Fewer characters than the question needs."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A text made ready for comparing; two profiles are compared in some microseconds."""

    bigrams: frozenset[str]
    figures: tuple[str, ...] = field(default=(), repr=False)
    """Numbers, dates and times in the order of the text, as they were written (after NFKC)."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two texts are, 0…1, and whether their figures are the same."""

    score: float
    same_figures: bool


def normalise(text: str) -> str:
    """What is compared: NFKC, lower case, without blanks and punctuation, every number, date or time as `0`.

    So a copy in which only figures were changed stays a copy; Profile.figures still shows them.
    """
    return _DROPPED.sub("", _DATE.sub("0", _FIGURE.sub("0", _folded(text))))


def bigrams(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters of a normalised text; of a single character, itself.

    The second, third … occurrence of a pair carries its number, so that sets compare as multisets would.
    """
    if len(text) == 1:
        return frozenset({text})
    pairs = list(map(add, text, text[1:]))
    found = frozenset(pairs)
    return found if len(found) == len(pairs) else found.union(_repeated(pairs))


def profile(text: str) -> Profile:
    """The profile of a text as it was typed."""
    return Profile(bigrams(normalise(text)), tuple(_FIGURE.findall(_folded(text))))


def likeness(one: Profile, other: Profile) -> Likeness:
    """Dice's coefficient of the bigrams; 0 when one of the texts is empty."""
    return Likeness(_dice(one.bigrams, other.bigrams), one.figures == other.figures)


def similarity(one: str, other: str) -> float:
    """How alike two texts are, 0 (nothing in common) … 1 (the same, figures and punctuation apart); symmetric."""
    return _dice(bigrams(normalise(one)), bigrams(normalise(other)))


def thin(text: str, least: int = 0, label: str = "") -> Thin | None:
    """Why `text` says too little as an answer to the question `label`; None when it may be enough.

    `least`: characters that the question needs (0: LEAST). For questions that allow 无 or 同上 do not ask.
    """
    compact = _compact(text)
    if not compact:
        return Thin.NOISE if text.strip() else Thin.SHORT
    if not _NOTHING.sub("", compact):
        return Thin.NOTHING
    if _is_repeated(compact):
        return Thin.REPEATED
    if _is_noise(compact):
        return Thin.NOISE
    if label and _is_label(compact, _compact(label)):
        return Thin.LABEL
    return Thin.SHORT if len(compact) < (least or LEAST) else None


def says_nothing(text: str) -> bool:
    """Whether the text is empty or only says that there is nothing (new); such answers are no copies of each other."""
    return not _NOTHING.sub("", _compact(text))


def _repeated(pairs: Iterable[str]) -> Iterator[str]:
    """The second and every later occurrence of a pair."""
    for pair, count in Counter(pairs).items():
        for number in range(2, count + 1):
            yield f"{pair}{number}"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _compact(text: str) -> str:
    return _DROPPED.sub("", _folded(text))


def _dice(one: Collection[str], other: frozenset[str]) -> float:
    size = len(one) + len(other)
    return 2 * len(other.intersection(one)) / size if one and other else 0.0


_FILLERS = (
    *("没有变化", "没什么变化", "无变化", "没有新情况", "无新情况", "暂无新情况", "未发现", "没发现", "没有发现"),
    *("不存在", "没有", "暂无", "无", "没", "暂时", "目前", "到目前为止", "截至目前", "本期", "本月", "本周", "本季度"),
    *("同上", "同前", "同上期", "同上次", "同上月", "与上期", "和上期", "与上月", "和上月", "上期", "上次", "上月"),
    *("一样", "一致", "相同", "不变", "如上", "见上", "略", "良好", "较好", "很好", "挺好", "都好", "正常", "平稳"),
    *("稳定", "不错", "还行", "可以", "尚可", "一般", "ok", "okay", "好的", "好", "是", "否", "有", "对", "行", "嗯"),
    *("一切", "总体", "整体", "全部", "各项", "各方面", "基本", "运行", "运转", "开展", "进行", "情况", "问题", "异常"),
    *("新情况", "新问题", "新变化", "变化", "工作", "项目", "都", "均", "也", "很", "比较", "的", "了", "还", "较为"),
    *(
        "没啥",
        "没什么",
        "什么",
        "不清楚",
        "不知道",
        "不了解",
        "无异常",
        "无问题",
        "none",
        "null",
        "no",
        "nothing",
        "na",
    ),
)
_NOTHING = re.compile("|".join(sorted(map(re.escape, _FILLERS), key=len, reverse=True)))
"""Words of which an answer that says nothing is made; what is left after them is content."""

_REPEATED = re.compile(r"(.{1,8}?)\1{2,}")
_FEW_CHARACTERS, _LONG_ENOUGH = 2, 6
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz")
_RUN = 4
_RUNS = frozenset(
    row[at : at + _RUN] for line in _ROWS for row in (line, line[::-1]) for at in range(len(row) - _RUN + 1)
)
_PRESSED = re.compile("阿斯蒂芬|阿斯顿|啊实打实|阿萨德|撒旦法|大苏打|按时打算|的撒|萨达|奥术大师|发顺丰|都是发|法师的")
"""What a Chinese input method makes of asdf, sadf, dsa and the like."""
_NO_WORD = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}")


def _is_repeated(compact: str) -> bool:
    few = len(compact) >= _LONG_ENOUGH and len(set(compact)) <= _FEW_CHARACTERS
    return few or _REPEATED.fullmatch(compact) is not None


def _is_noise(compact: str) -> bool:
    if len(_PRESSED.sub("", compact)) * 2 < len(compact):
        return True
    if not compact.isascii():
        return False
    in_a_row = any(compact[at : at + _RUN] in _RUNS for at in range(len(compact) - _RUN + 1))
    return compact.isdigit() or in_a_row or _NO_WORD.search(compact) is not None


def _is_label(compact: str, label: str) -> bool:
    return _dice(bigrams(compact), bigrams(label)) >= LABEL_COPIED
