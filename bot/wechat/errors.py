"""What an error code of the API means for whoever sends, as a table, and the error that carries the decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Action(StrEnum):
    """What the sender does next."""

    RETRY = "retry"
    """Back off and try again."""
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the name of a decision, not a password
    """Refresh the token once and send again once; the client has done both when a caller sees this."""
    HOLD_UNTIL_MIDNIGHT = "hold_until_midnight"
    """Hold everything of this API until 00:00 Asia/Shanghai."""
    PARK = "park"
    """Leave this person alone on this way: try the next one, or wait until they write."""
    PERSON_GONE = "person_gone"
    """Mark the person unreachable and tell the officer."""
    PAYLOAD_BAD = "payload_bad"
    """Never send this payload again; alert."""
    CHANNEL_DOWN = "channel_down"
    """Stop the way of sending and alert the operator."""


class Scope(StrEnum):
    """How far the trouble reaches."""

    CALL = "call"
    """This attempt."""
    API = "api"
    """Every call of the same API."""
    PERSON = "person"
    """This recipient."""
    PAYLOAD = "payload"
    """This content."""
    CHANNEL = "channel"
    """The whole way of sending, or the account."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one error code means. `explanation` is a Chinese sentence for operators."""

    action: Action
    scope: Scope
    explanation: str


_BUSY = Meaning(Action.RETRY, Scope.CALL, "微信系统繁忙，稍后会自动重试。")
_TOO_OFTEN = Meaning(Action.RETRY, Scope.CALL, "接口调用过于频繁，已放慢速度，稍后会自动重试。")
_QUOTA = Meaning(
    Action.HOLD_UNTIL_MIDNIGHT, Scope.API, "该接口今天的调用额度已用完，北京时间零点恢复，其间的发送已暂存。"
)

# WECHAT.md, section Sending, second table: every code of every row.
ERRCODES: Final[Mapping[int, Meaning]] = {
    40001: Meaning(
        Action.REFRESH_TOKEN,
        Scope.CHANNEL,
        "access_token 无效，刷新后仍被拒绝，请核对 AppSecret，并确认没有其他程序在刷新同一公众号的凭据。",
    ),
    40014: Meaning(
        Action.REFRESH_TOKEN,
        Scope.CHANNEL,
        "access_token 不合法，刷新后仍被拒绝，请核对 AppID 与 AppSecret。",
    ),
    42001: Meaning(Action.REFRESH_TOKEN, Scope.CHANNEL, "access_token 已过期，刷新后仍被拒绝，请检查服务器时间。"),
    -1: _BUSY,
    45011: _TOO_OFTEN,
    45009: _QUOTA,
    45015: Meaning(
        Action.PARK,
        Scope.PERSON,
        "对方超过 48 小时没有与公众号互动，客服消息发不出去，等对方来信或改用其他渠道。",
    ),
    45047: Meaning(Action.PARK, Scope.PERSON, "对方回话之前能发的客服消息条数已用完，等对方来信或改用其他渠道。"),
    43101: Meaning(Action.PARK, Scope.PERSON, "对方没有订阅（或已用完）这类通知，等对方重新勾选或改用其他渠道。"),
    40003: Meaning(Action.PERSON_GONE, Scope.PERSON, "OpenID 无效，这个人已无法通过本公众号联系。"),
    43004: Meaning(Action.PERSON_GONE, Scope.PERSON, "对方没有关注公众号，无法送达。"),
    47003: Meaning(Action.PAYLOAD_BAD, Scope.PAYLOAD, "模板参数不符合要求，请核对模板字段与内容长度。"),
    40037: Meaning(Action.PAYLOAD_BAD, Scope.PAYLOAD, "模板编号无效，请在公众平台核对模板。"),
    45002: Meaning(Action.PAYLOAD_BAD, Scope.PAYLOAD, "消息内容过长，微信拒收。"),
    40007: Meaning(Action.PAYLOAD_BAD, Scope.PAYLOAD, "素材编号无效或已过期，需要重新上传。"),
    48001: Meaning(Action.CHANNEL_DOWN, Scope.CHANNEL, "公众号没有这个接口的权限，请核对账号类型与认证状态。"),
    48004: Meaning(Action.CHANNEL_DOWN, Scope.CHANNEL, "接口已被微信封禁，请登录公众平台查看原因。"),
    40164: Meaning(Action.CHANNEL_DOWN, Scope.CHANNEL, "服务器 IP 不在白名单中，请在公众平台添加。"),
    40013: Meaning(Action.CHANNEL_DOWN, Scope.CHANNEL, "AppID 无效，请核对配置。"),
    50002: Meaning(Action.CHANNEL_DOWN, Scope.CHANNEL, "公众号被限制使用，请登录公众平台查看原因。"),
}

UNLISTED: Final = Meaning(Action.PAYLOAD_BAD, Scope.PAYLOAD, "微信返回了未登记的错误码，请查阅官方错误码说明。")
"""A code outside the table. A call is not repeated at once; a delivery is tried some times more (bot.planning), for
nobody knows whether it concerns the content, the person or the account.
"""
UNLISTED_FOR_ALL: Final = Meaning(
    Action.CHANNEL_DOWN,
    Scope.CHANNEL,
    "微信对接连几条消息都返回同一个未登记的错误码，这种方式先停一停，请查阅官方错误码说明。",
)
"""The same such code for several in a row: it concerns the account, and must not use up everybody's message."""
NO_CONNECTION: Final = Meaning(Action.RETRY, Scope.CALL, "连接不上微信接口，稍后会自动重试，请检查网络。")
"""The request never left: nothing can have been delivered."""
NO_ANSWER: Final = Meaning(Action.RETRY, Scope.CALL, "微信接口没有给出可用的答复（超时、断线或 5xx）。")
"""The request left and its fate is unknown."""
REFUSED: Final = Meaning(
    Action.CHANNEL_DOWN,
    Scope.CHANNEL,
    "微信接口拒绝了请求（HTTP 3xx/4xx），请核对接口地址 QF_WECHAT_API_BASE。",
)
"""An HTTP answer that is no WeChat answer: a wrong address or a proxy."""
NO_TOKEN: Final = Meaning(
    Action.CHANNEL_DOWN, Scope.CHANNEL, "领取 access_token 被拒绝，请核对 AppID、AppSecret 与 IP 白名单。"
)
"""The token was refused for a reason that waiting does not mend."""
STORE_AWAY: Final = Meaning(Action.RETRY, Scope.CALL, "存放 access_token 的存储暂时不可用，稍后会自动重试。")
"""The shared store did not answer; nothing was sent."""


def meaning(errcode: int) -> Meaning:
    """What `errcode` means; UNLISTED when the table does not name it."""
    return ERRCODES.get(errcode, UNLISTED)


class SendError(Exception):
    """A call to the API that did not succeed; the caller reads the fields, never the text.

    `errcode` is WeChat's, or None when no such answer came (then `http_status` may tell more). `ambiguous`:
    the call is not idempotent and may have been carried out all the same (可能已送达 in WECHAT.md). The text
    holds neither token nor openid and may be logged.
    """

    def __init__(
        self,
        meaning: Meaning,
        *,
        errcode: int | None,
        ambiguous: bool = False,
        http_status: int | None = None,
        detail: str = "",
    ) -> None:
        self.meaning = meaning
        self.errcode = errcode
        self.ambiguous = ambiguous
        self.http_status = http_status
        self.detail = detail
        named = [f"errcode {errcode}"] if errcode is not None else []
        named += [f"HTTP {http_status}"] if http_status is not None else []
        named += [detail] if detail else []
        super().__init__(f"{meaning.explanation}（{'，'.join(named)}）" if named else meaning.explanation)

    @property
    def action(self) -> Action:
        """What to do next."""
        return self.meaning.action

    @property
    def scope(self) -> Scope:
        """How far the trouble reaches."""
        return self.meaning.scope

    @property
    def retryable(self) -> bool:
        """Whether trying the same again later can help; an ambiguous sending needs the care of WECHAT.md
        first.
        """
        return self.action in {Action.RETRY, Action.REFRESH_TOKEN, Action.HOLD_UNTIL_MIDNIGHT}
