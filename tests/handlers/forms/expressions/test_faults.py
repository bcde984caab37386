"""What cannot be compiled is refused with a Chinese sentence that says where it is and how to mend it."""

import pytest

from handlers.forms.expressions.code import Type
from handlers.forms.expressions.compiler import compile_expression, compile_nodes
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.nodes import Nodes
from handlers.forms.expressions.parser import parse
from handlers.forms.expressions.scope import Scope
from handlers.forms.expressions.syntax import Path
from tests.handlers.forms.expressions.language import Language

LANGUAGE = Language()


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("", "空的"),
        ("   ", "空的"),
        ("1 +", "没有写完"),
        ("(1", "第 1 个字符处的“(”没有配对的“)”"),
        ("1)", "第 2 个字符处多了一个“)”"),
        ("count(/data/trees[1)", "第 20 个字符处的“)”和第 18 个字符处的“[”不配对，应为“]”"),
        ("1 2", "第 3 个字符处的“2”"),
        ("if(1, 2", "第 3 个字符处的“(”没有配对"),
        ("if(1,, 2)", "第 6 个字符处的“,”"),
        ("'abc", "第 1 个字符处的引号 ' 没有配对"),
        ("concat(“a", "第 8 个字符处的引号 “ 没有配对"),
        ("/data/number == 1", "判断相等只用一个“=”"),
        ("/data/number ＝＝ 1", "第 14 个字符处写了“＝＝”，判断相等只用一个“=”"),
        ("1 = 1 && 2 = 2", "要写成 and"),
        ("1 = 1 || 2 = 2", "要写成 or"),
        ("1 <> 2", "要写成 !="),
        ("1 => 2", "要写成 >="),
        ("1 =< 2", "要写成 <="),
        ("!(1 = 2)", "要写成 not(…)"),
        ("5 % 3", "要写成 mod"),
        ("2 ^ 3", "要写成 pow"),
        ("2 × 3", "乘号要写成 *"),
        ("2 ÷ 3", "除号要写成 div"),
        ("round(1；2)", "用逗号隔开"),
        ("1 # 2", "第 3 个字符“#”"),
        ("${number}", "花括号要配对"),
        ("$｛number｝ > 1", "花括号要配对"),
        ("//number", "任意层查找"),
        ("child::number", "轴名"),
        ("@id", "属性"),
        ("/data/*", "通配符"),
        ("1 | 2", "第 1 个字符处的“|”两边"),
        ("9" * 400, "数字太大"),
        ("/data/nubmer > 1", "没有叫“/data/nubmer”的题目。是不是想写“number”？"),
        ("number = 1", "没有叫“number”的题目。是不是想写 ${number}？"),
        ("/data/text = good", "要加单引号：'good'"),
        ("/data/trees/tga", "是不是想写“tag”？"),
        ("/data/nothing/y", "没有叫“/data/nothing/y”的题目"),
        ("/data/trees[tga = 'oak']/tag", "没有叫“tga”的题目"),
        ("instance('__last-saved')/data/txet", "是不是想写“text”？"),
        ("../../../x", "超出了表单"),
        ("/data/group = ''", "是一个分组"),
        ("/data/trees + 1", "“/data/trees”是一个分组"),
        ("if(1 = 1, /data/group, 2)", "是一个分组"),
        ("concat(/data/group)", "是一个分组"),
        ("..", "是一个分组"),
        ("instance('fruits')/root/item[1]", "一整行"),
        ("instance('friuts')/root/item/name", "没有叫“friuts”的选项列表或附表。是不是想写“fruits”？"),
        ("instance('fruits')/root/item[name = 'x']/lable", "没有“lable”这一列。是不是想写“label”？"),
        ("instance('fruits')", "这样查不了表"),
        ("instance('fruits')/item/name", "这样查不了表"),
        ("instance(/data/fruit)/root/item/name", "直接写出列表名称"),
        ("instance('fruits')/root/item[../name = 'x']/name", "不是这个列表里的一列"),
        ("current('x')", "应写 0 个"),
        ("selcted(/data/many, 'a')", "“selcted”不认识。是不是想写“selected”？"),
        ("IF(1 = 1, 2, 3)", "是不是想写“if”？"),
        ("frobnicate(1)", "“frobnicate”不认识。"),
        ("selected(/data/many)", "写了 1 个，应写 2 个"),
        ("concat()", "至少 1 个"),
        ("round(1, 2, 3)", "1 到 2 个"),
        ("random()", "同样的结果"),
        ("uuid()", "同样的结果"),
        ("substring('abc', 1, 2)", "substr"),
        ("position()", "position(..)"),
        ("position('a')", "position 的参数应当是题目或重复组"),
        ("last()", "count("),
        ("count(1)", "count 的参数应当是题目或重复组"),
        ("count-non-empty('a')", "题目或重复组"),
        ("indexed-repeat(/data/text, /data/trees, 1)", "不是“/data/text”所在的重复组"),
        ("indexed-repeat('a', /data/trees, 1)", "题目或重复组"),
        ("indexed-repeat(/data/trees/tag, /data/trees, 1, /data/trees)", "重复组和第几项"),
        ("indexed-repeat(/data/trees/box, /data/trees, 1)", "是一个分组"),
        ("pulldata('friuts', 'label', 'name', 'x')", "是不是想写“fruits”？"),
        ("pulldata('fruits', 'lable', 'name', 'x')", "是不是想写“label”？"),
        ("pulldata('fruits', 'label', 'nmae', 'x')", "是不是想写“name”？"),
        ("pulldata(/data/fruit, 'label', 'name', 'x')", "直接写出"),
        ("regex('a', '(')", "不是可用的正则"),
        ("regex('a', '(?=a)')", "前后查找"),
        ("regex('a', /data/text)", "固定文字"),
        ("regex('a', '(((a{1000}){1000}){1000})')", "不是可用的正则"),
        ("digest('a', 'SHA-3')", "SHA-256"),
        ("digest('a', 'MD5', 'octal')", "hex"),
        ("format-date(today(), '%Q')", "“%Q”"),
        ("format-date(today(), /data/text)", "直接写出"),
        ("jr:choice-name('a', 'b c')", "选择题"),
        ("jr:choice-name('a', '/data/text')", "选择题"),
        ("jr:choice-name('a', '/data/trees[tag = 1]/kind')", "选择题"),
        ("jr:itext('hallo')", "没有编号为“hallo”的文字"),
        ("weighted-checklist(1, 2, 'a', 1, 'b')", "成对"),
    ],
)
def test_faults_are_named_in_chinese(expression: str, says: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        LANGUAGE.run(expression)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "expression",
    [
        "+".join(["1"] * 20_000),
        "1" + "+1" * 16_000,
        "-" * 30_000 + "1",
        "(" * 5_000 + "1" + ")" * 5_000,
        "(" * 1_900 + "1" + ")" * 1_900,
        "not(" * 40 + "true()" + ")" * 40,
        "if(" * 40 + "1" + ",2,3)" * 40,
        "a[" * 900 + "1" + "]" * 900,
        "'" + "a" * 40_000 + "'",
        "../" * 1_900 + "x",
        "=".join(["1"] * 1_900),
        "<".join(["1"] * 1_900),
    ],
)
def test_hostile_expressions_are_refused_not_run(expression: str) -> None:
    with pytest.raises(ExpressionError):
        LANGUAGE.run(expression)


def test_long_chains_are_computed_without_recursion() -> None:
    assert LANGUAGE.run("+".join(["1"] * 1_999)) == 1_999
    assert LANGUAGE.run("+".join(["../number"] * 900)) == 4_500
    assert LANGUAGE.run(" or ".join(["1 = 2"] * 900 + ["1 = 1"])) is True
    assert LANGUAGE.run("--" * 900 + "1") == 1
    assert LANGUAGE.run("/data/trees" + "[tag]" * 900 + "/tag") == "oak"
    assert LANGUAGE.run("|".join(["../number"] * 900)) == "5"
    assert LANGUAGE.run("(" * 31 + "/data/number" + ")" * 31) == "5"


def test_a_hostile_pattern_takes_linear_time() -> None:
    assert LANGUAGE.run("regex(/data/text, '^(a+)+$')", values={"/data/text": "a" * 5_000 + "b"}) is False
    assert LANGUAGE.run("regex(/data/text, '(x+x+)+y')", values={"/data/text": "x" * 5_000}) is False


def test_texts_cannot_explode() -> None:
    doubled = "/data/text"
    for _ in range(6):
        doubled = f"concat({doubled}, {doubled})"
    text = LANGUAGE.run(doubled, values={"/data/text": "长" * 5_000})
    assert isinstance(text, str)
    assert len(text) <= 32_767


def test_a_tree_is_compiled_for_one_place_after_another() -> None:
    nodes = LANGUAGE.nodes
    tree = parse("/data/trees/height")
    values = [
        LANGUAGE._compiler.compile_node(tree, Scope(nodes, f"/data/trees[{tree_number}]/tag")).run(LANGUAGE.env())
        for tree_number in (1, 2, 3)
    ]
    assert values == ["10", "9", ""]


def test_choices_taken_from_a_repeat_are_found_and_not_read() -> None:
    tree = parse("/data/trees[./height > 9.5]")
    assert isinstance(tree, Path)
    scope = LANGUAGE.scope("/data/text")
    code = compile_nodes(tree, scope)
    assert code.found is not None
    assert list(code.found(LANGUAGE.env())) == ["/data/trees[1]"]
    assert scope.reads == {f"/data/trees[{number}]/height" for number in (1, 2, 3)}


def test_a_choice_filter_reads_columns_and_the_question() -> None:
    scope = LANGUAGE.scope("/data/trees[3]/kind", frozenset({"name", "price"}))
    fits = compile_expression("name = current()/../tag and not(price > 9) and missing = 'x' = false()", scope).run
    env = LANGUAGE.env()
    env.item = {"name": "oak", "price": "5"}
    assert fits(env) is True
    env.item = {"name": "oak", "price": "50"}
    assert fits(env) is False
    assert scope.reads == {"/data/trees[3]/tag"}


def test_an_empty_repeat_of_unknown_make_holds_anything() -> None:
    scope = Scope(Nodes({"/data/a": Type.TEXT}, frozenset({"/data"}), {"/data/rep": 0}), "/data/a")
    assert compile_expression("count(/data/rep/what)", scope).constant == 0
    with pytest.raises(ExpressionError):
        compile_expression("count(/data/what)", scope)
