"""Any text is an expression or a named fault; a tree written out is the same tree when it is read again."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.forms.expressions.code import constant
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.functions import dates
from handlers.forms.expressions.functions import numbers as numeric
from handlers.forms.expressions.lexer import tokens
from handlers.forms.expressions.parser import parse
from handlers.forms.expressions.syntax import LEVELS, Call, Chain, Literal, Negate, Node, Path, Step, Union, written
from handlers.forms.expressions.values import number_text, text_number
from tests.handlers.forms.expressions.facts import FACTS
from tests.handlers.forms.expressions.language import Language
from tests.handlers.forms.expressions.layout import LEAVES

LANGUAGE = Language()
few = settings(max_examples=60, database=None, deadline=None)

WORDS = (
    "1|2.5|'a'|''|.|..|/data/number|../day|+|-|*| div | mod |=|!=|<=|(|)|,| and | or |[|]|/|if(|selected(|concat(|"
    "date(|round(|today()|not(|$|“|（|”|，|≥|current()|instance('fruits')/root/item|/data/trees|position(|count(|==|&&"
)
words = st.sampled_from([*WORDS.split("|"), "|"])


def in_chinese(fault: ExpressionError) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in str(fault))


@few
@given(st.lists(words, max_size=25).map("".join) | st.text(max_size=40))
def test_any_text_is_an_expression_or_a_named_fault(expression: str) -> None:
    try:
        value = LANGUAGE.run(expression)
    except ExpressionError as fault:
        assert in_chinese(fault)
    else:
        assert isinstance(value, str | float | bool)
        LANGUAGE.text(expression)


@few
@given(st.text(max_size=60))
def test_tokens_stand_where_they_are_written(expression: str) -> None:
    try:
        found = tokens(expression)
    except ExpressionError as fault:
        assert in_chinese(fault)
        return
    places = [token.at for token in found]
    assert places == sorted(set(places))
    assert places[-1] == len(expression) + 1


names = st.sampled_from(["a", "name", "div", "or", "and", "mod", "x-1", "y.z", "jr:choice-name", "题目"])
literals = st.builds(Literal, st.text(max_size=8).filter(lambda text: not set('“”"＂') & set(text))) | st.builds(
    Literal, st.floats(0, 1e15).map(lambda number: float(number_text(number)))
)


def paths(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    steps = st.builds(Step, names | st.sampled_from([".", ".."]), st.lists(inner, max_size=1).map(tuple))
    starts = st.sampled_from(["/", "."]) | st.just(Call("current", ())) | st.just(Call("instance", (Literal("l"),)))
    return st.builds(Path, starts, st.lists(steps, min_size=1, max_size=3).map(tuple))


def trees(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def chain(level: tuple[str, ...]) -> st.SearchStrategy[Any]:
        rest = st.lists(st.tuples(st.sampled_from(level), inner), min_size=1, max_size=3).map(tuple)
        return st.builds(Chain, inner, rest)

    return (
        st.sampled_from(LEVELS).flatmap(chain)
        | paths(inner)
        | st.builds(Negate, inner)
        | st.builds(Union, st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(Call, names.filter(lambda name: name != "题目"), st.lists(inner, max_size=3).map(tuple))
    )


@few
@given(st.recursive(literals | paths(literals), trees, max_leaves=12))
def test_a_tree_written_out_is_the_same_tree(tree: Node) -> None:
    once = parse(written(tree))
    assert once == tree
    assert written(once) == written(tree)


@pytest.mark.parametrize("expression", sorted({fact.expression for fact in FACTS}))
def test_facts_written_out_are_the_same_trees(expression: str) -> None:
    tree = parse(expression)
    assert parse(written(tree)) == tree


@few
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_as_text_has_no_exponent_and_is_the_same_number(number: float) -> None:
    text = number_text(number)
    assert "e" not in text.lower()
    assert text_number(text) == number


numbers = st.integers(-50, 50).map(float) | st.floats(-1e6, 1e6)


@few
@given(st.lists(st.tuples(st.sampled_from(["+", "-", "*"]), numbers), min_size=1, max_size=12), numbers)
def test_arithmetic_has_the_precedence_of_school(rest: list[tuple[str, float]], first: float) -> None:
    expression = number_text(first) + "".join(f" {operator} {number_text(number)}" for operator, number in rest)
    terms = [first]
    for operator, number in rest:
        if operator == "*":
            terms[-1] *= number
        else:
            terms.append(number if operator == "+" else -number)
    assert LANGUAGE.run(expression) == pytest.approx(sum(terms), rel=1e-9, abs=1e-3)


few_letters = st.text("ab ", max_size=6)


@few
@given(few_letters, few_letters)
def test_selected_looks_for_whole_names(chosen: str, name: str) -> None:
    values = {"/data/many": chosen, "/data/text": name}
    assert LANGUAGE.run("selected(/data/many, /data/text)", values=values) == (name.strip() in chosen.split())


@few
@given(st.lists(st.integers(0, 20).map(str) | st.just(""), min_size=3, max_size=3))
def test_functions_of_a_repeat_agree_with_its_instances(heights: list[str]) -> None:
    values = {f"/data/trees[{number}]/height": height for number, height in enumerate(heights, 1) if height}
    answered = [int(height) for height in heights if height]
    assert LANGUAGE.run("sum(/data/trees/height)", values=values) == sum(answered)
    assert LANGUAGE.run("count-non-empty(/data/trees/height)", values=values) == len(answered)
    assert LANGUAGE.run("count(/data/trees[height > 9])", values=values) == sum(height > 9 for height in answered)
    assert LANGUAGE.run("/data/trees/height > 9", values=values) is any(height > 9 for height in answered)
    for number, height in enumerate(heights, 1):
        here = f"/data/trees[{number}]/tag"
        assert LANGUAGE.run("/data/trees/height", here, values) == height
        assert LANGUAGE.run(f"indexed-repeat(/data/trees/height, /data/trees, {number})", values=values) == height


COMPILED = [LANGUAGE._compiler.compile_expression(fact.expression, LANGUAGE.scope(fact.here)) for fact in FACTS]
answers = st.fixed_dictionaries(
    {},
    optional={
        ref: {
            "NUMERAL": st.decimals(-(10**30), 10**30, places=3).map(lambda number: format(number, "f")),
            "DATE": st.dates().map(str),
            "TEXT": st.text(max_size=12) | st.sampled_from(["mango", "a bb", "9999-12-31T23:59:60Z", "90 180", "1e5"]),
        }[kind]
        for ref, kind in LEAVES.items()
    },
)


@settings(few, max_examples=40)
@given(answers)
def test_no_answer_makes_an_expression_fail(values: dict[str, str]) -> None:
    env = LANGUAGE.env(values)
    for code in COMPILED:
        value = code.run(env)
        assert isinstance(value, str | float | bool)
        code.as_number()(env), code.as_truth()(env), code.as_text()(env)


ARITHMETIC = [
    (function, size)
    for name, function in {**numeric.FUNCTIONS, **dates.FUNCTIONS}.items()
    for size in (1, 2)
    if function.least <= size <= (function.most or size) and function.most != 0 and not name.startswith("format-")
]


@settings(few, max_examples=60)
@given(st.floats(), st.floats())
def test_no_number_makes_a_function_fail(one: float, two: float) -> None:
    codes = (constant(one), constant(two))
    for function, size in ARITHMETIC:
        value = function.build(LANGUAGE.scope(), codes[:size]).run(LANGUAGE.env())
        assert isinstance(value, str | float | bool)
