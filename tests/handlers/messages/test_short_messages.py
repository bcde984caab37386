"""Short everyday messages, written by somebody who knew none of the examples: how many are understood, and how."""

import csv
from collections import Counter
from importlib.resources import files

import pytest

from handlers.messages.deciding import NEVER_KEPT, Way, decide
from nlp.classifier import Classifier

KEPT = {Way.OFFER, Way.WHICH}
TO_US = {Way.HOW_TO_REPORT, Way.OWN, Way.ABOUT_US}
"""Questions that are answered at once."""
ANSWERED_IN_KIND = {"thanks": {Way.THANKS}, "other": {Way.OTHER, Way.GREETING, Way.HEARD}}


@pytest.fixture(scope="module")
def ways() -> Counter[tuple[str, Way]]:
    """How often a message of this kind (intent, `denied` for nothing found) is answered so."""
    classifier = Classifier.load()
    source = files("tests.handlers.messages").joinpath("short_messages.tsv").read_text("utf-8")
    found: Counter[tuple[str, Way]] = Counter()
    for row in csv.DictReader(source.splitlines(), delimiter="\t"):
        kind = "denied" if row["negated"] == "1" else row["intent"]
        found[kind, decide(row["text"], classifier.classify(row["text"], evidence=False))] += 1
    return found


def share(ways: Counter[tuple[str, Way]], kind: str, right: set[Way] | frozenset[Way]) -> float:
    """Of the messages of a kind, those that are answered in one of these ways."""
    of_kind = {way: count for (each, way), count in ways.items() if each == kind}
    return sum(count for way, count in of_kind.items() if way in right) / sum(of_kind.values())


@pytest.mark.parametrize(("kind", "least"), [("complaint", 0.9), ("suggestion", 0.92), ("inquiry", 0.9)])
def test_what_people_want_is_offered_or_asked_about(ways: Counter[tuple[str, Way]], kind: str, least: float) -> None:
    """Of short complaints by another author it was 0.47 before the examples had short ones."""
    assert share(ways, kind, KEPT | TO_US) >= least


def test_reports_are_not_kept(ways: Counter[tuple[str, Way]]) -> None:
    assert share(ways, "report", NEVER_KEPT) >= 0.9
    assert share(ways, "report", KEPT) <= 0.06
    assert share(ways, "denied", KEPT) <= 0.07


@pytest.mark.parametrize("kind", sorted(ANSWERED_IN_KIND))
def test_thanks_and_small_talk_are_answered_in_kind(ways: Counter[tuple[str, Way]], kind: str) -> None:
    assert share(ways, kind, ANSWERED_IN_KIND[kind]) >= 0.85
