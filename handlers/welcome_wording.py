"""The words of welcome, menu and help, and what somebody is told who cannot fill a form yet."""

from collections.abc import Sequence

from handlers import words
from handlers.base import Link, Tap
from handlers.messages.wording import VOICE
from handlers.staff.command import StaffCommand
from storage.views import Principal

Parts = list[str | Tap | Link]

HOUSE = "这里是“清风观察”，由集团纪委开办，用来填报廉洁观察表。"
APPLIED = (
    "您的绑定申请已经交给纪检人员了，他们确认以后会在这里告诉您，就可以填表。着急的话，请直接联系本单位纪检人员；"
    "申请错了人，重新说一次“绑定 姓名 手机后四位”就行。"
)
HOW_TO_BIND = (
    "要填表，请先绑定身份：把绑定码直接发给我就行，样子像 ABCDE-FGHJK。\n"
    "还没有绑定码？说“绑定 姓名 手机后四位”申请，或者向本单位纪检人员索取。"
)
HOW_TO_BE_APPOINTED = (
    "您目前没有观察员聘任，所以还没有要填的表。\n"
    "需要填表的，请联系本单位纪检人员登记聘任；登记好以后，回复“菜单”就能看到要填的表。"
)
NOT_APPOINTED = "您目前没有观察员聘任，没有观察表要填；需要填的，请联系本单位纪检人员登记聘任。"
OPEN_TO_ALL = "可以填的表单"
NO_FORM_YET = "您已聘为观察员，不过对应的观察表还没有发布。发布后回复“菜单”就能看到，有疑问请联系本单位纪检人员。"
NOT_APPOINTED_ANY_MORE = "您的观察员聘任已经结束，不能再开始新表；已经开始的，可以接着填完、提交。"
OTHER_COMMANDS = "还可以说：{usages}。说明在“帮助”里。"
ONLY_BEGUN = "现在没有可以新开始的表；已经开始的，可以接着填完、提交。"
NOT_RECORDED = "刚才这句话我没有看懂，也没有登记。"
NOTHING_TO_CONFIRM = "现在没有等您确认的事。之前确认过的都算数，不用再点。"
NOT_TEXT = "图片、语音等内容目前收不了，也没有保存。请用文字告诉我；打字不方便，可以用输入法的语音转文字。"
FILLING_WORDS: tuple[tuple[str, str], ...] = (
    (words.BEGIN, "开始填表"),
    (words.BACK, "回到上一题"),
    (words.SKIP, "跳过选填的题，或保留已填的内容"),
    (f"{words.MODIFY} 3", "改第 3 题"),
    (words.PREVIEW, "看一遍已填的内容"),
    (words.SAVE, "先存着，改天再填"),
    (words.RESUME, "接着填"),
    (words.HINT, "看这一题的填写说明"),
    (f"{words.REMOVE} 5", "删掉第 5 题所在的那一项（登记了几项的表）"),
    (words.COPY, "对照着上期的回答填"),
    (words.SUBMIT, "填好了，交给纪委"),
    (words.CANCEL, "不填了（会先问您一遍）"),
    (words.TASKS, "看要交哪些表、还差几天"),
    (words.MINE, "看交过的表，和纪委的答复"),
    (words.CORRECT, "改一改退回来的表"),
    (words.MESSAGES, "看提交过的建议、咨询和求助"),
)


def greeted(principal: Principal) -> Parts:
    """Somebody bound says 你好."""
    return [f"{greeting(principal)}我在。要填表请点“菜单”；{VOICE}\n\n", Tap(words.MENU), "　", Tap(words.HELP)]


def stranger(*, applied: bool = False) -> Parts:
    """Somebody whom nobody has bound yet; `applied`: an officer is to decide about it."""
    way = APPLIED if applied else HOW_TO_BIND
    return [f"您好！{HOUSE}\n\n{way}\n\n{VOICE}不绑定也可以。\n\n", Tap(words.HELP)]


def no_form(principal: Principal) -> Parts:
    """Somebody bound who has no form to fill: without an appointment, or with one whose form is not published."""
    sentence = NO_FORM_YET if principal.appointments else HOW_TO_BE_APPOINTED
    return [f"{principal.name}，您好！\n{sentence}\n\n", Tap(words.MENU)]


def greeting(principal: Principal) -> str:
    """The head of the menu."""
    unit = f"（{principal.unit.full_name}）" if principal.unit else ""
    return f"{principal.name}{unit}，您好！"


def menu(
    principal: Principal,
    forms: Sequence[str],
    others: Sequence[str],
    drafts: Sequence[tuple[str, str]],
    staff: Sequence[StaffCommand],
    *,
    begun: bool,
) -> Parts:
    """What this person can do now; every line is a tap. `others` are the forms that no appointment asks for, `drafts`
    come with the note until when they are kept (mostly empty). `begun`: a form of an appointment is open, listed or
    not.
    """
    parts: Parts = [greeting(principal)]
    if drafts:
        parts.append("\n\n◆ 没填完的表，点一下接着填")
        for label, lapses in drafts:
            parts += ["\n· ", Tap(f"{words.RESUME} {label}"), lapses]
    if forms:
        parts.append("\n\n◆ 可以填的表")
        for label in forms:
            parts += ["\n· ", Tap(label, f"{words.BEGIN} {label}")]
    if others:
        parts.append(f"\n\n◆ {words.OTHERS if forms else OPEN_TO_ALL}")
        for label in others:
            parts += ["\n· ", Tap(label, f"{words.BEGIN} {label}")]
    if staff:
        parts.append("\n\n◆ 纪检人员")
        parts.extend(_in_short(staff))
    if begun and not forms:
        parts.append(f"\n\n{ONLY_BEGUN if principal.appointments else NOT_APPOINTED_ANY_MORE}")
    elif not forms and (principal.appointments or not staff):
        appointed = NO_FORM_YET if principal.appointments else HOW_TO_BE_APPOINTED
        parts.append(f"\n\n{NOT_APPOINTED if others and not principal.appointments else appointed}")
    own: Parts = [Tap(words.TASKS), "　", Tap(words.MINE), "　"] if forms or begun or principal.appointments else []
    return [*parts, f"\n\n{VOICE}\n\n", *own, Tap(words.MESSAGES), "　", Tap(words.HELP)]


def _in_short(staff: Sequence[StaffCommand]) -> Parts:
    """The same for the menu: what needs nothing behind it as taps, the others by their words alone."""
    parts: Parts = []
    for command in staff:
        if command.usage == command.word:
            parts += ["　" if parts else "\n", Tap(command.word)]
    others = "、".join(command.usage for command in staff if command.usage != command.word)
    return [*parts, f"\n{OTHER_COMMANDS.format(usages=others)}"] if others else parts


def _commands(staff: Sequence[StaffCommand]) -> Parts:
    """What discipline staff may say, a line each; what needs nothing behind it is a tap."""
    parts: Parts = []
    for command in staff:
        parts += ["\n· ", Tap(command.word) if command.usage == command.word else command.usage, f"：{command.help}"]
    return parts


def help_text(principal: Principal, staff: Sequence[StaffCommand]) -> Parts:
    """How the bot is used; staff commands only for those who have the right."""
    if principal.person_id is None:
        return [f"{HOUSE}\n\n{HOW_TO_BIND}\n\n{VOICE}不绑定也可以。\n\n回复“菜单”随时回到这里。\n\n", Tap(words.MENU)]
    parts: Parts = [f"{VOICE}\n\n填表时一次答一题，点选项或者打字都行。还可以说："]
    for word, meaning in FILLING_WORDS:
        parts += ["\n· ", f"{word}：{meaning}"]
    if staff:
        parts.append("\n\n纪检人员还可以说：")
        parts.extend(_commands(staff))
    return [*parts, "\n\n", Tap(words.MENU)]


def unclear(principal: Principal, drafts: Sequence[str]) -> Parts:
    """A text that means nothing here: that it was not kept, and what can be done."""
    if principal.person_id is None:
        return [f"您好！{HOUSE}\n{NOT_RECORDED}\n\n{VOICE}不绑定也可以。\n\n{HOW_TO_BIND}\n\n", Tap(words.HELP)]
    if drafts:
        waiting: Parts = [f"{NOT_RECORDED}\n您有一份未完成的《{drafts[0]}》，回复 ", Tap(words.RESUME), " 接着填。"]
        return [*waiting, "\n\n", Tap(words.MENU), "　", Tap(words.HELP)]
    return [f"{NOT_RECORDED}\n点“菜单”看看能办什么吧。\n\n", Tap(words.MENU), "　", Tap(words.HELP)]


def nothing_to_confirm() -> Parts:
    """确认, and nothing was asked: mostly a double tap."""
    return [f"{NOTHING_TO_CONFIRM}\n\n", Tap(words.MENU), "　", Tap(words.HELP)]


def nothing_waits() -> Parts:
    """取消 or 提交 by somebody who is not bound, and nothing waits: mostly a double tap."""
    return ["现在没有等您确认的事，这句没有登记什么；之前登记过的都算数。\n\n", Tap(words.MENU), "　", Tap(words.HELP)]


def not_text() -> Parts:
    """A picture, a voice message or the like."""
    return [f"{NOT_TEXT}\n\n", Tap(words.MENU), "　", Tap(words.HELP)]
