"""What a contact is told that no person is bound to (any more)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from handlers import words
from handlers.base import Tap
from storage.vocabulary import ContactNoticeKind

_WORDINGS: Final[Mapping[ContactNoticeKind, str]] = MappingProxyType(
    {
        ContactNoticeKind.BINDING_REFUSED: "您的绑定申请没有通过，这个微信没有绑定。有疑问的，请联系本单位纪检人员。\n",
        ContactNoticeKind.BOUND_ELSEWHERE: "已在另一微信上绑定，这个微信不再代表您。\n",
        ContactNoticeKind.PHONE_CHANGED: "登记的手机号刚刚改过，您之前的绑定申请作废了。"
        "请用现在登记的手机再申请一次：绑定 姓名 手机后四位。\n",
        ContactNoticeKind.UNBOUND: "纪检人员已解除这个微信的绑定。有疑问的，请联系本单位纪检人员。\n",
    }
)


def worded(kind: ContactNoticeKind) -> tuple[str | Tap, ...]:
    """The notice as parts of a text."""
    return (_WORDINGS[kind], Tap(words.HELP))
