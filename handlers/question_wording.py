"""How a question, its choices and what was recorded for it are worded."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final

from handlers import sheet_lists as lists
from handlers import words
from handlers.base import Link, Tap
from handlers.forms.answers import Reading
from handlers.forms.form import MEDIA, MORE, SELECTS, Choice, Kind
from handlers.forms.quantities import plain_digits
from handlers.forms.views import Asked
from handlers.sheet_memory import NOT_LISTED, Listing
from handlers.sheet_wording import Parts, row
from handlers.staff import commands as staff

SAME: Final = "同上"
SEEN: Final = "知道了"
PICK_HINT: Final = "（只有一项直接点；有几项就回复序号，如 1 3，或者 "
PICKING: Final = "点一下选上，再点一下去掉："
PICK_SOMETHING: Final = "还没有选上任何一项，请先点选。"
NOT_TO_PICK: Final = "这一题不用逐项点选。"
RANK_HINT: Final = "（把全部 {total} 项从前到后排一遍，回复序号，如 {example}）"
RANGE_HINT: Final = "（请填 {start} 到 {end} 之间的数{step}）"
STEP: Final = "，间隔 {step}"
SAME_HINT: Final = "（与上一项一样就回复 "
BY_OTHER_WAYS: Final = {
    Kind.GEOPOINT: "（点聊天窗口的“＋”，选“位置”发过来）",
    Kind.BARCODE: "（点底部菜单的“扫一扫”，或者把编码打字发过来）",
}
PAGE: Final = "第 {page}/{pages} 页，共 {total} 项；也可以打几个字查找。"
FOUND: Final = "请在下面 {total} 项里选："
SHORT_HINT: Final = 30
"""Characters of a hint that stands with its question; a longer one is shown when somebody asks for it."""
ON_DEMAND: Final = ("（回复 ", Tap(words.HINT), " 看填写说明）")
REGISTERED: Final = "已登记 {count} 项："
EARLIER: Final = "（前 {count} 项在预览里看）"
LISTED: Final = 10
"""Items of a repeat that are shown where one more is offered: the last ones."""
EMPTY_ITEM: Final = "（还没有填）"
ANY_MORE: Final = "还有要登记的吗？"
FULL: Final = "已经登记满 {count} 项，不能再加了。"
FIRST_ITEM: Final = "填一项"
NO_MORE: Final = "没有了"
NONE_AT_ALL: Final = "没有"
NOT_RIGHT: Final = "，不对请回复 "

_GAP: Final = "　"


def question(asked: Asked, listing: Listing = NOT_LISTED, beside: Sequence[str | Tap | Link] = ()) -> Parts:
    """One question with all that helps to answer it, and what else can be done at this point.

    `beside` stands under the choices: what is known from elsewhere, and how files are sent.
    """
    parts: Parts = [f"{note}\n\n" for note in asked.notes]
    if asked.section and asked.opens_section:
        parts.append(f"【{asked.section}】\n")
    if asked.kind is Kind.MORE:
        return [*parts, *_more(asked)]
    optional = "" if asked.required else "（选填）"
    parts.append(f"第 {asked.number}/{asked.total} 题{_GAP}{asked.label}{optional}")
    parts.extend(_hint(asked))
    if asked.value_text and asked.kind not in MEDIA:
        parts.append(f"\n已填：{asked.value_text}（不改就回复“跳过”）")
    if asked.choices:
        parts.append("\n")
        parts.extend(choices(asked, listing))
    parts.extend(_how(asked))
    parts.extend(beside)
    parts.append("\n\n")
    parts += _ways_on(asked.number == 1, not asked.required or asked.value != "")
    return parts


def _hint(asked: Asked) -> Parts:
    """A short hint, or the way to a long one."""
    short = len(asked.hint) <= SHORT_HINT
    parts: Parts = [f"\n提示：{asked.hint}"] if asked.hint and short else []
    if (asked.guidance and f"“{words.HINT}”" not in asked.hint) or not short:
        parts += ["\n", *ON_DEMAND]
    return parts


def _more(asked: Asked) -> Parts:
    """Whether a repeat gets one more item: what it holds so far, each a tap that shows it."""
    parts: Parts = []
    if asked.instances:
        parts.append(REGISTERED.format(count=len(asked.instances)))
    else:
        parts.append(asked.label)
    first = max(0, len(asked.instances) - LISTED)
    if first:
        parts.append(f"\n{EARLIER.format(count=first)}")
    for number, line in enumerate(asked.instances[first:], start=first + 1):
        parts += ["\n", Tap(f"{number}.", f"{words.LOOK} {number} {words.ITEM}"), f" {line or EMPTY_ITEM}"]
    open_still = any(choice.value == MORE for choice in asked.choices)
    if asked.instances:
        parts.append(f"\n\n{ANY_MORE if open_still else FULL.format(count=len(asked.instances))}")
    add = Tap(words.ADD) if asked.instances else Tap(FIRST_ITEM, words.ADD)
    ways = [*([add] if open_still else []), Tap(NO_MORE if asked.instances else NONE_AT_ALL)]
    return [*parts, "\n", *row(ways), "\n\n", *row([words.BACK, words.PREVIEW, words.SAVE])]


def _how(asked: Asked) -> Parts:
    """What is special about answering this kind of question."""
    parts: Parts = []
    if asked.kind is Kind.SELECT_MULTIPLE:
        parts += ["\n", PICK_HINT, Tap(words.PICK), "）"]
    elif asked.kind is Kind.RANK:
        example = " ".join(map(str, [2, 1, *range(3, len(asked.choices) + 1)][: len(asked.choices)]))
        parts.append(f"\n{RANK_HINT.format(total=len(asked.choices), example=example)}")
    elif asked.kind is Kind.RANGE and asked.start is not None and asked.end is not None:
        parts.append(f"\n{_range_hint(asked.start, asked.end, asked.step)}")
    elif asked.kind is Kind.ACKNOWLEDGE:
        parts += ["\n\n", Tap(SEEN)]
    elif asked.kind in BY_OTHER_WAYS:
        parts.append(f"\n{BY_OTHER_WAYS[asked.kind]}")
    if asked.same:
        parts += ["\n", SAME_HINT, Tap(SAME), "）"]
    return parts


@lru_cache(maxsize=1024)
def _range_hint(start: Decimal, end: Decimal, step: Decimal | None) -> str:
    by = STEP.format(step=plain_digits(step)) if step not in {None, 1} and step else ""
    low, high = sorted((start, end))
    return RANGE_HINT.format(start=plain_digits(low), end=plain_digits(high), step=by)


def choices(asked: Asked, listing: Listing = NOT_LISTED) -> Parts:
    """The choices of a question as numbered taps, one a line; of a long list one page, or those that were found."""
    view = lists.shown(asked, listing)
    parts: Parts = [f"\n{FOUND.format(total=view.total)}"] if view.searched else []
    for (number, _), tap in zip(view.numbered, _choice_taps(asked, view), strict=True):
        parts += (f"\n{number}. ", tap)
    return [*parts, *_turning(view)]


def _turning(view: lists.Shown) -> Parts:
    """The ways to the rest of a long list."""
    ways = [lists.PREVIOUS_PAGE] if view.page > 0 else []
    if view.page + 1 < view.pages:
        ways.append(lists.NEXT_PAGE)
    if view.searched:
        ways.append(lists.WHOLE_LIST)
    if not ways:
        return []
    count = f"\n{PAGE.format(page=view.page + 1, pages=view.pages, total=view.total)}" if view.pages > 1 else ""
    return [f"{count}\n", *row(ways)]


def _choice_taps(asked: Asked, view: lists.Shown) -> list[Tap]:
    """Taps that send a choice's label, or its number where the label would be understood as something else."""
    alike = _repeated(asked.choices)
    return [
        (None if choice.label in alike else _tap(choice.label)) or Tap(choice.label, str(number))
        for number, choice in view.numbered
    ]


@lru_cache(maxsize=4096)
def _tap(label: str) -> Tap | None:
    """A tap that sends the label; None where that would be understood as a command, of discipline staff too."""
    return None if words.hear(label).word is not None or staff.is_command(label) else Tap(label, label)


def _repeated(choices: Sequence[Choice]) -> set[str]:
    """The labels that several choices have."""
    if len({choice.label for choice in choices}) == len(choices):
        return set()
    seen: set[str] = set()
    twice: set[str] = set()
    for choice in choices:
        (twice if choice.label in seen else seen).add(choice.label)
    return twice


@cache
def _ways_on(first: bool, passable: bool) -> tuple[str | Tap | Link, ...]:
    ways = [] if first else [words.BACK]
    if passable:
        ways.append(words.SKIP)
    return tuple(row([*ways, words.SAVE] if first else [*ways, words.PREVIEW, words.SAVE]))


def ticking(asked: Asked, picked: Sequence[str], listing: Listing = NOT_LISTED) -> Parts:
    """The choices of a question with those ticked so far."""
    view = lists.shown(asked, listing)
    parts: Parts = [f"第 {asked.number}/{asked.total} 题{_GAP}{asked.label}\n{PICKING}\n"]
    for (number, choice), tap in zip(view.numbered, _choice_taps(asked, view), strict=True):
        parts += [f"\n{'☑' if choice.value in picked else '☐'} {number}. ", tap]
    parts += _turning(view)
    on_page = {choice.value for _, choice in view.numbered}
    if not on_page.issuperset(picked):
        parts.append(f"\n\n已选：{_labels(asked, picked)}")
    parts.append("\n\n")
    return [*parts, *row([words.PICKED, words.SAVE])]


def heard(asked: Asked, reading: Reading) -> Parts:
    """How an answer was understood, where typed and understood may differ; empty for plain text."""
    if reading.echo:
        return [f"{reading.echo}{NOT_RIGHT}", Tap(words.MODIFY), "\n\n"]
    if not reading.value or asked.kind in {Kind.TEXT, Kind.ACKNOWLEDGE, Kind.MORE}:
        return []
    shown = _labels(asked, reading.value.split()) if asked.kind in SELECTS else reading.value
    return [f"已记：{shown}\n\n"]


def _labels(asked: Asked, names: Iterable[str]) -> str:
    labels = {choice.value: choice.label for choice in asked.choices}
    between = " → " if asked.kind is Kind.RANK else "、"
    return between.join(labels.get(name, name) for name in names)
