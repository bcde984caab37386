"""The people workbook as one table: its sheets, their columns, what may stand there, and what the template says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from handlers.forms.authoring.aliases import lookup
from handlers.people import cells

UNITS: Final = "units"
PERSONS: Final = "persons"
APPOINTMENTS: Final = "appointments"
LEAVES: Final = "leaves"
OFFICES: Final = "offices"
MAX_ROWS: Final = 100_000
"""Rows of one sheet below its headers."""
_LAST: Final = MAX_ROWS + 1


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its header and other words for it, how a cell is read, whether 无 may empty it, and for the template
    its width (characters), note, drop-down words or the range that they stand in.
    """

    name: str
    words: tuple[str, ...]
    read: Callable[[Any], str]
    note: str
    required: bool = False
    may_clear: bool = False
    width: int = 14
    offers: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """One sheet: its title and other words for it. `strict`: a row with a fault is left out of further checks."""

    name: str
    words: tuple[str, ...]
    fields: tuple[Field, ...]
    needed: bool = False
    strict: bool = True

    @property
    def title(self) -> str:
        """The sheet's name in the template."""
        return self.words[0]

    def headers(self) -> dict[str, int]:
        """Header as `plain` gives it -> place of the field."""
        places = {field.name: place for place, field in enumerate(self.fields)}
        words = lookup({field.name: field.words for field in self.fields})
        return {word: places[name] for word, name in words.items()}


def _words(table: Any) -> tuple[str, ...]:
    return tuple(words[0] for words in table.values())


_NUMBERS: Final = f"人员!$A$2:$A${_LAST}"
_UNIT_NAMES: Final = f"单位!$A$2:$A${_LAST}"
_NUMBER_WORDS: Final = ("工号", "员工编号", "职工编号", "人员编号", "员工号", "编号")
_UNIT_WORDS: Final = ("单位", "所在单位", "部门", "所属单位", "单位名称", "所在部门")
_STARTS: Final = ("起", "开始", "开始日期", "起始日期", "起始", "从", "开始时间", "起日")
_ENDS: Final = ("止", "结束", "结束日期", "终止日期", "截止日期", "至", "到", "结束时间", "止日")
_REFERENCE: Final = "同名的单位要带上级，例如 二公司/项目部。"

LAYOUTS: Final[tuple[Layout, ...]] = (
    Layout(
        UNITS,
        ("单位", "组织", "组织机构", "组织树", "部门", "机构"),
        (
            Field(
                "name",
                ("名称", "单位名称", "单位", "部门", "简称"),
                cells.unit_name_cell,
                "单位的名称。",
                True,
                width=24,
            ),
            Field(
                "parent",
                ("上级", "上级单位", "上级部门", "隶属", "主管单位"),
                cells.unit_cell,
                f"上级单位的名称；最上面的集团空着，全表只能有一个。{_REFERENCE}",
                may_clear=True,
                width=24,
                source=_UNIT_NAMES,
            ),
            Field(
                "kind",
                ("类型", "单位类型", "类别"),
                cells.kind_cell,
                "集团、子公司、部门或场站；空着按所在的层次定。",
                offers=_words(cells.KINDS),
            ),
            Field(
                "timezone",
                ("时区", "所在时区"),
                cells.timezone_cell,
                "境外单位写时区，例如 Asia/Dubai。空着：新单位和上级一样；已有的，原来和上级一样的跟着上级改。",
                width=18,
                offers=("北京时间", "Asia/Urumqi", "Asia/Dubai", "Asia/Karachi", "Africa/Lagos", "Europe/Moscow"),
            ),
        ),
        needed=True,
        strict=False,
    ),
    Layout(
        PERSONS,
        ("人员", "人员名单", "员工", "职工", "花名册"),
        (
            Field("number", _NUMBER_WORDS, cells.number_cell, "一个工号就是一个人，以后不要改。", True),
            Field("name", ("姓名", "名字", "员工姓名"), cells.name_cell, "同一单位有同名的人，请在姓名后区分。", True),
            Field(
                "unit",
                _UNIT_WORDS,
                cells.unit_cell,
                f"所在单位。改了就是调动，原单位的聘任随之结束。{_REFERENCE}",
                True,
                width=24,
                source=_UNIT_NAMES,
            ),
            Field(
                "phone",
                ("手机号", "手机", "手机号码", "电话", "联系电话", "移动电话"),
                cells.phone_cell,
                "11 位。空着不改，写“无”清空。屏幕和日志里只显示前 3 位和后 4 位。",
                may_clear=True,
            ),
            Field(
                "post", ("职务", "岗位", "职位"), cells.name_cell, "空着不改，写“无”清空。", may_clear=True, width=18
            ),
            Field(
                "superior",
                ("上级工号", "直接上级工号", "上级", "直接上级", "领导工号"),
                cells.number_cell,
                "逾期没交时也提醒这个人。空着不改，写“无”清空。",
                may_clear=True,
                source=_NUMBERS,
            ),
        ),
        needed=True,
        strict=False,
    ),
    Layout(
        APPOINTMENTS,
        ("聘任", "观察员聘任", "聘任名单", "观察员"),
        (
            Field("number", _NUMBER_WORDS, cells.number_cell, "观察员的工号。", True, source=_NUMBERS),
            Field(
                "level",
                ("层级", "观察层级"),
                cells.level_cell,
                "综合、项目、职能或日常。",
                True,
                offers=_words(cells.LEVEL_WORDS),
            ),
            Field(
                "unit",
                ("单位", "观察单位", "负责单位", "聘任单位", "部门"),
                cells.unit_cell,
                f"为哪个单位填报。{_REFERENCE}",
                True,
                width=24,
                source=_UNIT_NAMES,
            ),
            Field("starts_on", (*_STARTS, "聘任日期"), cells.day_cell, "第一天，例如 2026-1-5。", True),
            Field(
                "ends_on",
                (*_ENDS, "解聘日期"),
                cells.day_cell,
                "最后一天。空着不改（新的聘任就是长期），写“无”改为长期。",
                may_clear=True,
            ),
        ),
    ),
    Layout(
        LEAVES,
        ("请假", "请假名单", "休假"),
        (
            Field("number", _NUMBER_WORDS, cells.number_cell, "请假人的工号。", True, source=_NUMBERS),
            Field("starts_on", _STARTS, cells.day_cell, "第一天，例如 2026-1-5。", True),
            Field("ends_on", _ENDS, cells.day_cell, "最后一天。", True),
            Field(
                "substitute",
                ("代填人工号", "代填人", "代填", "替班工号", "代填工号"),
                cells.number_cell,
                "请假期间替他填报的人。空着不改，写“无”清空。",
                may_clear=True,
                source=_NUMBERS,
            ),
        ),
    ),
    Layout(
        OFFICES,
        ("纪检", "纪检人员", "纪检干部", "纪检名单"),
        (
            Field("number", _NUMBER_WORDS, cells.number_cell, "纪检人员的工号。", True, source=_NUMBERS),
            Field(
                "role",
                ("职务", "角色", "身份"),
                cells.role_cell,
                "纪检人员或管理员（管理员只管人员和单位，看不到观察表）。",
                True,
                offers=_words(cells.ROLES),
            ),
            Field(
                "unit",
                ("管辖单位", "单位", "负责单位", "管辖范围"),
                cells.unit_cell,
                f"管这个单位和它下面的所有单位。{_REFERENCE}",
                True,
                width=24,
                source=_UNIT_NAMES,
            ),
        ),
    ),
)
"""In the order in which sheets are told of."""
BY_NAME: Final = {layout.name: layout for layout in LAYOUTS}
GUIDE_SHEET: Final = "填写说明"
WORDS_SHEET: Final = "词表"
IGNORED: Final = frozenset({GUIDE_SHEET, WORDS_SHEET, "说明"})
"""Sheets of the template that hold nothing to import."""
