"""What a text tells beside what it asks for: 张主任收红包算违纪吗 tells of 张主任, whatever is asked about it."""

import re
from typing import Final

from handlers.messages.deciding import NEVER_KEPT, decide
from nlp.classification import Classification
from nlp.classifier import Classifier
from nlp.labels import Discipline
from nlp.names import names
from nlp.normalising import normalised
from nlp.surnames import SURNAMES, WORDLIKE

SURELY: Final = 0.75
"""Probability of a report from which on also what names nobody counts."""
LONG: Final = 15
"""Characters from which on it does: questions about rules are shorter (微信转账五十算违规吗)."""
SHORT: Final = 8
"""Characters below which what is told of somebody counts only where it names an offence or is surely one of integrity
(魏科长收钱): 班长老骂人，能不能管管 is a complaint."""
_KIND: Final = r"(?:建议|意见|投诉求助|投诉|求助|咨询)"
_THIS: Final = r"(?:这|那)?(?:种|样)?(?:情况|事|做法|行为)?"
_OFFICE: Final = r"(?:单位|公司|集团|领导|组织|上级|上面|有关部门|纪委|你们)?"
_ASKING: Final = re.compile(
    rf"^\s*(?:[您你]好[,，!！。\s]*)?我?(?:要|想|有)?(?:提|来)?一?[个条点]?{_KIND}\s*[:：,，\s]"
    r"|(?:我|本人)?(?:想|要|来)?(?:请问|请教|咨询)(?:一?下|个(?:事|问题))?"
    r"|(?:我|本人)?(?:[想要来]问(?![题责候])(?:一?下|一?问|个(?:事|问题))?|问(?:一?下|一?问|个(?:事|问题)))"
    r"|我?想(?:知道|了解)(?:一?下)?"
    r"|^\s*(?:[您你]好[,，!！。\s]*)?我?(?:想|要|来)?(?:向[^，,。]{1,6})?(?:反映|说|讲|举报)(?:一?[个件下]|一下)(?:情况|问题|事情?)?[:：,，\s]"
    r"|如果|假如|假设|要是|万一"
    r"|(?:建议|希望)?(?:以后|今后)?(?:别|不要|不能)再?(?:让|这样)"
    rf"|(?:强烈)?(?:建议|希望|麻烦|恳请|请){_OFFICE}(?:去|来|能)?"
    r"(?:管一?管|管管|查一?查|查一?下|处理一?下|核实一?下|了解一?下|重视|关注)"
    rf"|{_THIS}(?:应?该)?(?:会?怎么(?:办|处理|弄|样)|如何处理|会?怎样|咋办|咋整)"
    rf"|{_THIS}(?:算不算|是不是|属不属于|算|属于|是)?"
    r"(?:违纪|违规|违法|犯法|犯罪|正常|合规|合法|合理|合适|符合规定|不正之风|腐败)了?[吗么嘛]"
    r"|(?:应?该)?(?:[找向跟和归]谁|去哪里?|哪个部门)(?:反映|说|问|举报|管|处理)?"
    r"|能不能(?:管一?管|管管|查一?查|查一?下)|有没有人管|有人管吗|谁来?管|管不管"
    r"|可以吗|可不可以|[行好对]吗|[吗呢]|么(?=[?？。]|$)|[?？]"
)
"""Words that ask, propose or complain and tell nothing. Measured in docs/decisions.md 21."""
_FAMILIAR: Final = re.compile(f"(?!小钱)[老小][{''.join(sorted(one for one in SURNAMES - WORDLIKE if len(one) == 1))}]")
"""老郑, 小常, whatever stands around them: where what is told may be a report it is hardly another word."""
_AROUND: Final = "，,。 "


def told(text: str) -> str:
    """The text, normalised, without the words that ask; empty: there are none, or nothing else is said."""
    plain = normalised(text).text
    rest = _ASKING.sub("，", plain).strip(_AROUND)
    return "" if rest == plain.strip(_AROUND) else rest


def tells_of_somebody(classifier: Classifier, text: str, chosen: str = "") -> bool:
    """Whether what is told may be a report: of somebody who is named, or at length and surely. `chosen`: see `decide`.

    A question about the rules names nobody (过节可以收红包吗) and is none.
    """
    rest = told(text)
    if not rest:
        return False
    found = classifier.classify(rest, evidence=False)
    if decide(rest, found, chosen) not in NEVER_KEPT:
        return False
    if names_somebody(rest, found):
        bribed = Discipline.INTEGRITY in found.disciplines and found.report >= SURELY
        return found.offence or bribed or len(rest) >= SHORT
    return found.report >= SURELY and len(rest) >= LONG


def names_somebody(rest: str, found: Classification) -> bool:
    """Whether a text names an office that somebody holds, or a person."""
    plain = normalised(rest).text
    return found.somebody or _FAMILIAR.search(plain) is not None or bool(names(plain))
