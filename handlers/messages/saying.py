"""What people say to a message that waits for their word: one table of the many ways to say yes, no, and which."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from handlers import words
from handlers.messages import kinds, wording

_THIS_ONE: Final = "就这条 就是这条 就这样 是,就这条 是的,就这条 对,就这条 对的,就这条"
_YES: Final = (
    "确定 同意 没问题 没毛病 可以的 好滴 好哒 对对 对对对 对啊 对呀 是啊 是滴 嗯呢 中 要得 要的 妥 ok okay "
    "交 交吧 登记 登记吧 请登记 提 提吧 发吧 帮我提交 确认提交 确定提交 对提交 对!提交 是,提交 好,提交 "
    "就这么提 就这样提 可以提交"
)
_DROP: Final = (
    "算了吧 算了不提了 不提 不提交 不交了 不要了 不说了 不了 不用 不用登记 不用提交 先不提 没事 没事了 撤回 收回 作废 "
    "删 删掉 删了 删除 别登记 不登记 不要登记 别提交 不要提交 当我没说 取消吧 不用管了 别管了"
)
_ADD: Final = "加上 加进去 加一起 加到一起 合起来 合并 合成一条 并一起 一起 一起提交 放一起"
_BOTH: Final = (
    "两条 两条都要 两条都提 两条都提交 两条都交 两条分开 分开 分开提 分开提交 都提 都提交 都交 都要 各提各的"
    f" {wording.EACH}"
)
_LAST: Final = f"第二条 只要第二条 要第二条 后一条 后面那条 后面这条 只要后面的 只要后面那条 换成这句 {wording.LATER}"
_FIRST: Final = "第一条 只要第一条 要第一条 前一条 前面那条 只要前面的 后面的不要 不用管它 不用管"


def _all(said: str, means: str) -> dict[str, str]:
    return dict.fromkeys(map(words.normal, said.split()), words.normal(means))


SAME: Final[Mapping[str, str]] = MappingProxyType(
    {
        **_all(f"{_THIS_ONE} {_YES}", wording.SUBMIT_IT),
        **_all(_DROP, wording.DROP),
        **_all(_ADD, wording.ADD),
        **_all(_BOTH, wording.BOTH),
        **_all(_LAST, wording.ONLY_THIS),
        **_all(_FIRST, wording.ONLY_FIRST),
        **_all(wording.LOOK_SHORT, wording.LOOK),
    }
)
"""What is said right after a message was spoken of, in its normal form, and the tap that means the same."""
ANSWERS: Final = frozenset(_all(f"{_THIS_ONE} 确定 撤回 别登记 不要提交 当我没说", ""))
"""Of these what means nothing where nothing was asked."""
WITHDRAWING: Final = frozenset(
    _all("撤回 我要撤回 撤回来 能撤回吗 收回 作废 删掉 删了 不想提了 不提了 当我没说 写错了 发错了 要改一下", "")
)
"""What is said of a message that was recorded."""
_KIND: Final = re.compile(
    "(?:不是.{1,4}?[,是]+)?(?:这?是|我是|我是提|我要提|我想提|按|算|算是|应该是)?(?:一?[条个])?"
    f"({'|'.join(sorted(kinds.NAMED, key=len, reverse=True))})(?:吧|类|的|提交)?"
)
"""是建议; 不是求助是建议; 按咨询提交."""
_PLACES: Final[Mapping[str, int]] = MappingProxyType(
    {
        f"{before}{number}{behind}": place
        for place, numbers in ((1, "1一"), (2, "2二"), (3, "3三"))
        for number in numbers
        for before in ("", "第")
        for behind in ("", "个", "种", "类")
    }
)
_CONTINUING: Final = re.compile(
    r"\s*(?:(?:[我刚才说写打发]{0,3}错了|不对|补充(?:一下|一句)?|还有|另外|再加(?:一条|一句)?|应该是|我?说的是|改(?:成|一下)|更正(?:一下)?)"
    r"[\s,，:：、。!！]*){1,4}(?:应该)?是?"
)
_NOT_BUT: Final = re.compile(r"\s*不是.{1,12}?[,，\s]*(?:而?是)")


def meant(plain: str) -> str:
    """The tap that a text (in its normal form) says in other words; else the same text."""
    return SAME.get(plain, plain)


def kind(plain: str) -> str:
    """The MessageKind that a text names and nothing else (是建议); empty: none."""
    found = _KIND.fullmatch(plain)
    return kinds.NAMED[found.group(1)] if found else ""


def place(plain: str) -> int:
    """Which of three kinds a text names by its place, from 1; 0: none."""
    return _PLACES.get(plain, 0)


def continued(said: str) -> str:
    """What a text adds to the one before or puts in its place (写错了，是早上; 还有，碗也洗干净点), without the words
    that say so; empty: it does not say so.
    """
    found = _CONTINUING.match(said) or _NOT_BUT.match(said)
    return said[found.end() :] or said if found else ""
