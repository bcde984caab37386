"""Words of danger to life: what they tell of, and what they do not.

Long, because it holds the sentences themselves: one a line, so that they can be read and added to.
"""

import json
import re
from collections.abc import Collection
from importlib.resources import files
from itertools import cycle, islice
from time import process_time

import pytest

from handlers import words
from handlers.messages.danger import _TABLE, Danger, danger
from tests.handlers.messages.emergencies import (
    ANOTHERS_DESPAIR,
    BARE_CALLS,
    BLOWS,
    BURNING,
    DISTRESS,
    FEAR,
    FIRE,
    GONE,
    HARMLESS,
    HURT,
    INJURIES,
    LATER,
    LIFTS_AND_PITS,
    NONE,
    ON_THE_ROAD,
    OWN_DESPAIR,
    TRAPPED,
    VIOLENCE,
)

KINDS = (
    (ON_THE_ROAD, {Danger.HURT, Danger.TRAPPED, Danger.FIRE}),
    (LIFTS_AND_PITS, {Danger.TRAPPED, Danger.HURT, Danger.VIOLENCE}),
    (ANOTHERS_DESPAIR, {Danger.DISTRESS}),
    (OWN_DESPAIR, {Danger.DISTRESS}),
    (BLOWS, {Danger.VIOLENCE}),
    (FEAR, {Danger.VIOLENCE}),
    (GONE, {Danger.MISSING}),
    (INJURIES, {Danger.HURT, Danger.TRAPPED, Danger.FIRE}),
    (BURNING, {Danger.FIRE}),
    (BARE_CALLS, {Danger.CALL, Danger.HURT}),
    (LATER, set(Danger)),
)
TABLE = [
    *((said, Danger.DISTRESS) for said in DISTRESS),
    *((said, Danger.VIOLENCE) for said in VIOLENCE),
    *((said, Danger.FIRE) for said in FIRE),
    *((said, Danger.TRAPPED) for said in TRAPPED),
    *((said, Danger.HURT) for said in HURT),
    *((said, None) for said in NONE),
]


@pytest.mark.parametrize(("said", "found"), TABLE)
def test_words_of_danger(said: str, found: Danger | None) -> None:
    assert danger(words.normal(said)) is found


def test_the_table_looks_both_ways() -> None:
    assert len(TABLE) - len(NONE) >= 40
    assert len(NONE) >= 40


@pytest.mark.parametrize(("said", "kinds"), KINDS)
def test_emergencies_as_people_type_them(said: Collection[str], kinds: Collection[Danger]) -> None:
    missed = [each for each in said if danger(words.normal(each)) not in kinds]
    assert len(missed) <= 0.03 * len(said), missed


def test_harmless_sentences_close_in_words() -> None:
    alarms = [each for each in HARMLESS if danger(words.normal(each)) is not None]
    assert len(alarms) <= 0.03 * len(HARMLESS), alarms


def test_a_long_text_is_read_at_once() -> None:
    text = "".join(islice(cycle(f"{each}。" for each in HARMLESS if danger(each) is None), 4000))[:20_000]
    text = re.sub("[!?]", "", text)
    assert len(text) > 19_000
    assert min(_seconds(text) for _ in range(5)) < 0.3, "some 0.05 on a quiet machine"


@pytest.mark.parametrize("again", ["把人", "被车", "掉", "我快", "电梯", "快, ", "手被压", "人被"])
def test_the_time_grows_with_the_length_alone(again: str) -> None:
    text = (again * 40_000)[:40_000]
    assert min(_seconds(text) for _ in range(3)) < 8 * min(_seconds(text[:10_000]) for _ in range(3)) + 0.05


def _seconds(text: str) -> float:
    began = process_time()
    danger(text)
    return process_time() - began


def test_a_shortcut_hides_nothing() -> None:
    """What a sentence must hold to be searched (at_all) stands in everything that the patterns match."""
    folder = files("nlp.training").joinpath("messages")
    lines = (line for part in folder.iterdir() for line in part.read_text("utf-8").splitlines())
    texts = [json.loads(line)["text"] for line in lines]
    texts += [said for group in (*(said for said, _ in KINDS), [said for said, _ in TABLE], HARMLESS) for said in group]
    assert len(texts) > 10_000
    rows = [row for row in _TABLE if row.at_all is not None]
    assert len(rows) > 3
    for text in map(words.normal, texts):
        for row in rows:
            assert row.at_all is not None
            assert row.pattern.search(text) is None or row.at_all.search(text) is not None, text
