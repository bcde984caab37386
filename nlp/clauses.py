"""Clauses of a text and what holds in them: negation with its scope, contrast, prevention, a mere possibility."""

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from nlp.matching import Hit

_CLAUSE = re.compile(r"[^,。;!?\n…~]+[,。;!?\n…~]*")
_BLANK = re.compile(r"(?<=[\u4e00-\u9fff0-9]) +(?=[\u4e00-\u9fff])")
"""People type blanks where commas belong."""
_NEAR_END = 6
"""A negation that begins so near the end of its clause denies what stands before it: 公款吃喝的情况没有."""
_FALSE_DENIAL = re.compile("(?:说|讲|声称|号称)(?:是)?(?:没|无|不存在).{0,60}(?:假|骗|谁信|鬼话)")
"""说没有公款吃喝是假的."""
_OUGHT = "|".join(
    (
        "公开招标|公开选拔|公开竞聘|公开|公示|公布|公告|通报|张贴|上墙|张榜|告知|通知|征求意见|说明|解释|说法|交代|回应|回复|答复|回音|下文",
        "招投标|招标|投标|比价|询价|竞价|竞标|评标|竞聘|民主推荐|民主测评|考察|考核",
        "审批|批准|报批|报备|报告|备案|请示|上会|过会|开会|集体研究|集体讨论|集体决策|会议记录|会议纪要|论证|评估|立项",
        "签字|签名|签收|盖章|签合同|签协议|合同|协议|手续|程序|流程|资质|许可证?",
        "发票|收据|票据|凭证|凭据|单据|小票|明细|清单|台账|账目|入账|入库|登记|记录|验收|检测|检验|盘点|审计|审核|核实|核对",
        "监督|监管|兑现|整改",
    )
)
"""What ought to be there or to be done: who says that it is missing tells of a fault, and of no all-clear."""
_BEFORE_OUGHT = (
    "(?:任何|什么|一点|半点|经过?|通过|进行|履行|按照?(?:规定|要求|程序|制度)?|依法|对外|提前|及时|统一|正规|正式|必要|相关|有关"
    "|合法|书面|完整|走|给|开|写|做|办|有|签订?|签署|组织|召开|过|一[次个张份]|个|的|向(?:大家|职工|群众|员工|我们|社会))"
)
_BEHIND_OUGHT = (
    "(?:程序|手续|流程|记录|过|了|出来|出去|的?话)*(?:[,。;!?\n…~ ]|$|就|便|却|而|直接|擅自|私自|私下|偷偷|大家|谁"
    "|报销|付款|支付|动用|开工|施工|上岗|采购|发放|使用|出租|处置|提拔|任命|和|或|、|也|还|没|未|无)"
)
_MISSING = re.compile(f"{_BEFORE_OUGHT}{{0,3}}(?:{_OUGHT}){_BEHIND_OUGHT}")
"""Behind a negation: 没有 公示, 没有 经过任何审批 就; not 没有 公示期内的异议, 没有 发票造假."""
_WAS_OUGHT = re.compile(f"(?:{_OUGHT})(?:都|也|却|还|一直|从来|从|根本|全|一[次个张份]都?|(?:什么|啥)的?都?)*$")
"""Before one that ends its clause: 签字都 没有."""
_ENDING = re.compile("[过了呢啊呀的]*(?:[,。;!\n…~ ]|$|就|便)")
_LOOKED_BACK = 16
"""Characters before a negation in which _WAS_OUGHT is looked for."""
_ALL_CLEAR = re.compile("发现|查|检|听说|反映|事|异常|违|啥|零|非|涉")
"""In a negation: it says that nothing was found, whatever stands behind it."""
_TURNED = frozenset({"double_negation", "rhetorical"})


MISSING = "missing"
"""The cue of a clause in which what ought to be there is denied, and nothing else before it."""


class Scope(IntEnum):
    """How what a word names is meant."""

    TOLD = 0
    DENIED = 1
    """Said not to be so."""
    PREVENTED = 2
    """To be prevented, forbidden, or possible only."""


_TOLD = Scope.TOLD
"""A member of an enum takes longer to find than the rest of a hit's scope."""
_NO_CUES: frozenset[str] = frozenset()


class Clause(NamedTuple):
    """The characters [start, end) of a normalised text, the cues in it and the scope of each hit in it."""

    start: int
    end: int
    cues: frozenset[str]
    hits: Sequence[tuple[Hit, Scope]]


def clauses(text: str, hits: Sequence[Hit]) -> list[Clause]:
    """The clauses of a normalised text with the hits that begin in each, in order."""
    found = []
    at = 0
    denials = _FALSE_DENIAL.search(text) is not None
    for start, end in _spans(text):
        first = at
        while at < len(hits) and hits[at].start < end:
            at += 1
        turned = denials and _FALSE_DENIAL.search(text, start, end) is not None
        found.append(_clause(text, start, end, hits[first:at], turned=turned))
    return found


def _spans(text: str) -> list[tuple[int, int]]:
    spans = []
    blanks = " " in text
    for clause in _CLAUSE.finditer(text):
        start, end = clause.span()
        if blanks:
            for gap in _BLANK.finditer(text, start, end):
                spans.append((start, gap.end()))
                start = gap.end()
        spans.append((start, end))
    return spans


def _is_missing(text: str, start: int, hit: Hit) -> bool:
    """Whether a negation, in a clause that begins at `start`, denies what ought to be there."""
    if _ALL_CLEAR.search(text, hit.start, hit.end) or text[hit.start - 1 : hit.start] == "有":  # 有没有公示 asks
        return False
    if _MISSING.match(text, hit.end):
        return True
    before = max(start, hit.start - _LOOKED_BACK)
    return _ENDING.match(text, hit.end) is not None and _WAS_OUGHT.search(text, before, hit.start) is not None


def _clause(text: str, start: int, end: int, hits: Sequence[Hit], *, turned: bool) -> Clause:
    cues: dict[str, int] = {"double_negation": start} if turned else {}
    last_negation = -1
    for hit in hits:
        for kind in hit.meaning.cues:
            if kind != "negation":
                cues.setdefault(kind, hit.start)
            elif "negation" not in cues and _is_missing(text, start, hit):
                cues.setdefault(MISSING, hit.start)
            else:
                cues.setdefault(kind, hit.start)
                last_negation = hit.start
    if not cues:
        return Clause(start, end, _NO_CUES, [(hit, _TOLD) for hit in hits])
    denied_from, denied_up_to = end, start
    if "negation" in cues and not _TURNED & cues.keys():
        denied_from = cues["negation"]
        if last_negation >= end - _NEAR_END:
            denied_up_to = denied_from
    if "refutation" in cues and "double_negation" not in cues:
        denied_from = start
    prevented_from = min(cues.get("prevention", end), cues.get("hypothetical", end))
    scoped = [(hit, _scope(hit.start, denied_from, denied_up_to, prevented_from)) for hit in hits]
    return Clause(start, end, frozenset(cues), scoped)


def _scope(at: int, denied_from: int, denied_up_to: int, prevented_from: int) -> Scope:
    if at >= denied_from or at < denied_up_to:
        return Scope.DENIED
    return Scope.PREVENTED if at >= prevented_from else Scope.TOLD
