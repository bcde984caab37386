"""Every rule of WECHAT.md that concerns the wire, as one ordered table: id, source, what follows, the check."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from simulator.answers import Answer
from simulator.calls import Call
from simulator.checks import access, media, menu, message, reply, template


class Verdict(Enum):
    """What WeChat does about a reply that breaks a rule."""

    AGAIN = "again"
    """It asks again, and shows the fault notice after the third request."""
    NOTICE = "notice"
    """It shows the fault notice at once."""
    RECORDED = "recorded"
    """It shows the reply, wrongly; only the list of violations tells."""


class About(Enum):
    """Which replies a rule looks at."""

    ANY = "any"
    XML = "not a silent one"
    TEXT = "text"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class ReplyRule:
    """A rule about the answer to a callback. `source` quotes WECHAT.md: section, then its words."""

    id: str
    source: str
    about: About
    verdict: Verdict
    check: Callable[[Answer], str | None]


@dataclass(frozen=True, slots=True)
class CallRule:
    """A rule about a call of the API; without `apis` it is about every one that needs a token.

    `errcode` is what WeChat answers; 0: it answers as if nothing were wrong, and we only record.
    `blamed`: breaking it is a violation. Not so where only the platform can know (windows, ticks, quotas, followers).
    """

    id: str
    source: str
    apis: tuple[str, ...]
    errcode: int
    blamed: bool
    check: Callable[[Call], str | None]


Rule: TypeAlias = ReplyRule | CallRule

ANY, XML, TEXT, NEWS = About.ANY, About.XML, About.TEXT, About.NEWS
AGAIN, NOTICE, RECORDED = Verdict.AGAIN, Verdict.NOTICE, Verdict.RECORDED

# WECHAT.md, section Callback
ECHO = "Callback: GET check: echo `echostr` as text [T]"
DEADLINE = "Callback: Deadline 5 s, then WeChat asks again, three requests in all [O/C]"
SILENCE = "Callback: Nothing to say: body `success` [O]"
VALID = 'Callback: Anything else that is not valid makes the user see "该公众号提供的服务出现故障" [O]'
SAFE = "Callback: The reply is encrypted the same way, with MsgSignature, TimeStamp, Nonce [T]"
SIGNED = "Callback: msg_signature = sha1 of the sorted token, timestamp, nonce, Encrypt [T]"
PLAIN = "Callback: plain mode carries only XML [C]"
KEY = "Callback: AES-256-CBC, PKCS#7 to 32; plaintext = 16 random bytes + length + XML + appid [T]"
SECONDS = "Callback: CreateTime is in seconds [O/C]"
TYPES = "Callback: Passive reply: text, image, voice, video, music, news [O]"
CDATA = "Callback: `]]>` in text must be split across CDATA sections [T]"
BYTES = "Callback: Text at most 2048 UTF-8 bytes [C]"
ARTICLE = "Callback: news (1 article after user's message) [O]"
SPLIT = "Callback: split on character boundaries, never inside a character, an <a> tag or an emoji [C]"
TAPS = 'Callback: Taps: <a href="weixin://bizmsgmenu?msgmenucontent=文字&msgmenuid=1">文字</a> [C]'
SAME = "Callback: a repeat gets the same reply as the first [O/C]"
# WECHAT.md, section Sending
ALIVE = "Sending: Temporary media lives 3 days [O]"
BAD_TOKEN = "Sending: 40001 40014 42001 | token bad: refresh once, send again once"  # noqa: S105 - a quotation
OVERLAP = "Sending: Token: old and new both valid 5 min [O]"
STORM = "wechatpy: The stock client recurses on a persistent 40001 (484 token fetches) [T]"
STOP = "Sending: 48001 48004 40164 40013 50002 | stop that channel, alert the operator"
PERSON = "Sending: 40003 43004 | permanent for this person"
PAYLOAD = "Sending: 47003 40037 45002 40007 | permanent for this payload"
WINDOW = "Sending: customer-service: who wrote within 48 h: 5; who tapped, followed, scanned: 3 within 1 min [O]"
CUSTOM_BYTES = "Sending: text 2048 bytes (45002) [O]"
FIELDS = "Sending: thing 20 chars, character_string 32, phrase 5 汉字, name 10 汉字, time, phone 17, amount [O/C]"
OLD_FIELDS = "Sending: no first/remark/colour since 2023 [O/C]"
TICKED = "Sending: subscription notification: who has ticked it: one send per tick"
QUOTA = "Sending: 500k/day; 100k/day; 45009 | hold until 00:00 Asia/Shanghai"
BUTTONS = "Sending: Menu: 3×5; name ≤ 16 bytes (sub ≤ 60), key ≤ 128 [O]"
IMAGE = "Sending: image ≤ 2 MB to be safe [O]"
CODES = "Sending: QR: temporary ≤ 30 days, permanent 100k; scene string 1–64 [O]"
GRANTS = "Sending: OAuth snsapi_base: silent, openid only; code single-use, 5 min [O]"

REPLY_RULES: tuple[ReplyRule, ...] = (
    ReplyRule("answered", DEADLINE, ANY, AGAIN, reply.answered),
    ReplyRule("status", VALID, ANY, AGAIN, reply.status),
    ReplyRule("body", SILENCE, ANY, NOTICE, reply.body),
    ReplyRule("utf-8", VALID, ANY, NOTICE, reply.utf8),
    ReplyRule("well-formed", VALID, XML, NOTICE, reply.well_formed),
    ReplyRule("encrypted", SAFE, XML, NOTICE, reply.encrypted),
    ReplyRule("plain", PLAIN, XML, NOTICE, reply.plain),
    ReplyRule("envelope", SAFE, XML, NOTICE, reply.envelope),
    ReplyRule("timestamp", SAFE, XML, NOTICE, reply.timestamp),
    ReplyRule("msg-signature", SIGNED, XML, NOTICE, reply.msg_signature),
    ReplyRule("key", KEY, XML, NOTICE, reply.key),
    ReplyRule("length", KEY, XML, NOTICE, reply.length),
    ReplyRule("appid", KEY, XML, NOTICE, reply.appid),
    ReplyRule("payload", VALID, XML, NOTICE, reply.payload),
    ReplyRule("to-user", VALID, XML, NOTICE, reply.to_user),
    ReplyRule("from-user", VALID, XML, NOTICE, reply.from_user),
    ReplyRule("create-time", SECONDS, XML, NOTICE, reply.create_time),
    ReplyRule("msg-type", TYPES, XML, NOTICE, reply.msg_type),
    ReplyRule("elements", CDATA, XML, NOTICE, reply.elements),
    ReplyRule("text-empty", VALID, TEXT, NOTICE, reply.text_empty),
    ReplyRule("text-bytes", BYTES, TEXT, NOTICE, reply.text_bytes),
    ReplyRule("news", ARTICLE, NEWS, NOTICE, reply.news),
    ReplyRule("media", ALIVE, XML, NOTICE, reply.media),
    ReplyRule("characters", SPLIT, TEXT, RECORDED, reply.characters),
    ReplyRule("links", SPLIT, TEXT, RECORDED, reply.links),
    ReplyRule("taps", TAPS, TEXT, RECORDED, reply.taps),
    ReplyRule("repeat", SAME, ANY, RECORDED, reply.repeat),
)

URL_RULE = ReplyRule("url-check", ECHO, ANY, NOTICE, reply.echo)
"""The one rule about the answer to the GET check, where `Answer.earlier` holds the echostr."""

CUSTOM, TEMPLATE, NOTIFICATION = "message/custom/send", "message/template/send", "message/subscribe/bizsend"
MENU, UPLOAD, MEDIA, QR = "menu/create", "media/upload", "media/get", "qrcode/create"
OAUTH, AUTHORIZE = "sns/oauth2/access_token", "connect/oauth2/authorize"
EVERY: tuple[str, ...] = ()
TOKENS = ("token", "stable_token")
LIMITED = (TEMPLATE, NOTIFICATION)
MESSAGES = (CUSTOM, *LIMITED)

CALL_RULES: tuple[CallRule, ...] = (
    CallRule("token-given", BAD_TOKEN, EVERY, 41001, True, access.token_given),
    CallRule("token-expired", BAD_TOKEN, EVERY, 42001, False, access.token_expired),
    CallRule("token-latest", OVERLAP, EVERY, 40001, False, access.token_latest),
    CallRule("token-known", BAD_TOKEN, EVERY, 40001, False, access.token_known),
    CallRule("json", PAYLOAD, (*MESSAGES, MENU, QR, "stable_token"), 47001, True, access.json_object),
    CallRule("token-grant", STOP, TOKENS, 40002, True, access.grant_type),
    CallRule("token-appid", STOP, (*TOKENS, OAUTH, AUTHORIZE), 40013, True, access.appid),
    CallRule("token-secret", STOP, (*TOKENS, OAUTH), 40125, True, access.secret),
    CallRule("token-storm", STORM, TOKENS, 0, True, access.token_storm),
    CallRule("account-may", STOP, (*MESSAGES, QR, OAUTH, AUTHORIZE), 48001, True, access.account_may),
    CallRule("openid", PERSON, (*MESSAGES, "user/info"), 40003, False, message.openid),
    CallRule("follower", PERSON, MESSAGES, 43004, False, message.follower),
    CallRule("custom-type", WINDOW, (CUSTOM,), 40008, True, message.custom_type),
    CallRule("custom-empty", WINDOW, (CUSTOM,), 44004, True, message.custom_empty),
    CallRule("custom-bytes", CUSTOM_BYTES, (CUSTOM,), 45002, True, message.custom_bytes),
    CallRule("custom-media", PAYLOAD, (CUSTOM,), 40007, True, message.custom_media),
    CallRule("custom-news", ARTICLE, (CUSTOM,), 45008, True, message.custom_news),
    CallRule("custom-menu", TAPS, (CUSTOM,), 47003, True, message.custom_menu),
    CallRule("custom-characters", SPLIT, (CUSTOM,), 0, True, message.custom_characters),
    CallRule("custom-links", SPLIT, (CUSTOM,), 0, True, message.custom_links),
    CallRule("custom-window", WINDOW, (CUSTOM,), 45015, False, message.custom_window),
    CallRule("custom-count", WINDOW, (CUSTOM,), 45047, False, message.custom_count),
    CallRule("template-id", PAYLOAD, LIMITED, 40037, True, template.template_id),
    CallRule("template-keys", PAYLOAD, LIMITED, 47003, True, template.template_keys),
    CallRule("template-values", FIELDS, LIMITED, 47003, True, template.template_values),
    CallRule("template-old-fields", OLD_FIELDS, LIMITED, 0, True, template.template_old_fields),
    CallRule("tick", TICKED, (NOTIFICATION,), 43101, False, message.tick),
    CallRule("quota", QUOTA, (CUSTOM, TEMPLATE), 45009, False, access.quota),
    CallRule("menu-buttons", BUTTONS, (MENU,), 40016, True, menu.menu_buttons),
    CallRule("menu-depth", BUTTONS, (MENU,), 40022, True, menu.menu_depth),
    CallRule("menu-sub-buttons", BUTTONS, (MENU,), 40023, True, menu.menu_sub_buttons),
    CallRule("menu-name", BUTTONS, (MENU,), 40018, True, menu.menu_name),
    CallRule("menu-sub-name", BUTTONS, (MENU,), 40025, True, menu.menu_sub_name),
    CallRule("menu-type", BUTTONS, (MENU,), 40017, True, menu.menu_type),
    CallRule("menu-key", BUTTONS, (MENU,), 40019, True, menu.menu_key),
    CallRule("menu-url", BUTTONS, (MENU,), 40020, True, menu.menu_url),
    CallRule("media-type", PAYLOAD, (UPLOAD,), 40004, True, media.media_type),
    CallRule("media-given", PAYLOAD, (UPLOAD,), 41005, True, media.media_given),
    CallRule("media-format", PAYLOAD, (UPLOAD,), 40005, True, media.media_format),
    CallRule("media-bytes", IMAGE, (UPLOAD,), 40009, True, media.media_bytes),
    CallRule("media-id", ALIVE, (MEDIA,), 40007, False, media.media_id),
    CallRule("qr-action", CODES, (QR,), 40052, True, media.qr_action),
    CallRule("qr-scene", CODES, (QR,), 40053, True, media.qr_scene),
    CallRule("qr-seconds", CODES, (QR,), 40097, True, media.qr_seconds),
    CallRule("qr-permanent", CODES, (QR,), 45029, False, media.qr_permanent),
    CallRule("user-next", PERSON, ("user/get",), 40003, True, media.user_next),
    CallRule("code-known", GRANTS, (OAUTH,), 40029, False, access.code_known),
    CallRule("code-once", GRANTS, (OAUTH,), 40163, False, access.code_once),
    CallRule("code-age", GRANTS, (OAUTH,), 42003, False, access.code_age),
    CallRule("oauth-scope", GRANTS, (AUTHORIZE,), 0, True, access.oauth_scope),
)

RULES: tuple[Rule, ...] = (*REPLY_RULES, URL_RULE, *CALL_RULES)


def broken_by_reply(answer: Answer) -> list[tuple[ReplyRule, str]]:
    """The rules that a reply breaks, in order, up to the first for which WeChat shows nothing of it."""
    broken: list[tuple[ReplyRule, str]] = []
    for rule in REPLY_RULES:
        if not _concerns(rule.about, answer):
            continue
        detail = rule.check(answer)
        if detail is not None:
            broken.append((rule, detail))
            if rule.verdict is not Verdict.RECORDED:
                break
    return broken


def broken_by_call(call: Call) -> list[tuple[CallRule, str]]:
    """The rules that a call breaks, in order, up to the first that WeChat answers with an errcode."""
    broken: list[tuple[CallRule, str]] = []
    for rule in CALL_RULES:
        if not (call.api in rule.apis if rule.apis else call.needs_token):
            continue
        detail = rule.check(call)
        if detail is not None:
            broken.append((rule, detail))
            if rule.errcode:
                break
    return broken


def _concerns(about: About, answer: Answer) -> bool:
    if about is About.ANY:
        return True
    if answer.silent:
        return False
    return about is About.XML or answer.type == about.value
