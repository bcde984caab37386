"""The platform's limits and what each kind of account may do, as one table that an operator can correct.

Every constant carries the tag of WECHAT.md: [T] measured, [O] official documentation, [C] community report,
treat as likely. Sizes are in bytes of UTF-8 unless the name says otherwise, times are in seconds.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

# Callback (WECHAT.md, section Callback)
BODY_BYTES: Final = 64 * 1024
"""[T] A callback's body; the section "wechatpy 1.8.18" sets the limit. Real ones stay below 4 KiB."""
BODY_TAGS: Final = 1000
"""[T] Elements in one callback; nine pictures or a page of subscription results need fewer than 100."""
BODY_DEPTH: Final = 8
"""[T] Nesting of elements in one callback; pic_* events use 5."""
MAX_AGE: Final = 600.0
"""[T] Default of how far a callback's timestamp may be from our clock, either way."""
REPLY_DEADLINE: Final = 5.0
"""[O/C] WeChat waits this long for an answer, then asks again."""
REQUESTS_PER_MESSAGE: Final = 3
"""[O/C] The first request and two repeats."""
TEXT_BYTES: Final = 2048
"""[C] Content of a passive text reply; [O] of a customer-service text too (errcode 45002)."""

# Sending (WECHAT.md, section Sending)
CUSTOMER_SERVICE_WINDOW: Final = 48 * 3600.0
"""[O] After a person wrote, …"""
CUSTOMER_SERVICE_MESSAGES: Final = 5
"""[O] … so many customer-service messages."""
ACTION_WINDOW: Final = 60.0
"""[O] After a person tapped a menu, followed or scanned, …"""
ACTION_MESSAGES: Final = 3
"""[O] … so many customer-service messages."""
CUSTOMER_SERVICE_PER_DAY: Final = 500_000
"""[O] Customer-service messages of an account a day."""
TEMPLATE_PER_DAY: Final = 100_000
"""[O/C] Template messages of an account a day."""
TEMPLATES: Final = 25
"""[O/C] Templates an account may hold."""
CLIENT_MSG_ID_WINDOW: Final = 600.0
"""[O/C] WeChat sends a template once for one client_msg_id within this time."""
TEMPLATE_RESEND_WITHIN: Final = 540.0
"""[C] So an ambiguous template is sent again only this long after its first attempt."""
TEMPLATE_FIELD_CHARACTERS: Final[Mapping[str, int]] = {
    "thing": 20,
    "character_string": 32,
    "phrase": 5,
    "name": 10,
    "phone": 17,
}
"""[O/C] Characters (phrase and name: Chinese ones) in a template's field, by the field's kind."""

# Token, QR, menu, media (WECHAT.md, section Sending, the list at its end)
TOKEN_LIFE: Final = 7200.0
"""[O] The longest life of an access token."""
TOKEN_OVERLAP: Final = 300.0
"""[O] How long an old token is valid beside its successor."""
TOKEN_CHARACTERS: Final = 512
"""[O] Room to keep for a token."""
QR_TEMPORARY_SECONDS: Final = 30 * 24 * 3600
"""[O] The longest life of a temporary QR code."""
QR_PERMANENT: Final = 100_000
"""[O] Permanent QR codes of an account."""
SCENE_CHARACTERS: Final = 64
"""[O] A QR code's scene string: 1 to 64."""
MENU_BUTTONS: Final = 3
"""[O] Top buttons of the menu."""
MENU_SUB_BUTTONS: Final = 5
"""[O] Buttons below one top button."""
MENU_NAME_BYTES: Final = 16
"""[O] A top button's name."""
MENU_SUB_NAME_BYTES: Final = 60
"""[O] A sub button's name."""
MENU_KEY_BYTES: Final = 128
"""[O] A button's key."""
IMAGE_BYTES: Final = 2 * 1024 * 1024
"""[O] An uploaded picture, to be safe."""
MEDIA_LIFE: Final = 3 * 24 * 3600.0
"""[O] Life of temporary media."""
DOWNLOAD_BYTES: Final = 20 * 1024 * 1024
"""[C] The largest temporary media we take from WeChat; its videos stay below 10 MB."""

# Our own bounds of calls to the API (WECHAT.md, section Sending, row "-1, HTTP 5xx, timeout, 45011")
CONNECTIONS: Final = 256
"""[T] To WeChat at a time, for everything that one process asks: sendings alone have 128 under way."""
CALL_TIMEOUT: Final = 5.0
"""[T] One HTTP request to the API, from connect to the last byte."""
DOWNLOAD_TIMEOUT: Final = 60.0
"""[T] A file from WeChat: 20 MB at 3 Mbit/s."""
CALL_ATTEMPTS: Final = 3
"""[T] Attempts of an idempotent call that met a passing fault."""


class Way(StrEnum):
    """A way to reach a person (WECHAT.md, section Sending, first table)."""

    PASSIVE = "passive"
    """The reply to what the person has just sent."""
    CUSTOMER_SERVICE = "customer_service"
    """A message within the window that the person opened."""
    TEMPLATE = "template"
    """A template message to a follower."""
    SUBSCRIBE_NOTICE = "subscribe_notice"
    """A subscription notification that the person has ticked."""


class Account(StrEnum):
    """What kind of official account this is; a setting, for the API does not tell."""

    SERVICE = "service"
    """认证服务号, a verified service account."""
    SUBSCRIPTION = "subscription"
    """订阅号, a subscription account."""
    TEST = "test"
    """测试号, an account of the interface sandbox."""


WAYS: Final[Mapping[Account, frozenset[Way]]] = {
    Account.SERVICE: frozenset(Way),  # [O]
    # [C] Templates and notifications need a service account; customer service needs a verified one: an
    # account without it answers 48001, which stops the channel and tells the operator.
    Account.SUBSCRIPTION: frozenset({Way.PASSIVE, Way.CUSTOMER_SERVICE}),
    # [C] The sandbox lends templates, but has no notifications to subscribe to.
    Account.TEST: frozenset({Way.PASSIVE, Way.CUSTOMER_SERVICE, Way.TEMPLATE}),
}


def ways(account: Account) -> frozenset[Way]:
    """The ways of sending that exist for this kind of account."""
    return WAYS[account]
