"""The words for what is not kept: reports of misconduct and danger, what an observation found, thanks."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from handlers import words
from handlers.base import Tap
from handlers.messages.danger import Danger
from handlers.messages.wording import ANNOUNCE, FOR_A_FORM, VOICE, Parts, kinds

ANYBODY: Final = "· 当面或打电话找本单位纪检人员；\n· 全国纪检监察举报电话 12388；\n· 举报网站 https://www.12388.gov.cn"
"""Where reports are taken when no contact is set (QF_OFFICE_CONTACT)."""
THE_OFFICE: Final = "请这样联系纪检机构：\n{contact}"
NOTHING_KEPT: Final = "这里暂时还不受理举报；刚才这段话没有登记，也没有保存。"
EVIDENCE: Final = "手里的单据、照片、聊天记录请留好，不要删除。遇到紧急情况，马上拨打 110，火情拨打 119。"
LIFE_FIRST: Final = "有人受伤、有危险，先打 120、119、110。"
PROTECTED: Final = "反映人的姓名和反映的内容，纪检机构要严格保密；打击报复反映人的，要受处分。"
"""From the rules on handling accusations (纪检监察机关处理检举控告工作规则, 2020): secrecy, and no retaliation."""
OWN_MATTER: Final = "如果不是反映别人的问题，而是您自己的事，请点一种，只写自己的事，再发一遍："
I_REPORT: Final = "我要举报"


def reach(contact: str) -> str:
    """How the office is reached."""
    return THE_OFFICE.format(contact=contact) if contact else ANYBODY


def report(contact: str, *, form_waits: bool) -> Parts:
    """Misconduct was told of."""
    lead = "您说的像是在反映违纪违法问题，谢谢您愿意讲出来。"
    return [f"{lead}\n{NOTHING_KEPT}\n\n{reach(contact)}\n\n{EVIDENCE}\n\n", *_own_matter(form_waits)]


def perhaps(contact: str, *, form_waits: bool) -> Parts:
    """It may be a report, it may be a complaint."""
    lead = (
        "我拿不准您是不是在反映别人的问题，所以刚才这段话没有登记，也没有保存。\n"
        f"{LIFE_FIRST}\n是的话，{_lower(reach(contact))}\n\n"
    )
    return [lead, Tap("是，我要举报", I_REPORT), "\n\n", *_own_matter(form_waits)]


def _lower(sentence: str) -> str:
    return sentence if sentence.startswith("请") else f"可以：\n{sentence}"


def how_to_report(contact: str) -> Parts:
    """The question where reports are taken."""
    return [
        f"要举报的话，{_lower(reach(contact))}\n\n这里暂时还不受理举报，请不要把举报内容发在这里。\n{PROTECTED}\n{EVIDENCE}\n\n",
        *_menu(),
    ]


def how_reached(contact: str) -> Parts:
    """The question for a telephone number, or the office."""
    return [f"要找纪检人员，{_lower(reach(contact))}\n\n{VOICE}\n\n", *_menu()]


def danger(contact: str, kind: Danger | None) -> Parts:
    """Life may be in danger. `kind`: what the words tell of; None: nobody knows."""
    numbers = _NUMBERS.get(kind, _ANY_NUMBER)
    lead = (
        f"先顾人的安全！{numbers}同时马上告诉现场带班的人。\n\n"
        "这里没有人值守，不能当应急电话用；刚才这段话没有登记，也没有保存。\n"
    )
    return [f"{lead}人安全了以后，要反映情况，{_lower(reach(contact))}\n\n", *_own_matter(form_waits=False)]


_ANY_NUMBER: Final = "有人受伤、被困或者有危险，请马上拨打 120（急救）、119（火警救援）或 110（报警），"
_NUMBERS: Final[Mapping[Danger | None, str]] = MappingProxyType(
    {
        Danger.HURT: "请马上拨打 120（急救）；压住、卡住出不来的，再打 119（救援），触电的先断电、别用手拉。",
        Danger.TRAPPED: "请马上拨打 119（救援），有人受伤再打 120（急救）；别冒险下去救人，",
        Danger.FIRE: "请马上离开，到安全的地方拨打 119（火警），有人受伤再打 120（急救）；闻到煤气别开灯、别点火，",
        Danger.VIOLENCE: "能走就先离开、躲到安全的地方，马上拨打 110（报警），有人受伤再打 120（急救）；",
        Danger.MISSING: "请马上拨打 110（报警），不用等满 24 小时；附近也分头找一找，",
    }
)


def call_first(kind: Danger) -> str:
    """Above the next question of a form, where the answer tells of danger to life."""
    return f"如果现在正有人处在危险中：{_NUMBERS.get(kind, _ANY_NUMBER)}同时告诉现场带班的人。这里没有人值守。\n——\n"


def distress() -> Parts:
    """Somebody does not want to live any more."""
    return [
        "听您这么说，我很担心。您一定是难受了很久，能说出来，已经很不容易了。\n"
        "请先别一个人待着，现在就找一个信得过的人陪陪您、听您说说话。\n\n"
        "· 心里难受、想找人说：全国统一心理援助热线 12356；\n"
        "· 觉得撑不住了，或者身边有人要做傻事、已经喝了药、站在高处：马上打 120 或 110，别让人落单。\n\n"
        "难关会过去的，您很重要。这里是自动回复，没有人值守，请一定打这些电话；刚才这段话没有保存。"
    ]


def nothing_found(*, bound: bool) -> Parts:
    """Nothing was found: a sheet is the place for it."""
    lead = "这句话像是一次观察的结论，没有登记。"
    if not bound:
        return [f"{lead}\n观察情况请由观察员绑定身份后，填在观察表里。\n\n", Tap(words.HELP)]
    return [
        f"{lead}\n观察情况请填在观察表里，提交了才算数。\n\n",
        Tap("观察填报", words.BEGIN),
        "　",
        Tap(words.TASKS),
        "　",
        Tap(words.MENU),
    ]


def thanks() -> Parts:
    """Somebody thanked."""
    return ["不客气，心意收到了。有事随时说。"]


def heard() -> Parts:
    """Somebody says that they have read something."""
    return ["好的，有事随时说。"]


def unclear() -> Parts:
    """A repeat of a message that is understood otherwise by now."""
    return ["刚才这句话没有登记。请再发一次。\n\n", *_menu()]


def not_beside() -> Parts:
    """It was refused because of what it would be together with an earlier text."""
    return [
        "刚才这句话没有登记，也没有保存：和之前那条合在一起，我拿不准是不是在反映别人的问题。"
        "这里暂时还不受理举报。\n\n",
        Tap("怎么举报"),
        "　",
        Tap(words.MENU),
    ]


def _own_matter(form_waits: bool) -> Parts:
    line = f"{FOR_A_FORM}\n\n" if form_waits else ""
    return [f"{line}{OWN_MATTER}\n", *kinds(ANNOUNCE)]


def _menu() -> Parts:
    return [Tap(words.MENU)]
