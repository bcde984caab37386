"""The empty people workbook: drop-downs, notes on headers, and a page of instructions with an example of each sheet."""

from collections.abc import Mapping, Sequence
from typing import Final

from handlers.forms.authoring.spreadsheet import Column, Page, Table, spreadsheet
from handlers.people.layout import (
    APPOINTMENTS,
    BY_NAME,
    GUIDE_SHEET,
    LAYOUTS,
    LEAVES,
    MAX_ROWS,
    OFFICES,
    PERSONS,
    UNITS,
    WORDS_SHEET,
    Layout,
)

STEPS: Final = (
    "人员信息填写说明",
    "1. 依次填写“单位”“人员”“聘任”“请假”“纪检”五张工作表；没有内容的可以空着，“单位”要填。",
    "2. 第一行是表头，不要改动；把鼠标放在表头上可以看到说明。单位、工号等可以点下拉箭头选择，也可以直接输入。",
    "3. 日期写 2026-1-5 或 2026年1月5日都可以。不要合并单元格，不要留公式（复制后“选择性粘贴”为值）。",
    "4. 空着的格子不改动已有的内容；要清空手机号、职务、上级工号、止、代填人工号，写“无”。",
    "5. 人员改了单位就是调动：不再覆盖新单位的聘任自动到前一天为止，历史保留；“纪检”里没有重新写上的职务也随之结束。",
    "6. 表里没有的人、单位和聘任不会删除，导入时会列出来。要结束聘任，请在“止”写最后一天。",
    f"7. 每张表最多 {MAX_ROWS} 行。先用 qingfeng people import 文件名.xlsx --dry-run 看会改什么，再导入。",
    "8. 手机号是个人信息：请妥善保管这个文件，导入后删除。",
    "",
    "下面是各表的例子（导入时不读这一页）",
)
EXAMPLES: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    UNITS: (
        ("清源集团", "", "集团", "北京时间"),
        ("二公司", "清源集团", "子公司", ""),
        ("迪拜项目部", "二公司", "场站", "Asia/Dubai"),
    ),
    PERSONS: (
        ("10001", "李敏", "清源集团", "13800005678", "纪委副书记", ""),
        ("10086", "王建国", "二公司", "13900001234", "总经理", "10001"),
        ("10087", "陈晓", "迪拜项目部", "", "项目经理", "10086"),
    ),
    APPOINTMENTS: (("10086", "综合", "二公司", "2026-1-1", ""), ("10087", "项目", "迪拜项目部", "2026年3月1日", "")),
    LEAVES: (("10086", "2026-7-1", "2026-7-15", "10087"),),
    OFFICES: (("10001", "纪检人员", "清源集团"),),
}


def people_template() -> bytes:
    """The .xlsx."""
    return workbook({})


def workbook(rows: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """The .xlsx with these rows, by the name of their sheet in code; every cell is a text, telephone numbers too."""
    tables = [_table(layout, rows.get(layout.name, ())) for layout in LAYOUTS]
    return spreadsheet(tables, [_guide()], WORDS_SHEET)


def _table(layout: Layout, rows: Sequence[Sequence[str]]) -> Table:
    columns = [Column(field.words[0], field.width, field.note, field.offers, field.source) for field in layout.fields]
    return Table(layout.title, columns, rows, spare=MAX_ROWS - len(rows))


def _guide() -> Page:
    rows: list[tuple[str, ...]] = [(step,) if step else () for step in STEPS]
    headings = {0, len(STEPS) - 1}
    heads = set()
    for name, examples in EXAMPLES.items():
        layout = BY_NAME[name]
        headings.add(len(rows))
        rows.append((layout.title,))
        heads.add(len(rows))
        rows.append(tuple(field.words[0] for field in layout.fields))
        rows.extend(examples)
        rows.append(())
    return Page(GUIDE_SHEET, rows, frozenset(headings), frozenset(heads))
