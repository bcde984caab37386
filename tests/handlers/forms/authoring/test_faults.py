"""Every fault is one Chinese line with sheet, row, column and how to mend it; all of them at once."""

import pytest

from handlers.forms.workbook import Fault, WorkbookError, compile_workbook

HEADER = "类型 | 选项 | 名称 | 题目 | 显示条件 | 限制 | 计算 | 选项筛选 | 用途 | 重复次数 | 默认值 | 参数 | 触发"
COLUMNS = [column.strip() for column in HEADER.split("|")]
CHOICES = """
| 选项 | 选项组 | 选项值 | 选项文字 | city |
| | yn | yes | 是 | a |
| | yn | no | 否 | b |
"""


def row(**cells: str) -> str:
    return " | ".join(cells.get(column, "") for column in COLUMNS)


def faults(*rows: str, choices: str = CHOICES, settings: str = "") -> list[Fault]:
    body = "\n".join(f"| | {line} |" for line in rows)
    with pytest.raises(WorkbookError) as refused:
        compile_workbook(f"| 问卷 | {HEADER} |\n{body}\n{choices}\n{settings}")
    return list(refused.value.faults)


A = row(类型="整数", 名称="amount", 题目="金额？")


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"类型": "填充", "名称": "b", "题目": "乙"}, "类型", "是不是想写“填空”"),
        ({"类型": "select_oen yn", "名称": "b", "题目": "乙"}, "类型", "不认识"),
        ({"类型": "单选", "名称": "b", "题目": "乙"}, "类型", "要写选项组的名称"),
        ({"类型": "单选", "选项": "ym", "名称": "b", "题目": "乙"}, "类型", "是不是想写“yn”"),
        ({"类型": "单选 yn", "选项": "xx", "名称": "b", "题目": "乙"}, "选项", "请只留一个"),
        ({"类型": "多选 ${amount}", "名称": "b", "题目": "乙"}, "类型", "请改用单选（select_one ${amount}）"),
        ({"名称": "b", "题目": "乙"}, "类型", "没有写类型"),
        ({"类型": "文本", "题目": "乙"}, "名称", "可以写 q2"),
        ({"类型": "文本", "名称": "天数", "题目": "乙"}, "名称", "不能有中文。可改为 q2"),
        ({"类型": "文本", "名称": "a b", "题目": "乙"}, "名称", "不能有空格"),
        ({"类型": "文本", "名称": "2b", "题目": "乙"}, "名称", "英文字母开头"),
        ({"类型": "文本", "名称": "a/b", "题目": "乙"}, "名称", "字母、数字和下划线"),
        ({"类型": "文本", "名称": "b" * 65, "题目": "乙"}, "名称", "最多 64"),
        ({"类型": "文本", "名称": "meta", "题目": "乙"}, "名称", "保留"),
        ({"类型": "文本", "名称": "amount", "题目": "乙"}, "名称", "和第 2 行重复"),
        ({"类型": "文本", "名称": "b"}, "题目", "没有写题目文字"),
        ({"类型": "文本", "名称": "b", "题目": "乙", "显示条件": "${amuont} > 1"}, "显示条件", "是不是想写“amount”"),
        ({"类型": "文本", "名称": "b", "题目": "乙", "显示条件": "(${amount} > 1"}, "显示条件", "括号不成对"),
        ({"类型": "文本", "名称": "b", "题目": "乙", "显示条件": "${amount} == 1"}, "显示条件", "只用一个“=”"),
        ({"类型": "文本", "名称": "b", "题目": "乙", "显示条件": "${amount > 1"}, "显示条件", "没有配上"),
        ({"类型": "文本", "名称": "b", "题目": "乙", "显示条件": "${a b} > 1"}, "显示条件", "不是引用"),
        ({"类型": "文本", "名称": "b", "题目": "乙", "限制": "string-lenght(.) > 1"}, "限制", "“string-length”"),
        ({"类型": "文本", "名称": "b", "题目": "乙", "限制": "regex(., '(')"}, "限制", "正则"),
        ({"类型": "文本", "名称": "b", "题目": "乙", "限制": ". > nothing"}, "限制", "nothing"),
        ({"类型": "计算", "名称": "b"}, "计算", "公式是空的"),
        ({"类型": "计算", "名称": "b", "计算": "${b} + 1"}, "计算", "成了一个圈"),
        ({"类型": "计算", "名称": "b", "计算": "1 +"}, "计算", "没有写完"),
        ({"类型": "单选 yn", "名称": "b", "题目": "乙", "选项筛选": "ctiy = 'a'"}, "选项筛选", "是不是想写“city”"),
        ({"类型": "文本", "名称": "b", "题目": "乙", "用途": "问提"}, "用途", "不认识"),
        ({"类型": "文本", "名称": "b", "题目": "乙", "用途": "完成时限"}, "用途", "不能用在"),
        ({"类型": "文本", "名称": "b", "题目": "乙", "重复次数": "3"}, "重复次数", "重复组开始"),
        ({"类型": "日期", "名称": "b", "题目": "乙", "默认值": "2026-02-30"}, "默认值", "日期"),
        ({"类型": "评分", "名称": "b", "题目": "乙", "参数": "start=甲"}, "参数", "start"),
        ({"类型": "评分", "名称": "b", "题目": "乙", "参数": "start:1"}, "参数", "名字=值"),
        ({"类型": "文本", "名称": "b", "题目": "乙", "计算": "1", "触发": "amount"}, "触发", "写成 ${名称}"),
        ({"类型": "文本", "名称": "b", "题目": "乙${nobody}"}, "题目", "没有叫“nobody”的题目"),
        ({"类型": "文件单选 ../../etc/passwd", "名称": "b", "题目": "乙"}, "类型", "只能写文件名本身"),
        ({"类型": "文件单选 /etc/passwd.csv", "名称": "b", "题目": "乙"}, "类型", "只能写文件名本身"),
        ({"类型": "文件单选 towns.xml", "名称": "b", "题目": "乙"}, "类型", "csv"),
        ({"类型": "文件单选 towns.csv", "名称": "b", "题目": "乙"}, "类型", "缺少附件“towns.csv”"),
        ({"类型": "include", "名称": "b", "题目": "乙"}, "类型", "抄到本表里"),
        ({"类型": "geotrace", "名称": "b", "题目": "乙"}, "类型", "geotrace"),
    ],
)
def test_a_fault_names_its_place_and_the_remedy(cells: dict[str, str], column: str, says: str) -> None:
    found = faults(A, row(**cells))
    assert [(fault.sheet, fault.row, fault.column) for fault in found] == [("问卷", 3, column)], found
    assert says in found[0].message
    assert "\n" not in str(found[0])


def test_all_faults_are_told_at_once_in_the_order_of_the_sheets() -> None:
    found = faults(
        row(类型="文本", 名称="一", 题目="甲"),
        row(类型="分组开始", 名称="g", 题目="组"),
        row(类型="单选 nolist", 名称="b", 题目="乙"),
        row(类型="文本", 名称="c", 题目="丙", 显示条件="${b} ="),
        row(类型="重复组结束"),
        row(类型="分组结束"),
        row(类型="重复组开始", 名称="r", 题目="组"),
        row(类型="文本", 名称="d", 题目="丁", 限制="foo(1)"),
        choices=CHOICES + "| | yn | yes | 又是 | |\n| | yn | | 空 | |\n| | | x | 孤 | |",
        settings="| 设置 | 表单编号 | 层级 | 对象 |\n| | x | 年度 | 外人 |",
    )
    assert [(fault.sheet, fault.row, fault.column) for fault in found] == [
        ("问卷", 2, "名称"),
        ("问卷", 4, "类型"),
        ("问卷", 5, "显示条件"),
        ("问卷", 6, "类型"),
        ("问卷", 7, "类型"),
        ("问卷", 8, "类型"),
        ("问卷", 9, "限制"),
        ("选项", 4, "选项值"),
        ("选项", 5, "选项值"),
        ("选项", 6, "选项组"),
        ("设置", 2, "层级"),
        ("设置", 2, "对象"),
    ], "\n".join(map(str, found))
    assert "第 3 行开始的是分组，这里结束的却是重复组" in found[3].message


def test_repeat_names_are_unique_in_the_whole_sheet() -> None:
    rows = [A]
    for group in ("g", "h"):
        rows += [
            row(类型="分组开始", 名称=group, 题目="组"),
            row(类型="重复组开始", 名称="r", 题目="项"),
            row(类型="文本", 名称="t", 题目="丁"),
            row(类型="重复组结束"),
            row(类型="分组结束"),
        ]
    (fault,) = faults(*rows)
    assert (fault.row, fault.column) == (9, "名称")
    assert "和第 4 行的重复组相同" in fault.message


def test_a_name_that_stands_twice_cannot_be_referred_to() -> None:
    rows = []
    for group in ("g", "h"):
        rows += [
            row(类型="分组开始", 名称=group, 题目="组"),
            row(类型="文本", 名称="t", 题目="丁"),
            row(类型="分组结束"),
        ]
    (fault,) = faults(*rows, row(类型="文本", 名称="u", 题目="${t}？"))
    assert (fault.row, fault.column) == (8, "题目")
    assert "第 3、6 行的题都叫“t”" in fault.message


def test_words_in_a_condition_are_told_with_their_signs() -> None:
    (fault,) = faults(
        A, row(类型="文本", 名称="u", 题目="乙", 显示条件="${amount} = 'x' 并且 ${amount} 不等于 'y' 或者 1 大于 2")
    )
    assert fault.column == "显示条件"
    assert "“并且”写 and，“不等于”写 !=，“或者”写 or，“大于”写 >。" in fault.message


def test_what_one_fault_hides_is_told_in_the_same_run() -> None:
    """The converter stops at its first fault, and the compiler never saw a workbook with one: 4 of 8 were told."""
    found = faults(
        row(类型="日历", 名称="when", 题目="哪天"),
        row(类型="文本", 名称="limit", 题目="时限", 用途="完成时限", 显示条件="(1 = 1"),
        row(类型="整数", 名称="one", 题目="一", 显示条件="${two} > 1"),
        row(类型="整数", 名称="two", 题目="二", 显示条件="${one} > 1"),
        row(类型="文本", 名称="名", 题目="丙"),
    )
    told = {(fault.row, fault.column) for fault in found}
    assert {(2, "类型"), (3, "用途"), (3, "显示条件"), (6, "名称")} < told
    assert any(row in told for row in ((4, "显示条件"), (5, "显示条件"))), "the circle"


def test_columns_that_are_nearly_known_are_noticed() -> None:
    form = """
| 问卷 | 类型 | 名称 | 题目 | 必填项 | 用 途 | 提醒 | 序号 | 备注 | 负责人 |
| | 文本 | what | 什么问题？ | 是 | 问题 | 看看 | 2 | x | 王 |
| 设置 | 表单标题 | 表单编号 | 对象 |
| | | x | 全体人员 |
"""
    notices = [notice.message for notice in compile_workbook(form).notices]
    assert [notice.split("想写")[1] for notice in notices if "不认识" in notice] == ["“必填”？", "“用途”？", "“提示”？"]
    assert any("没有写“表单标题”" in notice for notice in notices)


def test_observers_need_a_level() -> None:
    (fault,) = faults(A, settings="| 设置 | 表单编号 | 对象 |\n| | x | 观察员 |")
    assert (fault.sheet, fault.row, fault.column) == ("设置", 2, "对象")


def test_a_form_for_nobody_and_without_a_number_is_noticed() -> None:
    compiled = compile_workbook(f"| 问卷 | {HEADER} |\n| | {A} |\n{CHOICES}| | yn | maybe | | |")
    assert compiled.audience == "closed"
    told = [str(notice) for notice in compiled.notices]
    assert any("暂不开放" in line for line in told)
    assert any("表单编号" in line for line in told)
    assert any("选项 第 4 行 选项文字" in line for line in told)


def test_two_ways_of_writing_a_header_are_one_column_too_many() -> None:
    with pytest.raises(WorkbookError, match="“题目”和“label”是同一列"):
        compile_workbook("| 问卷 | 类型 | 名称 | 题目 | label |\n| | 文本 | a | 甲 | A |")


@pytest.mark.parametrize("header", ["类型 | 题目", "名称 | 题目"])
def test_missing_columns_are_named(header: str) -> None:
    with pytest.raises(WorkbookError, match=r"第 1 行 没有“(名称|类型)”"):
        compile_workbook(f"| 问卷 | {header} |\n| | a | 甲 |")


def test_an_empty_sheet_is_told() -> None:
    with pytest.raises(WorkbookError, match="没有任何题目"):
        compile_workbook("| 问卷 | 类型 | 名称 | 题目 |\n| 选项 | 选项组 | 选项值 |\n| | a | b |")


def test_what_odk_would_run_is_let_pass_when_lenient() -> None:
    lines = [
        row(类型="单选 yn", 名称="a", 题目="甲", 选项筛选="town = 'x'"),
        row(类型="文件单选 towns.csv", 名称="b", 题目="乙"),
    ]
    body = "\n".join(f"| | {line} |" for line in lines)
    compiled = compile_workbook(f"| 问卷 | {HEADER} |\n{body}\n{CHOICES}", lenient=True)
    assert compiled.summary.questions == 2
