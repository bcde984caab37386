"""Yes and no in the many forms in which people say them, dialects included."""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Final

from handlers.forms.said_words import words

_YES: Final = words(
    "是 是的 有 有的 对 对的 好 好的 嗯 嗯嗯 恩 要 需要 会 能 可以 可 行 同意 愿意 属实 确认 成 "
    "已 已经 已完成 完成 存在 知道 y yes yep ok okay true 1 √ ✓ ✔ ☑ "
    "对头 是滴 有滴 对滴 嗯呐 嗯哪 嗯啊 昂 要得 系 係 啱 有嘅 没错 确实 的确 当然 肯定 必须 有过 确有"
)
_NO: Final = words(
    "否 不 不是 不是的 无 没 没有 没有的 暂无 未 不对 不好 不行 不要 不需要 不会 不能 不可以 不同意 不愿意 "
    "不属实 未完成 没完成 不存在 不知道 未发现 没发现 没有发现 n no nope false 0 × ✗ ✘ "
    "没得 没的 冇 冇有 莫 莫得 莫有 木有 木得 冒得 冒有 唔是 唔系 唔係 不系 没啥 没啥子 么得 从未 从没 未曾 "
    "没有过 不曾 不涉及 未涉及 未见 未发生 没发生 非 并非"
)
_NAMES_YES: Final = frozenset({"yes", "y", "true", "1"})
_NAMES_NO: Final = frozenset({"no", "n", "false", "0"})

_SHORT: Final = 5
"""Choices; in a longer list y and n are letters."""

_PARTICLES: Final = re.compile("(?:[啊呀呢哦噢喔哈嘛啦呗哟喽咯嘞滴哒哩撒噻吧了的嘅呐哪哇欸哎]|[!。.,~ ])+$")
_INTERJECTIONS: Final = re.compile(
    "^(?:哦|噢|嗯+|恩|呃|额|啊|哎|唉|那个|这个|我|我们|俺|咱|应该|大概|好像|目前|暂时|现在|都|均|确实|的确|真)[ ,]*"
)
_THING: Final = "(?:问题|情况|异常|现象|违规|风险|苗头|线索|事|新情况|隐患)"
_NOTHING: Final = re.compile(
    "(?:目前|暂时|暂|还|都|均|也|一直|本期|本月|本季度|今年|我单位|我们)*(?:没有|没得|没|未|无|冇|莫得|木有|不存在)"
    "(?:发现|发生|出现|听说|看到|看见|遇到|收到|接到|见)?(?:过)?(?:任何|什么|啥|明显|其他|以上|这些|这种|此类|上述|类似|大)?(?:的)?"
    f"{_THING}?"
)
_SOMETHING: Final = re.compile(
    f"(?:确实|的确|肯定|当然|是)?(?:有|存在|发现)(?:过|了)?(?:一些|点|个别)?(?:的)?{_THING}?"
)
_TWICE: Final = re.compile("不是没|不是不|并非没|并非不|没有不|没不|不会没|不可能没|不能说没|不能不|非不|不无")
_COMMA: Final = re.compile("[,;。]")
_BUT: Final = re.compile("但|不过|只是|除了|然而")
_HEAD: Final = re.compile(r"[,，、;；:：(（。\s]")


@lru_cache(maxsize=4096)
def meaning(said: str) -> bool | None:
    """True for a yes, False for a no, None for anything else; `said` is bare (likeness.bare)."""
    for form in (said, _PARTICLES.sub("", said), _INTERJECTIONS.sub("", _PARTICLES.sub("", said))):
        if form in _YES:
            return True
        if form in _NO:
            return False
    plain = _PARTICLES.sub("", said)
    if _NOTHING.fullmatch(plain):
        return False
    return True if _SOMETHING.fullmatch(plain) else None


def choice_meaning(label: str, name: str) -> bool | None:
    """What a choice says: by its bare label (是，已完成), or by its canonical name where that is given (yes, no)."""
    found = meaning(label)
    if found is None:
        found = meaning(_HEAD.split(label, maxsplit=1)[0])
    named = name.casefold()
    if found is None and (named in _NAMES_YES or named in _NAMES_NO):
        return named in _NAMES_YES
    return found


def are_yes_and_no(names: Collection[str]) -> bool:
    """Whether the canonical names of a short list of choices are yes and no, perhaps with others like unknown."""
    known = {name.casefold() for name in names}
    return len(names) <= _SHORT and bool(known & _NAMES_YES) and bool(known & _NAMES_NO)


def is_double(said: str) -> bool:
    """Whether it is a denial of a denial (不是没有), which nobody should have to interpret."""
    return _TWICE.search(said) is not None


def first_part(said: str) -> str:
    """The part before the first comma: 没有 in 没有，一切正常; the whole where a but follows, or it is no word."""
    head = _COMMA.split(said, maxsplit=1)[0]
    return said if head.isascii() or _BUT.search(said) else head
