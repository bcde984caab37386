"""What expressions mean: ODK's semantics, one line a fact."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.forms.expressions.code import Env, Type
from handlers.forms.expressions.compiler import compile_expression
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.scope import TODAY, Scope
from handlers.forms.expressions.values import Value, number_text, text_number, to_text

LEAVES = {
    "/data/text": Type.TEXT,
    "/data/number": Type.NUMERAL,
    "/data/empty": Type.NUMERAL,
    "/data/blank": Type.TEXT,
    "/data/day": Type.DATE,
    "/data/noday": Type.DATE,
    "/data/many": Type.TEXT,
    "/data/group/inner": Type.TEXT,
    "/data/div": Type.NUMERAL,
}
VALUES = {
    "/data/text": "甲乙丙",
    "/data/number": "5",
    "/data/day": "2026-03-01",
    "/data/many": "a bb c",
    "/data/group/inner": "x",
    "/data/div": "8",
}


def run(expression: str, values: Mapping[str, str] = VALUES, here: str = "/data/text") -> Value:
    scope = Scope(LEAVES, frozenset({"/data", "/data/group"}), here)
    return compile_expression(expression, scope).run(Env(values, "2026-11-21"))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        # numbers and their texts
        ("1", "1"),
        ("1.50", "1.5"),
        (".5 + 1.", "1.5"),
        ("2 + 2", "4"),
        ("10 div 4", "2.5"),
        ("1000000 * 1000000 * 1000000 * 1000000", "1000000000000000000000000"),
        ("1 div 1000000000", "0.000000001"),
        ("-0", "0"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("1 div 0", "Infinity"),
        ("-1 div 0", "-Infinity"),
        ("0 div 0", "NaN"),
        ("5 mod 0", "NaN"),
        ("5 mod 3", "2"),
        ("-5 mod 3", "-2"),
        ("5.5 mod 2", "1.5"),
        # precedence
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("100 div 10 div 5", "2"),
        ("2 * 3 mod 4", "2"),
        ("-2 * -3", "6"),
        ("--3", "3"),
        ("1 + 1 = 2", "true"),
        ("1 < 2 = true()", "true"),
        ("3 > 2 > 1", "false"),
        ("1 = 1 or 1 = 2 and 1 = 3", "true"),
        ("(1 = 1 or 1 = 2) and 1 = 3", "false"),
        ("true() or false() and false()", "true"),
        ("/data/div div /data/div", "1"),
        ("1 -1", "0"),
        # empty is not zero
        ("/data/empty = 0", "false"),
        ("/data/empty = ''", "true"),
        ("/data/empty != ''", "false"),
        ("/data/empty > 0", "false"),
        ("/data/empty <= 0", "false"),
        ("/data/empty + 1", "NaN"),
        ("coalesce(/data/empty, 0) + 1", "1"),
        ("'' = ''", "true"),
        ("number('')", "NaN"),
        ("/data/blank = 0", "false"),
        # what equals what
        ("/data/number = 5", "true"),
        ("/data/number = '5'", "true"),
        ("/data/number = 5.0", "true"),
        ("'5' = 5", "true"),
        ("'5.0' = '5'", "false"),
        ("'a' = 'A'", "false"),
        ("true() = 'x'", "true"),
        ("true() = 1", "true"),
        ("/data/number != 6", "true"),
        ("/data/text = '甲乙丙'", "true"),
        ("'10' < '9'", "false"),
        ("'a' < 'b'", "false"),
        ("if(1 = 1, '5', 6) = 5", "true"),
        ("if(1 = 2, 'x', 6) = 6", "true"),
        ("if(1 = 1, 'x', 6) != 'y'", "true"),
        # conversions
        ("string(5)", "5"),
        ("string(true())", "true"),
        ("string(/data/empty)", ""),
        ("string()", "甲乙丙"),
        ("number(' 12.5 ')", "12.5"),
        ("number('1e3')", "NaN"),
        ("number('abc')", "NaN"),
        ("number(true())", "1"),
        ("number('１２')", "NaN"),
        ("boolean('0')", "true"),
        ("boolean('')", "false"),
        ("boolean(0)", "false"),
        ("boolean(0 div 0)", "false"),
        ("boolean(/data/empty)", "false"),
        ("boolean-from-string('true')", "true"),
        ("boolean-from-string('1')", "true"),
        ("boolean-from-string('yes')", "false"),
        ("not(1 = 2)", "true"),
        ("int(5.9)", "5"),
        ("int(-5.9)", "-5"),
        ("int('x')", "NaN"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-2"),
        ("round(2.345, 2)", "2.35"),
        ("round(-2.345, 2)", "-2.35"),
        ("round(1234, -2)", "1200"),
        ("round('x')", "NaN"),
        ("floor(-1.1)", "-2"),
        ("ceiling(1.1)", "2"),
        ("abs(-3)", "3"),
        ("pow(2, 10)", "1024"),
        ("pow(10, 400)", "Infinity"),
        ("sqrt(-1)", "NaN"),
        ("log10(1000)", "3"),
        ("log(0)", "-Infinity"),
        ("round(sin(pi() div 2), 6)", "1"),
        # conditions
        ("if(/data/number > 3, '大', '小')", "大"),
        ("if('', 'a', 'b')", "b"),
        ("if(/data/empty, 'a', 'b')", "b"),
        ("coalesce('', 'b')", "b"),
        ("coalesce('a', 'b')", "a"),
        ("coalesce(/data/blank, /data/number)", "5"),
        # choices
        ("selected(/data/many, 'bb')", "true"),
        ("selected(/data/many, 'b')", "false"),
        ("selected(/data/many, /data/blank)", "false"),
        ("selected(/data/many, concat('b', 'b'))", "true"),
        ("selected-at(/data/many, 0)", "a"),
        ("selected-at(/data/many, 2)", "c"),
        ("selected-at(/data/many, 3)", ""),
        ("selected-at(/data/many, -1)", ""),
        ("count-selected(/data/many)", "3"),
        ("count-selected(/data/blank)", "0"),
        # texts
        ("concat('a', 1, true(), /data/number)", "a1true5"),
        ("join('、', 'a', 'b')", "a、b"),
        ("string-length(/data/text)", "3"),
        ("string-length('')", "0"),
        ("string-length()", "3"),
        ("substr('abcde', 1, 3)", "bc"),
        ("substr('abcde', 2)", "cde"),
        ("substr('abcde', -2)", "de"),
        ("substr('abcde', 0, -1)", "abcd"),
        ("substr('abcde', 4, 2)", ""),
        ("substr('abcde', 9)", ""),
        ("contains(/data/text, '乙')", "true"),
        ("contains('abc', '')", "true"),
        ("starts-with('abc', 'ab')", "true"),
        ("ends-with('abc', 'bc')", "true"),
        ("substring-before('a-b-c', '-')", "a"),
        ("substring-before('abc', '-')", ""),
        ("substring-after('a-b-c', '-')", "b-c"),
        ("substring-after('abc', '-')", ""),
        ("translate('aabbc', 'abc', 'xy')", "xxyy"),
        ("normalize-space('  a   b ')", "a b"),
        ("lower-case('AbC')", "abc"),
        ("upper-case('AbC')", "ABC"),
        ("regex('13800138000', '1[0-9]{10}')", "true"),
        ("regex('x13800138000', '1[0-9]{10}')", "false"),
        ("regex('甲1', '\\p{Han}[0-9]')", "true"),
        # dates
        ("today()", "2026-11-21"),
        ("/data/day < today()", "true"),
        ("/data/day = '2026-03-01'", "true"),
        ("/data/day >= '2026-03-01'", "true"),
        ("today() - /data/day", "265"),
        ("date(/data/day + 30)", "2026-03-31"),
        ("date('2026-02-28') + 1 = date('2026-03-01') + 0", "true"),
        ("date('2024-02-30')", ""),
        ("date('')", ""),
        ("date(20000000)", ""),
        ("date(-99999999)", ""),
        ("date(0)", "1970-01-01"),
        ("/data/noday > today()", "false"),
        ("/data/noday = ''", "true"),
        ("decimal-date-time('1970-01-02')", "1"),
        ("decimal-date-time('1970-01-02T12:00:00')", "1.5"),
        ("number(today())", "20778"),
        ("format-date(today(), '%Y年%n月%e日 %a')", "2026年11月21日 周六"),
        ("format-date('2026-03-05', '%y%m%d %b')", "260305 3月"),
        ("format-date(/data/noday, '%Y')", ""),
        ("format-date(today() + 1, '%d')", "22"),
        ("format-date-time('2026-03-05T07:08:09.120', '%H:%M:%S.%3 %h')", "07:08:09.120 7"),
        ("format-date('2026-03-05', '100%%')", "100%"),
        # sets
        ("sum(/data/number, 3, /data/empty)", "8"),
        ("min(4, /data/number, /data/empty)", "4"),
        ("max(4, /data/number)", "5"),
        ("max(/data/empty)", "NaN"),
        ("count(/data/number)", "1"),
        ("count-non-empty(/data/empty)", "0"),
        # paths
        ("../number", "5"),
        ("../group/inner", "x"),
        (".", "甲乙丙"),
        ("./../number", "5"),
        ("current()/../number", "5"),
    ],
)
def test_semantics(expression: str, text: str) -> None:
    assert to_text(run(expression)) == text


def test_a_relative_path_starts_at_its_question() -> None:
    assert run("../../number", here="/data/group/inner") == "5"
    assert run(".", here="/data/group/inner") == "x"


def test_once_keeps_what_is_there() -> None:
    assert run("once(today())", {}, here="/data/blank") == "2026-11-21"
    assert run("once(today())", {"/data/blank": "旧"}, here="/data/blank") == "旧"


def test_what_an_expression_reads_is_known() -> None:
    scope = Scope(LEAVES, frozenset(), "/data/text")
    compile_expression("if(/data/number > 1, ../day, today())", scope)
    assert scope.reads == {"/data/number", "/data/day", TODAY}


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("", "空的"),
        ("   ", "空的"),
        ("1 +", "没有写完"),
        ("(1", "没有写完"),
        ("1)", "“)”"),
        ("1 2", "“2”"),
        ("if(1, 2", "没有写完"),
        ("/data/number == 1", "只用一个“=”"),
        ("selected（/data/many， 'a'）", "改成半角的“(”"),
        ("/data/number ＞ 1", "改成半角的“>”"),
        ("“a”", "改成半角的“'”"),
        ("'abc", "引号没有配对"),
        ("1 # 2", "“#”"),
        ("${number}", "“$”"),
        ("//number", "不支持"),
        ("child::number", "不支持"),
        ("@id", "不支持"),
        ("/data/number | /data/day", "不支持"),
        ("/data/nubmer > 1", "没有叫“/data/nubmer”的题目"),
        ("../../../x", "超出了表单"),
        ("/data/group = ''", "是一个分组"),
        ("/data/number[1]", "方括号条件"),
        ("instance('x')/root/item", "instance"),
        ("instance('x')", "不支持"),
        ("selcted(/data/many, 'a')", "“selcted”不认识"),
        ("selected(/data/many)", "应为 2 个"),
        ("concat()", "至少 1 个"),
        ("round(1, 2, 3)", "1 到 2 个"),
        ("random()", "同样的结果"),
        ("now()", "today()"),
        ("regex('a', '(')", "不是可用的正则"),
        ("regex('a', '(?=a)')", "前后查找"),
        ("regex('a', /data/text)", "固定文字"),
        ("regex('a', '(((a{1000}){1000}){1000})')", "不是可用的正则"),
        ("format-date(today(), '%Q')", "“%Q”"),
        ("format-date(today(), /data/text)", "直接写出"),
        ("jr:choice-name('a', 'b')", "选择题"),
    ],
)
def test_faults_are_named_in_chinese(expression: str, says: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        run(expression)
    assert says in str(refused.value)


def test_long_sums_are_computed_without_recursion() -> None:
    assert run("+".join(["1"] * 1_999)) == 1_999
    assert run(" or ".join(["1 = 2"] * 900 + ["1 = 1"])) is True


@pytest.mark.parametrize(
    "expression",
    [
        "+".join(["1"] * 20_000),
        "1" + "+1" * 16_000,
        "-" * 30_000 + "1",
        "(" * 5_000 + "1" + ")" * 5_000,
        "not(" * 40 + "1" + ")" * 40,
        "a[" * 3_000,
        "'" + "a" * 40_000 + "'",
        "../" * 3_000 + "x",
    ],
)
def test_hostile_expressions_are_refused_not_run(expression: str) -> None:
    with pytest.raises(ExpressionError):
        run(expression)


def test_a_hostile_pattern_takes_linear_time() -> None:
    assert run("regex(/data/text, '^(a+)+$')", {"/data/text": "a" * 5_000 + "b"}) is False
    assert run("regex(/data/text, '(x+x+)+y')", {"/data/text": "x" * 5_000}) is False


def test_texts_cannot_explode() -> None:
    doubled = "/data/text"
    for _ in range(6):
        doubled = f"concat({doubled}, {doubled})"
    text = run(doubled, {"/data/text": "长" * 5_000})
    assert isinstance(text, str)
    assert len(text) <= 32_767


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_as_text_has_no_exponent_and_is_the_same_number(number: float) -> None:
    text = number_text(number)
    assert "e" not in text.lower()
    assert text_number(text) == number


WORDS = (
    "1|2.5|'a'|''|.|..|/data/number|../day|+|-|*| div | mod |=|!=|<=|(|)|,| and | or |[|]|/|if(|selected(|concat(|"
    "date(|round(|today()|not(|$|“|（"
)
words = st.sampled_from(WORDS.split("|"))


@given(st.lists(words, max_size=25).map("".join) | st.text(max_size=40))
def test_any_text_is_an_expression_or_a_named_fault(expression: str) -> None:
    try:
        value = run(expression)
    except ExpressionError as fault:
        assert any("\u4e00" <= character <= "\u9fff" for character in str(fault))
    else:
        assert isinstance(value, str | float | bool)
        to_text(value)


numbers = st.integers(-50, 50).map(float) | st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(st.sampled_from(["+", "-", "*"]), numbers), min_size=1, max_size=12), numbers)
def test_arithmetic_has_the_precedence_of_school(rest: list[tuple[str, float]], first: float) -> None:
    written = number_text(first) + "".join(f" {operator} {number_text(number)}" for operator, number in rest)
    terms = [first]
    for operator, number in rest:
        if operator == "*":
            terms[-1] *= number
        else:
            terms.append(number if operator == "+" else -number)
    assert run(written) == pytest.approx(sum(terms), rel=1e-9, abs=1e-3)
