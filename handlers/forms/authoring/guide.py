"""What the template tells authors about each column, and how wide the columns are."""

from typing import Final

SURVEY_COLUMNS: Final = (
    "type",
    "qf:list",
    "name",
    "label",
    "hint",
    "required",
    "required_message",
    "relevant",
    "constraint",
    "constraint_message",
    "default",
    "calculation",
    "choice_filter",
    "bind::qf:purpose",
    "bind::qf:allow",
    "bind::qf:least",
    "read_only",
    "repeat_count",
    "parameters",
    "guidance_hint",
)
"""The columns that an editable workbook offers, in this order."""
CHOICES_COLUMNS: Final = ("list_name", "name", "label")
SETTINGS_COLUMNS: Final = ("form_title", "form_id", "version", "attribute::qf:level", "attribute::qf:audience")

WIDTHS: Final = {"label": 44, "hint": 32, "relevant": 28, "constraint": 28, "calculation": 30, "form_title": 30}
"""In characters of the standard font."""
WIDTH: Final = 15

NOTES: Final = {
    "type": "这道题收什么样的回答。点下拉箭头选择；单选、多选、排序还要在“选项”列写选项组的名称。",
    "qf:list": "选项组的名称，和“选项”工作表第一列一致。只有单选、多选、排序需要。",
    "name": "题目的名称：英文字母开头，只用字母、数字、下划线，不能重复。别的题用 ${project} 引用它的回答。",
    "label": "填表人看到的问题。可以写 ${名称} 放进前面题的回答。",
    "hint": "补充说明，填表人回复“？”时看到。",
    "required": "写“是”就必须回答；写“否”或留空可以跳过；也可以写条件。",
    "required_message": "必填题没有回答时的提醒。",
    "relevant": "满足条件才问这道题，例如 ${state} = 'risk'。多选题用 selected(${kinds}, 'winds')。",
    "constraint": "回答要满足的条件，用 . 代表本题的回答，例如 . >= 0 and . <= 100。",
    "constraint_message": "不满足限制时的提醒：说清楚应该怎么填。",
    "default": "预先填好的回答。",
    "calculation": "类型为“计算”时写公式，例如 ${price} * ${count}。",
    "choice_filter": "级联选择：只列出符合条件的选项，例如 city = ${city}，其中 city 是“选项”工作表的一列。",
    "bind::qf:purpose": "这道题的回答对系统意味着什么（问题、风险等级、防控措施……）。填了用途，回答才进入台账。",
    "bind::qf:allow": "允许回答“同上”“无”时写在这里，两个都允许写“同上、无”。",
    "bind::qf:least": "少于这么多字时，系统会追问一次，请填表人写具体些。",
    "read_only": "写“是”就只显示、不提问。",
    "repeat_count": "写在“重复组开始”那一行：固定重复几次，可以写数字或 ${名称}；留空则由填表人决定加几项。",
    "parameters": "“范围”题写 start=1 end=5 step=1；附件选择题写 value=列名 label=列名。",
    "guidance_hint": "更详细的填写指导。",
    "list_name": "选项组的名称，同一组的选项写同一个名称。",
    "form_title": "表的标题，填表人看到的名字。",
    "form_id": "表的编号：英文字母、数字、下划线。更新这张表时不要改它。",
    "version": "版本号，例如 2026112101。",
    "attribute::qf:level": "观察层级：综合、项目、职能、日常。不分层级就留空。",
    "attribute::qf:audience": "谁可以填：观察员、全体人员、纪检人员、暂不开放。有层级时默认是观察员。",
}
"""Header -> the note on it."""
CHOICE_NOTES: Final = {
    "name": "选项的值：写进公式里的名字，用英文字母、数字、下划线，例如 high。同一组里不能重复。",
    "label": "填表人看到的选项。",
}
RECIPES_SHEET: Final = "做法示例"
WORDS_SHEET: Final = "词表"
YES_AND_NO: Final = ("是", "否")
ALLOWED: Final = ("同上", "无", "同上、无")
