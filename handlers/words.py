"""The command words as people type and tap them: one normal form, one table, and the few that take something along.

What is compared with words of ours is compared in simplified characters; what is looked up by a name, as typed first.
"""

import re
import unicodedata
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType

from nlp import values
from nlp.normalising import simplified, spelled

MENU = "菜单"
HELP = "帮助"
BEGIN = "开始"
RESTART = "重新填写"
RESUME = "继续"
BACK = "上一步"
SKIP = "跳过"
MODIFY = "修改"
SAVE = "暂存"
CANCEL = "取消"
CONFIRM = "确认"
GIVE_UP = "确认取消"
KEEP_ON = "继续填写"
PICK = "逐项点选"
PICKED = "选好了"
PREVIEW = "预览"
SUBMIT = "提交"
INSIST = "就按这样提交"
CORRECT = "补正"
MINE = "我的观察表"
MESSAGES = "我的意见"
TASKS = "我的任务"
TASK = "填写任务"
"""With the number of a duty behind it, as the next one."""
NOTHING_NEW = "无新情况"
BIND = "绑定"
BINDING_REQUESTS = "绑定申请"
"""What officers say to see who waits to be bound."""
HINT = "？"
OTHERS = "其他表单"
COPY = "复制上期"
SAME_AS_LAST = "沿用上期"
ADD = "再加一项"
LOOK = "看第"
REMOVE = "删除"
REMOVE_IT = "确认删除"
RESTORE = "找回"
RECORD = "记入这一题"
STOP_REMINDING = "停止提醒"
RESUME_REMINDING = "恢复提醒"
ITEM = "项"
"""Behind the number of Heard.rest: it counts items of a repeat, not questions."""
AGREEING = frozenset({"好", "好的", "行", "可以", "没错", "嗯嗯", "提交吧"})
"""What agrees to a question, and elsewhere just says that somebody has heard."""
YES = frozenset({"是", "是的", "对", "对的", "嗯", CONFIRM}) | AGREEING
"""What agrees to a question that was just asked."""
DROPPING = frozenset({CANCEL, "算了", "不用了"})
"""What gives up what was just asked about."""

_DOING = (
    "确定 确认改词 确认生效 生效 执行 同意 没问题 没有问题 可以的 可以了 行的 行吧 好吧 "
    "是我 是的,是我 是本人 是我本人 "
    "好滴 好呀 嗯好 办 办吧 办理 就办 改吧 改了吧 就这样改 就这么改 就这样 就这么办 是的,确认 对,改吧"
)
DOING = YES | frozenset(_DOING.split())
"""What tells us to do what was just proposed."""
_LEAVING = (
    "不 不是 不对 不行 不可以 不同意 不确认 不确定 先不 不了 不要 不要了 算了吧 取消吧 "
    "取消改词 取消加词 取消删词 不改 不改了 先不改 先不改了 先别改 别改 别改了 不要改 "
    "不用改 不用改了 不撤 不撤了 不撤销 不撤销了 先不撤销 别撤 别撤销 不要撤销 不用撤销 "
    "不生效 先不生效 不加 不加了 先不加 别加 别加了 不删 不删了 先不删 别删 别删了 "
    "不是我 不是本人 不办 先不办 别办 先别办 不办理 再想想 我再想想"
)
LEAVING = DROPPING | frozenset(_LEAVING.split())
"""What tells us to leave what was just proposed."""


class Word(Enum):
    """What a command word asks for."""

    MENU = auto()
    HELP = auto()
    BEGIN = auto()
    RESTART = auto()
    RESUME = auto()
    BACK = auto()
    SKIP = auto()
    MODIFY = auto()
    SAVE = auto()
    CANCEL = auto()
    CONFIRM = auto()
    GIVE_UP = auto()
    KEEP_ON = auto()
    PICK = auto()
    PICKED = auto()
    PREVIEW = auto()
    SUBMIT = auto()
    INSIST = auto()
    CORRECT = auto()
    MINE = auto()
    MESSAGES = auto()
    """What this person handed in outside of forms."""
    TASKS = auto()
    """What this person owes, and what became of what they handed in."""
    TASK = auto()
    """Begin the form of one duty."""
    NOTHING_NEW = auto()
    """Begin the form of one duty with the answer that there is nothing new."""
    BIND = auto()
    HINT = auto()
    """What a question is about and how it may be answered; outside a form the help."""
    OTHERS = auto()
    """The forms that no appointment asks for."""
    COPY = auto()
    """Show the answers of the last sheet beside the questions."""
    SAME_AS_LAST = auto()
    """Take the answer of the last sheet for this question."""
    ADD = auto()
    """One more instance of a repeat."""
    LOOK = auto()
    """Show one instance of the repeat at hand."""
    REMOVE = auto()
    """Ask whether to remove the instance that a question stands in."""
    REMOVE_IT = auto()
    RESTORE = auto()
    """Take a draft back that lapsed."""
    RECORD = auto()
    """What was said after something else was the answer to the question."""
    STOP_REMINDING = auto()
    """Push only what duty asks."""
    RESUME_REMINDING = auto()


WORDS: Mapping[str, Word] = MappingProxyType(
    {
        MENU: Word.MENU,
        "主菜单": Word.MENU,
        "menu": Word.MENU,
        "选单": Word.MENU,
        HELP: Word.HELP,
        "help": Word.HELP,
        "怎么用": Word.HELP,
        BEGIN: Word.BEGIN,
        "填表": Word.BEGIN,
        "开始填写": Word.BEGIN,
        RESTART: Word.RESTART,
        RESUME: Word.RESUME,
        "接着填": Word.RESUME,
        "接著填": Word.RESUME,
        KEEP_ON: Word.KEEP_ON,
        BACK: Word.BACK,
        "上一题": Word.BACK,
        SKIP: Word.SKIP,
        "下一题": Word.SKIP,
        MODIFY: Word.MODIFY,
        SAVE: Word.SAVE,
        "先存着": Word.SAVE,
        "先存著": Word.SAVE,
        CANCEL: Word.CANCEL,
        "取消填写": Word.CANCEL,
        "退出": Word.CANCEL,
        CONFIRM: Word.CONFIRM,
        GIVE_UP: Word.GIVE_UP,
        PICK: Word.PICK,
        PICKED: Word.PICKED,
        PREVIEW: Word.PREVIEW,
        SUBMIT: Word.SUBMIT,
        INSIST: Word.INSIST,
        "按原样提交": Word.INSIST,
        CORRECT: Word.CORRECT,
        "现在补正": Word.CORRECT,
        MINE: Word.MINE,
        "我的": Word.MINE,
        "我的表": Word.MINE,
        "看全文": Word.MINE,
        MESSAGES: Word.MESSAGES,
        "我的建议": Word.MESSAGES,
        TASKS: Word.TASKS,
        "任务": Word.TASKS,
        "查任务": Word.TASKS,
        "看任务": Word.TASKS,
        "待办": Word.TASKS,
        "现在填": Word.TASKS,
        "现在填写": Word.TASKS,
        "我的待办": Word.TASKS,
        "我要交什么": Word.TASKS,
        "我要交什么表": Word.TASKS,
        "还要交什么": Word.TASKS,
        BIND: Word.BIND,
        "绑定码": Word.BIND,
        "忘记绑定码": Word.BIND,
        "忘记绑定码了": Word.BIND,
        "忘了绑定码": Word.BIND,
        "绑定码忘了": Word.BIND,
        "绑定码忘记了": Word.BIND,
        "绑定码丢了": Word.BIND,
        "没有绑定码": Word.BIND,
        "我没有绑定码": Word.BIND,
        "我要绑定": Word.BIND,
        "绑定身份": Word.BIND,
        "怎么绑定": Word.BIND,
        "?": Word.HINT,
        "提示": Word.HINT,
        "说明": Word.HINT,
        "填写说明": Word.HINT,
        OTHERS: Word.OTHERS,
        "其他表": Word.OTHERS,
        COPY: Word.COPY,
        "复制上次": Word.COPY,
        SAME_AS_LAST: Word.SAME_AS_LAST,
        "沿用上次": Word.SAME_AS_LAST,
        ADD: Word.ADD,
        REMOVE_IT: Word.REMOVE_IT,
        "不删了": Word.KEEP_ON,
        RESTORE: Word.RESTORE,
        "找回草稿": Word.RESTORE,
        "取回草稿": Word.RESTORE,
        RECORD: Word.RECORD,
        STOP_REMINDING: Word.STOP_REMINDING,
        "取消提醒": Word.STOP_REMINDING,
        "关闭提醒": Word.STOP_REMINDING,
        "不要提醒": Word.STOP_REMINDING,
        "不要再提醒": Word.STOP_REMINDING,
        "别提醒我": Word.STOP_REMINDING,
        "别再提醒我": Word.STOP_REMINDING,
        "别再提醒我了": Word.STOP_REMINDING,
        "别提醒我了": Word.STOP_REMINDING,
        "别提醒了": Word.STOP_REMINDING,
        "不要再提醒了": Word.STOP_REMINDING,
        "不要提醒了": Word.STOP_REMINDING,
        "停止推送": Word.STOP_REMINDING,
        "退订": Word.STOP_REMINDING,
        RESUME_REMINDING: Word.RESUME_REMINDING,
        "恢复推送": Word.RESUME_REMINDING,
        "开启提醒": Word.RESUME_REMINDING,
        "打开提醒": Word.RESUME_REMINDING,
        "继续提醒": Word.RESUME_REMINDING,
    }
)
"""Every fixed command word, in its simple form; 著 stays in that, for 显著. A word stands here only when nobody would
answer a question with it.
"""

_EDGES = " \t\r\n\"'`“”‘’「」『』《》【】〈〉[]<>。.,，、!！~～;；:：…"
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\x00-\x08\x0b-\x1f\x7f]")
_SPACES = re.compile(r"\s+")
_MODIFY = re.compile(r"(?:修改|更改|改)\s*第?\s*([0-9一二两三四五六七八九十百]{1,5})\s*[题项]?")
_REMOVE = re.compile(r"(?:删除|删掉)\s*第?\s*([0-9一二两三四五六七八九十百]{1,5}\s*[项条个]?)\s*题?")
_LOOK = re.compile(r"看第?\s*([0-9一二两三四五六七八九十百]{1,5})\s*项")
_ADD = re.compile(r"再加一项\s*([0-9]{1,2})")
_TASK = re.compile(r"填写任务\s*([0-9]{1,9})")
_NOTHING_NEW = re.compile(r"无新情况\s*([0-9]{1,9})")
_BIND = re.compile(r"绑定码?\s*[:：]?\s*([0-9a-z][0-9a-z\- ]{2,30})")
_CORRECT = re.compile(r"补正\s*[:：《“]?\s*(gc[\s\-]*[0-9][0-9\s\-_\u2010-\u2015\u2212\u30fc]{7,24})")
_MINE = re.compile(r"我的(?:观察)?表[\s:《“]*((?:gc)?[\s\-]*[0-9][0-9\s\-_\u2010-\u2015\u2212\u30fc]{0,24})")
_MESSAGES = re.compile(r"我的(?:意见|建议)[\s:《“]*(yj[\s\-]*[0-9][0-9\s\-_\u2010-\u2015\u2212\u30fc]{0,24})")
_NAMED = re.compile(r"(开始|填写|填表|重新填写|继续|找回)\s*[ 《:]\s*(.{1,100})")
_LONGEST = 120
"""Characters; no command is longer, so a longer text is never normalised for one."""
_BEGINNINGS = frozenset(word[0] for word in (*WORDS, *"修更改绑补开填重继删看再找无"))
"""The signs that commands begin with: those of WORDS, of the patterns above and of _NAMED."""

_NAMED_WORDS: Mapping[str, Word] = MappingProxyType(
    {
        "开始": Word.BEGIN,
        "填写": Word.BEGIN,
        "填表": Word.BEGIN,
        "重新填写": Word.RESTART,
        "继续": Word.RESUME,
        "找回": Word.RESTORE,
    }
)
_NUMBERED = (
    (_MODIFY, Word.MODIFY),
    (_REMOVE, Word.REMOVE),
    (_LOOK, Word.LOOK),
    (_ADD, Word.ADD),
    (_TASK, Word.TASK),
    (_NOTHING_NEW, Word.NOTHING_NEW),
)
"""The words that take a number along."""
_WITH_NUMBER = ((_BIND, Word.BIND), (_CORRECT, Word.CORRECT), (_MINE, Word.MINE), (_MESSAGES, Word.MESSAGES))
"""The words that take along a code, or the number of something kept."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A text as a command: `word` is None when it is none. `rest` is what came along: a number, a code, a name."""

    word: Word | None
    rest: str = ""


NOTHING = Heard(None)
"""No command."""


def normal(said: str) -> str:
    """The text as commands, codes and labels are compared: full width, case, quotes around it, spaces evened out.

    NFKC, without invisible characters, trimmed of spaces and of the punctuation around it, inner runs of spaces as
    one space, lower case.
    """
    plain = said if unicodedata.is_normalized("NFKC", said) else unicodedata.normalize("NFKC", said)
    return _SPACES.sub(" ", _INVISIBLE.sub("", plain)).strip(_EDGES).casefold()


def simple(said: str) -> str:
    """The normal form in simplified characters, each in its place: as words of ours are looked for."""
    return simplified(normal(said))


def may_begin(said: str, beginnings: Container[str]) -> bool:
    """Whether the normal form of a text may begin with one of these signs, known without making it. For the simple form
    they are the `spelled` ones.

    Most of what is said is an answer that begins with a Chinese character (U+4E00 to U+9FFF) or a digit, and these
    stay as they are.
    """
    first = said[:1]
    return first in beginnings or not ("\u4e00" <= first <= "\u9fff" or "0" <= first <= "9")


def hear(said: str) -> Heard:
    """Which command the whole text is, if any."""
    if len(said) > _LONGEST or not may_begin(said, spelled(_BEGINNINGS)):
        return NOTHING
    typed = normal(said)
    plain = simplified(typed)
    word = WORDS.get(plain) or WORDS.get(plain.replace(" ", ""))
    if word is not None:
        return Heard(word)
    return _with_rest(plain, typed)


def _with_rest(plain: str, typed: str) -> Heard:
    """`typed`: the same text before it was simplified; a name stays as it stands there."""
    for pattern, word in _NUMBERED:
        if found := pattern.fullmatch(plain):
            return _numbered(word, found.group(1))
    for pattern, word in _WITH_NUMBER:
        if found := pattern.fullmatch(plain):
            return Heard(word, found.group(1))
    if found := _NAMED.fullmatch(plain):
        return Heard(_NAMED_WORDS[found.group(1)], typed[slice(*found.span(2))].strip(_EDGES))
    return NOTHING


def spellings(name: str) -> Sequence[str]:
    """How a name is looked up: as typed, then in simplified characters where that is something else; () for ""."""
    return tuple(dict.fromkeys((name, simplified(name)))) if name else ()


def called(said: str, *names: str) -> bool:
    """Whether one of these names is meant by a text, as typed or in simplified characters."""
    typed = normal(said)
    return any(typed == normal(name) for name in names) or simplified(typed) in map(simple, names)


def _numbered(word: Word, numeral: str) -> Heard:
    """`rest` is the number; with 项 behind where an item was meant and not a question (删除第 2 项)."""
    number = numeral.rstrip("项条个 ")
    try:
        return Heard(word, f"{values.integer(number)}{ITEM if number != numeral.rstrip() else ''}")
    except ValueError:
        return NOTHING
