"""What expressions mean: ODK's semantics, every fact of the table."""

import re
from datetime import datetime, timedelta, timezone

import pytest

from handlers.forms.expressions.functions import FUNCTIONS
from handlers.forms.expressions.scope import LAST, NOW, TODAY
from handlers.forms.expressions.values import moment_text
from tests.handlers.forms.expressions.facts import FACTS
from tests.handlers.forms.expressions.language import Language
from tests.handlers.forms.expressions.layout import Fact

LANGUAGE = Language()


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.expression} @ {fact.here}")
def test_an_expression_means_what_the_specification_says(fact: Fact) -> None:
    assert LANGUAGE.text(fact.expression, fact.here) == fact.text


def test_every_function_has_facts() -> None:
    called = {name for fact in FACTS for name in re.findall(r"[\w:-]+(?=\s*\()", fact.expression)}
    assert set(FUNCTIONS) <= called


@pytest.mark.parametrize(
    ("expression", "here", "reads"),
    [
        ("if(/data/number > 1, ../day, today())", "/data/text", {"/data/number", "/data/day", TODAY}),
        ("now()", "/data/text", {NOW}),
        ("1 + 1", "/data/text", set()),
        ("/data/trees/height", "/data/trees[2]/tag", {"/data/trees[2]/height"}),
        ("sum(/data/trees/stems/cbh)", "/data/trees[2]/tag", {"/data/trees[2]/stems[1]/cbh"}),
        ("count(/data/trees)", "/data/trees[2]/tag", set()),
        ("position(..)", "/data/trees[2]/tag", set()),
        ("count(/data/trees[tag = 'oak'])", "/data/text", {f"/data/trees[{tree}]/tag" for tree in (1, 2, 3)}),
        # the instance before, by its number: no circle although every instance reads its neighbour
        (
            "coalesce(/data/trees[position() = position(current()/..) - 1]/total, 0) + ../height",
            "/data/trees[2]/total",
            {"/data/trees[1]/total", "/data/trees[2]/height"},
        ),
        (
            "sum(/data/trees[position() < position(current()/..) and height != '']/total)",
            "/data/trees[2]/total",
            {"/data/trees[1]/total", *(f"/data/trees[{tree}]/height" for tree in (1, 2, 3))},
        ),
        ("indexed-repeat(../total, /data/trees, position(..) - 1)", "/data/trees[3]/total", {"/data/trees[2]/total"}),
        (
            "indexed-repeat(../tag, /data/trees, /data/number)",
            "/data/trees[1]/kind",
            {"/data/number", *(f"/data/trees[{tree}]/tag" for tree in (1, 2, 3))},
        ),
        ("instance('fruits')/root/item[name = /data/fruit]/label", "/data/text", {"/data/fruit"}),
        ("pulldata('fruits', 'label', 'name', ../fruit)", "/data/text", {"/data/fruit"}),
        ("instance('__last-saved')/data/number", "/data/text", {LAST + "/data/number"}),
        ("once(today())", "/data/text", {TODAY}),
    ],
)
def test_what_an_expression_reads_is_known(expression: str, here: str, reads: set[str]) -> None:
    assert LANGUAGE.reads(expression, here) == reads


def test_once_keeps_what_is_there() -> None:
    assert LANGUAGE.run("once(today())", "/data/blank", {}) == "2026-11-21"
    assert LANGUAGE.run("once(today())", "/data/blank", {"/data/blank": "旧"}) == "旧"


def test_a_moment_is_written_in_the_person_s_own_time() -> None:
    now = datetime(2026, 11, 21, 1, 30, tzinfo=timezone(timedelta(hours=8)))
    assert moment_text(now) == "2026-11-21T01:30:00.000+08:00"
