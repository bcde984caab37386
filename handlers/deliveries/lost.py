"""Why WeChat does not reach somebody, in a few words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

UNFOLLOWED: Final = "已取消关注"
INVALID: Final = "绑定的微信号已失效"
OTHERWISE: Final = "微信收不到（错误码 {code}）"
_WHY: Final[Mapping[str, str]] = MappingProxyType({"unfollowed": UNFOLLOWED, "43004": UNFOLLOWED, "40003": INVALID})


def lost(gone: str) -> str:
    """`gone` is storage.models.Reach.gone: unfollowed, or WeChat's errcode."""
    return _WHY.get(gone) or OTHERWISE.format(code=gone)
