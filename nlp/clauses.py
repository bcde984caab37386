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
_TURNED = frozenset({"double_negation", "rhetorical"})


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
        found.append(_clause(start, end, hits[first:at], turned=turned))
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


def _clause(start: int, end: int, hits: Sequence[Hit], *, turned: bool) -> Clause:
    cues: dict[str, int] = {"double_negation": start} if turned else {}
    last_negation = -1
    for hit in hits:
        for kind in hit.meaning.cues:
            cues.setdefault(kind, hit.start)
            if kind == "negation":
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
