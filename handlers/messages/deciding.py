"""Which way a text outside of a form is answered: by what the classifier says of it, and by words that decide alone.

What may be a report of misconduct is never kept; so the words that protect its writer stand above the classifier.
"""

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import Final, NamedTuple

from handlers import words
from handlers.messages.danger import Danger, danger
from nlp.classification import Classification
from nlp.labels import Field, Intent, Severity

SURE: Final = 0.6
"""Certainty from which on an intent is taken for granted. On the development examples (nlp/training) below it one in
two is wrong, above it one in eighteen."""
SURE_REPORT: Final = 0.75
"""The same for a report, of which nothing is kept: below it people are asked."""
SUSPECT: Final = 0.12
"""Probability of a report from which on a text is not kept, whatever else is likelier."""
SUSPECT_MILD: Final = 0.25
"""The same of what is most likely a suggestion, an inquiry or a complaint, names no offence and tells of nothing grave
(电梯经常坏) or was announced as one. With both limits none of the 246 reports of the development set, labelled by
somebody else, passes for something else (docs/decisions.md 21)."""

FRAGMENT: Final = 10
"""Characters below which a text that says little (不知道, 食堂) is nothing, where the classifier is not sure of it."""
WORD: Final = 2
"""Characters of a word that says nothing alone (工资, 班车)."""
SOMETHING: Final = 0.5
"""Probability of a suggestion, an inquiry or a complaint together from which on also a short text is asked about."""
SOMEBODY: Final = 0.4
"""The same of a report."""
LONGEST_THANKS: Final = 15
"""Characters of a thank-you that answers no question of a form."""
LONGEST_ABOUT_US: Final = 15
"""Characters of a question about this bot."""


class Way(Enum):
    """How a text is answered."""

    DISTRESS = auto()
    """Somebody does not want to live: a warm word and who listens; nothing is kept, nothing is said of reports."""
    DANGER = auto()
    """Life is in danger: emergency numbers first; nothing is kept."""
    REPORT = auto()
    """Misconduct of somebody: nothing is kept, and how to reach the office is told."""
    PERHAPS_REPORT = auto()
    """It may be one: nothing is kept, and what it is is asked."""
    HOW_TO_REPORT = auto()
    """The question where reports are taken."""
    NOTHING_FOUND = auto()
    """What an observation did not find: belongs into a sheet."""
    OFFER = auto()
    """A suggestion, an inquiry, a complaint: offered back."""
    WHICH = auto()
    """One of them, or small talk: asked."""
    THANKS = auto()
    HEARD = auto()
    """Somebody says that they have read something."""
    GREETING = auto()
    OWN = auto()
    """What became of something that was handed in."""
    ABOUT_US = auto()
    """How something is done here: the help answers it."""
    OTHER = auto()


GREETINGS: Final = frozenset(
    (
        *(
            "你好",
            "您好",
            "你好啊",
            "您好啊",
            "你们好",
            "大家好",
            "早",
            "早上好",
            "上午好",
            "中午好",
            "下午好",
            "晚上好",
        ),
        *("在吗", "在么", "在不在", "有人吗", "有人在吗", "你好在吗", "您好在吗", "你好,在吗", "您好,在吗"),
        *("hi", "hello", "哈喽", "嗨", "喂", "打扰了"),
    )
)
HEARD: Final = frozenset(
    ("好", "好的", "好嘞", "好吧", "行", "可以", "嗯", "嗯嗯", "哦", "收到", "知道了", "明白", "明白了", "了解", "ok")
)
_NODDING: Final = re.compile(
    "(?:[👍👌🙏🤝🌹💐💪❤\ufe0f\U0001f3fb-\U0001f3ff]|(?:^|\\[)(?:强|抱拳|合十|握手|玫瑰|鼓掌|ok)(?:\\]|$))+"
)
"""Signs alone; as words where WeChat writes its own ones so: [强][抱拳]."""
REPORTING: Final = frozenset(
    (
        *(
            "举报",
            "我要举报",
            "是,我要举报",
            "我想举报",
            "匿名举报",
            "实名举报",
            "我要反映问题",
            "反映问题",
            "我想反映情况",
            "我要反映情况",
            "举报电话",
            "举报邮箱",
            "举报方式",
            "举报渠道",
        ),
        *("怎么举报", "如何举报", "在哪举报", "在哪里举报"),
    )
)
_REPORTING: Final = re.compile("举报|检举|揭发")
_I_REPORT: Final = re.compile(
    "(?:我|现|实名|匿名|特此).{0,4}(?:举报|检举|揭发)(?!箱|电话|邮箱|方式|渠道|网站|的)"
    "|^(?:举报|检举|揭发)(?:一?下|一个)?[:,， ]"
)
_NO_REPORT: Final = re.compile("(?:不是|没有?|不算|不想|不要)(?:[要来想在]|打算)?(?:举报|检举|告状|揭发)")
"""不是举报，就是想问问加班费."""
_FEARING: Final = re.compile(
    "(?:会不会|会|怕|担心|万一).{0,8}(?:打击报复|报复|穿小鞋).{0,3}|.{0,6}(?:打击报复|报复|穿小鞋).{0,2}(?:怎么办|咋办|[吗么不])"
)
"""会不会被穿小鞋: the fear of somebody who thinks of speaking up."""
_RETALIATION: Final = re.compile(
    "打击报复|报复我|遭.{0,2}报复|威胁|恐吓|穿小鞋|封口|灭口|软禁|扣留|不让我?说|不准说|"
    "殴打|打了我|打我|动手打|打伤|性骚扰|猥亵|强奸|侵犯我"
)
_DENYING: Final = re.compile(
    "未|没|无|不|否|非|零|0|免|正常|良好|规范|合规|到位|齐全|一致|符合|清白|平稳|健全|完好|瞎传|造谣|澄清|更正|排除"
)
_ABOUT_US: Final = re.compile(
    "怎么(?:用|填|绑|提交|交表|看表)|绑定码|你(?:是谁|是.{0,4}机器人|是干(?:什么|嘛|啥)的|能干(?:什么|嘛|啥)|会(?:什么|啥))"
)
_OWN: Final = re.compile(
    "(?:我|上次|之前|以前|前几天|前阵子|上周|昨天).{0,8}(?:提|反映|发|说|交|写|登记|意见|建议).{0,8}"
    "(?:怎么样了?|咋样了?|有(?:没有)?(?:结果|进展|回复|答复|回音|消息|下文)了?|(?:的|查(?:一?下)?)?(?:结果|进展|下落)|到哪一?步了?|处理了(?:没有?|吗))"
    "(?:呢|吗|啊|没有?)?$"
)
LONGEST_OWN: Final = 24
"""Characters of such a question; a longer text says more than that."""
_TITLE: Final = re.compile(".{0,16}(?:表|承诺书|记录|问卷|报告)")
"""The title of a form that this person is not offered."""
_WHAT: Final = re.compile("[几谁吗么啥哪]|什么|多少|要不要|是不是|能不能|如何|建议|希望")
_ASKING: Final = frozenset({Intent.SUGGESTION, Intent.INQUIRY, Intent.THANKS})
_MILD: Final = frozenset({Severity.NONE, Severity.LOW})
_KEPT: Final = frozenset({Intent.SUGGESTION, Intent.INQUIRY, Intent.COMPLAINT})


class _Said(NamedTuple):
    """A text as the rules below look at it."""

    plain: str
    found: Classification
    chosen: str

    @property
    def blames(self) -> bool:
        """Whether it may be about what somebody did: neither asks, proposes nor denies."""
        return self.found.intent not in _ASKING and not self.found.negated

    @property
    def grave(self) -> bool:
        """What is never kept, also when its writer calls it a complaint."""
        if self.has(_NO_REPORT):
            return self.blames and self.has(_RETALIATION)
        if self.has(_I_REPORT):
            return True
        high = self.found.severity is Severity.HIGH
        return self.blames and (high or self.has(_RETALIATION) or self.has(_REPORTING))

    @property
    def tells_in_spite(self) -> bool:
        """Whether it names an offence and no word denies it, whatever the classifier makes of the sentence: of 1,401
        denials among the examples 15 are so.
        """
        return self.found.negated and self.found.offence and not self.has(_DENYING)

    @property
    def unsafe(self) -> bool:
        """Whether the classifier takes it for danger to life; words of danger stand above it."""
        return self.found.severity is Severity.HIGH and Field.SAFETY in self.found.fields

    @property
    def unsure(self) -> bool:
        """Whether its intent is not to be taken for granted."""
        return self.found.certainty < SURE

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Whether one of these words stands in it."""
        return pattern.search(self.plain) is not None

    def means(self, intent: Intent) -> bool:
        """Whether the classifier says so."""
        return self.found.intent is intent

    @property
    def says_little(self) -> bool:
        """A fragment that means nothing by itself."""
        if self.found.intent in _KEPT and _TITLE.fullmatch(self.plain) and not self.has(_WHAT):
            return True
        if len(self.plain) <= WORD and not self.found.offence and not self.means(Intent.THANKS):
            return True
        if len(self.plain) >= FRAGMENT or self.found.voice >= SOMETHING or self.found.report >= SOMEBODY:
            return False
        return self.means(Intent.OTHER) or (self.unsure and not self.means(Intent.THANKS))

    @property
    def suspect(self) -> bool:
        """Whether it may be a report, whatever is likelier."""
        found = self.found
        mild = found.intent in _KEPT and not found.offence and (bool(self.chosen) or found.severity in _MILD)
        return found.report >= (SUSPECT_MILD if mild else SUSPECT)

    @property
    def is_about_own(self) -> bool:
        """A short question what became of something."""
        short = len(self.plain) <= LONGEST_OWN and not self.found.negated
        return short and self.found.intent is not Intent.REPORT and self.has(_OWN)

    @property
    def is_about_us(self) -> bool:
        """A short question how something is done here."""
        asks = self.found.intent in {Intent.INQUIRY, Intent.OTHER}
        return asks and len(self.plain) <= LONGEST_ABOUT_US and self.has(_ABOUT_US)


NEVER_KEPT: Final = frozenset({Way.DISTRESS, Way.DANGER, Way.REPORT, Way.PERHAPS_REPORT})
"""What no tap of its writer makes a message."""
_RULES: Final[tuple[tuple[Callable[[_Said], bool], Way], ...]] = (
    (lambda it: it.plain in GREETINGS, Way.GREETING),
    (lambda it: it.plain in HEARD or _NODDING.fullmatch(it.plain) is not None, Way.HEARD),
    (lambda it: it.plain in REPORTING, Way.HOW_TO_REPORT),
    (lambda it: len(it.plain) < LONGEST_ABOUT_US and _FEARING.fullmatch(it.plain) is not None, Way.HOW_TO_REPORT),
    (lambda it: danger(it.plain) is Danger.DISTRESS, Way.DISTRESS),
    (lambda it: danger(it.plain) is not None, Way.DANGER),
    (lambda it: it.grave and it.unsafe, Way.DANGER),
    (lambda it: it.grave, Way.REPORT),
    (lambda it: bool(it.chosen) and not it.suspect, Way.OFFER),
    (lambda it: it.means(Intent.INQUIRY) and it.has(_REPORTING) and not it.has(_NO_REPORT), Way.HOW_TO_REPORT),
    (lambda it: it.blames and it.unsafe, Way.DANGER),
    (lambda it: not it.blames and it.has(_RETALIATION), Way.PERHAPS_REPORT),
    (lambda it: it.is_about_own, Way.OWN),
    (lambda it: it.is_about_us, Way.ABOUT_US),
    (lambda it: it.says_little and it.found.offence, Way.PERHAPS_REPORT),
    (lambda it: it.says_little, Way.OTHER),
    (lambda it: it.tells_in_spite, Way.PERHAPS_REPORT),
    (lambda it: it.found.negated, Way.NOTHING_FOUND),
    (lambda it: it.means(Intent.REPORT) and it.found.certainty >= SURE_REPORT, Way.REPORT),
    (lambda it: it.suspect, Way.PERHAPS_REPORT),
    (lambda it: it.means(Intent.THANKS) and it.found.voice < SOMETHING, Way.THANKS),
    (lambda it: it.unsure or it.found.report >= SUSPECT, Way.WHICH),
    (lambda it: it.found.intent in _KEPT, Way.OFFER),
)
"""The first that holds decides; where none does, the text is Way.OTHER."""


def plain(text: str) -> str:
    """The text as the words above are looked for in it: in its normal form, in simplified characters."""
    return words.simple(text)


def decide(text: str, found: Classification, chosen: str = "") -> Way:
    """How `text` is answered. `chosen`: the person said beforehand that it is this MessageKind; what may be a report
    stays unkept all the same.
    """
    it = _Said(plain(text).rstrip("?"), found, chosen)
    return next((way for holds, way in _RULES if holds(it)), Way.OTHER)
