"""Fixed phrases that answer a question of any kind, or of one kind only, as they stand after `likeness.bare`."""

from typing import Final


def words(spaced: str) -> frozenset[str]:
    """The phrases of a text, with blanks between them."""
    return frozenset(spaced.split())


SAME: Final = words(
    "同上 同前 一样 跟上面一样 和上面一样 同上一项 同上一个 同上一条 与上面相同 和上一项一样 跟上一项一样 与上一项相同 "
    "和上一个一样 跟上一个一样 同前一项 与前一项相同 相同 上同 跟前面一样 和前面一样"
)
"""As in the instance before."""
NONE: Final = words(
    "无 没有 暂无 不涉及 没 无此项 没有的 未涉及 不适用 暂时没有 目前没有 暂没有 没得 冇 莫得 木有 none n/a na"
)
"""Nothing to say here."""
NOT_ONE: Final = NONE | words(
    "未发生 没有发生 没发生 未发现 没发现 一个没有 一次没有 一个也没有 一次也没有 没有过 从未"
)
"""No such thing, where something is counted: 0."""
SEEN: Final = words(
    "好 好的 知道 知道了 我知道了 已知 已知悉 知悉 确认 我确认 已阅 阅 已阅读 已读 看过了 看了 看完了 已看 收到 "
    "明白 明白了 了解 了解了 清楚 清楚了 同意 没问题 ok okay 行 可以 嗯 1 √ ✓ 👌 👍"
)
"""Read and understood."""
MORE: Final = words(
    "再加 再加一项 再加一个 加 加一项 加一个 再来一项 再来一个 还有 继续加 继续添加 添加 新增 增加 再填一项"
)
"""One more instance of a repeat."""
DONE: Final = words(
    "不加 不加了 不用 不用了 不再加 没有了 没了 完了 完成 完成了 好了 结束 就这些 就这样 够了 到此为止 没有别的了 "
    "不需要 没有其他 下一步"
)
"""No more instances."""
