"""What an edit of the lexicon would change: the texts of the last 90 days, classified with it and without."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from handlers.base import Context
from handlers.understanding import as_classified
from nlp.classification import Classification
from nlp.classifier import Classifier
from nlp.normalising import normalised
from storage.text_views import LexiconState, LexiconWord, RecentText, TextCursor

DAYS: Final = 90
BUDGET: Final = 3.0
"""Seconds; a turn has 4.5."""
PAGE: Final = 500
"""Texts read at once."""
SHOWN: Final = 10
"""Changes that are kept to be shown."""
COMMON: Final = 0.2
"""Share of the texts from which on a word says nothing, for it stands everywhere."""
FEWEST: Final = 10
"""Texts of which a share means something."""


@dataclass(frozen=True, slots=True)
class Change:
    """One text whose labels would be others."""

    text: RecentText
    before: Classification
    after: Classification


@dataclass(slots=True)
class Trial:
    """What was found."""

    version: int
    """Of the lexicon that it was tried on."""
    tried: int = 0
    """Texts looked at."""
    holding: int = 0
    """Of them, those in which the word stands."""
    changed: int = 0
    finished: bool = True
    """Whether all texts could be looked at in the time."""
    changes: list[Change] = field(default_factory=list)
    """The newest ones."""

    @property
    def common(self) -> bool:
        """Whether the word stands in too many texts to say anything of one."""
        return self.tried >= FEWEST and self.holding > COMMON * self.tried


async def tried(wanted: LexiconWord, state: LexiconState, context: Context, budget: float = BUDGET) -> Trial:
    """Try a word as staff want it on all texts that this officer reads. Texts are classified in a thread, with the
    lexicon as it is and as it would be; labels that an officer corrected are changed by no edit.
    """
    until = time.monotonic() + budget
    edits = (*(each for each in state.edits if each.word != wanted.word), wanted)
    before = await context.understanding.edited(state)
    after = await context.understanding.edited(LexiconState(state.version + 1, edits))
    since = context.now - timedelta(days=DAYS)
    trial = Trial(state.version)
    cursor: TextCursor | None = None
    while trial.finished:
        texts = await context.records.recent_texts(since, limit=PAGE, after=cursor)
        await asyncio.to_thread(_compare, trial, texts, wanted.word, before, after, until)
        if len(texts) < PAGE:
            break
        cursor = texts[-1].cursor
    return trial


def _compare(
    trial: Trial, texts: Sequence[RecentText], word: str, before: Classifier, after: Classifier, until: float
) -> None:
    for text in texts:
        if time.monotonic() > until:
            trial.finished = False
            return
        trial.tried += 1
        said = as_classified(text.text, text.area)
        if word not in normalised(said).text:
            continue
        trial.holding += 1
        if text.corrected:
            continue
        was, would = before.classify(said, evidence=False), after.classify(said, evidence=False)
        if was.labels() != would.labels():
            trial.changed += 1
            if len(trial.changes) < SHOWN:
                trial.changes.append(Change(text, was, would))
