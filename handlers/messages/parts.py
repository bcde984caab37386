"""What a text is, part by part: a report within a long text of other things is a report all the same."""

import asyncio
import re
from typing import Final

from handlers.base import Context
from handlers.messages import saying
from handlers.messages.deciding import NEVER_KEPT, Way, decide
from handlers.messages.told import names_somebody, tells_of_somebody
from handlers.understanding import LONG
from nlp.classification import Classification
from nlp.classifier import Classifier
from nlp.labels import Intent
from nlp.normalising import simplified

AS_A_WHOLE: Final = 0.5
"""Probability of a report from which on texts are not put together each of which is none by itself: two matters at once
are unlike anything that the classifier learned."""
_ENDS: Final = re.compile("[。！？!?；;\r\n]+")
_CLAUSE_ENDS: Final = re.compile("[。！？!?；;，,、~～\\s]+")
_THANKS: Final = re.compile("谢|辛苦|麻烦[你您]|感激")
_BUT: Final = re.compile("但是?|不过|只是|就是(?!说|这样|想)|可(?:是|[她他我])")
"""谢谢领导，但是…: what follows is what is meant."""
_MEANT: Final = frozenset({Way.OFFER, Way.WHICH, *NEVER_KEPT})
_OFFERED: Final = frozenset({Way.OFFER, Way.WHICH})
_TELLING: Final = _OFFERED | {Way.NOTHING_FOUND}
"""What may be taken for what it is not for the words around what is told (反映一个情况，…)."""


async def understood(text: str, context: Context, chosen: str = "") -> tuple[Way, Classification]:
    """How `text` is answered, and what the classifier says of the whole. What would be offered to be kept is looked at
    sentence by sentence too: measured, a report behind another text passed as a whole in 17 of 100 pairs, part by part
    in none of 400; of 576 pairs without one, 15 were refused for a part. `chosen`: see `decide`.
    """
    classifier = await context.understanding.classifier(context.records)
    if len(text) < LONG:
        return read(classifier, text, chosen)
    return await asyncio.to_thread(read, classifier, text, chosen)


def read(classifier: Classifier, text: str, chosen: str = "") -> tuple[Way, Classification]:
    """The same with this classifier; some 0.3 ms for a short text."""
    found = classifier.classify(text, evidence=False)
    way = decide(text, found, chosen)
    if way is Way.THANKS:
        return _besides_thanks(classifier, text) or (way, found)
    if way in _TELLING and tells_of_somebody(classifier, text, chosen):
        return Way.PERHAPS_REPORT, found
    return (_refused_for_a_part(classifier, text) or way if way in _OFFERED else way), found


def _refused_for_a_part(classifier: Classifier, text: str) -> Way | None:
    """What a sentence is for which a text of several is not kept; None where there is no such sentence."""
    parts = [part for part in dict.fromkeys(_ENDS.split(text)) if part.strip()]
    for part in parts if len(parts) > 1 else ():
        meant = decide(part, classifier.classify(part, evidence=False))
        if meant in NEVER_KEPT:
            return meant
        if tells_of_somebody(classifier, part):
            return Way.PERHAPS_REPORT
    return None


def _besides_thanks(classifier: Classifier, text: str) -> tuple[Way, Classification] | None:
    """What is asked for beside the thanks, where that is sure (希望以后班车能准时), or told of somebody (a report stays
    one beside a 谢谢), and what follows a 但是: of 360 thank-yous of the training six are taken for more.
    """
    plain = simplified(text)
    but = _BUT.search(plain)
    said = plain[but.end() :] if but else plain
    rest = "，".join(part for part in _CLAUSE_ENDS.split(said) if part.strip() and _THANKS.search(part) is None)
    if not rest or rest == plain:
        return None
    found = classifier.classify(rest, evidence=False)
    way = decide(rest, found)
    if way in NEVER_KEPT and found.report >= AS_A_WHOLE and names_somebody(rest, found):
        return way, found
    return (way, found) if way is Way.OFFER or (but and way in _MEANT) else None


async def is_refused(text: str, context: Context) -> bool:
    """Whether a text that was put together of several must not be kept. Unlike a text by itself it is looked at part
    by part whatever the whole seems to be.
    """
    classifier = await context.understanding.classifier(context.records)
    return await asyncio.to_thread(_is_refused, classifier, text)


def _is_refused(classifier: Classifier, text: str) -> bool:
    parts = dict.fromkeys([*text.splitlines(), *_ENDS.split(text)])
    if any(_never_kept(classifier, saying.continued(part) or part) for part in parts if part.strip()):
        return True
    found = classifier.classify(text, evidence=False)
    if found.intent is Intent.REPORT or tells_of_somebody(classifier, text):  # the records keep no report
        return True
    if decide(text, found) is Way.PERHAPS_REPORT:
        return found.offence or found.report >= AS_A_WHOLE
    return decide(text, found) in NEVER_KEPT


def _never_kept(classifier: Classifier, text: str) -> bool:
    found = classifier.classify(text, evidence=False)
    return decide(text, found) in NEVER_KEPT or tells_of_somebody(classifier, text)
