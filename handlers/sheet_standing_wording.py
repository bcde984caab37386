"""What people read when their draft lapsed, is about to, or was moved to another version of its form."""

from collections.abc import Sequence
from typing import Final

from handlers import words
from handlers.base import Tap
from handlers.sheet_wording import Parts, row

MOVED: Final = "表单有更新，已把您的回答带过来；有变化的题会再问您一次。"
UNKEPT: Final = "刚才发的没有记入表中，请再答一次。"
NEAR: Final = "（{day}失效）"
LAPSED_ONE: Final = "您的《{title}》很久没有动过，已于 {day}失效，填过的内容还在。想接着填，点一下就能找回。"
LAPSED_UNKEPT: Final = "刚才发的没有记入表中。"
LAPSED: Final = "下面的表很久没有动过，已经失效，填过的内容还在，点一下就能找回："
RESTORED: Final = "《{title}》找回来了，填过的内容都在。\n\n"
NOTHING: Final = "现在没有可以找回的表。\n\n"
CANNOT: Final = "这份表已经不能找回了：它可能已经在别处重新打开，或者内容已按规定清除。\n\n"


def lapsed(titles: Sequence[str], days: Sequence[str], *, unkept: bool) -> Parts:
    """Drafts that lapsed, each with the local day on which it did; all can be taken back. `unkept`: something was
    said or sent for the one.
    """
    if len(titles) == 1:
        told = LAPSED_ONE.format(title=titles[0], day=days[0])
        return [
            f"{told}{LAPSED_UNKEPT if unkept else ''}\n\n",
            *row([Tap(words.RESTORE, f"{words.RESTORE} {titles[0]}"), words.MENU]),
        ]
    parts: Parts = [LAPSED]
    for title, day in zip(titles, days, strict=True):
        parts += ["\n· ", Tap(f"{words.RESTORE} {title}"), NEAR.format(day=day)]
    return parts


def nothing_to_restore() -> Parts:
    """找回, and nothing lapsed."""
    return [NOTHING, *row([words.RESUME, words.BEGIN, words.MENU])]


def cannot_restore() -> Parts:
    """The records did not give it back."""
    return [CANNOT, *row([words.BEGIN, words.MENU])]
