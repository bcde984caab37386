"""The classifier as conversations use it: with the words that staff want now, and never in the event loop's way."""

import asyncio
from typing import TYPE_CHECKING, Final

from nlp.classification import Classification
from nlp.classifier import VERSION, Classifier
from nlp.lexicon_edits import LexiconEdit

if TYPE_CHECKING:
    from storage.records import Records
    from storage.text_views import LexiconState

PROGRAM: Final = VERSION
"""The version of the program that classifies, as the records keep it."""
LONG: Final = 500
"""Characters from which on a text is classified in a thread: measured, 350 take 3 ms, 700 take 6, 7,000 take 50."""


class Understanding:
    """One per process, shared by all turns. Every use looks at the lexicon's version once, so that an edit counts in
    all workers from the next message on.
    """

    def __init__(self, built_in: Classifier) -> None:
        """`built_in`: the classifier without staff's edits."""
        self._built_in = built_in
        self._current = built_in
        self._changing = asyncio.Lock()

    async def classifier(self, records: "Records") -> Classifier:
        """The classifier with staff's edits as the records have them now."""
        version = await records.lexicon_version()
        if version == self._current.version:
            return self._current
        async with self._changing:
            if version != self._current.version:
                self._current = await self.edited(await records.lexicon_edits())
            return self._current

    async def edited(self, state: "LexiconState") -> Classifier:
        """The built-in classifier with these edits, made in a thread (some 30 ms)."""
        edits = [LexiconEdit(each.word, each.labels, each.weight) for each in state.edits]
        return await asyncio.to_thread(self._built_in.edited, state.version, edits)

    async def classify(self, text: str, records: "Records") -> Classification:
        """What a text means; `records` are those of the turn."""
        return await classified(await self.classifier(records), text)


def as_classified(text: str, area: str) -> str:
    """What the classifier is given of a text in the records: of a finding its area too, which a message has not."""
    return f"{text}\n{area}" if area else text


async def classified(classifier: Classifier, text: str) -> Classification:
    """What a text means, said by this classifier; a long one keeps a thread busy and not the event loop."""
    if len(text) < LONG:
        return classifier.classify(text)
    return await asyncio.to_thread(classifier.classify, text)
