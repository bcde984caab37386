"""Where ODK and XPath 1.0 agree, an independent implementation gives the same values (elementpath)."""

import math
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pytest
from elementpath import ElementPathError, XPath1Parser, XPathContext
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.handlers.forms.expressions.language import Language

VALUES = {
    "/data/text": "abc",
    "/data/number": "7",
    "/data/zero": "0",
    "/data/blank": "",
    "/data/group/inner": "观察 员",
}
for _tree, _height in ((1, "1.5"), (2, "20"), (3, "")):
    VALUES[f"/data/trees[{_tree}]/height"] = _height

NUMBERS = st.sampled_from(
    ["0", "1", "2.5", "7", "-3", "0.1", "100000", "1000000000000", "number(/data/number)", "number(/data/zero)"]
)
TEXTS = st.sampled_from(
    ["''", "'abc'", "'b'", "'观察 员'", "'  a  b '", '"it\'s"', "/data/text", "/data/blank", "/data/group/inner"]
)
SETS = st.sampled_from(["/data/trees/height"])

# not zero: elementpath's zero is an integer and has no sign, and what it divides by zero may raise (facts.py has those)
DIVISORS = st.sampled_from(["2", "0.5", "-3", "string-length('abcd')"])


def numbers(depth: int) -> st.SearchStrategy[str]:
    """Without mod: elementpath gives 2 for 1 mod -3, XPath 1.0 (section 3.5, as Java's %) and we 1."""
    if not depth:
        return NUMBERS
    inner, words = numbers(depth - 1), texts(depth - 1)
    return st.one_of(
        NUMBERS,
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*"]), inner),
        st.builds("({} div {})".format, inner, DIVISORS),
        st.builds("-{}".format, inner.filter(lambda written: not written.startswith("-"))),
        st.builds("{}({})".format, st.sampled_from(["floor", "ceiling", "number"]), inner),
        st.builds("string-length({})".format, words),
        st.builds("count({})".format, SETS),
    )


def texts(depth: int) -> st.SearchStrategy[str]:
    if not depth:
        return TEXTS
    inner = texts(depth - 1)  # translate: of a character that is named twice elementpath takes the last place
    return st.one_of(
        TEXTS,
        st.builds(
            "{}({}, {})".format, st.sampled_from(["concat", "substring-before", "substring-after"]), inner, inner
        ),
        st.builds("normalize-space({})".format, inner),
        st.builds("translate({}, {}, {})".format, inner, st.sampled_from(["'abc'", "'b '", "''"]), inner),
        st.builds("string({})".format, st.one_of(inner, NUMBERS)),
    )


def truths(depth: int) -> st.SearchStrategy[str]:
    # a number beside a path is not compared here: elementpath says that 0 = /data/zero is false
    words, amounts = texts(max(depth - 1, 0)), numbers(max(depth - 1, 0))
    plain = st.one_of(
        st.builds("({} {} {})".format, words, st.sampled_from(["=", "!="]), words),
        st.builds("({} {} {})".format, amounts, st.sampled_from(["=", "!=", "<", ">", "<=", ">="]), amounts),
        st.builds("{}({}, {})".format, st.sampled_from(["contains", "starts-with"]), words, words),
        st.sampled_from(["true()", "false()"]),
    )
    if not depth:
        return plain
    inner = truths(depth - 1)
    return st.one_of(
        plain,
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("not({})".format, inner),
    )


@cache
def _document() -> Element:
    root = Element("data")
    for ref, value in VALUES.items():
        node = root
        for step in ref.split("/")[2:]:
            name, _, number = step.rstrip("]").partition("[")
            there = node.findall(name)
            place = int(number or 1)
            node = there[place - 1] if len(there) >= place else SubElement(node, name)
        node.text = value
    return root


@cache
def _ours() -> Language:
    return Language()


def _theirs(expression: str) -> Any:
    context = XPathContext(_document())
    return XPath1Parser().parse(expression).evaluate(context)


def same(one: Any, other: Any) -> bool:
    """Numbers within what a last digit may do."""
    if isinstance(one, bool) or isinstance(other, bool) or isinstance(one, str):
        return bool(type(one) is type(other) and one == other)
    one, other = float(one), float(other)
    return (math.isnan(one) and math.isnan(other)) or math.isclose(one, other, rel_tol=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.one_of(numbers(3), texts(3), truths(3)))
def test_our_values_are_those_of_xpath(expression: str) -> None:
    if expression.startswith("/"):  # a set of nodes there, a value here
        expression = f"string({expression})"
    found = _ours().run(expression, values=VALUES)
    try:
        expected = _theirs(expression)
    except (ElementPathError, ZeroDivisionError, OverflowError, ValueError):
        return  # elementpath raises where XPath 1.0 has infinity or NaN
    assert same(found, expected), (expression, found, expected)


@pytest.mark.parametrize("expression", ["1 div 0", "-(1 div 0)", "0 div 0", "7 mod 0"])
def test_what_elementpath_does_not_compute(expression: str) -> None:
    """IEEE 754, as XPath 1.0 section 3.5 says."""
    found = _ours().run(expression)
    assert isinstance(found, float)
    assert not math.isfinite(found)
