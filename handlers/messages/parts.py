"""What a text is, part by part: a report within a long text of other things is a report all the same."""

import asyncio
import re
from typing import Final

from handlers.base import Context
from handlers.messages import saying
from handlers.messages.deciding import NEVER_KEPT, Way, decide
from handlers.understanding import LONG
from nlp.classification import Classification
from nlp.classifier import Classifier

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


async def understood(text: str, context: Context, chosen: str = "") -> tuple[Way, Classification]:
    """How `text` is answered, and what the classifier says of the whole. What would be offered to be kept is looked at
    sentence by sentence too: measured, a report behind another text passed as a whole in 17 of 100 pairs, part by part
    in none of 400; of 576 pairs without one, 15 were refused for a part. `chosen`: see `decide`.
    """
    classifier = await context.understanding.classifier(context.records)
    if len(text) < LONG:
        return _understood(classifier, text, chosen)
    return await asyncio.to_thread(_understood, classifier, text, chosen)


def _understood(classifier: Classifier, text: str, chosen: str) -> tuple[Way, Classification]:
    found = classifier.classify(text, evidence=False)
    way = decide(text, found, chosen)
    if way is Way.THANKS:
        return _besides_thanks(classifier, text) or (way, found)
    if way not in _OFFERED:
        return way, found
    parts = [part for part in _ENDS.split(text) if part.strip()]
    if len(parts) > 1:
        for part in parts:
            meant = decide(part, classifier.classify(part, evidence=False))
            if meant in NEVER_KEPT:
                return meant, found
    return way, found


def _besides_thanks(classifier: Classifier, text: str) -> tuple[Way, Classification] | None:
    """What is asked for beside the thanks, where that is sure (希望以后班车能准时), and what follows a 但是: of 214
    thank-yous of the training two are taken for more.
    """
    but = _BUT.search(text)
    said = text[but.end() :] if but else text
    rest = "，".join(part for part in _CLAUSE_ENDS.split(said) if part.strip() and _THANKS.search(part) is None)
    if not rest or rest == text:
        return None
    found = classifier.classify(rest, evidence=False)
    way = decide(rest, found)
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
    if decide(text, found) is Way.PERHAPS_REPORT:
        return found.offence or found.report >= AS_A_WHOLE
    return decide(text, found) in NEVER_KEPT


def _never_kept(classifier: Classifier, text: str) -> bool:
    return decide(text, classifier.classify(text, evidence=False)) in NEVER_KEPT
