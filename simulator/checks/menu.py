"""Checks of the account's bottom menu: 3×5 buttons, sizes in bytes (WECHAT.md, Sending)."""

from collections.abc import Iterator
from typing import Any

from simulator import limits
from simulator.calls import Call

WITH_KEY = (
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
)
WITH_URL = ("view", "miniprogram")
OTHER = ("media_id", "view_limited", "article_id", "article_view_limited")
URL_BYTES = 1024


def buttons_of(holder: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The buttons of a menu or of a button, those that are objects."""
    found = holder.get(name)
    return [button for button in found if isinstance(button, dict)] if isinstance(found, list) else []


def menu_buttons(call: Call) -> str | None:
    """One to three buttons."""
    count = len(buttons_of(call.body, "button"))
    return None if 1 <= count <= limits.MENU_BUTTONS else f"{count} buttons"


def menu_depth(call: Call) -> str | None:
    """Two levels, no more."""
    deep = [sub for sub in _subs(call) if buttons_of(sub, "sub_button")]
    return f"a third level below {deep[0].get('name')!r}" if deep else None


def menu_sub_buttons(call: Call) -> str | None:
    """At most five below one."""
    for button in buttons_of(call.body, "button"):
        count = len(buttons_of(button, "sub_button"))
        if count > limits.MENU_SUB_BUTTONS:
            return f"{count} buttons below {button.get('name')!r}"
    return None


def menu_name(call: Call) -> str | None:
    """A name is 1 to 16 bytes."""
    return _names(buttons_of(call.body, "button"), limits.MENU_NAME_BYTES)


def menu_sub_name(call: Call) -> str | None:
    """A name below is 1 to 60 bytes."""
    return _names(_subs(call), limits.MENU_SUB_NAME_BYTES)


def menu_type(call: Call) -> str | None:
    """Every button that can be tapped has a known type."""
    for button in _leaves(call):
        if button.get("type") not in (*WITH_KEY, *WITH_URL, *OTHER):
            return f"type {button.get('type')!r} of {button.get('name')!r}"
    return None


def menu_key(call: Call) -> str | None:
    """A key is 1 to 128 bytes."""
    for button in _leaves(call):
        if button["type"] in WITH_KEY:
            size = len(str(button.get("key", "")).encode())
            if not 1 <= size <= limits.MENU_KEY_BYTES:
                return f"key of {button.get('name')!r} has {size} bytes"
    return None


def menu_url(call: Call) -> str | None:
    """A link is a link, of at most 1024 bytes."""
    for button in _leaves(call):
        if button["type"] in WITH_URL:
            url = str(button.get("url", ""))
            if not url.startswith(("http://", "https://")) or len(url.encode()) > URL_BYTES:
                return f"url of {button.get('name')!r}: {url[:80]!r}"
    return None


def _subs(call: Call) -> list[dict[str, Any]]:
    return [sub for button in buttons_of(call.body, "button") for sub in buttons_of(button, "sub_button")]


def _leaves(call: Call) -> Iterator[dict[str, Any]]:
    for button in buttons_of(call.body, "button"):
        yield from buttons_of(button, "sub_button") or [button]


def _names(buttons: list[dict[str, Any]], most: int) -> str | None:
    for button in buttons:
        size = len(str(button.get("name", "")).encode())
        if not 1 <= size <= most:
            return f"name {button.get('name')!r} has {size} bytes"
    return None
