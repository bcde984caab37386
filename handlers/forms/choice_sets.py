"""Sets of choices that are named by a phrase: all of them, none of them, all but some."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from handlers.forms.form import Choice

NOTHING_LEFT: Final = "这样就一项也没有选上了，请直接点选，或回复序号，例如 1 3。"

_ALL: Final = re.compile(
    "(?:我)?(?:全选|全部|全都选|都选|全部都?选|全部选择|所有|所有选项|所有的|通通都?选|统统都?选|都要|全要"
    "|(?:以上|上述|上面)(?:都是|都有|全部|均有|均是|皆是|都选|全选|所有|全有|全是|全部都有|全部都是|都存在|都涉及)"
    "|都是|都有|全都是|全都有|全有|全是|每项都(?:选|有|是)|每个都(?:选|有|是))(?:[的了吧啊呀呢])*"
)
_NONE: Final = re.compile(
    "(?:(?:以上|上述|上面)[,， ]*(?:情况|问题|各项|几项)?(?:都|均|全|皆|也|一个都|一项都)?"
    "|(?:都|均|全|一个都|一项都|一个也|一样都|一项也|哪个都|哪项都))"
    "(?:没有|没|无|不是|不选|不存在|不涉及|未发现|未涉及|没得|没发现|没有发现)(?:的|了|吧|啊|呀)*"
)
_NONE_LABEL: Final = re.compile(
    "(?:以上|上述)?(?:情况|问题|各项|内容)?(?:都|均|全|皆)?(?:没有|无|未发现|未涉及|不涉及|不存在|不是|没有发现|暂无|没)"
    "(?:以上|上述|任何|其他)?(?:情况|问题|异常|现象|情形|内容|风险)?"
)
_NONE_NAMES: Final = frozenset({"none", "no", "wu", "n", "nothing", "none_of_above"})
_BUT: Final = re.compile(
    r"(?:除了?|除去|不算|不要)(.+?)(?:以外|之外|外)?[,，\s]*(?:其他|其它|其余|别的|剩下|剩余)?(?:的)?(?:选项|项)?"
    r"(?:全部|全|都|均)(?:都)?(?:选|是|有|要|涉及|存在|可以)?(?:[的了吧])*"
)
_BUT_BEHIND: Final = re.compile(
    r"(?:全选|都选|都有|全部|都是|所有)?[,，\s]*(.+?)(?:除外|不选)[,，\s]*(?:(?:其他|其它|其余|别的)(?:的)?(?:全|都|均)?(?:选|有|是)?)?(?:[的了吧])*"
)


def named_set(
    choices: Sequence[Choice], said: str, several: Callable[[str], Sequence[Choice]]
) -> Sequence[Choice] | None:
    """The choices that 全选, 都没有 or 除了3都选 mean, or None for any other phrase.

    A choice that says none (无, 以上都没有) is not among all. `several` finds the choices that a part of the text
    names. Raises ValueError with the sentence to show when nothing is left, and what `several` raises.
    """
    if any(choice.bare == said for choice in choices):
        return None
    real = [choice for choice in choices if not _is_none(choice)]
    if _ALL.fullmatch(said):
        return real
    if found := none_like(choices, said):
        return [found]
    match = _BUT.fullmatch(said) or _BUT_BEHIND.fullmatch(said)
    if match is None:
        return None
    left_out = {choice.value for choice in several(match[1])}
    kept = [choice for choice in real if choice.value not in left_out]
    if not kept:
        raise ValueError(NOTHING_LEFT)
    return kept


def none_like(choices: Sequence[Choice], said: str) -> Choice | None:
    """The one choice that says none, for 以上都没有 and the like; None where there is no such choice or phrase."""
    if not _NONE.fullmatch(said):
        return None
    found = [choice for choice in choices if _is_none(choice)]
    return found[0] if len(found) == 1 else None


def _is_none(choice: Choice) -> bool:
    return _NONE_LABEL.fullmatch(choice.bare) is not None or choice.value.casefold() in _NONE_NAMES
