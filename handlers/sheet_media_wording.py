"""What people read about the pictures, recordings, files and places that they send for a question."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from handlers import words
from handlers.base import Link, Tap
from handlers.forms.form import Kind
from handlers.sheet_wording import Parts, row
from storage.views import MediaView

FINISH: Final = "完成"
AGAIN: Final = "重拍"
UNDO: Final = "撤回上一张"
THINGS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {"image": ("张", "照片"), "audio": ("段", "录音"), "video": ("段", "视频"), "file": ("个", "文件")}
)
"""By Kind or MediaKind: the measure word and the thing."""
SENT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "image": "照片",
        "voice": "语音",
        "video": "视频",
        "shortvideo": "视频",
        "location": "位置",
        "link": "链接",
        "scan": "扫码结果",
    }
)
"""By Inbound.kind: what it is called."""
SOMETHING: Final = "内容"

GO_ON: Final = "收到，可以接着发；发完回复 "
GO_ON_COUNTED: Final = "一共收到 {count} {unit}，可以接着发；发完回复 "
RECEIVED_ALL: Final = "共收到 {count} {unit}{thing}。\n\n"
RECEIVED_ONE: Final = "{thing}收到了，要换一{unit}请回复 "
RECEIVED_LATE: Final = "刚才那{unit}{thing}也收到了，已放进“{label}”，现在共 {count} {unit}。\n\n"
NOTHING_CAME: Final = "还没有收到{thing}，请先发{thing}。\n\n"
NOT_ALL_CAME: Final = "有 {count} {unit}{thing}没有收到{why}，请重新发；不发了就再回复一次“完成”。\n\n"
MISSED: Final = "抱歉，您发的 {count} {unit}{thing}没有收到{why}，请重新发一次。其他内容都在。\n\n"
CLEARED: Final = "好的，之前的{thing}都不要了，请重新发。\n\n"
TOOK_BACK: Final = "已撤回最后一{unit}{thing}。\n\n"
NOTHING_TO_TAKE_BACK: Final = "这一题还没有{thing}，不用撤回。\n\n"
TOO_MANY: Final = "这一题最多收 {most} {unit}，后面发的没有保存。\n\n"
WRONG_KIND: Final = "这一题要{thing}，刚才发的{sent}没有保存。之前发的都在。\n\n"
WANTS_TEXT: Final = "这一题请用文字回答，刚才发的{sent}没有保存。{ahead}\n\n"
WANTS_CHOICE: Final = "这一题请用文字回答，或者点选下面的选项；刚才发的{sent}没有保存。{ahead}\n\n"
VOICE_TO_TEXT: Final = "打字不方便的话，可以用输入法的语音转文字。"
AHEAD: Final = "{sent}请到第 {number} 题“{label}”再发。"
AT_END: Final = "题目都答完了，刚才发的{sent}没有保存。要补充，请用“修改 题号”回到那一题。\n\n"
PLACE_TAKEN: Final = "位置已记下：{label}"
SCANNED: Final = "扫码已记下：{code}"
NO_UPLOAD: Final = "文件现在不能上传，请联系本单位纪检人员。"
ENDS: Final = "发完回复 "
HAVE: Final = "已收到 {count} {unit}{thing}。"
MAX_LABEL: Final = 20


def how(kind: Kind, several: bool, count: int, link: str) -> Parts:
    """How files are sent for a question that has `count` of them; `link` is the upload page's, empty without one."""
    unit, thing = THINGS[kind.value]
    parts: Parts = ["\n"]
    if kind is Kind.FILE:
        parts += ["（", Link("点这里上传文件", link), "；照片、视频也可以直接发）"] if link else [f"（{NO_UPLOAD}）"]
    elif several:
        parts.append(f"（直接发{thing}，可以发几{unit}")
        parts += ["，也可以", Link("从电脑上传", link), "）"] if link else ["）"]
    else:
        parts.append(f"（直接发一{unit}{thing}")
        parts += ["，也可以", Link("从电脑上传", link), "）"] if link else ["）"]
    if count:
        parts += [f"\n{HAVE.format(count=count, unit=unit, thing=thing)}\n\n", *row([FINISH, UNDO, AGAIN])]
    elif several or link:
        parts += ["\n", ENDS, Tap(FINISH)]
    return parts


def acknowledged(kind: Kind, count: int, *, first: bool) -> Parts:
    """A file came, and more may follow."""
    told = GO_ON if first else GO_ON_COUNTED.format(count=count, unit=THINGS[kind.value][0])
    return [told, Tap(FINISH)]


def received_all(kind: Kind, count: int) -> str:
    """The person said that it was all."""
    return _about(RECEIVED_ALL, kind, count=count)


def received_one(kind: Kind) -> Parts:
    """The one file that the question takes came."""
    return [_about(RECEIVED_ONE, kind), Tap(words.MODIFY), "\n\n"]


def received_late(kind: Kind, label: str, count: int) -> str:
    """A file came behind the word that it was all."""
    return _about(RECEIVED_LATE, kind, label=short(label), count=count)


def nothing_came(kind: Kind) -> str:
    """It was all, and there is nothing."""
    return _about(NOTHING_CAME, kind)


def not_all_came(kind: Kind, lost: Sequence[MediaView]) -> str:
    """It was all, and some of it could not be fetched."""
    return _about(NOT_ALL_CAME, kind, count=len(lost), why=_why(lost))


def missed(lost: Sequence[MediaView]) -> str:
    """Files that were acknowledged could not be fetched."""
    kinds = {row.kind.value for row in lost}
    unit, thing = THINGS[kinds.pop()] if len(kinds) == 1 else THINGS["file"]
    return MISSED.format(count=len(lost), unit=unit, thing=thing, why=_why(lost))


def cleared(kind: Kind) -> str:
    """All files of the question were taken out."""
    return _about(CLEARED, kind)


def took_back(kind: Kind, *, something: bool) -> str:
    """The last file was taken out, if there was one."""
    return _about(TOOK_BACK if something else NOTHING_TO_TAKE_BACK, kind)


def too_many(kind: Kind, most: int) -> str:
    """A question takes no more files."""
    return _about(TOO_MANY, kind, most=most)


def wrong_kind(kind: Kind, sent: str) -> str:
    """Another kind of file than the question asks for."""
    return _about(WRONG_KIND, kind, sent=SENT.get(sent, SOMETHING))


def not_wanted(sent: str, *, choices: bool, ahead: tuple[int, str] | None) -> str:
    """A question takes no such thing; `ahead` is a later one that does: number and label."""
    thing = SENT.get(sent, SOMETHING)
    more = AHEAD.format(sent=thing, number=ahead[0], label=short(ahead[1])) if ahead is not None else ""
    if sent == "voice" and not more:
        more = VOICE_TO_TEXT
    return (WANTS_CHOICE if choices else WANTS_TEXT).format(sent=thing, ahead=more)


def at_end(sent: str) -> str:
    """Something came when all questions are answered."""
    return AT_END.format(sent=SENT.get(sent, SOMETHING))


def short(label: str) -> str:
    """A label to be quoted in a sentence."""
    line = " ".join(label.split())
    return line if len(line) <= MAX_LABEL else f"{line[:MAX_LABEL]}…"


def _about(sentence: str, kind: Kind, **facts: object) -> str:
    unit, thing = THINGS[kind.value]
    return sentence.format(unit=unit, thing=thing, **facts)


def _why(lost: Sequence[MediaView]) -> str:
    reasons = list(dict.fromkeys(row.reason for row in lost if row.reason))
    return f"（{'；'.join(reasons)}）" if reasons else ""
