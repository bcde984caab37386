"""What is said in reply to the question about a thin or copied answer: the new answer, told back, or something else."""

import re
from typing import Final

from handlers import sheet_check, sheet_handing_in
from handlers import sheet_lists as lists
from handlers import sheet_quality_wording as wording
from handlers.base import Context, Outcome, say
from handlers.forms import engine
from handlers.forms.likeness import bare
from handlers.forms.said_words import SEEN, words
from handlers.forms.views import Asked
from handlers.sheet_check import UNCHANGED, Asking
from handlers.sheet_memory import Desk
from handlers.sheet_moves import again, move
from handlers.sheet_quality import Concern

_INSISTING: Final = re.compile(
    "(?:确实|的确|真的|实际|情况|本期|这期|本月|目前|现在|就|还|是|也)*"
    "(?:(?:没有?|无|暂无)(?:什么|啥|任何)?(?:变化|变动|改变|补充|要改|要补充)|不变|没变|没有变|如此|属实"
    "|(?:和|跟|与)?上(?:期|次|个?月)(?:的)?(?:一样|相同)"
    "|(?:按|照)?(?:这样|这么|这个|原样|原来的?)(?:提交|交|上报|报|填|写)?"
    "|(?:直接|维持原样|保持原样)(?:提交|交)?|不(?:用|需要|想|必)?(?:修改|改|补充))(?:[了的吧啊呀呢]|就行|就好|可以|即可)*"
)
"""没有变化, 就这样提交: as 就按这样提交."""
_ASKING: Final = re.compile(
    "(?:这|这个|这是|是|有|写|改|填|要|我|您|你)*(?:为什么|为何|为啥|干嘛|怎么|咋|什么|啥|哪里|哪儿|哪)(?:还|又|要|有|是|我|叫)*"
    "(?:不行|不对|不好|问题|意思|回事|修改|改|写|填|补充|说|问|答|办|情况)*[了呢吗啊呀]*"
    "|.{0,3}(?:不明白|没明白|不懂|没看懂|看不明白|不理解).{0,2}"
)
_SHORT_QUESTION: Final = 16
"""Characters of a text with a question mark at its end that is no answer."""
_EMPTY: Final = SEEN | words(
    "是 是的 对 对的 哦 噢 喔 哈 恩 嗯嗯 好吧 好的好的 谢谢 稍等 等等 等一下 晓得 晓得了 你好 您好 中 得"
)
_PARTICLES: Final = re.compile("[啊呀呢哦噢吧嘛啦了哈呗]+$")


async def replied(desk: Desk, asked: Asked | None, said: str, context: Context) -> Outcome | None:
    """The answer to what is said while the follow-up stands, None where none does or this is about something else.

    The answer asked about is the question at hand, or, of a copied one, none is.
    """
    asking = Asking.of(desk.conversation, desk.filling.draft)
    if not _stands(desk, asking, asked):
        return None
    if _INSISTING.fullmatch(bare(said)):
        return await sheet_handing_in.insist(desk, context)
    if asking.about == UNCHANGED:
        return None
    looked = await sheet_check.look(desk, context)
    concern = next((each for each in looked.concerns if each.ref == asking.about), None)
    return None if concern is None else _to_concern(desk, asked, said, concern)


def _to_concern(desk: Desk, asked: Asked | None, said: str, concern: Concern) -> Outcome:
    """A question, nothing, or the new answer."""
    plain, kept = bare(said), desk.leave(desk.filling)
    if _is_question(said, plain):
        return say(kept, *wording.why(concern))
    if plain in _EMPTY or _PARTICLES.sub("", plain) in _EMPTY or plain == bare(concern.text):
        return say(kept, *wording.no_content(said, concern))
    return say(kept, *wording.copied_stays(concern)) if asked is None else _taken(desk, asked, said)


def _stands(desk: Desk, asking: Asking, asked: Asked | None) -> bool:
    """Whether what the last follow-up was about stands word for word, and nothing else is being asked."""
    if asking.about == UNCHANGED:
        return asked is None and asking.stands(UNCHANGED, sheet_check.whole(desk))
    if not asking.about or (asked is not None and asked.ref != asking.about):
        return False
    return asking.stands(asking.about, desk.filling.state.answers.get(asking.about, "").strip())


def _is_question(said: str, plain: str) -> bool:
    marked = said.rstrip().endswith(("?", "？")) and len(plain) <= _SHORT_QUESTION
    return marked or _ASKING.fullmatch(plain) is not None


def _taken(desk: Desk, asked: Asked, said: str) -> Outcome:
    """What was said as the new answer, told back."""
    try:
        reading = lists.read(asked, desk.filling.listing, said, desk.moment)
        state = engine.answer(desk.form, desk.filling.state, reading.value, desk.moment, said=reading.said)
    except ValueError as refusal:
        return again(desk, f"{refusal}\n\n")
    return move(desk, asked, state, wording.recorded(asked.number, reading.value), echoed=asked.ref)
