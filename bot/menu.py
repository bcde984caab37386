"""The account's bottom menu, as data; a tap on it is the same as typing its key, but for the one that scans."""

from collections.abc import Mapping
from typing import Any

from handlers import words
from handlers.messages.wording import ANNOUNCE
from storage.vocabulary import MessageKind

SCAN = "扫一扫"
"""Opens the camera; what it reads comes as an event (scancode_waitmsg), for questions that want a code."""

BUTTONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "观察填报",
        (
            ("我的任务", words.TASKS),
            ("开始填表", words.BEGIN),
            ("继续填写", words.RESUME),
            ("预览", words.PREVIEW),
            ("我的观察表", words.MINE),
        ),
    ),
    (
        "菜单",
        (
            ("主菜单", words.MENU),
            ("提建议", ANNOUNCE[MessageKind.SUGGESTION]),
            ("我的意见", words.MESSAGES),
            (SCAN, SCAN),
            ("绑定身份", words.BIND),
        ),
    ),
    ("帮助", ()),
)
"""Top button -> (name, command) below it; without any, the button itself sends its name."""


def menu() -> Mapping[str, Any]:
    """The menu as /cgi-bin/menu/create takes it; limits of names and keys are in bot/wechat/limits.py."""
    return {"button": [_button(name, below) for name, below in BUTTONS]}


def _button(name: str, below: tuple[tuple[str, str], ...]) -> Mapping[str, Any]:
    if not below:
        return {"type": "click", "name": name, "key": name}
    return {
        "name": name,
        "sub_button": [
            {"type": "scancode_waitmsg" if key == SCAN else "click", "name": label, "key": key} for label, key in below
        ],
    }
