"""The classifier as handlers use it: the version that staff made last, and long texts beside the event loop."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest

from handlers.understanding import LONG, Understanding
from nlp.classifier import Classifier
from nlp.labels import Field, Intent
from storage.text_views import LexiconState, LexiconWord

if TYPE_CHECKING:
    from storage.records import Records

TEXT = "建议把格桑花的事情办好一点"
WORD = LexiconWord("格桑花", (Field.BIDDING.value,), 3)


@dataclass
class Lexicon:
    """Records in which only the lexicon can be read."""

    state: LexiconState = field(default_factory=lambda: LexiconState(0, ()))
    looked: int = 0
    loaded: int = 0

    async def lexicon_version(self) -> int:
        """The version."""
        self.looked += 1
        return self.state.version

    async def lexicon_edits(self) -> LexiconState:
        """The words."""
        self.loaded += 1
        await asyncio.sleep(0)
        return self.state


@pytest.fixture
def understanding(classifier: Classifier) -> Understanding:
    return Understanding(classifier)


async def test_an_edit_counts_from_the_next_text_on_and_is_loaded_once(understanding: Understanding) -> None:
    lexicon = Lexicon()
    records = cast("Records", lexicon)
    assert (await understanding.classify(TEXT, records)).fields == ()
    lexicon.state = LexiconState(1, (WORD,))
    found = await asyncio.gather(*(understanding.classify(TEXT, records) for _ in range(5)))
    assert {each.fields for each in found} == {(Field.BIDDING,)}
    assert {each.lexicon for each in found} == {1}
    assert (lexicon.looked, lexicon.loaded) == (6, 1)
    lexicon.state = LexiconState(2, ())
    assert (await understanding.classify(TEXT, records)).fields == ()


async def test_a_long_text_leaves_the_event_loop_free(understanding: Understanding) -> None:
    records = cast("Records", Lexicon())
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    beside = asyncio.create_task(others())
    found = await understanding.classify("食堂的饭菜太贵，建议降一点。" * (2 * LONG), records)
    beside.cancel()
    assert found.intent is Intent.SUGGESTION
    assert turns > 1
