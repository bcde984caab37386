"""Csv attachments are checked, and become part of the form."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.forms import engine
from handlers.forms.authoring.embedding import attached
from handlers.forms.workbook import WorkbookError, compile_workbook
from handlers.forms.xform import compile_form
from tests.handlers.forms.forms import NOW, fill

FORM = """
| 问卷 | 类型 | 名称 | 题目 | 参数 | 计算 |
| | 文件单选 towns.csv | town | 哪里？ | | |
| | 计算 | code | | | pulldata('towns', 'code', 'name', ${town}) |
"""
TOWNS = "name,label,code\ngz,广州,020\nbj,北京,010\n"


def refused(content: bytes, form: str = FORM, name: str = "towns.csv") -> str:
    with pytest.raises(WorkbookError) as found:
        compile_workbook(form, {name: content})
    return str(found.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_files_are_read_as_excel_and_wps_save_them(encoding: str, mark: str) -> None:
    content = TOWNS.replace(",", mark).replace("\n", "\r\n").encode(encoding)
    compiled = compile_workbook(FORM, {"Towns.CSV": content})
    form = compile_form(compiled.xml)
    asked = engine.current(form, engine.begin(form, NOW))
    assert asked is not None
    assert [choice.label for choice in asked.choices] == ["广州", "北京"]
    assert fill(form, {"town": "gz"}).answers["/data/code"] == "020"
    assert "jr://" not in compiled.xml
    assert compiled.sha256 != compile_workbook(FORM, {"towns.csv": content[:-6]}).sha256


def test_other_columns_may_name_and_word_the_choices() -> None:
    form = FORM.replace("哪里？ | |", "哪里？ | value=code label=town |").replace("${town})", "'gz')")
    compiled = compile_workbook(form, {"towns.csv": "name,code,town\ngz,020,广州\n".encode()})
    asked = engine.current(found := compile_form(compiled.xml), engine.begin(found, NOW))
    assert asked is not None
    assert [(choice.value, choice.label) for choice in asked.choices] == [("020", "广州")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "第 1 行 附件是空的"),
        (b"name,,label\nx,y,z\n", "第 2 列没有表头"),
        (b"name,name\nx,y\n", "第 1 行 name 有两列的表头都是“name”"),
        (b"name,a b\nx,y\n", "表头“a b”不能用"),
        (b"code,label\nx,y\n", "缺少“name”这一列"),
        (b"name,label\n,y\n", "第 2 行 name “name”这一格是空的"),
        (b"name,label\nx,y\nx,z\n", "第 3 行 name “name”的“x”和第 2 行重复了"),
        (b'name,label\n"x,y\n', "引号没有配对"),
        (b"name,label\n\x00,y\n", "编码认不出来"),
        (b"\xff\xff\xff\xff,label\n", "编码认不出来"),
        (b"name,label\n" + b"x,y\n" * 20_001, "行数太多"),
        (",".join(f"c{place}" for place in range(60)).encode(), "列数太多"),
        (bytes(2_000_001), "附件太大"),
    ],
)
def test_faults_of_a_file_name_the_file_and_the_row(content: bytes, says: str) -> None:
    told = refused(content)
    assert told.startswith("towns.csv ")
    assert says in told


def test_a_missing_file_is_named_where_it_is_needed() -> None:
    assert refused(TOWNS.encode(), name="town.csv") == (
        "问卷 第 2 行 类型 缺少附件“towns.csv”，请把它和工作簿一起上传（命令行用 --attachments 指明文件夹）。"
        "是不是想写“town.csv”？"
    )


def test_no_file_outside_of_what_was_uploaded_is_ever_read() -> None:
    form = FORM.replace("pulldata('towns'", "pulldata('../../etc/passwd'")
    told = refused(TOWNS.encode(), form)
    assert "只能写文件名本身" in told
    assert "root:" not in told


def test_blanks_in_values_are_refused_only_where_several_are_chosen() -> None:
    content = b"name,label,code\na b,AB,1\n"
    assert "中间有空格" in refused(content, FORM.replace("文件单选", "文件多选"))


def test_a_stored_form_gives_its_files_back() -> None:
    compiled = compile_workbook(FORM, {"towns.csv": TOWNS.encode()})
    files = attached(compiled.xml)
    assert files == {"towns.csv": TOWNS.replace("\n", "\r\n").encode("utf-8-sig")}
    assert compile_workbook(FORM, files) == compiled


TEXT = st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12)


@settings(max_examples=30, database=None, deadline=None)
@given(st.lists(TEXT.map(str.strip).filter(bool), min_size=1, max_size=5, unique=True))
def test_any_text_survives_the_way_through_the_form(labels: list[str]) -> None:
    written = io.StringIO(newline="")
    rows = [["name", "label"], *([f"v{place}", label] for place, label in enumerate(labels))]
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(rows)
    compiled = compile_workbook(FORM.partition("\n| | 计算")[0], {"towns.csv": written.getvalue().encode()})
    form = compile_form(compiled.xml)
    options = form.leaves["/data/town"].options.values()
    assert [option.label.fixed for option in options] == labels


def test_external_choices_are_part_of_the_form() -> None:
    compiled = compile_workbook("""
| 问卷 | 类型 | 选项 | 名称 | 题目 | 选项筛选 |
| | 单选 | c | a | 省？ | |
| | 外部单选 | c | b | 市？ | province = ${a} |
| 选项 | 选项组 | 选项值 | 选项文字 |
| | c | gd | 广东 |
| | c | hb | 湖北 |
| 外部选项 | 选项组 | 选项值 | 选项文字 | province |
| | c | gz | 广州 | gd |
| | c | wh | 武汉 | hb |
""")
    form = compile_form(compiled.xml)
    asked = engine.current(form, engine.answer(form, engine.begin(form, NOW), "hb", NOW))
    assert asked is not None
    assert [choice.label for choice in asked.choices] == ["武汉"]


@pytest.mark.parametrize(
    "name",
    [
        *("CON.csv", "lpt1.csv", "a%2fb.csv", "a∕b.csv", "a.b.csv", "a;b.csv", "a&b.csv", "a'b.csv", 'a"b.csv'),
        *("a<b>.csv", "${q}.csv", "__last-saved.csv", "..csv", "~a.csv", "x" * 61 + ".csv"),
    ],
)
def test_names_of_files_that_some_system_could_not_hold_are_refused(name: str) -> None:
    with pytest.raises(WorkbookError, match="附件名") as found:
        compile_workbook(FORM.replace("towns.csv", name), {name: TOWNS.encode()})
    assert "&amp;" not in str(found.value)


def test_an_ending_in_capitals_is_the_same_ending() -> None:
    form = "| 问卷 | 类型 | 名称 | 题目 |\n| | 文件单选 Towns.CSV | town | 哪里？ |\n"
    assert "广州" in compile_workbook(form, {"towns.csv": TOWNS.encode()}).xml


def test_a_file_and_a_list_cannot_share_a_name() -> None:
    lists = "\n| 选项 | 选项组 | 选项值 | 选项文字 |\n| | towns | a | 甲 |\n"
    with pytest.raises(WorkbookError, match="和选项组“towns”同名"):
        compile_workbook(FORM + lists, {"towns.csv": TOWNS.encode()})
