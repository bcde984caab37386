"""Small sketches and marks of texts: which of many may be alike can be seen and looked up without the texts."""

from collections.abc import Iterable
from heapq import nsmallest
from operator import itemgetter
from zlib import crc32

from nlp.similarity import bigrams

BITS = 1024
"""Of a sketch. Measured on texts put together from tests/nlp/copied_pairs.py: at 26, 55, 135 and 323 characters the
share of bigrams is overestimated by 0.02, 0.06, 0.14 and 0.27 on average; with 512 bits it is twice as much."""
BYTES = BITS // 8
MARKS = 8
"""Of a text. Where two texts share the share j of all their bigrams, they have no mark in common with the probability
(1 - j)^MARKS: at a similarity of 0.6 (j = 0.43) one of a hundred copies is missed, of closer ones none."""
_WORDS = (
    "0个 0人 0份 0台 0块 0多 0天 0家 0条 0次 0没 0的 一半 一张 下来 不是 不给 不能 个人 个月 "
    "主任 也没 了0 了一 了个 了没 了解 人员 人家 你们 值班 全是 公司 公示 写的 几个 出去 出来 制度 办公 "
    "加强 半年 协议 单位 卖给 去了 及时 反映 发现 司机 合同 名单 回来 处理 多少 天天 存在 学习 安全 审批 "
    "客户 就是 履行 工作 工资 希望 干部 廉洁 建议 开展 总体 您好 情况 成员 我们 手机 报告 按照 接待 提前 "
    "收了 教育 整改 文件 有0 有人 未发 本季 本月 本期 材料 来了 来的 核实 检查 没人 没有 照片 现在 现场 "
    "现违 现金 班子 班长 电话 登记 的0 的人 的是 的那 监督 知道 第0 签字 管理 系统 组织 经了 经理 给我 "
    "老板 职工 能不 能够 自己 良好 落实 要求 认真 让我 记录 说是 财务 责任 还在 还是 进行 违纪 违规 那个 "
    "都不 都是 都没 采购 门口 问题 项目 领导 风险 食堂 "
)
COMMON = frozenset(_WORDS.split())
"""Bigrams of set phrases and of everyday words: half from reports as offices write them, half the most frequent ones of
nlp/training/messages. They become marks last, for they are marks of everything. A change of this list asks for a
migration that makes the stored marks anew."""


def sketch(text: str) -> bytes:
    """BYTES bytes in which every bigram of a normalised text (nlp.similarity.normalise) has set a bit.

    The same everywhere and always, so that it may be stored.
    """
    bits = 0
    for pair in bigrams(text):
        bits |= 1 << crc32(pair.encode()) % BITS
    return bits.to_bytes(BYTES, "big")


def marks(text: str) -> tuple[int, ...]:
    """At most MARKS numbers (of 32 bits, with a sign) of a normalised text, the same everywhere and always.

    The bigrams are put in an order that has nothing to do with the text, and the first of them are taken: so similar
    texts mostly have marks in common (Broder, "On the resemblance and containment of documents", 1997).
    """
    order = sorted((pair in COMMON, crc32(pair.encode()) - (1 << 31)) for pair in bigrams(text))
    return tuple(mark for _, mark in order[:MARKS])


def closest(
    length: int, sketched: bytes, others: Iterable[tuple[int, int, bytes]], threshold: float, most: int
) -> list[int]:
    """Keys of the texts that may be as similar as `threshold` (0…1) to the text of this length and sketch, at most
    `most`, the likeliest first.

    `others` are (key, length in characters, sketch) of normalised texts. None that is so similar is ruled out: a bit
    that the other sketch lacks stands for a bigram that the other text lacks. Some 0.7 µs for each.
    """
    mine, size = int.from_bytes(sketched, "big"), _size(length)
    if not size:
        return []
    spared = size - mine.bit_count()
    found = []
    for key, other_length, other in others:
        theirs, other_size = int.from_bytes(other, "big"), _size(other_length)
        common, both = (mine & theirs).bit_count(), size + other_size
        if 2 * (spared + common) / both >= threshold:
            likeness = 2 * (min(spared, other_size - theirs.bit_count()) + common) / both
            if likeness >= threshold:
                found.append((-likeness, key))
    return [key for _, key in nsmallest(most, found, key=itemgetter(0))]


def _size(length: int) -> int:
    """How many bigrams a text of so many characters has."""
    return length - 1 if length > 1 else length
