"""Checks of media, QR codes and lists of followers (WECHAT.md, Sending)."""

from typing import Any

from simulator import limits
from simulator.calls import Call
from simulator.media import content_type

KINDS = ("image", "voice", "video", "thumb")
BYTES = {"image": limits.IMAGE_BYTES, "voice": 2 * 2**20, "video": 10 * 2**20, "thumb": 64 * 2**10}
"""[O] largest upload by kind."""
TEMPORARY, PERMANENT = ("QR_SCENE", "QR_STR_SCENE"), ("QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE")
LIMIT_SCENE_ID = 100_000
"""[O] largest scene_id of a permanent code."""


def media_type(call: Call) -> str | None:
    """type is a kind of medium."""
    return None if call.query.get("type") in KINDS else f"type {call.query.get('type')!r}"


def media_given(call: Call) -> str | None:
    """A file is there."""
    return None if call.upload and call.upload.content else "no file in the field media"


def media_format(call: Call) -> str | None:
    """The file is of its kind, by its first bytes."""
    content = call.upload.content if call.upload else b""
    return None if content_type(call.query["type"], content) else f"begins with {content[:8]!r}"


def media_bytes(call: Call) -> str | None:
    """The file is not too large."""
    size = len(call.upload.content) if call.upload else 0
    return f"{size} bytes" if size > BYTES[call.query["type"]] else None


def media_id(call: Call) -> str | None:
    """The medium is there and not past its three days."""
    wanted = call.query.get("media_id", "")
    return None if call.platform.media.get(wanted, call.now) else f"media_id {wanted!r}"


def qr_action(call: Call) -> str | None:
    """action_name is known."""
    action = call.value("action_name")
    return None if action in (*TEMPORARY, *PERMANENT) else f"action_name {action!r}"


def scene_of(call: Call) -> str:
    """The scene of a qrcode/create, as it will stand in EventKey, or ""."""
    scene: Any = call.part("action_info").get("scene")
    if not isinstance(scene, dict):
        return ""
    return str(scene.get("scene_str" if "STR" in call.value("action_name") else "scene_id", ""))


def qr_scene(call: Call) -> str | None:
    """A scene string has 1 to 64 characters; a scene_id is a number from 1."""
    scene, action = scene_of(call), call.value("action_name")
    if "STR" in action:
        return None if 1 <= len(scene) <= limits.SCENE_CHARACTERS else f"scene_str has {len(scene)} characters"
    most = LIMIT_SCENE_ID if action in PERMANENT else 2**32 - 1
    right = scene.isascii() and scene.isdigit() and 1 <= int(scene) <= most
    return None if right else f"scene_id {scene!r}"


def qr_seconds(call: Call) -> str | None:
    """A temporary code lives at most 30 days."""
    seconds = call.body.get("expire_seconds", 60)
    if call.value("action_name") in PERMANENT:
        return None
    right = isinstance(seconds, int) and 1 <= seconds <= limits.QR_SECONDS
    return None if right else f"expire_seconds {seconds!r}"


def qr_permanent(call: Call) -> str | None:
    """There are at most 100,000 permanent codes."""
    full = call.value("action_name") in PERMANENT and call.platform.qr_permanent >= limits.QR_PERMANENT
    return f"{limits.QR_PERMANENT} permanent codes" if full else None


def user_next(call: Call) -> str | None:
    """next_openid is empty or a person's."""
    wanted = call.query.get("next_openid", "")
    return None if not wanted or call.platform.people.get(wanted) else f"next_openid {wanted!r}"
