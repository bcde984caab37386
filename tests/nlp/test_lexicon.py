"""The tables of the lexicon: well-formed, broad, and not learned by heart."""

import re
from collections import Counter
from importlib.resources import files

import pytest

from nlp.labels import Discipline, EightRules, Field, Intent
from nlp.lexicon import reading
from nlp.lexicon.reading import LexiconError, built_in
from nlp.normalising import normalised
from nlp.training.examples import development

CLAUSE = 6
"""Characters from which on a clause of an example may be no word of the lexicon."""


def test_every_label_has_words() -> None:
    counted: Counter[str] = Counter()
    for meaning in built_in().words.values():
        counted.update(label for group in (meaning.labels, meaning.eight, meaning.intents) for label, _ in group)
    assert min(counted[label] for label in Field) >= 90
    assert min(counted[label] for label in Discipline) >= 100
    assert min(counted[label] for label in Intent) >= 60
    assert min(counted[label] for label in EightRules) >= 40


def test_words_are_in_the_form_in_which_texts_are_matched() -> None:
    assert [word for word in built_in().words if normalised(word).text != word] == []


def test_no_word_is_an_example_or_a_clause_of_one() -> None:
    """A lexicon that knows the examples by heart measures nothing."""
    words = built_in().words.keys()
    for example in development():
        text = normalised(example.text).text.strip()
        assert text not in words
        clauses = {re.sub(r"[\W_]+", "", clause) for clause in re.split(r"[,。;!?\n、 :…]", text)}
        assert not {clause for clause in clauses if len(clause) >= CLAUSE} & words


def test_every_class_of_a_composition_has_words() -> None:
    known = {name for meaning in built_in().words.values() for name in meaning.classes}
    assert {name for rule in built_in().rules for name in rule.classes} <= known


def test_variants_mean_what_their_word_means() -> None:
    words = built_in().words
    assert words["报消"] == words["报销"]


@pytest.mark.parametrize(
    ("table", "line", "complaint"),
    [
        ("fields", "公车", "too few columns"),
        ("fields", "公车\t车辆\t2\t", "none of the labels"),
        ("acts", "回扣\t廉洁纪律\t4\t", "weight must be 1, 2 or 3"),
        ("acts", "回扣\t廉洁纪律\t二\t", "weight must be 1, 2 or 3"),
        ("cues", "未\tnot\t", "none of the labels"),
        ("rules", "<没有的类>+<财物>\t廉洁纪律\t2\t", "no class <没有的类>"),
    ],
)
def test_a_faulty_line_is_named(table: str, line: str, complaint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    original = reading._rows

    def rows(name: str) -> object:
        if name != table:
            return original(name)
        return reading._parsed(name, f"header\n{line}")

    monkeypatch.setattr(reading, "_rows", rows)
    with pytest.raises(LexiconError, match=complaint) as caught:
        built_in.__wrapped__()
    assert f"{table}.tsv:2" in str(caught.value)


def test_tables_have_no_word_twice() -> None:
    for table in ("fields", "acts", "intents", "cues", "eight_rules", "variants"):
        lines = files("nlp.lexicon").joinpath(f"{table}.tsv").read_text(encoding="utf-8").splitlines()[1:]
        words = Counter(line.split("\t")[0] for line in lines if line and not line.startswith("#"))
        assert [word for word, count in words.items() if count > 1] == [], table
