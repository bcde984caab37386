"""Checks of customer-service messages, and of whom any message goes to (WECHAT.md, Sending)."""

from typing import Any

from simulator import limits, text
from simulator.calls import Call

TYPES = ("text", "image", "voice", "video", "music", "news", "msgmenu")


def openid(call: Call) -> str | None:
    """The platform knows the person."""
    return None if call.person else f"openid {call.openid!r}"


def follower(call: Call) -> str | None:
    """The person follows."""
    return None if call.person and call.person.followed else f"{call.openid!r} does not follow"


def words(call: Call) -> str:
    """Everything that a customer-service text or menu says."""
    kind = call.value("msgtype")
    if kind == "text":
        return str(call.part("text").get("content", ""))
    if kind != "msgmenu":
        return ""
    menu = call.part("msgmenu")
    lines = [menu.get("head_content", ""), *(item.get("content", "") for item in choices(call))]
    return "\n".join(str(line) for line in (*lines, menu.get("tail_content", "")))


def choices(call: Call) -> list[dict[str, Any]]:
    """The entries of a msgmenu that are objects."""
    found = call.part("msgmenu").get("list")
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def custom_type(call: Call) -> str | None:
    """msgtype is one that can be sent, and its part is there."""
    kind = call.value("msgtype")
    return None if kind in TYPES and call.part(kind) else f"msgtype {kind!r}"


def custom_empty(call: Call) -> str | None:
    """A text is not empty."""
    empty = call.value("msgtype") == "text" and not words(call).strip()
    return "text.content is empty" if empty else None


def custom_bytes(call: Call) -> str | None:
    """A text is at most 2048 bytes."""
    size = len(words(call).encode("utf-8", "surrogatepass"))
    return f"{size} bytes" if size > limits.TEXT_BYTES else None


def custom_media(call: Call) -> str | None:
    """The medium is one that the account uploaded within three days."""
    kind = call.value("msgtype")
    if kind not in ("image", "voice", "video"):
        return None
    media_id = str(call.part(kind).get("media_id", ""))
    return None if call.platform.media.get(media_id, call.now) else f"media_id {media_id!r}"


def custom_news(call: Call) -> str | None:
    """One article."""
    if call.value("msgtype") != "news":
        return None
    articles = call.part("news").get("articles")
    count = len(articles) if isinstance(articles, list) else 0
    return None if count == limits.NEWS_ARTICLES else f"{count} articles"


def custom_menu(call: Call) -> str | None:
    """A msgmenu has choices, each with an id and words."""
    if call.value("msgtype") != "msgmenu":
        return None
    found = choices(call)
    whole = found and all(str(item.get("id", "")) and str(item.get("content", "")).strip() for item in found)
    return None if whole else "every entry of msgmenu.list needs id and content"


def custom_characters(call: Call) -> str | None:
    """No character and no emoji is cut."""
    return text.cut_character(words(call))


def custom_links(call: Call) -> str | None:
    """Every link and every tap is whole."""
    reading = text.read(words(call))
    return "; ".join((*reading.broken_links, *reading.broken_taps)) or None


def custom_window(call: Call) -> str | None:
    """The person did something within 48 hours, or touched the account within a minute."""
    is_open = call.person and call.person.open_windows(call.now)
    return None if is_open else "the person has done nothing lately"


def custom_count(call: Call) -> str | None:
    """One of the 5 or 3 messages is left."""
    left = call.person and any(window.left for window in call.person.open_windows(call.now))
    return None if left else "all messages of the window are used"


def tick(call: Call) -> str | None:
    """The person has ticked this notification, and the tick is not used."""
    left = call.person.credits.get(call.value("template_id"), 0) if call.person else 0
    return None if left else "not ticked"
