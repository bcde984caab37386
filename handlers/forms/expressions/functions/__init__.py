"""The functions that expressions may call: one table, names and meanings of the ODK XForms specification."""

from typing import Final

from handlers.forms.expressions.functions import dates, numbers, texts, values
from handlers.forms.expressions.functions.function import Function

FUNCTIONS: Final[dict[str, Function]] = {
    **values.FUNCTIONS,
    **texts.FUNCTIONS,
    **numbers.FUNCTIONS,
    **dates.FUNCTIONS,
}

REFUSED: Final[dict[str, str]] = {
    "now": "表单只知道今天的日期，不知道时刻，请改用 today()",
    "random": "同样的回答必须得到同样的结果",
    "uuid": "同样的回答必须得到同样的结果",
    "randomize": "同样的回答必须得到同样的结果",
    "pulldata": "请改用计算或选项",
    "position": "目前没有重复组",
    "index": "目前没有重复组",
    "last": "目前没有重复组",
    "indexed-repeat": "目前没有重复组",
    "current": "请改用 ${题目名称}",
    "instance": "请改用选项和 choice_filter",
    "id": "请改用 ${题目名称}",
    "digest": "表单里用不到",
    "property": "表单里没有设备信息",
}
"""Known functions that are not supported, with the reason that the author reads."""
