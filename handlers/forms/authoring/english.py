"""What pyxform says in English, as Chinese sentences with sheet, row and column; one table."""

import re
from dataclasses import dataclass
from typing import Final

from handlers.forms.authoring.book import CHOICES, EXTERNAL, SETTINGS, SHEETS, SURVEY, Book
from handlers.forms.faults import Fault

FALLBACK = "这里不符合 XLSForm 的要求，请对照模板改写这一行；转换程序的原话是：{reason}"
UNEXPECTED = "转换程序没能读懂这张表（{reason}），请对照模板检查类型、名称、选项组和公式是否写全。"

_PLACED: Final = re.compile(
    r"(?:On row (?P<row>\d+):? ?|\[row : (?P<row2>\d+)\] ?)?"
    r"(?:On the '(?P<sheet>[^']*)' sheet, "
    r"(?:the '(?P<column>[^']*)' value(?: '[^']*')? is (?:invalid|problematic)\. )?)?"
)
"""How pyxform names the place that it complains about; the rest is what the table below reads."""


@dataclass(frozen=True, slots=True)
class _Saying:
    pattern: str
    """A regular expression that the rest of the sentence begins with; its groups fill the Chinese one."""
    chinese: str
    sheet: str = SURVEY
    column: str = ""


_ENTITIES = "实体（entities、save_to）本系统不支持，请删去 entities 工作表和 save_to 列。"
_NAMES = "名称只能用英文字母、数字、下划线、短横线和点，并以字母或下划线开头，请改名。"
_RANGE = "“范围”题的参数 {0} "
_AUDIT = "audit 的参数不对，本系统也不记录操作轨迹，请删去这一行。"
_SEARCH = "search() 外观本系统不支持，请改用“选项筛选”列。"

SAYINGS: Final = (
    # the codes of pyxform.errors, in their order
    _Saying(r".*?(?:\bentit(?:y|ies)\b|save_to)", _ENTITIES, "", ""),
    _Saying(
        r"Invalid headers provided for sheet: '([^']*)'\. For XLSForms",
        "工作表“{0}”第 1 行不是表头，请在第 1 行写上各列的名字。",
        "",
    ),
    _Saying(
        r"Invalid headers provided for sheet: '([^']*)'\. Headers that are different names .*?: '([^']*)', '([^']*)'",
        "工作表“{0}”里“{1}”和“{2}”是同一列的两种写法，请合并成一列。",
        "",
    ),
    _Saying(
        r"Invalid headers provided for sheet: '([^']*)'\. One or more required .*? were not found: (.*?)\. L",
        "工作表“{0}”缺少这些列：{1}，请在第 1 行补上表头。",
        "",
    ),
    _Saying(r"Column headers must not be empty", "选项表的表头不能为空，也不能有空格。", CHOICES),
    _Saying(r"Internal error", "触发列没有读懂，请写成 ${{题目名称}}，多个用逗号隔开。", SURVEY, "trigger"),
    _Saying(r"Choices should have a label", "没有写选项文字。", CHOICES, "label"),
    _Saying(
        r"(?:Questions, groups, and repeats must be unique|The name is a case-insensitive match)",
        "名称在同一个分组里重复了，请改名。",
        SURVEY,
        "name",
    ),
    _Saying(
        r"Repeat names must not be the same as the survey root",
        "重复组不能叫 data（或与整张表同名），请改名。",
        SURVEY,
        "name",
    ),
    _Saying(r"Repeat names must unique anywhere", "重复组的名称在整张表里都不能重复，请改名。", SURVEY, "name"),
    _Saying(r".*?The name 'meta' is reserved", "“meta”是系统保留的名称，请改名。", SURVEY, "name"),
    _Saying(r"Choices must have a name", "没有写选项值。", CHOICES, "name"),
    _Saying(
        r"(?:\[row : \d+\] )?.*?Choice names must be unique for each choice list",
        "选项值在同一个选项组里重复了，请改名；确需重复就在设置表里把“允许重复选项”写成“是”。",
        CHOICES,
        "name",
    ),
    _Saying(r"(?:The '([^']*)' value is invalid\. )?Names must begin with a letter", _NAMES, SURVEY, "name"),
    _Saying(r"Names used here must not", _NAMES, SURVEY, "name"),
    _Saying(
        r"When looking for a sheet named '([^']*)', .*? found: (.*?)\.",
        "没有工作表“{0}”，是不是写成了 {1}？",
        "",
    ),
    _Saying(
        r"Reference variables must start with", "引用题目要写成 ${{名称}}，请检查花括号是否成对、名称里有没有空格。"
    ),
    _Saying(r"Reference variable lists must have a comma", "引用多道题时，${{名称}} 之间要用逗号隔开。"),
    _Saying(
        r"Reference variables must contain a name from the 'survey' sheet\. Could not find the name '([^']*)'",
        "没有叫“{0}”的题目，请检查 ${{{0}}} 里的名称。",
    ),
    _Saying(
        r"Reference variables names must be unique .*?The name '([^']*)' appears more than once",
        "有几道题都叫“{0}”，${{{0}}} 不知道指哪一道，请给它们改成不同的名称。",
    ),
    _Saying(
        r"For the 'range' question type, the parameter '([^']*)' must be a number",
        _RANGE + "应为数字。",
        SURVEY,
        "parameters",
    ),
    _Saying(
        r"For the 'range' question type, the parameter '([^']*)' must not be '0'",
        _RANGE + "不能为 0。",
        SURVEY,
        "parameters",
    ),
    _Saying(
        r"For the 'range' question type, the parameter '([^']*)' must not be larger",
        _RANGE + "不能大于 start 与 end 之差。",
        SURVEY,
        "parameters",
    ),
    _Saying(
        r"For the 'range' question type, the parameter '([^']*)' must be a multiple",
        _RANGE + "应为 step 的整数倍。",
        SURVEY,
        "parameters",
    ),
    _Saying(
        r"For the 'range' question type, the parameter '([^']*)' must be between",
        _RANGE + "应在 start 和 end 之间。",
        SURVEY,
        "parameters",
    ),
    _Saying(
        r"For the 'range' question type, the parameter '?tick_labelset'? must be a choice",
        "“范围”题的参数 tick_labelset 应为一个选项组的名称。",
        SURVEY,
        "parameters",
    ),
    _Saying(
        r"For the 'range' question type, ",
        "“范围”题的刻度参数不适用，请只写 start、end、step，例如 start=1 end=5 step=1。",
        SURVEY,
        "parameters",
    ),
    _Saying(
        r"Unmatched 'end_([^']*)'.*? for the name '([^']*)'",
        "多了一行结束（end_{0}）：前面没有对应的开始行。",
        SURVEY,
        "type",
    ),
    _Saying(
        r"Unmatched 'begin_([^']*)'.*? for the name '([^']*)'",
        "“{1}”（begin_{0}）没有结束，请补上结束行。",
        SURVEY,
        "type",
    ),
    _Saying(
        r"Parameters must be in the form",
        "参数要写成“名字=值”，多个用空格隔开，例如 start=1 end=5。",
        SURVEY,
        "parameters",
    ),
    _Saying(
        r"The accepted parameter keys for this question type are '(.*?)'\. .*?: '(.*?)'",
        "这种题没有叫 {1} 的参数，可用的有：{0}。",
        SURVEY,
        "parameters",
    ),
    _Saying(
        r"For geoshape and geotrace questions|The 'reference-geometry'|The 'allow-mock-accuracy'",
        "位置题的这个参数不支持，请删去。",
        SURVEY,
        "parameters",
    ),
    _Saying(r"The '([^']*)' parameter must have a numeric value", "参数 {0} 应为数字。", SURVEY, "parameters"),
    # what pyxform raises without a code
    _Saying(r"Duplicate column header: (.*)", "有两列的表头都是“{0}”，请删去一列或改名。", ""),
    _Saying(
        r"The xls file provided has an invalid date on the (.*?) sheet, under the (.*?) column on row number (\d+)",
        "工作表“{0}”的“{1}”列（约第 {2} 行）有无法确定的日期，请改成文字，例如 2026-11-13。",
        "",
    ),
    _Saying(r"You must have a sheet named 'survey'", "没有“问卷”（survey）工作表。", ""),
    _Saying(r"Question with no type", "没有写类型。", SURVEY, "type"),
    _Saying(r"Missing calculation", "类型是“计算”，但计算公式是空的，请补上公式。", SURVEY, "calculation"),
    _Saying(r"Question or group with no name", "没有写名称。", SURVEY, "name"),
    _Saying(r"Repeat loop without list name", "循环要写上选项组的名称，例如 begin_loop over 组名。", SURVEY, "type"),
    _Saying(r"List name not in (?:columns|choices) sheet: (.*)", "选项组“{0}”在选项表里没有。", SURVEY, "type"),
    _Saying(r"List name not in external choices sheet: (.*)", "选项组“{0}”在外部选项表里没有。", SURVEY, "type"),
    _Saying(
        r"There should be an external_choices sheet",
        "用了 select_one_external，却没有“外部选项”（external_choices）工作表。",
        "",
    ),
    _Saying(
        r"There should be a choices sheet",
        "有选择题，却没有“选项”（choices）工作表，请新建，表头写：选项组、选项值、选项文字。",
        "",
    ),
    _Saying(
        r"Choice names with spaces cannot be added .*?See \[(.*?)\] in \[(.*?)\]",
        "选项组“{1}”的选项值“{0}”中间有空格，多选题不能用，请去掉空格。",
        CHOICES,
        "name",
    ),
    _Saying(
        r"Choice filter not supported with or_other",
        "带“或其他”的选择题不能同时写选项筛选，请去掉其中一样。",
        SURVEY,
        "choice_filter",
    ),
    _Saying(r"Please specify choices for this 'or other'", "带“或其他”的选择题没有选项，请补上。", SURVEY, "type"),
    _Saying(
        r"(?:randomize must be set|seed value must be|Parameters must include randomize)",
        "randomize 只能写 true 或 false，seed 应为数字，并且要和 randomize=true 一起用。",
        SURVEY,
        "parameters",
    ),
    _Saying(
        r"Choice filter not supported for table-list",
        "外观为 table-list 的分组里，选择题不能写选项筛选。",
        SURVEY,
        "choice_filter",
    ),
    _Saying(
        r"Badly formatted table list, list names don't match: (\S+) vs\. (\S+)",
        "外观为 table-list 的分组里，选择题要用同一个选项组，这里却有“{0}”和“{1}”。",
        SURVEY,
        "type",
    ),
    _Saying(r"File name for '(\S+) (.*?)' should end with", "“{1}”应为 csv 文件名，例如 fruits.csv。", SURVEY, "type"),
    _Saying(r"Audits must always be named", _AUDIT, SURVEY, "type"),
    _Saying(r"(?:track-changes|identify-user|To include location|Parameter location)", _AUDIT, SURVEY, "parameters"),
    _Saying(r"Parameter (\S+) must have an integer value", "参数 {0} 应为整数。", SURVEY, "parameters"),
    _Saying(r"Invalid value for quality", "录音质量只能写 voice-only、low 或 normal。", SURVEY, "parameters"),
    _Saying(r"Parameter 'app' has an invalid|Parameter 'app'", "参数 app 本系统用不到，请删去。", SURVEY, "parameters"),
    _Saying(
        r"For 'background-geopoint' questions", "background-geopoint 本系统不支持，请改用“位置”题。", SURVEY, "type"
    ),
    _Saying(
        r"Cannot omit instanceID",
        "加密设置（public_key）本系统不支持，请删去；资料由本系统统一加密保存。",
        SETTINGS,
        "public_key",
    ),
    _Saying(
        r"This section has not been included",
        "include（引用别的工作簿）本系统不支持，请把题目抄到本表里。",
        SURVEY,
        "type",
    ),
    _Saying(r"There should be choices for this question", "这道选择题没有选项，请补上。", SURVEY, "type"),
    _Saying(r"Unknown question type '(.*)'", "类型“{0}”不认识，请对照模板改写。", SURVEY, "type"),
    _Saying(
        r"Arguments 'itemset' and 'list_name' must not both be None",
        "这道选择题没有写选项组。",
        SURVEY,
        "type",
    ),
    _Saying(r"Survey cannot have an empty id_string", "设置表的表单编号是空的，请填写。", SETTINGS, "form_id"),
    _Saying(
        r"The same instance id will be generated .*?Instance name: '([^']*)'",
        "附件、选项组不能同名：“{0}”用了两次，请改名。",
        SURVEY,
        "type",
    ),
    _Saying(r"Question '([^']*)' (?:is a select from file type|uses 'search\(\)')", _SEARCH, SURVEY, "appearance"),
    _Saying(r"Media type: (\S+) not supported", "不支持的媒体类型“{0}”，可用的有图片、音频、视频。"),
    _Saying(r".*?There is no survey element named '([^']*)'", "没有叫“{0}”的题目，请检查引用的名称。"),
    _Saying(
        r".*?There are multiple survey elements named '([^']*)'",
        "有几道题都叫“{0}”，引用时不知道指哪一道，请改成不同的名称。",
    ),
    _Saying(
        r"The question \$\{(.*?)\} is not user-visible .*? trigger for question \$\{(.*?)\}",
        "题目“{1}”的触发列写了“{0}”，但“{0}”不是让人填写的题，请改为填写的题。",
        SURVEY,
        "trigger",
    ),
    _Saying(r"The survey element named '([^']*)' has no label or hint", "题目“{0}”没有题目文字。", SURVEY, "label"),
    _Saying(
        r"To use big-image, you must also specify an image for the survey element named (.*)\.",
        "题目“{0}”写了 big-image 就要同时写图片。",
    ),
    _Saying(r"Invalid value for ", "表里有一处内容的形式不对，请对照模板检查。", ""),
    _Saying(r"Argument 'definition' was not recognized|The input data does not appear", "不是可用的表单文件。", ""),
)


def in_chinese(reason: str, book: Book) -> list[Fault]:
    """pyxform's message as faults of the book: one a line that names a row, else one for all of it."""
    lines = [line for line in reason.split("\n") if line.startswith("[row : ")]
    return [_fault(line, book) for line in (lines if len(lines) > 1 else [reason])]


def unexpected(error: Exception, book: Book) -> Fault:
    """The fault of an exception that pyxform did not mean to raise."""
    said = " ".join(f"{type(error).__name__} {error}".split())[:200]
    return book.fault("", 0, "", UNEXPECTED.format(reason=said))


def _fault(reason: str, book: Book) -> Fault:
    text = " ".join(reason.split())
    placed = _PLACED.match(text)
    row = int(placed["row"] or placed["row2"] or 0) if placed is not None else 0
    sheet = (placed["sheet"] or "") if placed is not None else ""
    column = (placed["column"] or "") if placed is not None else ""
    rest = text[placed.end() :].strip() if placed is not None else text
    if sheet == "entities":
        return Fault(sheet, row, column, _ENTITIES)
    for saying in SAYINGS:
        match = re.match(saying.pattern, rest)
        if match is not None:
            parts = [part or "" for part in match.groups()]
            sheet = sheet or saying.sheet or ("survey" if row else "")
            row = row or (_row_of(book, parts) if sheet == SURVEY else 0)
            return _placed(book, sheet, row, column or saying.column, saying.chinese.format(*parts, *[""] * 3))
    sheet = sheet or ("survey" if row else "")
    return _placed(book, sheet, row, column, FALLBACK.format(reason=rest[:300]))


def _row_of(book: Book, parts: list[str]) -> int:
    """The row of the question that a message quotes, the one quoted last when it quotes several; 0 for none."""
    rows = {cells.get("name", ""): number for number, cells in book.sheet(SURVEY).numbered()}
    return next((rows[part] for part in reversed(parts) if part and part in rows), 0)


def _placed(book: Book, sheet: str, row: int, column: str, message: str) -> Fault:
    if sheet and sheet not in SHEETS:
        return Fault(sheet, row, column, message)
    if sheet == EXTERNAL and sheet not in book.sheets:
        sheet = SURVEY
    return book.fault(sheet, row, column, message) if sheet else Fault("", row, "", message)
